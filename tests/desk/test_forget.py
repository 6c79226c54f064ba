"""The ledger forgets the record of a request at its own end; the hash stays until its."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from desk.promise import ANN, BEN, NOW, ORG, act, promise
from troth.desk.standing.record import record_event, record_request
from troth.desk.told.disclosures import disclose
from troth.desk.told.forget import Forgotten, forget_ended
from troth.desk.told.notify import acknowledge, open_for
from troth.desk.told.own_periods import own_period
from troth.desk.told.suppression import ask, block, record_and_suppress
from troth.grounds.facts import Act, Decision, Identifier
from troth.law.calendar import Period
from troth.ledger.acts import Verdict, list_acts, record_verdicts
from troth.ledger.disclosures import Disclosure, read_disclosures
from troth.ledger.documents import documents_of, store_document
from troth.ledger.entries import read_entries
from troth.ledger.holds import add_hold
from troth.ledger.ledger import Ledger
from troth.ledger.notices import read_notices
from troth.ledger.request_tables import request_keys
from troth.ledger.requests import Request, RequestEvent, read_requests
from troth.ledger.verify import verify
from troth.policy.load import parse_policy

CELLS = frozenset({("contact", "shop", "customer")})
MINIMAL = (Path(__file__).parents[1] / "policy" / "minimal.yaml").read_text(encoding="utf-8")
ANSWERED = NOW + timedelta(days=10)
LAST = datetime(2030, 3, 19, 12, tzinfo=UTC)
END = datetime(2030, 3, 20, 12, tzinfo=UTC)
"""Four years after the answer of 20 March 2026."""


def take(ledger: Ledger, *acts: Act) -> list[str]:
    with ledger.writing(ORG) as writing:
        made = record_and_suppress(writing, acts, promise().policy, promise().map, by="dpo", at=NOW)
    return [one.id for one in made]


def decide(ledger: Ledger, id: str, outcome: str = "accepted") -> None:
    verdict = Verdict(Decision(outcome, ANSWERED), decided_by="dpo", reason="Ann asked")  # type: ignore[arg-type] - a word
    with ledger.writing(ORG) as writing:
        record_verdicts(writing, [(id, verdict)], at=ANSWERED)


def forget(ledger: Ledger, at: datetime) -> Forgotten:
    with ledger.writing(ORG) as writing:
        return forget_ended(writing, promise().policy, promise().map, at=at)


def left(ledger: Ledger) -> list[str]:
    with ledger.reading(ORG) as reading:
        assert (found := verify(reading)).ok, found.findings
        return [record.act.kind for record in list_acts(reading, END)]


@pytest.mark.clause("SMA-3-32")
def test_an_erasure_is_forgotten_with_all_that_hung_on_it(ledger: Ledger) -> None:
    upper = Identifier("email", "ANN@mail.example")
    erasure, _ = take(ledger, act("erasure", upper), act("opt-out", ANN))
    decide(ledger, erasure)
    with ledger.writing(ORG) as writing:
        sent = Disclosure(ANN, "carrier", ("contact",), NOW, "order 1", None, ANN)
        other = Disclosure(BEN, "carrier", ("contact",), NOW, "order 2", None, BEN)
        disclose(writing, [sent, other], promise().policy, promise().map, by="dpo", at=NOW)
        (record,) = list_acts(writing, ANSWERED, [erasure])
        open_for(writing, record.act, "erase", promise(), by="dpo", at=ANSWERED, cells=CELLS)
    assert forget(ledger, END) == Forgotten(0, 1, 0), "a recipient has not answered: not closed"
    with ledger.writing(ORG) as writing:
        for name in ("host", "mailer", "carrier"):
            acknowledge(writing, erasure, name, proof="Ann", impossible=None, by="dpo", at=ANSWERED)
    assert forget(ledger, LAST).requests == 0
    assert forget(ledger, END).requests == 2
    assert left(ledger) == []
    with ledger.reading(ORG) as reading:
        assert [one.person for one in read_disclosures(reading)] == [BEN]
        assert read_notices(reading) == ()
        entries = {entry.kind: entry.payload for entry in read_entries(reading)}
    assert entries["facts-forgotten"] is not None
    assert entries["act-recorded"] is None, "nobody can be guessed from a digest with its salt"
    assert entries["act-decided"] is entries["notice-moved"] is entries["notice-opened"] is None


def test_the_hash_stays_when_the_request_goes(ledger: Ledger) -> None:
    (erasure,) = take(ledger, act("erasure"))
    decide(ledger, erasure)
    block(ledger, ORG, [[ANN]], promise().policy, promise().map, at=LAST)
    assert forget(ledger, END) == Forgotten(1, 0, 0)
    with ledger.reading(ORG) as reading:
        assert ask(reading, [[ANN]], promise().map)[0].blocked == (0,)


def test_what_still_protects_its_person_is_not_forgotten(ledger: Ledger) -> None:
    """Without the opt-out, the mailing that it stopped would begin again."""
    take(ledger, act("opt-out"), act("objection", activities=("security",)), act("death", BEN))
    assert forget(ledger, END).requests == 0
    assert left(ledger) == ["opt-out", "objection", "death"]


def test_a_refused_objection_goes_and_a_partial_erasure_takes_nothing_along(
    ledger: Ledger,
) -> None:
    refused, partial, _ = take(
        ledger,
        act("objection", activities=("security",)),
        act("erasure", categories=("log",)),
        act("opt-out"),
    )
    decide(ledger, refused, "refused")
    decide(ledger, partial)
    assert forget(ledger, END).requests == 2
    assert left(ledger) == ["opt-out"]


def test_what_is_open_is_not_closed(ledger: Ledger) -> None:
    take(ledger, act("erasure"), act("restriction", review_on=date(2026, 9, 1)))
    assert forget(ledger, END).requests == 0, "an erasure without deadline waits for its decision"
    assert forget(ledger, datetime(2030, 9, 1, 12, tzinfo=UTC)).requests == 1
    assert left(ledger) == ["erasure"]


def test_a_legal_hold_keeps_the_record(ledger: Ledger) -> None:
    (erasure,) = take(ledger, act("erasure"))
    decide(ledger, erasure)
    with ledger.writing(ORG) as writing:
        add_hold(
            writing,
            case="7",
            reason="claim",
            by="dpo",
            at=NOW,
            persons=[Identifier("email", "Ann@Mail.example")],
        )
    assert forget(ledger, END).requests == 0


def test_the_policy_says_how_long_and_else_we_do() -> None:
    own = own_period(promise().policy, "request-closed")
    assert (own.period, own.rule) == (Period(years=4), "request-four-years")
    silent = parse_policy(MINIMAL, "policy.yaml")
    assert own_period(silent, "request-closed").period == Period(years=5)
    assert own_period(silent, "suppression-renewed").rule is None


def test_a_request_as_it_came_goes_with_its_papers_at_its_own_end(ledger: Ledger) -> None:
    policy, key = promise().policy, b"k" * 32
    held = Identifier("email", "Held@mail.example")
    for number, contact in (("A-1", "ann@mail.example"), ("A-2", "held@mail.example")):
        new = Request(number, "access", "portal", NOW, date(2026, 4, 10), "en", contact, {})
        with ledger.writing(ORG) as writing:
            record_request(writing, policy, new, by="portal", at=NOW)
            for kind in ("package", "letter", "identity"):
                text = kind.encode()
                store_document(
                    writing, number, kind, text, "text/plain", desk_key=key, by="dpo", at=NOW
                )
            record_event(writing, policy, number, RequestEvent("closed", ANSWERED, "dpo"))
    with ledger.writing(ORG) as writing:
        add_hold(writing, case="7", reason="claim", by="dpo", at=NOW, persons=[held])

    def kinds(number: str) -> set[str]:
        with ledger.reading(ORG) as reading:
            assert verify(reading).ok
            return {one.kind for one in documents_of(reading, number)}

    assert forget(ledger, NOW + timedelta(days=89)).packages == 0
    assert forget(ledger, NOW + timedelta(days=90)).packages == 1
    assert (kinds("A-1"), len(kinds("A-2"))) == ({"letter", "identity"}, 3)
    assert forget(ledger, LAST).received == 0
    assert forget(ledger, END).received == 1  # four years after it was closed
    assert (kinds("A-1"), len(kinds("A-2"))) == (set(), 3)
    with ledger.reading(ORG) as reading:
        assert [one.number for one in read_requests(reading)] == ["A-2"]
        keys = reading.connection.execute(select(request_keys.c.number)).scalars().all()
    assert set(keys) == {"A-2"}
