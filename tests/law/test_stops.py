"""Stops of the clock, against a table that was worked out by hand with a calendar of paper.

In each row: received, terms, the questions (asked, answered), due, and the arithmetic. The month
stands still from the day of the question to the day of the answer (EDPB Guidelines 01/2022, para.
159 and 160); its end then moves on to a working day. 1 January 2026 is a Thursday; Easter Monday is
6 April 2026.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

import holidays
import pytest
from hypothesis import given
from hypothesis import strategies as st

from troth.law.calendar import Period
from troth.law.deadlines import (
    MEDICAL,
    MONTH,
    SWISS,
    Stop,
    Term,
    deadline,
    extended,
    prompt,
    stopped_deadline,
)

FRANCE = holidays.country_holidays("FR")
WEEK = Term(Period(days=7), "the policy (7)")
EU, CH, FILE = [MONTH], [MONTH, SWISS], [MONTH, MEDICAL]


def stops(*asked: tuple[str, str | None]) -> list[Stop]:
    return [
        Stop(date.fromisoformat(a), date.fromisoformat(b) if b is not None else None)
        for a, b in asked
    ]


@pytest.mark.parametrize(
    ("received", "terms", "asked", "due", "aim"),
    [
        # 10 April + 10 days (asked on the 12th, answered on the 22nd) = 20 April 2026, a Monday.
        ("2026-03-10", EU, [("2026-03-12", "2026-03-22")], "2026-04-20", "2026-04-20"),
        # Answered on the day of the question: nothing is added.
        ("2026-03-10", EU, [("2026-03-12", "2026-03-12")], "2026-04-10", "2026-04-10"),
        # 28 February (clamped from the 31st) + 5 days = 5 March 2026, a Thursday: the days are
        # added to the unmoved end, not to Monday 2 March.
        ("2026-01-31", EU, [("2026-02-02", "2026-02-07")], "2026-03-05", "2026-03-05"),
        # The same with 7 days = 7 March, a Saturday: Monday 9; aim: Friday 6.
        ("2026-01-31", EU, [("2026-02-02", "2026-02-09")], "2026-03-09", "2026-03-06"),
        # A leap year: 29 February 2024 + 1 day = Friday 1 March.
        ("2024-01-31", EU, [("2024-02-01", "2024-02-02")], "2024-03-01", "2024-03-01"),
        # 27 March + 10 days = 6 April 2026, Easter Monday: Tuesday 7; aim: Friday 3.
        ("2026-02-27", EU, [("2026-03-02", "2026-03-12")], "2026-04-07", "2026-04-03"),
        # 20 April + 11 days = Friday 1 May 2026, a holiday: Monday 4; aim: Thursday 30 April.
        ("2026-03-20", EU, [("2026-03-23", "2026-04-03")], "2026-05-04", "2026-04-30"),
        # Two questions: 10 April + 4 + 6 days = 20 April.
        (
            "2026-03-10",
            EU,
            [("2026-03-12", "2026-03-16"), ("2026-03-18", "2026-03-24")],
            "2026-04-20",
            "2026-04-20",
        ),
        # Two that overlap (12 to 20 and 16 to 22) are 10 days together.
        (
            "2026-03-10",
            EU,
            [("2026-03-12", "2026-03-20"), ("2026-03-16", "2026-03-22")],
            "2026-04-20",
            "2026-04-20",
        ),
        # Asked after the end: too late to stop anything.
        ("2026-03-10", EU, [("2026-04-11", "2026-04-20")], "2026-04-10", "2026-04-10"),
        # Swiss days run on: 2 March + 30 = 1 April, whatever the month of the GDPR does.
        ("2026-03-02", CH, [("2026-03-04", "2026-03-24")], "2026-04-01", "2026-04-01"),
        ("2026-03-02", CH, [("2026-03-04", None)], "2026-04-01", "2026-04-01"),
        # So do the eight days of a medical file, and what the policy promises.
        ("2026-03-02", FILE, [("2026-03-04", None)], "2026-03-10", "2026-03-10"),
        ("2026-03-10", [MONTH, WEEK], [("2026-03-11", "2026-03-30")], "2026-03-17", "2026-03-17"),
    ],
)
@pytest.mark.clause("MAS-REQ-4", "SPI-REQ-2", "SMA-5-4")
def test_the_days_of_a_question_are_added(
    received: str,
    terms: Sequence[Term],
    asked: list[tuple[str, str | None]],
    due: str,
    aim: str,
) -> None:
    found = stopped_deadline(date.fromisoformat(received), terms, FRANCE, stops(*asked))
    assert found is not None
    assert (found.due.isoformat(), found.aim.isoformat()) == (due, aim)


def test_no_day_stands_while_the_question_waits() -> None:
    received, waiting = date(2026, 3, 10), stops(("2026-03-12", None))
    assert stopped_deadline(received, EU, FRANCE, waiting) is None
    assert extended(received, EU, FRANCE, waiting) is None


@pytest.mark.parametrize(
    ("received", "asked", "until"),
    [
        # 31 January + 3 months = 30 April 2026 + 5 days = Tuesday 5 May.
        ("2026-01-31", [("2026-02-02", "2026-02-07")], "2026-05-05"),
        # 10 March + 3 months = 10 June + 10 days = Saturday 20 June: Monday 22.
        ("2026-03-10", [("2026-03-12", "2026-03-22")], "2026-06-22"),
    ],
)
def test_an_extension_has_the_days_of_the_question_too(
    received: str, asked: list[tuple[str, str | None]], until: str
) -> None:
    found = extended(date.fromisoformat(received), EU, FRANCE, stops(*asked))
    assert found is not None
    assert found[0].isoformat() == until


def test_a_question_is_asked_without_undue_delay() -> None:
    written = date(2026, 3, 10)
    assert prompt(written, date(2026, 3, 10))
    assert prompt(written, date(2026, 3, 17))  # a week later at most
    assert not prompt(written, date(2026, 3, 18))
    assert not prompt(written, date(2026, 3, 9))


DAYS = st.dates(date(2000, 1, 1), date(2100, 1, 1))


@given(received=DAYS, after=st.integers(0, 40), lasts=st.integers(0, 400))
def test_a_stop_never_brings_the_end_forward(received: date, after: int, lasts: int) -> None:
    asked = date.fromordinal(received.toordinal() + after)
    one = Stop(asked, date.fromordinal(asked.toordinal() + lasts))
    plain = deadline(received, EU, FRANCE).due
    found = stopped_deadline(received, EU, FRANCE, [one])
    assert found is not None
    assert plain <= found.due
    assert (found.due - plain).days <= lasts + 6  # the longest run of free days in France
