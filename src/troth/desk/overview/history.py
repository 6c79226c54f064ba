"""The journal as people look at it: pages from the newest entry back."""

from __future__ import annotations

import json
from dataclasses import dataclass

from sqlalchemy import select

from troth.ledger.entries import ShownEntry
from troth.ledger.session import Reading, read_head
from troth.ledger.tables import journal

PAGE_ENTRIES = 50
LOOKED_THROUGH = 20_000  # entries in which a kind is looked for at once


@dataclass(frozen=True)
class HistoryPage:
    """Some entries, the newest first; `before`: from where older ones go on, None at the end.

    `kinds`: those of the newest entries of the journal, by name.
    """

    entries: tuple[ShownEntry, ...]
    before: int | None
    last: int
    kinds: tuple[str, ...] = ()


def history(
    reading: Reading, *, before: int | None = None, kind: str = "", size: int = PAGE_ENTRIES
) -> HistoryPage:
    """A page of the journal: entries before a number (None: from the end), of one kind or all.

    A kind is looked for in so many entries at most, so that a page of a long journal is as fast.
    """
    last = read_head(reading.connection, reading.organisation).seq
    top = last + 1 if before is None else min(before, last + 1)
    floor = max(0, top - LOOKED_THROUGH) if kind else 0
    table = journal.c
    query = (
        select(table.seq, table.kind, table.at, table.digest, table.payload, table.erased_by)
        .where(table.organisation == reading.organisation, table.seq < top, table.seq > floor)
        .order_by(table.seq.desc())
        .limit(size + 1)
    )
    if kind:
        query = query.where(table.kind == kind)
    rows = list(reading.connection.execute(query))
    entries = tuple(
        ShownEntry(
            row.seq,
            row.kind,
            row.at,
            bytes(row.digest).hex(),
            json.loads(row.payload) if row.payload is not None else None,
            row.erased_by,
        )
        for row in rows[:size]
    )
    older: int | None = entries[-1].seq if len(rows) > size else None
    if older is None and floor > 0:
        older = floor + 1
    newest = table.seq > max(0, last - LOOKED_THROUGH)
    known = select(table.kind).where(table.organisation == reading.organisation, newest).distinct()
    kinds = tuple(sorted(reading.connection.execute(known).scalars()))
    return HistoryPage(entries, older, last, kinds)
