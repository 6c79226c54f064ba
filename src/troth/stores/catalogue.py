"""Rows of a catalogue, grouped by the table that they describe."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from typing import Any

import sqlalchemy as sa

from troth.plan.schema import OnDelete

Row = tuple[Any, ...]
Rows = dict[Any, list[Row]]


def rows_of(connection: sa.Connection, query: sa.TextClause) -> list[Row]:
    """The rows of a query, as plain tuples."""
    return [tuple(row) for row in connection.execute(query)]


def grouped(rows: Iterable[Row], column: int = 0) -> Rows:
    """Rows by one column (the first: the table that they describe), in their order."""
    groups: Rows = defaultdict(list)
    for row in rows:
        groups[row[column]].append(row)
    return groups


def on_delete(word: str | None) -> OnDelete:
    """A catalogue's word for what happens to children."""
    match (word or "").upper():
        case "CASCADE":
            return "cascade"
        case "SET NULL":
            return "set-null"
        case "SET DEFAULT":
            return "set-default"
        case "RESTRICT":
            return "restrict"
        case _:
            return "no-action"
