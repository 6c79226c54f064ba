"""The draft of a text: exact evidence, a valid policy, the same bytes, and nothing filled in."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from reading.corpus import FIVE, MADE_UP, file_of, of, text_of
from troth.policy.load import parse_policy
from troth.policy.model import Policy
from troth.reading.draft.build import draft_of
from troth.reading.draft.element import Draft
from troth.reading.draft.render import render
from troth.reading.frames.frame import REASONS, Confidence
from troth.reading.text import Block, Kind, Text

every_policy = pytest.mark.parametrize("name", [*MADE_UP, *FIVE])


def _policy(characters: str) -> tuple[Policy, Draft]:
    draft = draft_of(of(characters))
    return parse_policy(render(draft, "policy.txt"), "policy.yaml"), draft


def _sound(text: Text, draft: Draft) -> None:
    """What holds of every draft of every text."""
    for element in draft.elements:
        assert set(element.reasons) <= set(REASONS)
        assert bool(element.evidence) == (element.confidence is not Confidence.UNKNOWN)
        if element.confidence is Confidence.UNKNOWN:
            assert element.value is None
        for evidence in element.evidence:
            assert evidence.quote
            assert text.characters[evidence.start : evidence.end] == evidence.quote


@every_policy
def test_evidence_is_exact_and_the_policy_is_valid(name: str) -> None:
    text = text_of(name)
    draft = draft_of(text)
    _sound(text, draft)
    policy = parse_policy(render(draft, name), name)
    assert policy.activities
    paths = [element.path for element in draft.listed() if not element.path.endswith("*")]
    assert len(paths) == len(set(paths))


_PARTS = st.sampled_from(
    [
        "We keep your orders for three years after the last contact.",
        "Invoices: ten years from the end of the financial year",
        "Purposes",
        "Retention\tData\tPeriod",
        "Newsletter subscribers\te-mail\t2 to 3 years",
        "İstanbul Ltd is the controller of your data;",  # a capital with two small letters
        "Écrivez à dpo@ici.example : réponse sous un mois.",
        "We never transfer your data outside the EU, except with standard contractual clauses",
        "You have the right of access and may complain to the CNIL (",
        "• sending our newsletter, with your consent;",
        "Your data is shared with Google, our bank and our hosting company.",
        "",
        "9999999999 years of nothing (((((",
        "\u200bßẞ 🙂 “” ’’ ...!?;:,",
        "Children under 13 need a parent's permission.",
    ]
)


@st.composite
def _texts(draw: st.DrawFn) -> Text:
    """A text of any blocks in any order; the headings above each are those that came before."""
    parts = draw(st.lists(st.tuples(_PARTS, st.sampled_from(list(Kind))), min_size=1, max_size=14))
    blocks: list[Block] = []
    at = 0
    under: tuple[int, ...] = ()
    head: int | None = None
    for characters, kind in parts:
        blocks.append(Block(kind, at, at + len(characters), 1, under[-2:], head))
        if kind is Kind.HEADING:
            under = (*under, len(blocks) - 1)
        head = (len(blocks) - 1 if head is None else head) if kind is Kind.ROW else None
        at += len(characters) + 1
    language = draw(st.sampled_from(["en", "fr"]))
    return Text("\n".join(characters for characters, _ in parts), tuple(blocks), language)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(_texts())
def test_any_text_has_a_sound_draft(text: Text) -> None:
    draft = draft_of(text)
    _sound(text, draft)
    parse_policy(render(draft, "any"), "any")


@pytest.mark.parametrize("name", ["yoga", "atelier"])
def test_the_same_bytes_in_every_process(name: str) -> None:
    script = (
        "import sys; from pathlib import Path\n"
        "from troth.reading.documents.load import read_text\n"
        "from troth.reading.draft.build import draft_of\n"
        "from troth.reading.draft.render import render\n"
        "text = read_text(Path(sys.argv[1]).read_bytes(), 'x.txt')\n"
        "sys.stdout.buffer.write(render(draft_of(text), 'x.txt').encode())"
    )
    written = {
        subprocess.run(
            [sys.executable, "-c", script, str(file_of(name))],
            env={**os.environ, "PYTHONHASHSEED": seed},
            capture_output=True,
            check=True,
        ).stdout
        for seed in ("1", "2")
    }
    assert written == {render(draft_of(text_of(name)), "x.txt").encode()}


def test_what_the_text_does_not_say_is_unknown_and_not_filled_in() -> None:
    policy, draft = _policy(
        "Privacy policy\n\nYour data\n\nWe use your data for the following purposes:\n"
        "- delivering your orders;\n- answering your questions.\n"
    )
    unknown = {e.path for e in draft.elements if e.confidence is Confidence.UNKNOWN}
    assert {"controllers.organisation.name", "authorities", "recipients", "transfers"} <= unknown
    assert {"rights.access", "rights.complaint", "data_protection_officer"} <= unknown
    assert policy.controllers["organisation"].name is None
    assert not policy.rights
    assert not policy.transfers
    for name, activity in policy.activities.items():
        assert f"activities.{name}.legal_bases" in unknown
        assert not activity.retention
        basis = activity.legal_bases[0]
        assert basis.when is not None  # a condition that nothing shows: the ground is unknown
        assert basis.origin == "ours"


def test_negation_and_modality_count() -> None:
    policy, draft = _policy(
        "Privacy policy of Weir Ltd\n\nRecipients\n\nWe never share your data with advertisers.\n\n"
        "We may share your data with our partners.\n\n"
        "We disclose your data to courts only if the law requires it.\n\n"
        "Transfers\n\nYour data is never transferred outside the European Union.\n\n"
        "Cookies\n\nWe use no advertising cookies.\n"
    )
    assert policy.recipients["advertising"].allowed == "no"
    assert policy.recipients["authorities"].allowed == "legal-order"
    assert [t.allowed for t in policy.transfers.values()] == [False]
    assert policy.trackers["advertising"].allowed is False
    [partners] = [e for e in draft.elements if e.path == "recipients.partners"]
    assert partners.confidence is not Confidence.SURE
    assert "possibility" in partners.reasons


def test_a_purpose_keeps_its_own_basis() -> None:
    policy, _ = _policy(
        "Privacy policy of Weir Ltd\n\nWhy we use your data\n\nWe use your data for the following "
        "purposes:\n- delivering your orders, on the basis of our contract with you;\n"
        "- sending our newsletter, with your consent;\n"
        "- keeping our accounts, because the law obliges us to.\n"
    )
    bases = {a.purpose: [b.kind for b in a.legal_bases] for a in policy.activities.values()}
    assert bases == {
        "delivering your orders": ["contract"],
        "sending our newsletter": ["consent"],
        "keeping our accounts": ["legal-obligation"],
    }
    assert [a.direct_marketing for a in policy.activities.values()] == [False, True, False]


def test_bases_that_a_text_lists_for_everything_wait_for_a_person() -> None:
    policy, _ = _policy(
        "Privacy policy of Weir Ltd\n\nWhy\n\nWe use your data for the following purposes:\n"
        "- delivering your orders;\n- answering your questions.\n\nLegal bases\n\n"
        "Processing rests on the following legal bases:\n- your express consent, given by a "
        "checkbox;\n- our legitimate interests;\n- our legal obligations.\n\nYour rights\n\n"
        "You may withdraw your consent at any time by a link in each message.\n"
    )
    for activity in policy.activities.values():
        kinds = [basis.kind for basis in activity.legal_bases]
        assert kinds == ["consent", "legitimate-interests", "legal-obligation"]
        assert all(basis.when is not None for basis in activity.legal_bases)
    [consent] = policy.consents.values()
    assert (consent.channel, consent.explicit) == (("checkbox",), True)
    assert consent.withdrawal is not None
    assert "withdraw your consent" in consent.withdrawal


def test_trackers_wait_for_the_consent_that_the_text_asks_for() -> None:
    policy, draft = _policy(
        "Privacy policy of Weir Ltd\n\nCookies\n\nWe set advertising cookies only if you accept "
        "them in our banner. Technical cookies are strictly necessary and need no consent. "
        "Your consent is valid for six months. Cookies expire after 13 months.\n"
    )
    trackers = policy.trackers
    assert trackers["advertising"].consent == "consent-trackers"
    assert policy.consents["consent-trackers"].channel == ("banner",)
    assert str(policy.consents["consent-trackers"].expires) == "P6M"
    assert trackers["technical"].consent is None
    assert trackers["technical"].exempt_because is not None
    silent, draft = _policy("Privacy policy of Weir Ltd\n\nCookies\n\nWe use cookies.\n")
    assert silent.trackers["cookies"].consent is None
    assert "trackers.cookies.consent" in {
        e.path for e in draft.elements if e.confidence is Confidence.UNKNOWN
    }


def test_who_decides_together_with_the_controller() -> None:
    policy, _ = _policy(
        "Privacy policy of Weir Ltd\n\nWhy\n\nWe use your data for the following purposes:\n"
        "- delivering your orders;\n- answering your questions.\n\n"
        "We are jointly responsible for the delivery of orders with our carriers, in the regions "
        "where they work. Write to hello@weir.example.\n"
    )
    [joint] = policy.joint_controllers.values()
    assert joint.name == "carriers"
    assert joint.activities == ("delivering-orders",)
    assert joint.regions == "in the regions where they work"


@pytest.mark.parametrize(
    ("sentence", "name", "address"),
    [
        (
            "Our representative in the European Union is Quay Desk SAS, 3 rue du Quai, 67000 "
            "Strasbourg.",
            "Quay Desk SAS",
            "3 rue du Quai, 67000 Strasbourg",
        ),
        ("We have appointed an EU representative under Article 27: Quay Desk.", "Quay Desk", None),
        ("Notre représentant dans l'Union européenne est Quai Nord SARL.", "Quai Nord SARL", None),
    ],
)
def test_who_stands_in_the_union(sentence: str, name: str, address: str | None) -> None:
    policy, _ = _policy(f"Privacy policy of Weir Ltd\n\nWho we are\n\n{sentence}\n")
    [one] = policy.representatives.values()
    assert (one.name, one.address) == (name, address)


@pytest.mark.parametrize(
    "sentence",
    [
        "We have no representative in the European Union.",
        "The representative of your company in the Union is whoever signs.",
        "Sales representatives are reached by mail.",
    ],
)
def test_nobody_stands_in_the_union(sentence: str) -> None:
    policy, _ = _policy(f"Privacy policy of Weir Ltd\n\nWho we are\n\n{sentence}\n")
    assert policy.representatives == {}


def test_a_stage_in_an_archive() -> None:
    text = (
        "Politique de confidentialité\n\nDurées de conservation\n\nLe dossier client est conservé "
        "pendant la durée du contrat puis, en archivage intermédiaire, cinq ans.\n"
    )
    draft = draft_of(of(text, "fr"))
    policy = parse_policy(render(draft, "policy.txt"), "policy.yaml")
    [rule] = [rule for a in policy.activities.values() for rule in a.retention]
    assert rule.archive is not None
    assert policy.places[rule.archive.place].kind == "archive"
