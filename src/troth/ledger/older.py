"""Facts recorded before facts were bound to the journal are bound once, as they stand then.

The entries that do it say so (`facts-bound`): what was altered before them cannot be seen.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime

from sqlalchemy import insert, select

from troth.ledger.binding import FACTS, Group, digest_of, read_groups
from troth.ledger.journal import Payload
from troth.ledger.session import Reading, Writing
from troth.ledger.tables import fact_bindings, journal

SPAN_FACTS = 500  # entries that one commitment covers

Span = tuple[str, int, int]
"""Kind of entry, first and last number."""


def bind_older_facts(writing: Writing) -> int:
    """Binds the facts of an organisation that are not bound yet; how many entries they have."""
    if _marked(writing):
        return 0
    count = 0
    spans: list[Span] = []
    for kind in FACTS:
        for numbers in _unbound(writing, kind):
            span = kind, numbers[0], numbers[-1]
            facts = list(read_groups(writing.connection, writing.organisation, *span))
            _state(writing, span, [fact for fact in facts if fact[0] in set(numbers)])
            spans.append(span)
            count += len(numbers)
    writing.connection.execute(
        insert(fact_bindings),
        [
            {"organisation": writing.organisation, "kind": kind, "first": first, "last": last}
            for kind, first, last in [("", 0, 0), *spans]
        ],
    )
    return count


def span_of(reading: Reading, kind: str, entry: int) -> Span:
    """The entries whose facts one commitment covers together with those of `entry`."""
    table = fact_bindings.c
    row = reading.connection.execute(
        select(table.kind, table.first, table.last).where(
            table.organisation == reading.organisation,
            table.kind == kind,
            table.first <= entry,
            table.last >= entry,
        )
    ).one_or_none()
    return (kind, entry, entry) if row is None else (row.kind, row.first, row.last)


def _marked(reading: Reading) -> bool:
    table = fact_bindings.c
    found = reading.connection.execute(
        select(table.first).where(table.organisation == reading.organisation, table.kind == "")
    ).one_or_none()
    return found is not None


def _unbound(writing: Writing, kind: str) -> Iterator[list[int]]:
    """Numbers of entries that commit to no fact, in spans; a commitment is never made anew."""
    table = journal.c
    rows = writing.connection.execute(
        select(table.seq, table.payload)
        .where(table.organisation == writing.organisation, table.kind == kind)
        .order_by(table.seq)
    ).all()
    numbers: list[int] = []
    for row in rows:
        if row.payload is not None and "fact" in json.loads(row.payload):
            break  # all later ones are bound as well
        numbers.append(row.seq)
    for start in range(0, len(numbers), SPAN_FACTS):
        yield numbers[start : start + SPAN_FACTS]


def _state(writing: Writing, span: Span, facts: list[Group]) -> None:
    def made(_seq: int, salt: str) -> Payload:
        return {"bound": [[*span, digest_of(salt, facts)]]}

    at = writing.head.last_at or datetime(1970, 1, 1, tzinfo=UTC)  # nothing older has an entry
    writing.append("facts-bound", at, made)
