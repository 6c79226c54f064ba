"""Days of events kept for rows whose evidence a purge erases; one journal entry per batch."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import delete, select, tuple_
from sqlalchemy.dialects import postgresql, sqlite

from troth.grounds.facts import KeptDay
from troth.ledger.binding import bound, digest_of, read_groups
from troth.ledger.older import span_of
from troth.ledger.session import Reading, Writing
from troth.ledger.tables import kept_days

KEPT = "days-kept"
FORGOTTEN_AT_ONCE = 200  # rows per statement; SQLite limits the variables of one


def keep_days(writing: Writing, days: Sequence[KeptDay], *, at: datetime) -> int:
    """Keep days before the rows that show them are erased; how many were given.

    Keeping the same day again changes nothing, so a batch may be repeated after a crash.
    """
    if not days:
        return 0
    tables = sorted({f"{day.store}.{day.table}" for day in days})
    entry = writing.head.seq + 1
    dialect = postgresql if writing.connection.dialect.name == "postgresql" else sqlite
    writing.connection.execute(
        dialect.insert(kept_days).on_conflict_do_nothing(),
        [_row(writing.organisation, day) | {"entry": entry} for day in days],
    )
    # What was kept before belongs to the entry that kept it: this one commits to what is new.
    groups = dict(read_groups(writing.connection, writing.organisation, KEPT, entry, entry))
    payload = {"days": len(days), "tables": tables}
    writing.append_fact(KEPT, at, bound(payload, groups.get(entry, "")))
    return len(days)


def forget_days(writing: Writing, days: Sequence[KeptDay], *, at: datetime) -> int:
    """Forget kept days from which nothing counts any more; how many there were.

    They are personal data and go with the row for which they were kept.
    """
    if not days:
        return 0
    table = kept_days.c
    columns = (table.store, table.table_name, table.row_key, table.event, table.day)
    entries: set[int] = set()
    gone = 0
    for start in range(0, len(days), FORGOTTEN_AT_ONCE):
        names = [
            (day.store, day.table, day.key, day.event, day.day)
            for day in days[start : start + FORGOTTEN_AT_ONCE]
        ]
        mine = (table.organisation == writing.organisation) & tuple_(*columns).in_(names)
        entries |= set(writing.connection.execute(select(table.entry).where(mine)).scalars())
        gone += writing.connection.execute(delete(kept_days).where(mine)).rowcount
    spans = sorted({span_of(writing, KEPT, entry) for entry in entries})
    remaining = [
        (span, list(read_groups(writing.connection, writing.organisation, *span))) for span in spans
    ]
    writing.append_fact(
        "kept-days-forgotten",
        at,
        lambda _seq, salt: {
            "days": len(days),
            "bound": [[*span, digest_of(salt, groups)] for span, groups in remaining],
        },
    )
    return gone


def read_kept_days(reading: Reading) -> tuple[KeptDay, ...]:
    """Every kept day; they have no instant, since they only stand in for erased rows."""
    table = kept_days.c
    query = (
        select(table.store, table.table_name, table.row_key, table.event, table.day)
        .where(table.organisation == reading.organisation)
        .order_by(table.store, table.table_name, table.row_key, table.event, table.day)
    )
    return tuple(KeptDay(*row) for row in reading.connection.execute(query))


def _row(organisation: str, day: KeptDay) -> dict[str, object]:
    return {
        "organisation": organisation,
        "store": day.store,
        "table_name": day.table,
        "row_key": day.key,
        "event": day.event,
        "day": day.day,
    }
