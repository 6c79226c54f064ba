"""Deadlines of answers: month to month, and on to the next working day."""

from __future__ import annotations

from datetime import date

import holidays
import pytest

from troth.law.calendar import Period
from troth.law.deadlines import ONE_MONTH, answer_day

FRANCE = holidays.country_holidays("FR")


@pytest.mark.parametrize(
    ("received", "due"),
    [
        ("2026-03-10", "2026-04-10"),  # the same day of the next month
        ("2026-01-31", "2026-03-02"),  # 28 February is a Saturday
        ("2026-01-30", "2026-03-02"),
        ("2026-06-08", "2026-07-08"),
        ("2026-04-01", "2026-05-04"),  # 1 May is a holiday, then comes a weekend
        ("2026-07-14", "2026-08-14"),
        ("2025-11-25", "2025-12-26"),  # Christmas
        ("2024-01-31", "2024-02-29"),  # a leap year
    ],
)
def test_a_month_ends_on_a_working_day(received: str, due: str) -> None:
    day = answer_day(date.fromisoformat(received), ONE_MONTH, FRANCE)
    assert day == date.fromisoformat(due)


def test_a_shorter_promise_counts_in_its_own_term() -> None:
    assert answer_day(date(2026, 3, 10), Period(days=8), FRANCE) == date(2026, 3, 18)
    assert answer_day(date(2026, 3, 10), Period(), FRANCE) == date(2026, 3, 10)
