"""Instants of evaluation and days near the cutoffs of the periods that a policy uses."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from random import Random
from zoneinfo import ZoneInfo

from troth.law.calendar import Period, cutoff, day_begins
from worlds.chance import chance, pick, weighted

_DAYS = (
    date(2026, 1, 1),
    date(2024, 2, 29),
    date(2024, 3, 1),
    date(2025, 2, 28),
    date(2025, 3, 1),
    date(2025, 12, 31),
    date(2026, 1, 2),
    date(2025, 7, 1),
    date(2026, 3, 31),
    date(2026, 4, 30),
    date(2024, 3, 31),
    date(2025, 10, 26),
)
_OFFSETS = (0, -1, 1, 0, -1, 1, 2, -2, -31, 31, -366, 366)


def evaluation_day(rng: Random) -> date:
    if chance(rng, 30):
        return date(2022, 1, 1) + timedelta(days=rng.randrange(1800))
    return pick(rng, _DAYS)


def evaluation_instant(rng: Random, day: date, zone: ZoneInfo) -> datetime:
    return moment(rng, day, zone)


def moment(rng: Random, day: date, zone: ZoneInfo) -> datetime:
    """An instant of a day in a zone, in UTC: often its first or last second."""
    begins = day_begins(day, zone)
    ends = day_begins(day + timedelta(days=1), zone)
    return weighted(
        rng,
        [
            (3, begins + timedelta(hours=11)),
            (3, begins),
            (3, ends - timedelta(seconds=1)),
            (1, begins + timedelta(seconds=1)),
            (1, begins + timedelta(hours=1, minutes=30)),
            (1, ends - timedelta(minutes=30)),
        ],
    )


def trigger_day(rng: Random, today: date, periods: Sequence[Period]) -> date:
    """A day near a cutoff of `today`, or recent, or (seldom) outside the valid range."""
    kind = weighted(rng, [(66, "cutoff"), (22, "recent"), (5, "future"), (4, "old"), (3, "since")])
    if kind == "cutoff":
        base = cutoff(today, pick(rng, periods)) or today
        return _within(base + timedelta(days=pick(rng, _OFFSETS)))
    if kind == "recent":
        return today - timedelta(days=rng.randrange(900))
    if kind == "future":
        return today + timedelta(days=1 + rng.randrange(400) * rng.randrange(2))
    if kind == "old":
        return date(1985, 1, 1) + timedelta(days=rng.randrange(4000))
    return date(2000, 1, 1) + timedelta(days=rng.randrange(3) - 1)


def _within(day: date) -> date:
    return min(max(day, date(1975, 1, 1)), date(2036, 12, 31))


def utc(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, 12, tzinfo=UTC)
