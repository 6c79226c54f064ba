"""Limitation periods against worked examples and against a count day by day."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from troth.law.calendar import Period
from troth.law.limitation import LIMITATION_TYPES, Suspension, limitation_end

FIVE_YEARS = Period(years=5)


@pytest.mark.clause("SMA-3-20")
def test_an_interruption_starts_the_period_again() -> None:
    assert limitation_end(date(2020, 1, 10), FIVE_YEARS) == date(2025, 1, 10)
    assert limitation_end(date(2020, 1, 10), FIVE_YEARS, [date(2022, 1, 10)]) == date(2027, 1, 10)


@pytest.mark.clause("SMA-3-20")
def test_the_latest_of_several_interruptions_counts_in_whatever_order_they_are_told() -> None:
    acts = [date(2026, 12, 31), date(2022, 1, 10)]
    assert limitation_end(date(2020, 1, 10), FIVE_YEARS, acts) == date(2031, 12, 31)


@pytest.mark.clause("SMA-3-20")
def test_an_act_after_the_end_revives_nothing() -> None:
    end = date(2025, 1, 10)
    assert limitation_end(date(2020, 1, 10), FIVE_YEARS, [end]) == end
    last_day = end - timedelta(days=1)
    assert limitation_end(date(2020, 1, 10), FIVE_YEARS, [last_day]) == date(2030, 1, 9)


@pytest.mark.clause("SMA-3-20")
def test_a_suspension_adds_its_days() -> None:
    thirty = Suspension(date(2021, 3, 1), date(2021, 3, 31))
    assert limitation_end(date(2020, 1, 10), FIVE_YEARS, (), [thirty]) == date(2025, 2, 9)


def test_days_suspended_before_an_interruption_are_wiped_out_with_what_had_run() -> None:
    early = Suspension(date(2021, 3, 1), date(2021, 3, 31))
    end = limitation_end(date(2020, 1, 10), FIVE_YEARS, [date(2022, 1, 10)], [early])
    assert end == date(2027, 1, 10)


def test_an_interruption_inside_a_suspension_keeps_the_days_still_to_come() -> None:
    pause = Suspension(date(2021, 12, 31), date(2022, 1, 20))
    end = limitation_end(date(2020, 1, 10), FIVE_YEARS, [date(2022, 1, 10)], [pause])
    assert end == date(2027, 1, 20)


def test_a_suspension_that_lasts_keeps_the_end_open() -> None:
    assert limitation_end(date(2020, 1, 10), FIVE_YEARS, (), [Suspension(date(2021, 1, 1))]) is None


def test_a_suspension_after_the_end_adds_nothing() -> None:
    late = Suspension(date(2025, 1, 10))
    assert limitation_end(date(2020, 1, 10), FIVE_YEARS, (), [late]) == date(2025, 1, 10)


def test_overlapping_suspensions_count_each_day_once() -> None:
    both = [
        Suspension(date(2021, 3, 1), date(2021, 3, 21)),
        Suspension(date(2021, 3, 11), date(2021, 3, 31)),
    ]
    assert limitation_end(date(2020, 1, 10), FIVE_YEARS, (), both) == date(2025, 2, 9)


def test_a_suspension_that_ends_before_it_starts_is_no_suspension() -> None:
    with pytest.raises(ValueError, match="ends after"):
        Suspension(date(2021, 3, 1), date(2021, 3, 1))


@pytest.mark.clause("SMA-3-17")
def test_the_table_knows_the_two_periods_of_the_catalogue() -> None:
    assert LIMITATION_TYPES["general"].period == Period(years=5)
    assert LIMITATION_TYPES["bodily-injury"].period == Period(years=10)


def _walked(
    start: date, length: int, acts: set[date], pauses: list[tuple[date, int]]
) -> date | None:
    """The end by walking day by day: the clock stands on suspended days, and restarts on acts."""
    paused = {day + timedelta(days=n) for day, days in pauses for n in range(days)}
    left, day = length, start
    while True:
        if left == 0:
            return day
        if day in acts:
            left = length
        if day not in paused:
            left -= 1
        day += timedelta(days=1)


_days = st.dates(date(2020, 1, 1), date(2020, 3, 31))


@given(
    start=st.dates(date(2020, 1, 1), date(2020, 1, 31)),
    length=st.integers(1, 40),
    acts=st.sets(_days, max_size=4),
    pauses=st.lists(st.tuples(_days, st.integers(1, 15)), max_size=4),
)
def test_the_end_is_where_a_day_by_day_count_arrives(
    start: date, length: int, acts: set[date], pauses: list[tuple[date, int]]
) -> None:
    found = limitation_end(
        start,
        Period(days=length),
        acts,
        [Suspension(day, day + timedelta(days=n)) for day, n in pauses],
    )
    assert found == _walked(start, length, {act for act in acts if act > start}, pauses)
