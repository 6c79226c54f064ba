"""A store in memory: a schema made from DDL, and a sampler over rows; no database is needed."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from troth.discover.sample import ColumnSample, TableSample
from troth.plan.schema import ColumnSchema, ForeignKey, StoreSchema, TableSchema, TypeKind

_KINDS: dict[str, TypeKind] = {
    "INTEGER": "integer",
    "BIGINT": "integer",
    "NUMERIC": "number",
    "VARCHAR": "text",
    "TEXT": "text",
    "DATE": "date",
    "TIMESTAMP": "timestamp",
    "JSON": "json",
    "BOOLEAN": "boolean",
    "INET": "other",
}


def schema_of(ddl: Mapping[str, str], store: str = "shop") -> StoreSchema:
    """The schema that simple CREATE TABLE bodies describe."""
    return StoreSchema(store, "postgresql", tuple(_table(n, body) for n, body in ddl.items()))


def _table(name: str, body: str) -> TableSchema:
    columns, keys, unique = [], [], []
    references = []
    for part in re.split(r",(?![^(]*\))", body):
        column, kind, *_ = part.split()
        word = re.split(r"\W", kind)[0].upper()
        required = "NOT NULL" in part or "PRIMARY KEY" in part
        columns.append(ColumnSchema(column, _KINDS[word], kind.lower(), not required))
        if "PRIMARY KEY" in part:
            keys.append(column)
        if "UNIQUE" in part:
            unique.append((column,))
        if match := re.search(r"REFERENCES (\w+)\((\w+)\)", part):
            references.append(ForeignKey((column,), match[1], (match[2],)))
    return TableSchema(name, tuple(columns), tuple(keys), tuple(references), tuple(unique))


@dataclass(frozen=True)
class MemorySampler:
    """All rows of tables in memory, in the order of their columns."""

    rows: Mapping[str, Sequence[tuple[Any, ...]]]

    def sample(self, table: TableSchema) -> TableSample:
        rows = self.rows.get(table.name, ())
        columns = {
            column.name: ColumnSample(tuple(row[at] for row in rows))
            for at, column in enumerate(table.columns)
        }
        return TableSample(len(rows), columns)

    def values(self, table: TableSchema, column: str) -> tuple[object, ...]:
        return self.sample(table).column(column).distinct

    def present(self, table: TableSchema, column: str, values: Sequence[object]) -> int | None:
        held = set(self.values(table, column))
        return sum(value in held for value in set(values))

    def present_rows(
        self, table: TableSchema, columns: Sequence[str], rows: Sequence[tuple[object, ...]]
    ) -> int | None:
        sample = self.sample(table)
        held = set(zip(*(sample.column(column).cells for column in columns), strict=True))
        return sum(row in held for row in set(rows))
