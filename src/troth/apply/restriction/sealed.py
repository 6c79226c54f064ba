"""What restrictions have moved out of rows, opened for the person's own access (Art. 15).

Art. 18 suspends use by others; a copy for the person is theirs all the same.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from typing import Any

from troth.apply.restriction.codec import Exact, shown
from troth.apply.restriction.own import OwnTables
from troth.apply.restriction.places import tables_there
from troth.apply.restriction.release import Keys, opened
from troth.apply.restriction.seal import Slip
from troth.apply.work import Work
from troth.grounds.cells import key_part
from troth.ledger.ledger import Ledger
from troth.ledger.restrictions import RestrictedRow, list_restrictions
from troth.plan.schema import ColumnSchema, TypeKind

Place = tuple[str, str, tuple[str, ...]]


@dataclass
class Sealed:
    """The rows of restrictions in force, oldest first, and how what was moved is opened."""

    keys: Keys | None = None
    rows: Mapping[Place, list[tuple[str, int, RestrictedRow]]] = field(default_factory=dict)
    _tables: dict[str, OwnTables | None] = field(default_factory=dict, repr=False)

    def cells(self, work: Work, table: str, key: Iterable[object]) -> dict[str, Any]:
        """The values that were moved out of a row, by column; nothing where none were."""
        found: dict[str, Any] = {}
        for id, position, row in self.rows.get(_place(work.name, table, key), ()):
            own = self._own(work)
            if own is None or self.keys is None:
                continue
            slip = Slip(self.keys.organisation, id, position, f"{row.store}.{row.table}", row.key)
            moved = opened(work, own, slip, self.keys)
            columns = {column.name: column for column in work.row(table).table.columns}
            for name, value in moved.values.items() if moved is not None else ():
                if name not in found:  # a younger restriction has moved what the older left
                    found[name] = _cell(work, columns[name], value)
        return found

    def _own(self, work: Work) -> OwnTables | None:
        if work.name not in self._tables:
            self._tables[work.name] = tables_there(work)
        return self._tables[work.name]


def sealed_rows(ledger: Ledger, organisation: str) -> Sealed:
    """What is sealed for an organisation now; a value is opened when its row is asked for."""
    rows: dict[Place, list[tuple[str, int, RestrictedRow]]] = {}
    with ledger.reading(organisation) as reading:
        for one in sorted(list_restrictions(reading), key=lambda one: one.number):
            if one.in_force:
                for position, row in enumerate(one.rows):
                    place = _place(row.store, row.table, row.key)
                    rows.setdefault(place, []).append((one.id, position, row))
    return Sealed(Keys(ledger, organisation, ledger.randomness), rows)


def _place(store: str, table: str, key: Iterable[object]) -> Place:
    return store, table, tuple(str(key_part(part)) for part in key)


def _cell(work: Work, column: ColumnSchema, value: Exact) -> Any:
    """The value as a driver would give it, or its text where it has none of its type."""
    text = shown(work.store.address.dialect, column, value)
    if text is None:
        return None
    try:
        return _READ[column.kind](text) if column.kind in _READ else text
    except (ValueError, InvalidOperation):
        return text


_READ: Mapping[TypeKind, Any] = {
    "integer": int,
    "number": Decimal,
    "boolean": lambda text: text in ("true", "t", "1"),
    "date": date.fromisoformat,
    "timestamp": datetime.fromisoformat,
    "timestamptz": datetime.fromisoformat,
    "json": json.loads,
}
