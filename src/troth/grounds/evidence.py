"""What is known of the data: the promise, the map, and the rows as the drivers returned them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from troth.datamap.model import DataMap, Table
from troth.datamap.paths import Hop, resolve_path
from troth.grounds.cells import compared, json_at, key_part
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
    """One value of one row: a column, or a place inside a JSON column (`troth.datamap.inside`)."""

    row: Row
    name: str


@dataclass(frozen=True)
class Reference:
    """A foreign key that the database declares, known to the map or not."""

    store: str
    table: str
    columns: tuple[str, ...]
    references: str
    to: tuple[str, ...]


@dataclass
class _Known:
    """What is worked out once of rows and map, which do not change."""

    rows: dict[tuple[str, str], tuple[Row, ...]] = field(default_factory=dict)
    hops: dict[tuple[str, str, tuple[str, ...]], tuple[Hop, ...]] = field(default_factory=dict)
    indexes: dict[tuple[str, str, str, bool], dict[Any, list[Row]]] = field(default_factory=dict)


@dataclass(frozen=True)
class Evidence:
    """Policy, map and every row of every store, by (store, table); cells as drivers return them."""

    policy: Policy
    map: DataMap
    rows: Mapping[tuple[str, str], Sequence[Cells]]
    references: tuple[Reference, ...] = ()
    moved: tuple[MovedName, ...] = ()
    _known: _Known = field(default_factory=_Known, init=False, compare=False, repr=False)

    def under(self, policy: Policy) -> Evidence:
        """The same data under another text."""
        other = replace(self, policy=policy)
        object.__setattr__(other, "_known", self._known)
        return other

    def table(self, row: Row) -> Table:
        return self.map.table(row.store, row.table)

    def cells(self, row: Row) -> Cells:
        return self.rows[row.store, row.table][row.index]

    def all_of(self, store: str, table: str) -> tuple[Row, ...]:
        if (store, table) not in self._known.rows:
            count = len(self.rows.get((store, table), ()))
            self._known.rows[store, table] = tuple(
                Row(store, table, index) for index in range(count)
            )
        return self._known.rows[store, table]

    def hops(self, store: str, table: str, path: Sequence[str]) -> tuple[Hop, ...]:
        """The hops of a path from a table, as `resolve_path` finds them."""
        here = (store, table, tuple(path))
        if here not in self._known.hops:
            self._known.hops[here] = resolve_path(self.map, store, table, path)
        return self._known.hops[here]

    def candidates(self, start: Row, hop: Hop) -> tuple[Row, ...]:
        """The rows that a hop may reach: those whose first compared cell is the start's.

        Every row of the table where a cell has no hash (a list or a mapping inside JSON).
        """
        left, right = hop.pairs[0]
        try:
            index = self._index(hop, right)
            wanted = _cell(self.cells(start)[left], hop, owner=hop.forward)
            return () if wanted is None else tuple(index.get(wanted, ()))
        except TypeError:
            return self.all_of(hop.target_store, hop.target_table)

    def _index(self, hop: Hop, column: str) -> dict[Any, list[Row]]:
        here = (*hop.owner, hop.relation, hop.forward)
        if here not in self._known.indexes:
            found: dict[Any, list[Row]] = {}
            for row in self.all_of(hop.target_store, hop.target_table):
                cell = _cell(self.cells(row)[column], hop, owner=not hop.forward)
                found.setdefault(cell, []).append(row)
            self._known.indexes[here] = found
        return self._known.indexes[here]

    def key(self, row: Row) -> Key:
        """The primary key as facts name it; empty where the map knows none."""
        cells = self.cells(row)
        parts = (cells[column] for column in self.table(row).key)
        return tuple(key_part(part) for part in parts)


def _cell(cell: Any, hop: Hop, *, owner: bool) -> Any:
    """What a hop compares of a cell, of the row that owns the relation or of the other."""
    if owner and hop.json_path is not None:
        cell = json_at(cell, hop.json_path)
    return None if cell is None else compared(cell, hop.how)
