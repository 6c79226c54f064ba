"""Reading the journal: its entries for people and exports, and the last journalled instant."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select

from troth.ledger.session import Reading, read_head
from troth.ledger.tables import journal

PAGE_ENTRIES = 1_000


@dataclass(frozen=True)
class ShownEntry:
    """One entry as it is shown; `payload` is None where it was erased (`erased_by` says when)."""

    seq: int
    kind: str
    at: str
    digest: str
    payload: Any | None
    erased_by: int | None

    def as_json(self) -> dict[str, Any]:
        return {
            "seq": self.seq,
            "kind": self.kind,
            "at": self.at,
            "digest": self.digest,
            "payload": self.payload,
            "erased_by": self.erased_by,
        }


def read_entries(
    reading: Reading, *, after: int = 0, kind: str | None = None
) -> Iterator[ShownEntry]:
    """The entries after number `after`, in order, in constant memory."""
    table = journal.c
    while True:
        query = (
            select(table.seq, table.kind, table.at, table.digest, table.payload, table.erased_by)
            .where(table.organisation == reading.organisation, table.seq > after)
            .order_by(table.seq)
            .limit(PAGE_ENTRIES)
        )
        if kind is not None:
            query = query.where(table.kind == kind)
        rows = reading.connection.execute(query).all()
        yield from map(_shown, rows)
        if len(rows) < PAGE_ENTRIES:
            return
        after = rows[-1].seq


def read_back(reading: Reading, kinds: Collection[str]) -> Iterator[ShownEntry]:
    """The entries of some kinds, the newest first, for who stops at what is not long ago."""
    table = journal.c
    before = read_head(reading.connection, reading.organisation).seq + 1
    while True:
        rows = reading.connection.execute(
            select(table.seq, table.kind, table.at, table.digest, table.payload, table.erased_by)
            .where(
                table.organisation == reading.organisation,
                table.seq < before,
                table.kind.in_(list(kinds)),
            )
            .order_by(table.seq.desc())
            .limit(PAGE_ENTRIES)
        ).all()
        yield from map(_shown, rows)
        if len(rows) < PAGE_ENTRIES:
            return
        before = rows[-1].seq


def _shown(row: Any) -> ShownEntry:
    payload = None if row.payload is None else json.loads(row.payload)
    return ShownEntry(row.seq, row.kind, row.at, bytes(row.digest).hex(), payload, row.erased_by)


def last_journalled(reading: Reading) -> datetime | None:
    """The latest instant of any entry, in UTC; a clock that stands before it is wrong."""
    return read_head(reading.connection, reading.organisation).last_at
