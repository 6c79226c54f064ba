"""How many rows each promise governed in each table, day by day as checks saw it: counts alone.

It is no fact and no history of what was done, so it stands outside the journal: whoever loses it
loses only the memory by which a rule that falls silent is noticed.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from datetime import date, timedelta

from sqlalchemy import delete, insert, select

from troth.ledger.session import Reading, Writing
from troth.ledger.tables import matches

KEPT_DAYS = 400  # of history; more than a year, so that yearly rhythms are seen

Place = tuple[str, str]
"""A promise's id, and a table as `store.table`."""
History = Mapping[Place, tuple[tuple[date, int], ...]]
"""By place: the days of checks and the rows that the promise governed, oldest first."""


def record_matches(writing: Writing, day: date, rows: Mapping[Place, int]) -> None:
    """Keep what a check on `day` counted, instead of an earlier check's of the same day."""
    own = matches.c.organisation == writing.organisation
    written = day.isoformat()
    too_old = (day - timedelta(days=KEPT_DAYS)).isoformat()
    writing.connection.execute(delete(matches).where(own, matches.c.day == written))
    writing.connection.execute(delete(matches).where(own, matches.c.day < too_old))
    if rows:
        writing.connection.execute(
            insert(matches),
            [
                {
                    "organisation": writing.organisation,
                    "promise": promise,
                    "target": target,
                    "day": written,
                    "rows": number,
                }
                for (promise, target), number in rows.items()
            ],
        )


def read_matches(reading: Reading, before: date) -> History:
    """What checks before that day counted."""
    found: defaultdict[Place, list[tuple[date, int]]] = defaultdict(list)
    table = matches.c
    for promise, target, day, number in reading.connection.execute(
        select(table.promise, table.target, table.day, table.rows)
        .where(table.organisation == reading.organisation, table.day < before.isoformat())
        .order_by(table.day)
    ):
        found[promise, target].append((date.fromisoformat(day), number))
    return {place: tuple(days) for place, days in found.items()}
