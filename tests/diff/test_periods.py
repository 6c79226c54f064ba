"""Periods as calendar amounts."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from troth.diff.periods import compare_periods
from troth.law.calendar import Period, add


@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [
        ("P1Y", "P12M", 0),
        ("P3Y", "P37M", -1),
        ("P1M", "P30D", None),
        ("P1M", "P27D", 1),
        ("P1M", "P32D", -1),
        ("P1M", "P28D", 1),  # never shorter than 28 days, and longer from most days
        ("P1Y", "P365D", 1),
        ("P1Y", "P366D", -1),
        ("P0D", "P1D", -1),
        ("P2Y", "P1Y400D", -1),
    ],
)
def test_comparison(one: str, other: str, expected: int | None) -> None:
    assert compare_periods(Period.parse(one), Period.parse(other)) == expected
    back = compare_periods(Period.parse(other), Period.parse(one))
    assert back == (None if expected is None else -expected)


periods = st.builds(
    Period, years=st.integers(0, 3), months=st.integers(0, 30), days=st.integers(0, 70)
)


@settings(max_examples=60, deadline=None)
@given(one=periods, other=periods, offset=st.integers(0, 1400))
def test_what_is_longer_never_ends_sooner(one: Period, other: Period, offset: int) -> None:
    start = date(2001, 1, 1) + timedelta(days=offset)
    order = compare_periods(one, other)
    if order is not None:
        assert (add(start, one) > add(start, other)) is not (order < 0) or order <= 0
        assert not (order < 0 and add(start, one) > add(start, other))
        assert not (order > 0 and add(start, one) < add(start, other))
        assert not (order == 0 and add(start, one) != add(start, other))
