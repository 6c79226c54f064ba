"""Erasing payloads of journal entries: the chain keeps verifying, and says who made the gap."""

from __future__ import annotations

import json
from collections.abc import Collection
from datetime import datetime

from sqlalchemy import bindparam, select, update

from troth.errors import Refused
from troth.ledger.binding import FACTS, STATING, read_groups
from troth.ledger.journal import commit_to
from troth.ledger.session import Reading, Writing
from troth.ledger.tables import journal

KIND = "payloads-erased"
Span = tuple[int, int]
"""First and last number of consecutive entries."""


def erase_payloads(writing: Writing, first: int, last: int, *, reason: str, at: datetime) -> int:
    """Erase payload and salt of the entries `first` to `last`; the number of erased payloads.

    The erasure is itself an entry that names them, and its payload stays. Left as they are: entries
    already erased, erasures, and the proof of facts that still stand. Refused (`no-such-entries`)
    outside the journal.
    """
    if not 1 <= first <= last <= writing.head.seq:
        raise Refused(
            "no-such-entries",
            f"the journal has entries 1 to {writing.head.seq}",
            help="name a first and a last entry within it",
        )
    return _erase(writing, range(first, last + 1), reason, at)


def erase_payloads_of(
    writing: Writing, numbers: Collection[int], *, reason: str, at: datetime
) -> int:
    """The same for the entries of those numbers alone."""
    return _erase(writing, numbers, reason, at) if numbers else 0


def _erase(writing: Writing, numbers: Collection[int], reason: str, at: datetime) -> int:
    first, last = min(numbers), max(numbers)
    table = journal.c
    found = writing.connection.execute(
        select(table.seq, table.salt, table.payload)
        .where(
            table.organisation == writing.organisation,
            table.seq.between(first, last),
            table.kind.not_in((KIND, *STATING)),
            table.erased_by.is_(None),
        )
        .order_by(table.seq)
    ).all()
    standing = _standing(writing, first, last)
    rows = [row for row in found if row.seq in numbers and row.seq not in standing]
    if not rows:
        return 0
    entry = writing.append(KIND, at, {"spans": _spans([row.seq for row in rows]), "reason": reason})
    writing.connection.execute(
        update(journal)
        .where(table.organisation == writing.organisation, table.seq == bindparam("erased_seq"))
        .values(salt=None, payload=None, erased_by=entry.seq, commitment=bindparam("committed")),
        [{"erased_seq": row.seq, "committed": commit_to(row.salt, row.payload)} for row in rows],
    )
    return len(rows)


def _standing(reading: Reading, first: int, last: int) -> set[int]:
    """Entries whose facts are there: without its payload nothing would prove a fact."""
    return {
        seq
        for kind in FACTS
        for seq, _ in read_groups(reading.connection, reading.organisation, kind, first, last)
    }


def erased_spans(reading: Reading, erasure: int) -> tuple[Span, ...]:
    """The entries that the entry `erasure` says it erased; none if it is no erasure."""
    payload = reading.connection.execute(
        select(journal.c.payload).where(
            journal.c.organisation == reading.organisation,
            journal.c.seq == erasure,
            journal.c.kind == KIND,
        )
    ).scalar()
    try:
        return tuple((first, last) for first, last in json.loads(payload or "")["spans"])
    except (ValueError, TypeError, KeyError):
        return ()


def _spans(numbers: list[int]) -> list[Span]:
    spans: list[Span] = []
    for number in numbers:
        if spans and spans[-1][1] == number - 1:
            spans[-1] = (spans[-1][0], number)
        else:
            spans.append((number, number))
    return spans
