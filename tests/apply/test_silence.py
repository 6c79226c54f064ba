"""A rule that governed rows for months and suddenly governs none; nothing else is reported."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from troth.apply.silence import silences

TODAY = date(2026, 6, 1)
PLACE = ("logs-one-year", "shop.log")


def history(*days_ago_and_rows: tuple[int, int]) -> dict[tuple[str, str], list[tuple[date, int]]]:
    days = sorted(days_ago_and_rows, reverse=True)
    return {PLACE: [(TODAY - timedelta(days=ago), rows) for ago, rows in days]}


MONTHS = [(ago, 40 + ago) for ago in range(1, 100, 7)]


def test_a_rule_that_matched_for_months_and_matches_nothing_is_told() -> None:
    (found,) = silences({PLACE: 0}, history(*MONTHS), TODAY)
    assert (found.promise, found.table) == PLACE
    assert (found.last, found.rows) == (date(2026, 5, 31), 41)
    assert found.matched_since == TODAY - timedelta(days=99)


def test_it_is_told_again_as_long_as_it_lasts_and_then_taken_for_empty() -> None:
    before = [(ago + 80, rows) for ago, rows in MONTHS]
    quiet = [(ago, 0) for ago in range(1, 81)]
    (found,) = silences({PLACE: 0}, history(*before, *quiet), TODAY)
    assert found.last == TODAY - timedelta(days=81)
    later = TODAY + timedelta(days=10)
    assert silences({PLACE: 0}, history(*before, *quiet), later) == ()


@pytest.mark.parametrize(
    ("rows", "days"),
    [
        (1, MONTHS),  # it still matches
        (0, []),  # nothing is known of it
        (0, [(ago, 0) for ago in range(1, 100)]),  # it never matched
        (0, [(1, 5), (2, 5), (3, 5)]),  # for days only
        (0, [(1, 5), (99, 5)]),  # seen twice only
        (0, [(1, 5), (40, 0), (50, 5), (90, 5), (99, 5)]),  # it comes and goes
    ],
)
def test_what_is_no_silence(rows: int, days: list[tuple[int, int]]) -> None:
    assert silences({PLACE: rows}, history(*days), TODAY) == ()


def test_what_was_not_counted_today_is_not_silent() -> None:
    assert silences({}, history(*MONTHS), TODAY) == ()
