"""Names that were moved out of rows, as keyed hashes, so that acts go on finding the rows.

    digest = HMAC-SHA-256(key of the organisation, store, table, namespace, comparison, name)

A quarantine seals what a row names, and an archive takes it away; the row that stays would be
nobody's. The hash says nothing to whoever lacks the key, is another in every table, and goes with
the restriction, the row, or the archive's copy.
"""

from __future__ import annotations

import hmac
from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from hashlib import sha256
from typing import Any

from sqlalchemy import bindparam, delete, select
from sqlalchemy.dialects import postgresql, sqlite

from troth.datamap.model import Normaliser
from troth.grounds.facts import Identifier, Key, MovedName
from troth.grounds.identity import normalise
from troth.ledger.ledger import Ledger
from troth.ledger.quick import Quick
from troth.ledger.session import Reading, Writing
from troth.ledger.suppression import known_key, made_key
from troth.ledger.tables import moved_names

WRITTEN_AT_ONCE = 1_000  # hashes per statement


@dataclass(frozen=True)
class Moving:
    """A name about to be moved out of a column of a row, and how the map compares it."""

    store: str
    table: str
    key: Key
    column: str
    compare: Normaliser
    name: Identifier = field(repr=False)


@dataclass(frozen=True)
class MovedRow:
    """A row and its column out of which a name was moved, and what moved it."""

    store: str
    table: str
    key: Key
    column: str
    moved_by: str


def note_moved(writing: Writing, moving: Sequence[Moving], *, moved_by: str, at: datetime) -> None:
    """Keep the hashes of names before they leave their rows; again changes nothing."""
    if not moving:
        return
    secret = made_key(writing)
    dialect = postgresql if writing.connection.dialect.name == "postgresql" else sqlite
    rows = [
        {
            "organisation": writing.organisation,
            "store": one.store,
            "table_name": one.table,
            "row_key": one.key,
            "column_name": one.column,
            "namespace": one.name.namespace,
            "compare": one.compare,
            "digest": _digest(secret, one.store, one.table, one.compare, one.name),
            "moved_by": moved_by,
            "at": at,
        }
        for one in moving
    ]
    for start in range(0, len(rows), WRITTEN_AT_ONCE):
        writing.connection.execute(
            dialect.insert(moved_names).on_conflict_do_nothing(),
            rows[start : start + WRITTEN_AT_ONCE],
        )
    tables = sorted({f"{one.store}.{one.table}" for one in moving})
    payload = {"names": len(rows), "tables": tables, "by": moved_by}
    # no fact of its own: plans that were approved stand, and the next run reads it
    writing.append("names-moved", at, payload)


_PLACES = Quick(
    select(
        moved_names.c.store,
        moved_names.c.table_name,
        moved_names.c.namespace,
        moved_names.c["compare"],
    )
    .where(moved_names.c.organisation == bindparam("own"))
    .distinct()
)


def names_moved(reading: Reading, named: Iterable[Identifier]) -> tuple[MovedName, ...]:
    """The rows out of which one of these names was moved."""
    table, own = moved_names.c, moved_names.c.organisation == reading.organisation
    places = _PLACES.rows(reading.connection, {"own": reading.organisation})
    secret = known_key(reading) if places else None
    if secret is None:
        return ()
    by: dict[str, Identifier] = {}
    for name in dict.fromkeys(named):
        for store, table_name, namespace, how in places:
            if namespace == name.namespace:
                by.setdefault(_digest(secret, store, table_name, how, name), name)
    found: list[MovedName] = []
    digests = list(by)
    for start in range(0, len(digests), WRITTEN_AT_ONCE):
        query = select(moved_names).where(
            own, table.digest.in_(digests[start : start + WRITTEN_AT_ONCE])
        )
        for row in reading.connection.execute(query):
            found.append(
                MovedName(row.store, row.table_name, row.row_key, row.column_name, by[row.digest])
            )
    return tuple(found)


def ask_moved(
    ledger: Ledger, organisation: str
) -> Callable[[Iterable[Identifier]], tuple[MovedName, ...]]:
    """The same, asked of a ledger whenever it is needed."""

    def asked(named: Iterable[Identifier]) -> tuple[MovedName, ...]:
        with ledger.reading(organisation) as reading:
            return names_moved(reading, named)

    return asked


def moved_rows(reading: Reading) -> tuple[MovedRow, ...]:
    """Every row out of which a name was moved."""
    table = moved_names.c
    query = (
        select(table.store, table.table_name, table.row_key, table.column_name, table.moved_by)
        .where(table.organisation == reading.organisation)
        .distinct()
    )
    return tuple(MovedRow(*row) for row in reading.connection.execute(query))


def forget_moved(
    writing: Writing,
    rows: Collection[MovedRow] = (),
    *,
    moved_by: str | None = None,
    at: datetime,
) -> int:
    """Forget the names of rows, or all that something moved (a lifted restriction); how many."""
    table, own = moved_names.c, moved_names.c.organisation == writing.organisation
    gone = 0
    conditions: list[Any] = [
        (table.store == row.store)
        & (table.table_name == row.table)
        & (table.row_key == row.key)
        & (table.column_name == row.column)
        & (table.moved_by == row.moved_by)
        for row in rows
    ]
    if moved_by is not None:
        conditions.append(table.moved_by == moved_by)
    for condition in conditions:
        gone += writing.connection.execute(delete(moved_names).where(own, condition)).rowcount
    if gone:
        writing.append("moved-names-forgotten", at, {"names": gone})
    return gone


def _digest(secret: bytes, store: str, table: str, how: str, name: Identifier) -> str:
    compare: Normaliser = how  # type: ignore[assignment]  # written as one
    text = normalise(name.value, compare)
    parts = ("moved", store, table, name.namespace, how, text)
    return hmac.new(secret, "\n".join(parts).encode(), sha256).hexdigest()
