"""When jobs are due, by hand: nights, missed ones, clocks that are put on, back or wrong."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from troth.desk.nightly.times import Every, Nightly, next_due, night_begins, night_of
from troth.ledger.jobs import JobRecord

PARIS = ZoneInfo("Europe/Paris")
NIGHT = Nightly(time(2, 15))


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).astimezone(UTC)


def due(record: JobRecord, now: str) -> bool:
    return next_due(NIGHT, record, at(now), PARIS) <= at(now)


def test_a_night_begins_at_its_hour_in_the_zone() -> None:
    # 01:15 UTC in winter, 00:15 UTC in summer
    assert night_begins(date(2026, 1, 10), NIGHT.at, PARIS) == at("2026-01-10T01:15+00:00")
    assert night_begins(date(2026, 7, 10), NIGHT.at, PARIS) == at("2026-07-10T00:15+00:00")
    # 29 March 2026: 02:15 does not exist (the clock leaps from 2 to 3): 03:15 summer time
    assert night_begins(date(2026, 3, 29), NIGHT.at, PARIS) == at("2026-03-29T01:15+00:00")
    # 25 October 2026: 02:15 comes twice; the first is in summer time
    assert night_begins(date(2026, 10, 25), NIGHT.at, PARIS) == at("2026-10-25T00:15+00:00")
    assert night_of(at("2026-01-10T02:14+01:00"), NIGHT.at, PARIS) == date(2026, 1, 9)
    assert night_of(at("2026-01-10T02:15+01:00"), NIGHT.at, PARIS) == date(2026, 1, 10)


def test_once_a_night_also_where_an_hour_comes_twice() -> None:
    done = JobRecord("check", state="done", night=date(2026, 10, 25))
    assert not due(done, "2026-10-25T02:15+01:00")  # the second 02:15
    assert due(done, "2026-10-26T02:15+01:00")


def test_missed_nights_are_caught_up_once() -> None:
    done = JobRecord("check", state="done", night=date(2026, 1, 3))
    assert due(done, "2026-01-10T15:00+01:00")
    caught_up = JobRecord("check", state="done", night=date(2026, 1, 10))
    assert not due(caught_up, "2026-01-10T15:01+01:00")
    assert next_due(NIGHT, caught_up, at("2026-01-10T15:01+01:00"), PARIS) == at(
        "2026-01-11T02:15+01:00"
    )


def test_a_clock_that_goes_backwards_repeats_nothing_and_blocks_nothing() -> None:
    done = JobRecord("check", state="done", night=date(2026, 1, 10), ended_at=at("2026-01-10T03Z"))
    assert not due(done, "2026-01-08T15:00+01:00")  # two days back: that night was done
    hourly = Every(timedelta(hours=1))
    ahead = JobRecord("outbox", state="done", ended_at=at("2030-01-01T00Z"))
    now = at("2026-01-10T15Z")
    assert next_due(hourly, ahead, now, PARIS) == now
    failed = JobRecord("outbox", state="failed", failures=3, ended_at=at("2030-01-01T00Z"))
    assert next_due(hourly, failed, now, PARIS) == now


def test_failures_wait_longer_each_time() -> None:
    now = at("2026-01-10T15Z")
    waits = [
        next_due(NIGHT, JobRecord("check", failures=n, ended_at=now), now, PARIS) - now
        for n in (1, 2, 3, 9, 10, 500)
    ]
    minutes = [wait / timedelta(minutes=1) for wait in waits]
    assert minutes == [1, 2, 4, 256, 360, 360]
