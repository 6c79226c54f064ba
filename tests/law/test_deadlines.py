"""Until when an answer is due: the month of Art. 12(3), by Regulation 1182/71."""

from __future__ import annotations

from datetime import date

import pytest

from troth.law.calendar import Period
from troth.law.deadlines import ONE_MONTH, answer_day


@pytest.mark.parametrize(
    ("received", "due"),
    [
        ("2026-03-10", "2026-04-10"),
        ("2026-06-08", "2026-07-08"),
        ("2026-01-31", "2026-03-02"),  # 28 February is a Saturday
        ("2026-01-30", "2026-03-02"),
        ("2026-02-16", "2026-03-16"),
        ("2028-01-31", "2028-02-29"),
        ("2026-04-10", "2026-05-11"),  # the 10th is a Sunday
    ],
)
def test_a_month_ends_on_its_day_or_on_the_next_working_day(received: str, due: str) -> None:
    assert answer_day(date.fromisoformat(received), ONE_MONTH, ()) == date.fromisoformat(due)


def test_public_holidays_are_no_working_days() -> None:
    holidays = {date(2026, 4, 3), date(2026, 4, 6)}  # Good Friday, Easter Monday
    assert answer_day(date(2026, 3, 3), ONE_MONTH, holidays) == date(2026, 4, 7)
    assert answer_day(date(2026, 3, 3), ONE_MONTH, ()) == date(2026, 4, 3)


def test_a_term_of_days_counts_from_the_day_after() -> None:
    assert answer_day(date(2026, 3, 2), Period(days=8), ()) == date(2026, 3, 10)
