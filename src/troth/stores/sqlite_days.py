"""Days that SQLite holds as text, compared by a function of Troth's own.

In SQL alone each comparison would be three patterns and some arithmetic, which makes large
predicates longer than SQLite's parser takes.
"""

from __future__ import annotations

import re
import sqlite3
from datetime import UTC, datetime

from troth.stores.days import DATE, DAY_IN, FRACTION, OFFSET, TIME

_DAY = re.compile(DATE)
_INSTANT = re.compile(f"(?:{DATE})[ T]{TIME}{FRACTION}(?P<offset>{OFFSET})?")


def teach(connection: sqlite3.Connection) -> None:
    """Makes the function known to a connection."""
    connection.create_function(DAY_IN, 7, day_in, deterministic=True)


def day_in(
    value: object,
    low: str,
    high: str,
    wall_begins: str,
    wall_ends: str,
    begins: str,
    ends: str,
) -> bool:
    """A text as SQLite writes dates lies within bounds.

    That is a day from `low` to `high`, a time without offset in the wall-clock span, or one with
    its offset in the span of UTC; ends of spans are excluded. Anything else is no day.
    """
    if not isinstance(value, str):
        return False
    if _DAY.fullmatch(value):
        return low <= value <= high
    found = _INSTANT.fullmatch(value)
    if found is None:
        return False
    wall = f"{value[:10]} {value[11:19]}"
    if found["offset"] is None:
        return wall_begins <= wall < wall_ends
    try:
        instant = datetime.fromisoformat(wall + found["offset"]).astimezone(UTC)
    except OverflowError:  # beyond the years that Python knows, and beyond every bound
        return False
    return begins <= instant.isoformat(" ")[:19] < ends
