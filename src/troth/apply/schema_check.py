"""Where the map and a database differ: what one of them does not know of the other."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Literal

from troth.datamap.model import DataMap, Store, Table
from troth.plan.rows import physical_name
from troth.plan.schema import StoreSchema, TableSchema


@dataclass(frozen=True)
class Difference:
    """`unmapped`: the database has it and the map does not know it; `missing`: the reverse."""

    kind: Literal["unmapped", "missing"]
    store: str
    table: str
    column: str | None = None

    @property
    def code(self) -> str:
        return f"{self.kind}-{'table' if self.column is None else 'column'}"

    def __str__(self) -> str:
        what = f"{self.store}.{self.table}" + (f".{self.column}" if self.column else "")
        if self.kind == "unmapped":
            return f"{what} is in the database, and the map does not know it"
        return f"{what} is in the map, and the database does not have it"


def differences(datamap: DataMap, schemas: Mapping[str, StoreSchema]) -> tuple[Difference, ...]:
    """Every table and column that only one of map and database knows, store by store.

    Tables that the map ignores, partitions, and copies in an archive that Troth made itself are
    left out.
    """
    return tuple(
        difference
        for store, schema in schemas.items()
        if store in datamap.stores
        for difference in _of_store(datamap, store, schema)
    )


def _of_store(datamap: DataMap, store: str, schema: StoreSchema) -> Iterator[Difference]:
    entry = datamap.stores[store]
    made = {target.table for target in datamap.archives.values()}  # with the first archived row
    known: dict[str, str] = {}
    for name, table in entry.tables.items():
        real = real_table(schema, name, table)
        if real is None:
            if f"{store}.{name}" not in made:
                yield Difference("missing", store, name)
            continue
        known[real.name] = name
        yield from _columns(store, name, table, real)
    for found in schema.tables:
        unknown = found.name not in known and not _left_alone(entry, found)
        if unknown and f"{store}.{found.name}" not in made:
            yield Difference("unmapped", store, found.name)


def not_made_yet(
    datamap: DataMap, schemas: Mapping[str, StoreSchema], store: str, table: str
) -> bool:
    """A table of an archive that Troth makes with its first row: nothing can be in it."""
    if f"{store}.{table}" not in {target.table for target in datamap.archives.values()}:
        return False
    return real_table(schemas[store], table, datamap.stores[store].tables[table]) is None


def real_table(schema: StoreSchema, name: str, table: Table) -> TableSchema | None:
    """The table of the database that an entry of the map describes."""
    return schema.table(physical_name(name, table)) or schema.table(table.name or name)


def _left_alone(entry: Store, table: TableSchema) -> bool:
    bare = table.name.rpartition(".")[2]
    return table.name in entry.ignored or bare in entry.ignored or table.kind == "partition"


def _columns(store: str, name: str, table: Table, real: TableSchema) -> Iterator[Difference]:
    there = [column.name for column in real.columns]
    for column in there:
        if column not in table.columns:
            yield Difference("unmapped", store, name, column)
    for column in table.columns:
        if column not in there:
            yield Difference("missing", store, name, column)
