"""What is known of the data: the promise, the map, and the rows as the drivers returned them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from troth.datamap.model import DataMap, Table
from troth.grounds.cells import key_part
from troth.grounds.facts import Key, MovedName
from troth.policy.model import Policy

Cells = Mapping[str, Any]


@dataclass(frozen=True, order=True)
class Row:
    """One row: the `index`-th of its store's table in the evidence."""

    store: str
    table: str
    index: int


@dataclass(frozen=True, order=True)
class Value:
    """One column of one row."""

    row: Row
    column: str


@dataclass(frozen=True)
class Reference:
    """A foreign key that the database declares, known to the map or not."""

    store: str
    table: str
    columns: tuple[str, ...]
    references: str
    to: tuple[str, ...]


@dataclass(frozen=True)
class Evidence:
    """Policy, map and every row of every store, by (store, table); cells as drivers return them."""

    policy: Policy
    map: DataMap
    rows: Mapping[tuple[str, str], Sequence[Cells]]
    references: tuple[Reference, ...] = ()
    moved: tuple[MovedName, ...] = ()

    def table(self, row: Row) -> Table:
        return self.map.table(row.store, row.table)

    def cells(self, row: Row) -> Cells:
        return self.rows[row.store, row.table][row.index]

    def all_of(self, store: str, table: str) -> tuple[Row, ...]:
        count = len(self.rows.get((store, table), ()))
        return tuple(Row(store, table, index) for index in range(count))

    def key(self, row: Row) -> Key:
        """The primary key as facts name it; empty where the map knows none."""
        cells = self.cells(row)
        parts = (cells[column] for column in self.table(row).key)
        return tuple(key_part(part) for part in parts)
