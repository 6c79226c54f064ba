"""Facts: what is written is what is read, at the right instants, with its history."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from ledger.conftest import NOW
from troth.errors import Problems, Refused
from troth.grounds.facts import (
    Act,
    ConsentFact,
    DayFact,
    Decision,
    Identifier,
    KeptDay,
    Warning,
)
from troth.law.calendar import Period
from troth.law.limitation import Suspension
from troth.ledger.acts import Verdict, record_acts, record_verdicts
from troth.ledger.consents import parse_consents, read_consents, record_consents
from troth.ledger.days import record_days
from troth.ledger.entries import last_journalled, read_entries
from troth.ledger.facts import facts_version, read_facts, with_newer_acts
from troth.ledger.holds import add_hold, lift_hold, list_holds
from troth.ledger.invitations import (
    Invitation,
    mark_bounced,
    mark_sent,
    note_attempt,
    queue_invitations,
    waiting_invitations,
)
from troth.ledger.kept import forget_days, keep_days
from troth.ledger.ledger import Ledger
from troth.ledger.limitations import (
    LimitationFile,
    close_limitation,
    find_limitation,
    record_limitation,
)
from troth.ledger.plans import approve_plan
from troth.ledger.scope import parse_person, parse_rows
from troth.ledger.verify import verify

ORG = "acme"
DAY = timedelta(days=1)
JO = Identifier("email", "jo@customer.example")


def _hold(ledger: Ledger, **scope: object) -> str:
    with ledger.writing(ORG) as writing:
        hold = add_hold(
            writing,
            case="2026/17",
            reason="claim for payment",
            by="legal",
            at=NOW,
            **scope,  # type: ignore[arg-type]  # each test names its own scope
        )
    return hold.id


@pytest.mark.clause("SPI-RET-12", "SMA-3-18")
def test_a_hold_is_read_as_it_was_opened(ledger: Ledger) -> None:
    with ledger.writing(ORG) as writing:
        opened = add_hold(
            writing,
            case="2026/17",
            reason="claim for payment",
            by="legal",
            at=NOW,
            persons=[JO],
            tables=[("shop", "invoice")],
            rows=[("shop", "ticket", (17,)), ("shop", "line", ("A,1", 2))],
            review_on=date(2027, 1, 15),
        )
    assert read_facts(ledger, ORG, NOW).holds == (opened,)
    assert opened.case == "2026/17"
    assert opened.rows == (("shop", "ticket", (17,)), ("shop", "line", ("A,1", 2)))
    with ledger.reading(ORG) as reading:
        assert list_holds(reading)[0].opened_by == "legal"


@pytest.mark.clause("SPI-RET-12", "SMA-3-18")
@pytest.mark.parametrize(
    "scope",
    [
        {},
        {"tables": [("shop", "invoice")]},
        {"persons": [Identifier("email", "*")]},
        {"persons": [Identifier("email", " ")]},
        {"rows": [("shop", "invoice", ())]},
        {"rows": [("shop", "invoice", ("%",))]},
        {"persons": [JO], "tables": [("shop", "everything")]},
    ],
)
def test_a_hold_on_everything_is_refused_and_leaves_nothing(
    ledger: Ledger, scope: dict[str, object]
) -> None:
    with pytest.raises(Refused) as refused:
        _hold(ledger, **scope)
    assert refused.value.code == "hold-without-scope"
    assert read_facts(ledger, ORG, NOW).holds == ()
    assert facts_version(ledger, ORG) == 0
    with ledger.reading(ORG) as reading:
        assert list(read_entries(reading)) == []


@pytest.mark.clause("SMA-3-19", "SPI-RET-12")
def test_a_lifted_hold_counts_until_that_instant_and_stays_in_history(ledger: Ledger) -> None:
    hold = _hold(ledger, persons=[JO])
    with ledger.writing(ORG) as writing:
        lift_hold(writing, hold, reason="settled", by="legal", at=NOW + DAY)
    assert [h.id for h in read_facts(ledger, ORG, NOW + DAY / 2).holds] == [hold]
    assert read_facts(ledger, ORG, NOW + DAY).holds == ()
    with ledger.reading(ORG) as reading:
        (record,) = list_holds(reading)
        kinds = [entry.kind for entry in read_entries(reading)]
    assert record.hold.lifted_at == NOW + DAY
    assert (record.lifted_by, record.lifted_because) == ("legal", "settled")
    assert kinds == ["hold-added", "hold-lifted"]


def test_a_hold_is_lifted_once_and_only_if_it_exists(ledger: Ledger) -> None:
    hold = _hold(ledger, persons=[JO])
    with ledger.writing(ORG) as writing:
        lift_hold(writing, hold, reason="settled", by="legal", at=NOW)
    for name, code in ((hold, "hold-already-lifted"), ("hold-none", "unknown-hold")):
        with pytest.raises(Refused) as refused, ledger.writing(ORG) as writing:
            lift_hold(writing, name, reason="again", by="legal", at=NOW)
        assert refused.value.code == code


def test_a_hold_opened_later_is_not_known_before(ledger: Ledger) -> None:
    _hold(ledger, persons=[JO])
    assert read_facts(ledger, ORG, NOW - timedelta(microseconds=1)).holds == ()


def test_rows_and_persons_as_a_person_writes_them() -> None:
    assert parse_person("email=jo@customer.example") == JO
    assert parse_rows("shop.invoice:17,A-18") == (
        ("shop", "invoice", (17,)),
        ("shop", "invoice", ("A-18",)),
    )
    assert parse_rows("shop.line:17/2") == (("shop", "line", (17, 2)),)
    assert parse_rows("shop.line:007") == (("shop", "line", ("007",)),)
    assert parse_rows('shop.line:["17", 2]') == (("shop", "line", ("17", 2)),)
    for wrong in ("shop.line", "shop:1", "shop.line:[1", "shop.line:[1.5]"):
        with pytest.raises(Refused):
            parse_rows(wrong)


def test_consents_keep_every_act_in_order(ledger: Ledger) -> None:
    given = ConsentFact(JO, "newsletter", "given", NOW - 3 * DAY)
    withdrawn = replace(given, state="withdrawn", at=NOW - DAY)
    with ledger.writing(ORG) as writing:
        assert record_consents(writing, [given, withdrawn], by="import", at=NOW) == 2
    assert read_facts(ledger, ORG, NOW).consents == (given, withdrawn)
    with ledger.reading(ORG) as reading:
        assert read_consents(reading, NOW, Identifier("email", "al@customer.example")) == ()
        assert len(list(read_entries(reading))) == 2


def test_a_consent_of_tomorrow_is_refused(ledger: Ledger) -> None:
    late = ConsentFact(JO, "newsletter", "given", NOW + DAY)
    with pytest.raises(Refused, match="consent-in-the-future"), ledger.writing(ORG) as writing:
        record_consents(writing, [late], by="import", at=NOW)


KNOWN = ("newsletter",)


def test_an_import_names_every_wrong_line_and_no_value() -> None:
    lines = [
        "namespace,value,consent,state,at\n",
        "email,jo@customer.example,newsletter,given,2026-01-01T09:00:00+01:00\n",
        "email,secret-one@customer.example,newsletter,perhaps,2026-01-01T09:00:00+01:00\n",
        "email,secret-two@customer.example,newsletter,given,2026-01-01\n",
        "email,,newsletter,given,2026-01-01T09:00:00Z\n",
        "email,secret-three@customer.example,newsletter\n",
        "email,secret-four@customer.example,secret-letter,given,2026-01-01T09:00:00Z\n",
    ]
    with pytest.raises(Problems) as problems:
        parse_consents(lines, "old.csv", KNOWN)
    assert [problem.place for problem in problems.value.problems] == [
        "old.csv:3",
        "old.csv:4",
        "old.csv:5",
        "old.csv:6",
        "old.csv:7",
    ]
    assert "no such consent; it has newsletter" in str(problems.value)
    assert "secret" not in str(problems.value)
    (fact,) = parse_consents(lines[:2], "old.csv", KNOWN)
    assert fact.at == datetime(2026, 1, 1, 8, tzinfo=UTC)


def test_an_import_without_its_header_says_which_columns_are_missing() -> None:
    with pytest.raises(Refused, match="lacks state, at"):
        parse_consents(["namespace,value,consent\n"], "old.csv", KNOWN)


def test_a_later_day_replaces_an_earlier_one_and_none_clears_it(ledger: Ledger) -> None:
    person = Identifier("customer-number", "42")
    for offset, day in enumerate([date(2025, 3, 1), date(2025, 4, 1), None]):
        with ledger.writing(ORG) as writing:
            record_days(
                writing, [("relation-closed", person, day)], by="dpo", at=NOW + offset * DAY
            )
    for offset, day in enumerate([date(2025, 3, 1), date(2025, 4, 1), None]):
        at = NOW + offset * DAY
        assert read_facts(ledger, ORG, at).days == (DayFact("relation-closed", person, day, at),)


@pytest.mark.clause("SMA-3-20")
def test_a_limitation_file_shows_its_end_as_a_day_of_the_case(ledger: Ledger) -> None:
    case = Identifier("case", "2020-004")
    file = LimitationFile("2020-004", "unpaid work", date(2020, 1, 10), "general")
    ends = []
    for offset, acts in enumerate([(), (date(2022, 1, 10),)]):
        with ledger.writing(ORG) as writing:
            changed = replace(file, interruptions=acts)
            record_limitation(writing, changed, by="legal", at=NOW + offset * DAY)
        (fact,) = read_facts(ledger, ORG, NOW + offset * DAY).days
        assert (fact.event, fact.subject) == ("limitation-end", case)
        ends.append(fact.day)
    assert ends == [date(2025, 1, 10), date(2027, 1, 10)]


@pytest.mark.clause("SMA-3-17")
def test_a_file_without_type_cannot_be_closed_and_with_one_counts_from_its_settlement(
    ledger: Ledger,
) -> None:
    file = LimitationFile("2020-004", "unpaid work", date(2020, 1, 10))
    with ledger.writing(ORG) as writing:
        record_limitation(writing, file, by="legal", at=NOW)
    (fact,) = read_facts(ledger, ORG, NOW).days
    assert fact.day is None
    with pytest.raises(Refused) as refused, ledger.writing(ORG) as writing:
        close_limitation(writing, "2020-004", settled_on=date(2021, 2, 10), by="l", at=NOW)
    assert refused.value.code == "limitation-without-type"
    with ledger.writing(ORG) as writing:
        typed = replace(file, limitation_type="general")
        record_limitation(writing, typed, by="legal", at=NOW)
        close_limitation(writing, "2020-004", settled_on=date(2021, 2, 10), by="l", at=NOW)
    (fact,) = read_facts(ledger, ORG, NOW).days
    assert fact.day == date(2026, 2, 10)


def test_a_limitation_file_is_read_as_it_was_written(ledger: Ledger) -> None:
    file = LimitationFile(
        "2020-004",
        "unpaid work",
        date(2020, 1, 10),
        None,
        Period(months=18),
        (date(2020, 6, 1),),
        (Suspension(date(2020, 3, 12), date(2020, 6, 24)), Suspension(date(2021, 1, 1))),
        date(2021, 5, 5),
    )
    with ledger.writing(ORG) as writing:
        record_limitation(writing, file, by="legal", at=NOW)
        assert find_limitation(writing, "2020-004", NOW) == file
    with pytest.raises(Refused, match="unknown-case"), ledger.reading(ORG) as reading:
        find_limitation(reading, "2020-005", NOW)


def test_the_limitation_end_is_never_set_by_hand(ledger: Ledger) -> None:
    day = ("limitation-end", Identifier("case", "2020-004"), date(2030, 1, 1))
    with pytest.raises(Refused, match="computed"), ledger.writing(ORG) as writing:
        record_days(writing, [day], by="legal", at=NOW)


def test_an_invitation_forgets_the_address_once_sent(ledger: Ledger) -> None:
    message = Invitation(
        "accounts", "shop", "account", (42,), "jo@customer.example", "Still there?", "Log in."
    )
    with ledger.writing(ORG) as writing:
        (id,) = queue_invitations(writing, [message, message], at=NOW)
        assert queue_invitations(writing, [message], at=NOW) == []
    with ledger.writing(ORG) as writing:
        note_attempt(writing, id, error="connection-refused")
    assert read_facts(ledger, ORG, NOW).warnings == ()
    with ledger.reading(ORG) as reading:
        (queued,) = waiting_invitations(reading)
    assert (queued.invitation, queued.attempts) == (message, 1)
    with ledger.writing(ORG) as writing:
        mark_sent(writing, id, at=NOW + DAY)
    sent = Warning("accounts", "shop", "account", (42,), NOW + DAY)
    assert read_facts(ledger, ORG, NOW + DAY).warnings == (sent,)
    with ledger.writing(ORG) as writing:
        mark_bounced(writing, id, at=NOW + 2 * DAY)
        mark_bounced(writing, id, at=NOW + 3 * DAY)
    assert read_facts(ledger, ORG, NOW + 2 * DAY).warnings == (replace(sent, bounced=True),)
    with ledger.reading(ORG) as reading:
        assert waiting_invitations(reading) == ()
        assert "jo@" not in repr([entry.payload for entry in read_entries(reading)])
    with pytest.raises(Refused, match="unknown-invitation"), ledger.writing(ORG) as writing:
        mark_sent(writing, id, at=NOW + 4 * DAY)


def test_kept_days_may_be_kept_twice_and_are_forgotten(ledger: Ledger) -> None:
    days = [KeptDay("shop", "customer", (n,), "last-order", date(2020, 5, n + 1)) for n in range(3)]
    for _ in range(2):
        with ledger.writing(ORG) as writing:
            keep_days(writing, days, at=NOW)
    assert read_facts(ledger, ORG, NOW).kept == tuple(days)
    with ledger.writing(ORG) as writing:
        assert forget_days(writing, days[:2], at=NOW) == 2
    assert read_facts(ledger, ORG, NOW).kept == (days[2],)


def test_the_version_grows_with_every_fact_and_with_nothing_else(ledger: Ledger) -> None:
    person = Identifier("customer-number", "42")
    seen = [facts_version(ledger, ORG)]
    _hold(ledger, persons=[JO])
    seen.append(facts_version(ledger, ORG))
    with ledger.writing(ORG) as writing:
        writing.append("plan-approved", NOW, {"plan": "ab"})
    assert facts_version(ledger, ORG) == seen[-1]
    with ledger.writing(ORG) as writing:
        record_days(writing, [("relation-closed", person, None)], by="dpo", at=NOW)
    seen.append(facts_version(ledger, ORG))
    with ledger.writing(ORG) as writing:
        record_consents(writing, [ConsentFact(JO, "newsletter", "given", NOW)], by="import", at=NOW)
    seen.append(facts_version(ledger, ORG))
    assert seen == sorted(set(seen))
    assert read_facts(ledger, ORG, NOW).version == seen[-1]


def test_nothing_personal_reaches_the_journal(ledger: Ledger) -> None:
    with ledger.writing(ORG) as writing:
        add_hold(
            writing,
            case="Jo Secret v. Acme",
            reason="Jo Secret claims",
            by="Lawyer Secret",
            at=NOW,
            persons=[Identifier("email", "secret@customer.example")],
            rows=[("shop", "invoice", ("secret-key",))],
        )
        record_consents(
            writing,
            [ConsentFact(Identifier("email", "secret@customer.example"), "news", "given", NOW)],
            by="Clerk Secret",
            at=NOW,
        )
        record_days(writing, [("closed", Identifier("nr", "secret"), NOW.date())], by="x", at=NOW)
        file = LimitationFile("secret-case", "Secret matter", date(2020, 1, 1), "general")
        record_limitation(writing, file, by="x", at=NOW)
        keep_days(writing, [KeptDay("s", "t", ("secret",), "last-order", NOW.date())], at=NOW)
    with ledger.reading(ORG) as reading:
        entries = list(read_entries(reading))
        assert verify(reading).ok
    assert len(entries) == 5
    assert "secret" not in repr(entries).lower()


def test_organisations_on_one_ledger_are_strictly_apart(ledger: Ledger) -> None:
    hold = _hold(ledger, persons=[JO])
    with ledger.writing(ORG) as writing:
        record_days(writing, [("closed", JO, NOW.date())], by="dpo", at=NOW)
        record_limitation(
            writing, LimitationFile("1", "m", date(2020, 1, 1), "general"), by="x", at=NOW
        )
        message = Invitation("r", "s", "t", (1,), "jo@customer.example", "s", "b")
        (id,) = queue_invitations(writing, [message], at=NOW)
        mark_sent(writing, id, at=NOW)
        queue_invitations(writing, [replace(message, key=(2,))], at=NOW)
        keep_days(writing, [KeptDay("s", "t", (1,), "e", NOW.date())], at=NOW)
    other = read_facts(ledger, "other", NOW)
    assert (other.version, other.holds, other.consents, other.days) == (0, (), (), ())
    assert (other.warnings, other.kept) == ((), ())
    with ledger.reading("other") as reading:
        assert list_holds(reading) == waiting_invitations(reading) == ()
        assert list(read_entries(reading)) == []
        assert last_journalled(reading) is None
    for act in (
        lambda writing: lift_hold(writing, hold, reason="theirs", by="x", at=NOW),
        lambda writing: mark_sent(writing, id, at=NOW),
        lambda writing: mark_bounced(writing, id, at=NOW),
    ):
        with pytest.raises(Refused), ledger.writing("other") as writing:
            act(writing)
    assert len(read_facts(ledger, ORG, NOW).holds) == 1


def test_the_last_journalled_instant_is_the_latest_ever(ledger: Ledger) -> None:
    with ledger.writing(ORG) as writing:
        writing.append("run-started", NOW + DAY, {})
        writing.append("run-started", NOW, {})
    with ledger.reading(ORG) as reading:
        assert last_journalled(reading) == NOW + DAY


def test_facts_with_the_acts_that_came_are_those_read_anew(ledger: Ledger) -> None:
    def act(name: str) -> Act:
        return Act("", "erasure", (Identifier("number", name),), NOW)

    def accepted(act: str) -> None:
        with ledger.writing(ORG) as writing:
            verdict = Verdict(Decision("accepted", NOW), decided_by="dpo")
            record_verdicts(writing, [(act, verdict)], at=NOW)

    with ledger.writing(ORG) as writing:
        first, second = record_acts(writing, [act("1"), act("2")], by="dpo", at=NOW)
    known = read_facts(ledger, ORG, NOW)
    accepted(first.id)
    with ledger.writing(ORG) as writing:
        third = record_acts(writing, [act("3")], by="dpo", at=NOW)[0]
        approve_plan(writing, "d" * 64, by="dpo", at=NOW, expires_at=NOW + DAY)
    accepted(third.id)
    newer = with_newer_acts(ledger, ORG, known, NOW)
    assert newer is not None
    assert newer == read_facts(ledger, ORG, NOW)
    assert [act.id for act in newer.acts] == [first.id, second.id, third.id]
    assert newer.acts[0].decisions == (Decision("accepted", NOW),)
    with ledger.writing(ORG) as writing:
        add_hold(
            writing, case="C", reason="r", by="dpo", at=NOW, persons=[Identifier("number", "1")]
        )
    assert with_newer_acts(ledger, ORG, newer, NOW) is None
