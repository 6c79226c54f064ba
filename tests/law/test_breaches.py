"""The 72 hours of Art. 33, counted by hand."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from troth.law.breaches import clock_of, lacking, notifies, tells_persons


def at(text: str) -> datetime:
    return datetime.fromisoformat(text)


# Each: aware, due (72 hours later to the minute), and the end by Regulation 1182/71: the hour of
# the event does not count (3(1)), 72 full hours follow (3(2)). No line moves on to a working day:
# 3(4) is about periods expressed otherwise than in hours.
TABLE = [
    # Monday morning to Thursday morning
    ("2026-06-01T09:00+02:00", "2026-06-04T09:00+02:00", "2026-06-04T10:00+02:00"),
    # 09:20: the hour 09-10 does not count; the first hour is 10-11, the 72nd ends at 10
    ("2026-06-01T09:20+02:00", "2026-06-04T09:20+02:00", "2026-06-04T10:00+02:00"),
    # Friday afternoon to Monday: Saturday and Sunday count (3(3))
    ("2026-07-03T14:00+02:00", "2026-07-06T14:00+02:00", "2026-07-06T15:00+02:00"),
    # ends on a Sunday, and does not move to Monday
    ("2026-06-04T23:59+02:00", "2026-06-07T23:59+02:00", "2026-06-08T00:00+02:00"),
    # Good Friday eve 2026 (Thursday 2 April) to Easter Sunday, 5 April: nor over Easter Monday
    ("2026-04-02T18:00+02:00", "2026-04-05T18:00+02:00", "2026-04-05T19:00+02:00"),
    # Christmas Eve to Sunday 27 December
    ("2026-12-24T12:30+01:00", "2026-12-27T12:30+01:00", "2026-12-27T13:00+01:00"),
    # over the end of February, 2026 and the leap year 2028
    ("2026-02-27T08:15+01:00", "2026-03-02T08:15+01:00", "2026-03-02T09:00+01:00"),
    ("2028-02-27T08:15+01:00", "2028-03-01T08:15+01:00", "2028-03-01T09:00+01:00"),
    # clocks put forward on 29 March 2026 (71 hours on the wall would be too few): 16:00 CET + 72 h
    # is 17:00 CEST; clocks put back on 25 October 2026: 16:00 CEST + 72 h is 15:00 CET
    ("2026-03-27T16:00+01:00", "2026-03-30T17:00+02:00", "2026-03-30T18:00+02:00"),
    ("2026-10-23T16:00+02:00", "2026-10-26T15:00+01:00", "2026-10-26T16:00+01:00"),
    # over the turn of the year
    ("2026-12-30T23:10+01:00", "2027-01-02T23:10+01:00", "2027-01-03T00:00+01:00"),
]


@pytest.mark.parametrize(("aware", "due", "ends"), TABLE)
def test_the_clock_by_hand(aware: str, due: str, ends: str) -> None:
    clock = clock_of(at(aware))
    assert (clock.due, clock.ends) == (at(due), at(ends))
    assert not clock.late(clock.ends)
    assert clock.late(clock.ends + timedelta(seconds=1))
    assert clock.left(clock.aware) == timedelta(hours=72)


@pytest.mark.clause("COL-SEC-6", "PUB-SEC-2", "SPI-SEC-2")
def test_the_dates_of_the_catalogues() -> None:
    for aware, due in (
        ("2026-07-03T14:00+02:00", "2026-07-06T14:00+02:00"),
        ("2026-06-01T09:00+02:00", "2026-06-04T09:00+02:00"),
        ("2026-05-04T10:00+02:00", "2026-05-07T10:00+02:00"),
        ("2026-06-05T18:00+02:00", "2026-06-08T18:00+02:00"),
    ):
        clock = clock_of(at(aware))
        assert clock.due == at(due)
        assert clock.left(at(due) + timedelta(minutes=1)) < timedelta()


def test_a_processors_message_makes_aware_where_it_came_first() -> None:
    noticed, told = at("2026-06-02T09:00+02:00"), at("2026-06-01T17:30+02:00")
    assert clock_of(noticed, told).due == at("2026-06-04T17:30+02:00")
    assert clock_of(told, noticed).aware == told
    with pytest.raises(ValueError, match="time zone"):
        clock_of(datetime(2026, 6, 1, 9))  # noqa: DTZ001  # what is refused


def test_who_is_told() -> None:
    assert [notifies(risk) for risk in ("none", "risk", "high", None)] == [False, True, True, True]
    assert [tells_persons(risk, None) for risk in ("none", "risk", "high", None)] == [
        False,
        False,
        True,
        False,
    ]
    # 34(3)(c) asks for a public communication instead: somebody has to be told all the same
    assert not tells_persons("high", "protected")
    assert not tells_persons("high", "averted")
    assert tells_persons("high", "disproportionate")
    assert lacking(["facts", "contact"]) == (
        "subjects",
        "people",
        "categories",
        "records",
        "consequences",
        "measures",
    )
