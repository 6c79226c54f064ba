"""A world: everything that decides a standing, and how it lies in real databases."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from troth.datamap.model import DataMap
from troth.grounds.evidence import Evidence, Reference, Row, Value
from troth.grounds.facts import Facts
from troth.policy.model import Policy

Kind = Literal["date", "timestamp", "timestamptz", "text", "int", "json", "bool"]
OnDelete = Literal["no-action", "restrict", "cascade", "set-null"]


@dataclass(frozen=True)
class ColumnType:
    """A physical type: `timestamp` has no zone; `int` has 64 bits; `text` is short."""

    kind: Kind
    nullable: bool = True


@dataclass(frozen=True)
class PhysicalKey:
    """A declared foreign key; its rows respect it, in the order of the tables and of their rows."""

    columns: tuple[str, ...]
    references: str
    to: tuple[str, ...]
    on_delete: OnDelete = "no-action"


@dataclass(frozen=True)
class PhysicalTable:
    """A table as the database has it; `key` is its primary key, unique also without case."""

    store: str
    name: str
    columns: Mapping[str, ColumnType]
    key: tuple[str, ...]
    foreign_keys: tuple[PhysicalKey, ...] = ()


@dataclass(frozen=True)
class World:
    """A policy, a map that fits it, rows, facts and the instant `now` (aware, UTC).

    `tables` stand in an order in which they and their rows can be inserted; a table may be missing
    in the map. Cells: date, datetime (naive for `timestamp`, aware UTC for `timestamptz`), text,
    int, bool, None, and for `json` the decoded object. Whole seconds, years 1971 to 2037.
    """

    policy: Policy
    map: DataMap
    tables: Mapping[tuple[str, str], PhysicalTable]
    rows: Mapping[tuple[str, str], tuple[Mapping[str, Any], ...]]
    facts: Facts
    now: datetime

    def evidence(self) -> Evidence:
        """The world as the interpreter sees it."""
        references = tuple(
            Reference(table.store, table.name, key.columns, key.references, key.to)
            for table in self.tables.values()
            for key in table.foreign_keys
        )
        return Evidence(self.policy, self.map, self.rows, references)

    def values(self) -> Iterator[Value]:
        """Every value: each personal column of each row of each mapped table."""
        for (store, name), rows in self.rows.items():
            entry = self.map.stores[store].tables.get(name)
            for index in range(len(rows) if entry else 0):
                for name_of in entry.values if entry else ():
                    yield Value(Row(store, name, index), name_of)
