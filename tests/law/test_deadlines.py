"""Deadlines of answers, against a table that was worked out by hand with a calendar of paper.

In each row: received, terms, due, and the arithmetic. Weekdays: 1 January 2024 was a Monday, 2024 a
leap year; 1 January 2026 is a Thursday. Easter: 31 March 2024, 20 April 2025, 5 April 2026.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta

import holidays
import pytest
from hypothesis import given
from hypothesis import strategies as st

from troth.law.calendar import Period, add
from troth.law.deadlines import (
    MEDICAL,
    MEDICAL_OLD,
    MONTH,
    SWISS,
    Term,
    deadline,
    extended,
)

FRANCE = holidays.country_holidays("FR")
WEEK = Term(Period(days=7), "the policy (7)")
TWO_WEEKS = Term(Period(days=15), "the policy (7)", longer=Period(days=15))
EU, CH, FILE, OLD = [MONTH], [MONTH, SWISS], [MONTH, MEDICAL], [MONTH, MEDICAL_OLD]


@pytest.mark.parametrize(
    ("received", "terms", "due", "aim"),
    [
        # The same day of the next month: 10 April 2026 is a Friday.
        ("2026-03-10", EU, "2026-04-10", "2026-04-10"),
        # 31 January + 1 month = 28 February 2026, a Saturday; on to Monday 2 March; aim: Friday 27.
        ("2026-01-31", EU, "2026-03-02", "2026-02-27"),
        ("2026-01-30", EU, "2026-03-02", "2026-02-27"),
        ("2026-01-29", EU, "2026-03-02", "2026-02-27"),
        # 28 January + 1 month is the same 28 February.
        ("2026-01-28", EU, "2026-03-02", "2026-02-27"),
        # A leap year: 29 February 2024 is a Thursday.
        ("2024-01-31", EU, "2024-02-29", "2024-02-29"),
        # Back from the leap day: 29 March 2024 is a Friday (Good Friday is no holiday of France).
        ("2024-02-29", EU, "2024-03-29", "2024-03-29"),
        # 30 April + 1 month = 30 May 2026, a Saturday; Monday 1 June.
        ("2026-04-30", EU, "2026-06-01", "2026-05-29"),
        # 31 March + 1 month clamps to Thursday 30 April 2026.
        ("2026-03-31", EU, "2026-04-30", "2026-04-30"),
        # Friday 1 May 2026 is a holiday before a weekend: Monday 4 May; aim: Thursday 30 April.
        ("2026-04-01", EU, "2026-05-04", "2026-04-30"),
        # Thursday 1 May 2025: on to Friday 2 May; aim: Wednesday 30 April.
        ("2025-04-01", EU, "2025-05-02", "2025-04-30"),
        # 6 April 2026 is Easter Monday: on to Tuesday 7; aim: Friday 3 April (5 is Easter Sunday).
        ("2026-03-06", EU, "2026-04-07", "2026-04-03"),
        # 1 April 2024 is Easter Monday: Tuesday 2; aim: Friday 29 March.
        ("2024-03-01", EU, "2024-04-02", "2024-03-29"),
        # 29 May 2025 is Ascension Day, a Thursday: Friday 30; aim: Wednesday 28.
        ("2025-04-29", EU, "2025-05-30", "2025-05-28"),
        # 14 July 2026 is a Tuesday and a holiday: Wednesday 15.
        ("2026-06-14", EU, "2026-07-15", "2026-07-13"),
        # 25 December 2025 is a Thursday: Friday 26.
        ("2025-11-25", EU, "2025-12-26", "2025-12-24"),
        # 31 December + 1 month = 31 January 2027, a Sunday: Monday 1 February; aim: Friday 29.
        ("2026-12-31", EU, "2027-02-01", "2027-01-29"),
        # 1 December 2026 + 1 month is New Year's Day 2027, a Friday; Monday 4 January.
        ("2026-12-01", EU, "2027-01-04", "2026-12-31"),
        # Switzerland too: 2 March + 30 days = 1 April, before the calendar month's 2 April.
        ("2026-03-02", CH, "2026-04-01", "2026-04-01"),
        # 30 January + 30 days = Sunday 1 March 2026, which moves nowhere; aim: Friday 27.
        ("2026-01-30", CH, "2026-03-01", "2026-02-27"),
        # 31 January + 30 days = Monday 2 March: the same as the moved month, which is named first.
        ("2026-01-31", CH, "2026-03-02", "2026-02-27"),
        # February is short: 2 February 2026 + 1 month = 2 March; + 30 days = 4 March.
        ("2026-02-02", CH, "2026-03-02", "2026-03-02"),
        # A medical file: 2 March + 8 days = Tuesday 10 March.
        ("2026-03-02", FILE, "2026-03-10", "2026-03-10"),
        # 1 May 2026 + 8 days = Saturday 9 May, which does not move; the 8th is a holiday: 7 May.
        ("2026-05-01", FILE, "2026-05-09", "2026-05-07"),
        # An old file: two months end on 2 May, after the month's 2 April: the month counts.
        ("2026-03-02", OLD, "2026-04-02", "2026-04-02"),
        # All of them: the eight days.
        ("2026-03-02", [*CH, MEDICAL], "2026-03-10", "2026-03-10"),
        # A shorter promise, in calendar days: 10 March + 7 = 17 March.
        ("2026-03-10", [*EU, WEEK], "2026-03-17", "2026-03-17"),
        # 7 March (a Saturday) + 7 = 14 March, a Saturday: due then, so Friday is the day to aim at.
        ("2026-03-07", [*EU, WEEK], "2026-03-14", "2026-03-13"),
    ],
)
def test_the_earliest_of_the_terms_by_its_own_counting(
    received: str, terms: Sequence[Term], due: str, aim: str
) -> None:
    found = deadline(date.fromisoformat(received), terms, FRANCE)
    assert (found.due.isoformat(), found.aim.isoformat()) == (due, aim)


@pytest.mark.parametrize(
    ("received", "terms", "until"),
    [
        # 31 January + 3 months clamps to Thursday 30 April 2026.
        ("2026-01-31", EU, "2026-04-30"),
        # 1 February + 3 months = 1 May 2026, a holiday and a Friday: Monday 4 May.
        ("2026-02-01", EU, "2026-05-04"),
        # 30 November 2023 + 3 months = 29 February 2024 (clamped), a Thursday.
        ("2023-11-30", EU, "2024-02-29"),
        # 30 November 2024 + 3 months = 28 February 2025, a Friday.
        ("2024-11-30", EU, "2025-02-28"),
        # 6 January + 3 months = 6 April 2026, Easter Monday: Tuesday 7.
        ("2026-01-06", EU, "2026-04-07"),
        # Swiss law sets no end of its own: the Union's counts.
        ("2026-03-02", CH, "2026-06-02"),
        # A promise of 15 days with 15 more: 10 March + 30 days = 9 April, before three months.
        ("2026-03-10", [*EU, TWO_WEEKS], "2026-04-09"),
        # Nothing makes the term of a medical file longer, nor a promise that says nothing of it.
        ("2026-03-02", FILE, None),
        ("2026-03-02", [*EU, WEEK], None),
    ],
)
def test_an_extension_counts_from_receipt(
    received: str, terms: Sequence[Term], until: str | None
) -> None:
    found = extended(date.fromisoformat(received), terms, FRANCE)
    assert (found[0].isoformat() if found else None) == until


DAYS = st.dates(date(2000, 1, 1), date(2100, 1, 1))
TERMS = st.lists(st.sampled_from([MONTH, SWISS, MEDICAL, WEEK, TWO_WEEKS]), min_size=1, max_size=4)


@given(received=DAYS, terms=TERMS)
def test_no_term_is_exceeded_and_work_ends_in_time(received: date, terms: list[Term]) -> None:
    found = deadline(received, terms, FRANCE)
    for term in terms:
        named = add(received, term.period)
        if not term.moves:
            assert found.due <= named
        assert found.due <= named + timedelta(days=6)  # the longest run of free days in France
    assert found.aim <= found.due
    assert found.aim.weekday() < 5
    assert found.aim not in FRANCE
    longer = extended(received, terms, FRANCE)
    assert longer is None or longer[0] >= found.due
