"""The calendar: all date arithmetic of the product rests on these few functions."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from troth.law.calendar import Period, YearEnd, add, cutoff, day_begins, day_of

days = st.dates(date(1900, 1, 1), date(2200, 12, 31))
periods = st.builds(
    Period, years=st.integers(0, 60), months=st.integers(0, 40), days=st.integers(0, 800)
)
# Zones whose clocks were put forward at midnight, back over it, or past a whole day.
zones = st.sampled_from(
    [
        "Europe/Paris",
        "Europe/Zurich",
        "America/Sao_Paulo",
        "America/Havana",
        "America/Santiago",
        "America/Asuncion",
        "Africa/Cairo",
        "Asia/Beirut",
        "Asia/Amman",
        "Asia/Tehran",
        "Atlantic/Azores",
        "Pacific/Apia",
        "Australia/Lord_Howe",
        "UTC",
    ]
).map(ZoneInfo)


def months_later(day: date, months: int) -> date:
    """An independent reading of clamping: step by month, then go back to a day that exists."""
    year, month = day.year, day.month
    for _ in range(months):
        year, month = (year + 1, 1) if month == 12 else (year, month + 1)
    for candidate in (day.day, 30, 29, 28):
        if candidate <= day.day:
            try:
                return date(year, month, candidate)
            except ValueError:
                continue
    raise AssertionError("every month has 28 days")


@given(days, periods)
@example(date(2024, 2, 29), Period(years=1))
@example(date(2023, 1, 31), Period(months=1))
@example(date(2023, 1, 31), Period(months=1, days=1))
def test_add_clamps_months_then_counts_days(day: date, period: Period) -> None:
    expected = months_later(day, period.years * 12 + period.months) + timedelta(days=period.days)
    assert add(day, period) == expected


@pytest.mark.clause("SMA-X-4")
@pytest.mark.parametrize(
    ("day", "period", "end"),
    [
        (date(2023, 1, 10), "P3Y", date(2026, 1, 10)),
        (date(2024, 2, 29), "P1Y", date(2025, 2, 28)),
        (date(2024, 2, 29), "P4Y", date(2028, 2, 29)),
        (date(2023, 1, 31), "P1M", date(2023, 2, 28)),
        (date(2023, 10, 31), "P18M", date(2025, 4, 30)),
        (date(2023, 12, 31), "P2W", date(2024, 1, 14)),
        (date(2023, 5, 5), "P0D", date(2023, 5, 5)),
    ],
)
def test_ends_of_periods_that_a_person_would_name(day: date, period: str, end: date) -> None:
    assert add(day, Period.parse(period)) == end


@given(days, days, periods)
def test_add_is_monotone(one: date, other: date, period: Period) -> None:
    earlier, later = sorted((one, other))
    assert add(earlier, period) <= add(later, period)


@given(days, periods)
@example(date(2023, 2, 28), Period(months=1))
@example(date(2025, 2, 28), Period(years=1))
@example(date(2023, 3, 1), Period(months=1, days=1))
@example(date(1, 1, 5), Period(days=10))
@example(date(9999, 12, 31), Period(years=1))
def test_cutoff_is_the_greatest_day_whose_period_has_ended(day: date, period: Period) -> None:
    found = cutoff(day, period)
    if found is None:
        assert add(date.min, period) > day
        return
    assert add(found, period) <= day
    assert found == date.max or add(found + timedelta(days=1), period) > day


def first_instant(day: date, zone: ZoneInfo) -> datetime:
    """Brute force: minute by minute, the first instant whose local day is `day` or later."""
    instant = datetime(day.year, day.month, day.day, tzinfo=UTC) - timedelta(hours=30)
    while instant.astimezone(zone).date() < day:
        instant += timedelta(minutes=1)
    return instant


@settings(max_examples=150, deadline=None)
@given(st.dates(date(1975, 1, 1), date(2037, 12, 31)), zones)
@example(date(2018, 11, 4), ZoneInfo("America/Sao_Paulo"))
@example(date(2018, 2, 18), ZoneInfo("America/Sao_Paulo"))
@example(date(2023, 4, 28), ZoneInfo("Africa/Cairo"))
@example(date(2023, 10, 27), ZoneInfo("Africa/Cairo"))
@example(date(2022, 3, 27), ZoneInfo("Asia/Beirut"))
@example(date(2022, 10, 30), ZoneInfo("Asia/Beirut"))
@example(date(2023, 3, 26), ZoneInfo("Atlantic/Azores"))
@example(date(2023, 10, 29), ZoneInfo("Atlantic/Azores"))
@example(date(2022, 11, 6), ZoneInfo("America/Havana"))
@example(date(2011, 12, 30), ZoneInfo("Pacific/Apia"))
@example(date(2011, 12, 31), ZoneInfo("Pacific/Apia"))
def test_a_day_begins_at_its_first_instant(day: date, zone: ZoneInfo) -> None:
    assert day_begins(day, zone) == first_instant(day, zone)


def test_a_midnight_that_does_not_exist_is_the_first_instant_after_it() -> None:
    begins = day_begins(date(2018, 11, 4), ZoneInfo("America/Sao_Paulo"))
    assert begins == datetime(2018, 11, 4, 3, 0, tzinfo=UTC)
    assert begins.astimezone(ZoneInfo("America/Sao_Paulo")).hour == 1


@settings(deadline=None)
@given(st.integers(157_766_400, 2_145_830_400), zones)  # seconds of the years 1975 to 2037
def test_an_instant_is_in_the_day_that_has_begun(seconds: int, zone: ZoneInfo) -> None:
    instant = datetime.fromtimestamp(seconds, UTC)
    day = day_of(instant, zone)
    assert day_begins(day, zone) <= instant
    assert instant < day_begins(day + timedelta(days=1), zone)


def test_an_instant_without_a_zone_is_refused() -> None:
    with pytest.raises(ValueError, match="time zone"):
        day_of(datetime(2024, 1, 1), ZoneInfo("UTC"))  # noqa: DTZ001 -- the naive one is the point


@given(periods)
def test_a_period_is_read_back_as_it_is_written(period: Period) -> None:
    assert Period.parse(str(period)) == period


@pytest.mark.parametrize(
    "text", ["", "P", "3Y", "P3", "PT5H", "P1.5Y", "P-1Y", "P3Y ", "P300Y", "p3y"]
)
def test_what_is_no_period_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"period|years"):
        Period.parse(text)


@given(days, st.sampled_from(["12-31", "03-31", "02-29", "09-30"]))
def test_the_financial_year_that_contains_a_day_ends_next(day: date, text: str) -> None:
    ends = YearEnd.parse(text)
    found = ends.containing(day)
    assert day <= found
    assert found == ends.in_year(found.year)
    assert ends.in_year(found.year - 1) < day
    before = ends.latest_until(day)
    assert before is not None
    assert before <= day
    assert ends.containing(before + timedelta(days=1)) > day or before == day
