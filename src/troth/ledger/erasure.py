"""Erasing payloads of journal entries: the chain keeps verifying, and says who made the gap."""

from __future__ import annotations

import json
from collections.abc import Iterable
from datetime import datetime
from typing import Any

from sqlalchemy import select, update

from troth.errors import Refused
from troth.ledger.journal import commit_to
from troth.ledger.session import Reading, Writing
from troth.ledger.tables import journal

KIND = "payloads-erased"


def erase_payloads(writing: Writing, first: int, last: int, *, reason: str, at: datetime) -> int:
    """Erase payload and salt of the entries `first` to `last`; the number of erased payloads.

    The erasure is itself an entry, whose payload stays. Entries already erased, and erasures, are
    left as they are. Refused (`no-such-entries`) outside the journal.
    """
    if not 1 <= first <= last <= writing.head.seq:
        raise Refused(
            "no-such-entries",
            f"the journal has entries 1 to {writing.head.seq}",
            help="name a first and a last entry within it",
        )
    entry = writing.append(KIND, at, {"first": first, "last": last, "reason": reason})
    table = journal.c
    rows = writing.connection.execute(
        select(table.seq, table.salt, table.payload).where(
            table.organisation == writing.organisation,
            table.seq.between(first, last),
            table.kind != KIND,
            table.erased_by.is_(None),
        )
    ).all()
    for row in rows:
        writing.connection.execute(
            update(journal)
            .where(table.organisation == writing.organisation, table.seq == row.seq)
            .values(
                salt=None,
                payload=None,
                commitment=commit_to(row.salt, row.payload),
                erased_by=entry.seq,
            )
        )
    return len(rows)


def erased_range(reading: Reading, erased_by: int | None, seq: int) -> bool:
    """Whether entry `erased_by` is an erasure that names the entry `seq`."""
    if erased_by is None:
        return False
    payloads: Iterable[Any] = reading.connection.execute(
        select(journal.c.payload).where(
            journal.c.organisation == reading.organisation,
            journal.c.seq == erased_by,
            journal.c.kind == KIND,
        )
    ).scalars()
    for payload in payloads:
        try:
            named = json.loads(payload)
            return bool(erased_by > seq and named["first"] <= seq <= named["last"])
        except (TypeError, ValueError, KeyError):
            return False
    return False
