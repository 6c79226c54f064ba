"""Periods compared as calendar amounts: three months are more than sixty days, one is not 30."""

from __future__ import annotations

from datetime import date, timedelta
from functools import cache

from troth.law.calendar import Period, add

_FROM = date(2001, 1, 1)
_DAYS = 4 * 365 + 1  # every day on which a period may begin, with one leap year


@cache
def compare_periods(one: Period, other: Period) -> int | None:
    """-1, 0 or 1 as `one` is shorter than, as long as, or longer than `other` from every day.

    From some days the one may end sooner and from others the other: then None, they cannot be
    compared. From some days alike and from others longer is longer.
    """
    if one == other:
        return 0
    months, days = _months(one) - _months(other), one.days - other.days
    if months >= 0 and days >= 0:
        return 1 if months or days else 0
    if months <= 0 and days <= 0:
        return -1
    signs = set()
    for offset in range(_DAYS):
        start = _FROM + timedelta(days=offset)
        here, there = add(start, one), add(start, other)
        signs.add((here > there) - (here < there))
        if {1, -1} <= signs:
            return None
    return 1 if 1 in signs else -1 if -1 in signs else 0


def _months(period: Period) -> int:
    return period.years * 12 + period.months
