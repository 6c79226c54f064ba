"""What checks counted, day by day: one organisation's, bounded, and outside the journal."""

from __future__ import annotations

from datetime import date, timedelta

from troth.ledger.ledger import Ledger
from troth.ledger.matches import KEPT_DAYS, read_matches, record_matches

TODAY = date(2026, 1, 15)
LOGS, MAIL = ("logs", "shop.log"), ("mail", "shop.customer")


def record(ledger: Ledger, day: date, rows: dict[tuple[str, str], int], who: str = "acme") -> None:
    with ledger.writing(who) as writing:
        record_matches(writing, day, rows)


def test_days_are_read_oldest_first_and_only_earlier_ones(ledger: Ledger) -> None:
    record(ledger, TODAY, {LOGS: 3})
    record(ledger, TODAY - timedelta(days=1), {LOGS: 4, MAIL: 0})
    record(ledger, TODAY - timedelta(days=9), {LOGS: 5})
    with ledger.reading("acme") as reading:
        found = read_matches(reading, TODAY)
    assert found == {
        LOGS: ((TODAY - timedelta(days=9), 5), (TODAY - timedelta(days=1), 4)),
        MAIL: ((TODAY - timedelta(days=1), 0),),
    }


def test_a_second_check_of_a_day_takes_the_place_of_the_first(ledger: Ledger) -> None:
    record(ledger, TODAY, {LOGS: 3, MAIL: 1})
    record(ledger, TODAY, {LOGS: 7})
    with ledger.reading("acme") as reading:
        assert read_matches(reading, TODAY + timedelta(days=1)) == {LOGS: ((TODAY, 7),)}


def test_old_days_go_and_organisations_are_apart(ledger: Ledger) -> None:
    record(ledger, TODAY - timedelta(days=KEPT_DAYS + 1), {LOGS: 1})
    record(ledger, TODAY - timedelta(days=KEPT_DAYS + 1), {LOGS: 2}, who="other")
    record(ledger, TODAY, {})
    with ledger.reading("acme") as reading:
        assert read_matches(reading, TODAY) == {}
    with ledger.reading("other") as reading:
        assert read_matches(reading, TODAY) == {LOGS: ((TODAY - timedelta(days=KEPT_DAYS + 1), 2),)}


def test_the_journal_does_not_grow(ledger: Ledger) -> None:
    with ledger.writing("acme") as writing:
        before = writing.head
        record_matches(writing, TODAY, {LOGS: 3})
        assert writing.head == before
