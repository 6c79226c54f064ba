"""Decisions about a draft outlive the next version of the text, or are reported."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from reading.corpus import of
from troth.policy.load import parse_policy
from troth.reading.draft.build import draft_of
from troth.reading.draft.render import render
from troth.reading.frames.frame import Confidence
from troth.reading.review.apply import Outcome, apply, open_elements, quote_of
from troth.reading.review.overlay import EMPTY, Decision, Overlay, parse_overlay, write_overlay
from troth.reading.text import Text

REPORTS = "Crash reports are kept for 3 to 6 months."
FIRST = f"""Privacy policy of Weir Ltd

Purposes

We use your data for the following purposes:
- delivering your orders, on the basis of our contract with you;
- analysing crash reports, for our legitimate interest in a stable app.

Retention

Orders are kept for five years after the end of the contract.

{REPORTS}
"""


def _rule(text: Text) -> tuple[str, str]:
    """The path and sentence of the doubtful rule."""
    [element] = [
        e
        for e in draft_of(text).listed()
        if ".retention." in e.path and e.confidence is Confidence.DOUBTFUL
    ]
    quote = quote_of(element)
    assert quote == REPORTS
    return element.path, quote


def _decided(characters: str, *decisions: Decision) -> tuple[dict[str, object], list[Outcome]]:
    text = of(characters)
    draft, outcomes = apply(draft_of(text), Overlay(troth=1, decisions=decisions), text)
    parse_policy(render(draft, "x"), "policy.yaml")
    return draft.policy, list(outcomes)


def _periods(policy: dict[str, object]) -> set[str]:
    activities = policy["activities"]
    assert isinstance(activities, dict)
    rules = [rule for a in activities.values() for rule in a.get("retention", [])]
    return {str(rule.get("period")) for rule in rules}


def _correction() -> Decision:
    path, quote = _rule(of(FIRST))
    return Decision(path=path, quote=quote, decision="corrected", value={"period": "P4M"})


def test_a_correction_counts_and_closes_the_element() -> None:
    text = of(FIRST)
    decision = _correction()
    draft, [outcome] = apply(draft_of(text), EMPTY.with_decision(decision), text)
    assert outcome.fate == "applied"
    assert _periods(draft.policy) == {"P5Y", "P4M"}
    assert decision.path not in {e.path for e in open_elements(draft)}
    [element] = [e for e in draft.elements if e.path == decision.path]
    assert (element.origin, element.confidence) == ("review", Confidence.SURE)


def test_the_draft_that_is_given_is_left_alone() -> None:
    text = of(FIRST)
    draft = draft_of(text)
    before = render(draft, "x")
    apply(draft, EMPTY.with_decision(_correction()), text)
    assert render(draft, "x") == before


def test_a_correction_survives_other_changes_of_the_text() -> None:
    second = FIRST.replace("Retention\n", "Retention\n\nWe keep as little as we can.\n").replace(
        "five years", "six years"
    )
    policy, [outcome] = _decided(second, _correction())
    assert outcome.fate == "applied"
    assert _periods(policy) == {"P6Y", "P4M"}


def test_a_correction_finds_its_sentence_under_another_path() -> None:
    second = FIRST.replace("analysing crash reports", "studying why the app fails: crash reports")
    policy, [outcome] = _decided(second, _correction())
    assert outcome.fate == "moved"
    assert outcome.path != _correction().path
    assert "P4M" in _periods(policy)


def test_a_sentence_that_is_gone_is_reported_and_its_decision_does_not_count() -> None:
    second = FIRST.replace("3 to 6 months", "2 to 4 months")
    policy, [outcome] = _decided(second, _correction())
    assert outcome.fate == "quote-gone"
    assert "P4M" not in _periods(policy)


def test_an_answer_to_silence_counts_until_the_text_speaks() -> None:
    answer = Decision(
        path="controllers.weir.address", decision="corrected", value="1 Quay, Dunmere"
    )
    path = "controllers.weir.address"
    policy, [outcome] = _decided(FIRST, answer)
    controllers = policy["controllers"]
    assert isinstance(controllers, dict)
    assert outcome.fate == "applied"
    assert controllers["weir"]["address"] == "1 Quay, Dunmere"
    second = FIRST + "\nContact\n\nOur registered office is located at 9 Mill Lane, Dunmere.\n"
    _, [outcome] = _decided(second, answer)
    assert (outcome.fate, outcome.path) == ("now-said", path)


def test_what_would_break_the_policy_does_not_count() -> None:
    path, quote = _rule(of(FIRST))
    wrong = Decision(path=path, quote=quote, decision="corrected", value={"period": "soon"})
    nowhere = Decision(path="nothing.of.this", decision="corrected", value=1)
    policy, outcomes = _decided(FIRST, wrong, nowhere)
    assert [o.fate for o in outcomes] == ["invalid", "leads-nowhere"]
    assert "period" in outcomes[0].why
    assert "soon" not in _periods(policy)


def test_what_was_misread_is_removed() -> None:
    path, quote = _rule(of(FIRST))
    policy, _ = _decided(FIRST, Decision(path=path, quote=quote, decision="removed"))
    assert _periods(policy) == {"P5Y"}


def test_acceptance_takes_the_mark_of_doubt_away() -> None:
    path, quote = _rule(of(FIRST))
    before, _ = _decided(FIRST)
    after, _ = _decided(FIRST, Decision(path=path, quote=quote, decision="accepted"))
    assert str(before).count("doubtful:") == str(after).count("doubtful:") + 1


_plain = st.recursive(
    st.none() | st.booleans() | st.integers(-9, 9) | st.text(max_size=12),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3)
    ),
    max_leaves=6,
)


@given(
    st.lists(
        st.builds(
            Decision,
            path=st.text(min_size=1, max_size=20),
            quote=st.none() | st.text(max_size=30),
            decision=st.sampled_from(["accepted", "corrected", "removed"]),
            value=_plain,
        ),
        max_size=4,
    )
)
def test_the_file_keeps_every_decision(decisions: list[Decision]) -> None:
    overlay = Overlay(troth=1, decisions=tuple(decisions))
    assert parse_overlay(write_overlay(overlay), "policy.review.yaml") == overlay
