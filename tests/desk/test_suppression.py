"""A keyed hash remembers whom not to contact, renews itself when it blocks, and ends."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta

import pytest

from desk.promise import ANN, BEN, MAP, NOW, ORG, POLICY, act, promise
from stories.organisation import policy_of
from troth.desk.told.forget import forget_ended
from troth.desk.told.own_periods import own_period
from troth.desk.told.suppression import (
    Gate,
    ask,
    block,
    consent_and_suppress,
    gives_birth,
    parse_contacts,
    record_and_suppress,
)
from troth.errors import Refused
from troth.grounds.facts import Act, ConsentFact, Identifier
from troth.ledger.acts import read_acts
from troth.ledger.entries import read_entries
from troth.ledger.ledger import Ledger
from troth.ledger.suppression import list_suppressions
from troth.ledger.verify import verify
from troth.policy.load import parse_policy

SPELLED = Identifier("email", "  ANN@mail.example ")


def day(text: str) -> datetime:
    """Late in the evening: in Paris it is the next day already."""
    return datetime.fromisoformat(f"{text}T23:30:00+00:00").astimezone(UTC)


def take(
    ledger: Ledger, one: Act, at: datetime = NOW, then: Callable[[], object] = lambda: None
) -> Act:
    with ledger.writing(ORG) as writing:
        (made,) = record_and_suppress(
            writing, [one], promise().policy, promise().map, by="dpo", at=at
        )
        then()
    return made


def attempt(ledger: Ledger, *contacts: Identifier, at: datetime = NOW) -> Gate:
    many = [[contact] for contact in contacts]
    return block(ledger, ORG, many, promise().policy, promise().map, at=at)


def forget(ledger: Ledger, at: datetime) -> int:
    with ledger.writing(ORG) as writing:
        return forget_ended(writing, promise().policy, promise().map, at=at).hashes


def days(ledger: Ledger) -> list[tuple[date, date | None]]:
    with ledger.reading(ORG) as reading:
        return [(one.born_on, one.blocked_on) for one in list_suppressions(reading)]


@pytest.mark.clause("SMA-5c-5", "SMA-3-32", "SPI-RGT-5")
@pytest.mark.parametrize("kind", ["opt-out", "objection", "erasure"])
def test_after_stop_a_reimport_is_blocked_however_it_is_spelled(ledger: Ledger, kind: str) -> None:
    assert attempt(ledger, ANN) == Gate(1, ())
    take(ledger, act(kind))
    assert attempt(ledger, BEN, SPELLED, BEN) == Gate(3, (1,))
    with ledger.reading(ORG) as reading:
        (one,) = list_suppressions(reading)
        journal = str([entry.payload for entry in read_entries(reading)])
        assert verify(reading).ok
    assert len(one.digest) == 64
    assert one.digest not in journal
    assert "mail.example" not in journal


@pytest.mark.clause("SMA-3-32")
def test_the_key_is_of_one_organisation(ledger: Ledger) -> None:
    take(ledger, act("opt-out"))
    with ledger.writing("other") as writing:
        record_and_suppress(
            writing, [act("opt-out")], promise().policy, promise().map, by="dpo", at=NOW
        )
        (theirs,) = list_suppressions(writing)
    with ledger.reading(ORG) as reading:
        (ours,) = list_suppressions(reading)
    assert ours.digest != theirs.digest


def test_act_and_hash_are_written_together_or_not_at_all(ledger: Ledger) -> None:
    with pytest.raises(ZeroDivisionError):
        take(ledger, act("opt-out"), then=lambda: 1 // 0)
    with ledger.reading(ORG) as reading:
        assert (read_acts(reading, NOW), list_suppressions(reading)) == ((), ())


def test_which_acts_give_birth() -> None:
    policy = promise().policy
    assert gives_birth(act("opt-out"), policy)
    assert gives_birth(act("erasure"), policy)
    assert gives_birth(act("erasure", categories=("contact",)), policy)
    assert gives_birth(act("objection", activities=("newsletter",)), policy)
    assert not gives_birth(act("objection", activities=("security",)), policy)
    assert not gives_birth(act("erasure", categories=("log",)), policy)
    assert not gives_birth(act("erasure", places=("shop",)), policy)
    assert not gives_birth(act("restriction"), policy)
    silent = parse_policy(POLICY.replace("    direct_marketing: true\n", ""), "policy.yaml")
    assert gives_birth(act("erasure"), silent)
    assert not gives_birth(act("objection"), silent)


@pytest.mark.clause("SMA-3-32")
def test_a_blocked_attempt_renews_and_the_policy_says_when_it_ends(ledger: Ledger) -> None:
    take(ledger, act("opt-out"), at=day("2026-03-10"))
    assert days(ledger) == [(date(2026, 3, 11), None)], "days are those of Paris"
    assert attempt(ledger, ANN, at=day("2027-06-01")).blocked == (0,)
    assert days(ledger) == [(date(2026, 3, 11), date(2027, 6, 2))]
    assert forget(ledger, at=day("2028-03-10")) == 0, "two years from the birth are over"
    assert forget(ledger, at=datetime(2029, 6, 1, 12, tzinfo=UTC)) == 0
    assert forget(ledger, at=day("2029-06-01")) == 1, "two years from the attempt"
    assert attempt(ledger, ANN, at=day("2029-06-02")) == Gate(1, ())
    with ledger.reading(ORG) as reading:
        found = verify(reading)
        entries = list(read_entries(reading))
    assert found.ok, found.findings
    (gone,) = (entry.payload for entry in entries if entry.kind == "facts-forgotten")
    assert gone is not None
    assert gone["count"] == 1
    assert "suppression-two-years" in gone["reason"]
    kept = [entry.payload for entry in entries if entry.kind == "suppression-recorded"]
    assert kept == [None, None], "the proof goes with what it proves"


def test_looking_renews_nothing_and_one_day_renews_once(ledger: Ledger) -> None:
    take(ledger, act("opt-out"))
    with ledger.reading(ORG) as reading:
        gate, _ = ask(reading, [[BEN, SPELLED]], promise().map)
    assert gate == Gate(1, (0,)), "one of several names is enough"
    later = day("2026-05-01")
    attempt(ledger, ANN, at=later)
    with ledger.reading(ORG) as reading:
        before = len(list(read_entries(reading)))
    attempt(ledger, ANN, at=later)
    with ledger.reading(ORG) as reading:
        assert len(list(read_entries(reading))) == before
    assert days(ledger) == [(date(2026, 3, 10), date(2026, 5, 2))]


def test_a_file_of_thousands_is_asked_in_sets(ledger: Ledger) -> None:
    with ledger.writing(ORG) as writing:
        acts = [
            act("opt-out", Identifier("email", f"p{n}@mail.example")) for n in range(0, 12_000, 3)
        ]
        record_and_suppress(writing, acts, promise().policy, promise().map, by="dpo", at=NOW)
    text = ["Mail,x\n", *(f"P{n}@Mail.example,{n}\n" for n in range(12_000))]
    read = parse_contacts(text, "contacts.csv", promise().map, {"Mail": "email"})
    at = day("2026-05-01")
    gate = block(ledger, ORG, read.contacts, promise().policy, promise().map, at=at)
    with ledger.reading(ORG) as reading:
        recorded = [e for e in read_entries(reading) if e.kind == "suppression-recorded"]
    assert gate == Gate(12_000, tuple(range(0, 12_000, 3)))
    assert len(recorded) == 2, "one entry for the births, one for the attempts"


@pytest.mark.parametrize(
    ("text", "named", "code"),
    [
        ("name\nAnn\n", {}, "contact-file-columns"),
        ("email\na@b\n", {"Mail": "email"}, "contact-file-columns"),
        ("name,email\nAnn,a@b\nBen\n", {}, "contact-file-line"),
    ],
)
def test_a_file_that_cannot_be_asked_about_is_refused(
    text: str, named: dict[str, str], code: str
) -> None:
    with pytest.raises(Refused) as refused:
        parse_contacts(text.splitlines(keepends=True), "c.csv", promise().map, named)
    assert refused.value.code == code
    assert "Ben" not in str(refused.value)


def test_every_way_of_comparing_a_namespace_counts(ledger: Ledger) -> None:
    """Two columns compare the same namespace differently: either spelling is remembered."""
    from troth.datamap.load import parse_map

    both = MAP.replace("name: {category: contact}", "name: {category: contact, identity: email}")
    datamap, _ = parse_map(both, "map.yaml", promise().policy)
    with ledger.writing(ORG) as writing:
        record_and_suppress(writing, [act("opt-out")], promise().policy, datamap, by="dpo", at=NOW)
        assert len(list_suppressions(writing)) == 2
        assert ask(writing, [[SPELLED]], datamap)[0].blocked == (0,)


def say(ledger: Ledger, state: str, at: datetime, consent: str = "offers") -> None:
    """A consent on which the newsletter rests here, given or taken back."""
    text = POLICY.replace(
        "{kind: legitimate-interests, interest: offers, clauses: [F-1]}",
        "{kind: consent, consent: offers, clauses: [F-1]}",
    )
    text += "consents:\n  offers: {label: Offers, clauses: [F-1]}\n"
    text += "  survey: {label: Surveys, clauses: [F-1]}\n"
    fact = ConsentFact(ANN, consent, state, at)  # type: ignore[arg-type] - a word
    policy = parse_policy(text, "policy.yaml")
    with ledger.writing(ORG) as writing:
        consent_and_suppress(
            writing, [fact], policy, promise().map, by="site", at=day("2026-06-01")
        )


@pytest.mark.clause("SMA-3-32")
def test_after_unsubscribing_a_reimport_is_blocked_until_the_person_consents_anew(
    ledger: Ledger,
) -> None:
    say(ledger, "withdrawn", NOW, consent="survey")
    assert attempt(ledger, ANN).blocked == ()
    say(ledger, "withdrawn", NOW)
    assert attempt(ledger, SPELLED).blocked == (0,)
    say(ledger, "given", NOW - timedelta(days=1))
    assert attempt(ledger, ANN).blocked == (0,), "an older consent, recorded late, changes nothing"
    say(ledger, "given", NOW + timedelta(days=1))
    assert attempt(ledger, ANN).blocked == ()
    with ledger.reading(ORG) as reading:
        assert (found := verify(reading)).ok, found.findings


def test_a_fresh_consent_does_not_undo_an_opt_out(ledger: Ledger) -> None:
    take(ledger, act("opt-out"))
    say(ledger, "withdrawn", NOW)
    say(ledger, "given", NOW + timedelta(days=1))
    assert attempt(ledger, ANN).blocked == (0,)


@pytest.mark.clause("SMA-3-32")
@pytest.mark.parametrize(
    ("name", "event", "period", "rule"),
    [
        ("softfil", "suppression-renewed", "P3Y", "suppression-hash"),
        ("softfil", "request-closed", "P5Y", "request-record"),
        ("softfil", "directive-ended", "P0D", "death-directive"),
        ("spimed", "suppression-renewed", "P3Y", "suppression-hashes"),
    ],
)
def test_the_examples_say_how_long_the_ledger_keeps(
    name: str, event: str, period: str, rule: str
) -> None:
    found = own_period(policy_of(name, {}), event)  # type: ignore[arg-type] - a word
    assert (str(found.period), found.rule, found.floor) == (period, rule, False)
