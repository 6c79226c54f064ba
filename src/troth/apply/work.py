"""One store at work: an open session, the tables of the map in it, and the sets made there."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any
from zoneinfo import ZoneInfo

import sqlalchemy as sa

from troth.datamap.model import DataMap
from troth.grounds.reading import native_day
from troth.plan.predicate import InPeriod, Predicate
from troth.plan.rows import physical_name
from troth.plan.schema import ColumnSchema, StoreSchema, TableSchema
from troth.stores.render import Renderer, Row, Templates
from troth.stores.store import Session, Store
from troth.stores.tables import TemporaryTable

Settled = tuple[Predicate, str, frozenset[str], frozenset[str]]
"""A predicate of a table, with the names of the sets that are there and the flags that are on."""

MOST_PERIODS = 2_000  # accounting periods of one table; more are no accounting periods


@dataclass
class Work:
    """A store with one open session; `sets` and `flags` fill up as facts are resolved."""

    store: Store
    session: Session
    schema: StoreSchema
    tables: Mapping[str, TableSchema]
    zone: ZoneInfo
    sets: dict[str, sa.TableClause] = field(default_factory=dict)
    flags: set[str] = field(default_factory=set)
    made: int = 0
    temporaries: dict[str, TemporaryTable] = field(default_factory=dict)
    templates: Templates = field(default_factory=dict, repr=False)
    settled: dict[Settled, Predicate] = field(default_factory=dict, repr=False)
    _periods: dict[str, list[tuple[date, date]]] = field(default_factory=dict)

    @property
    def name(self) -> str:
        return self.store.name

    @property
    def connection(self) -> sa.Connection:
        return self.session.connection

    def renderer(self) -> Renderer:
        """A renderer that knows the sets and flags resolved so far."""
        bare = Renderer(
            dialect=self.store.address.dialect,
            tables=self.tables,
            zone=self.zone,
            sets=dict(self.sets),
            flags=frozenset(self.flags),
            templates=self.templates,
        )
        return replace(bare, periods=lambda node: self._spans(bare, node))

    def row(self, table: str) -> Row:
        return self.renderer().row(table)

    def temporary(
        self, label: str, columns: tuple[ColumnSchema, ...], *, key: tuple[str, ...] = ()
    ) -> sa.TableClause:
        """A new temporary table of the session for `label`; an older one is dropped."""
        older = self.temporaries.pop(label, None)
        if older is not None:
            self.session.drop_temporary(older)
        self.made += 1
        table = TemporaryTable(f"troth_t{self.made}", columns, key)
        self.temporaries[label] = table
        return self.session.create_temporary(table)

    def key_columns(self, table: str, names: tuple[str, ...]) -> tuple[ColumnSchema, ...]:
        """Columns of a table as a temporary table holds them, their types and collations kept."""
        row = self.row(table)
        return tuple(row.column(name) for name in names)

    def day_column(self) -> ColumnSchema:
        kinds = self.store.dialect.types
        return ColumnSchema("troth_day", "date", kinds["date"], nullable=True)

    def spans(self, node: InPeriod) -> list[tuple[date, date]]:
        """The first and last days of the periods that `node` asks about."""
        return self._spans(self.renderer(), node)

    def _spans(self, bare: Renderer, node: InPeriod) -> list[tuple[date, date]]:
        """The periods for which a predicate holds, read once."""
        label = node.model_dump_json(exclude={"day"})
        if label not in self._periods:
            row = bare.row(node.table)
            select = (
                sa.select(row.source.c[node.starts], row.source.c[node.ends])
                .select_from(row.source)
                .where(bare.condition(node.where, row))
                .limit(MOST_PERIODS)
            )
            with self.session.told():
                found = self.connection.execute(select).all()
            spans = ((self._day(start), self._day(end)) for start, end in found)
            self._periods[label] = [(a, b) for a, b in spans if a is not None and b is not None]
        return self._periods[label]

    def _day(self, cell: Any) -> date | None:
        return native_day(cell, self.zone, self.zone)


def mapped_tables(datamap: DataMap, store: str, schema: StoreSchema) -> dict[str, TableSchema]:
    """The tables of a store by their names in the map, and unmapped ones by their own."""
    found = {table.name: table for table in schema.tables}
    for name, entry in datamap.stores[store].tables.items():
        real = schema.table(physical_name(name, entry)) or schema.table(entry.name or name)
        if real is not None:
            found[name] = real
    return found


@contextmanager
def working(
    stores: Mapping[str, Store],
    schemas: Mapping[str, StoreSchema],
    datamap: DataMap,
    zone: ZoneInfo,
) -> Iterator[dict[str, Work]]:
    """A session of every store, open together."""
    with ExitStack() as stack:
        yield {
            name: Work(
                store=store,
                session=stack.enter_context(store.session()),
                schema=schemas[name],
                tables=mapped_tables(datamap, name, schemas[name]),
                zone=zone,
            )
            for name, store in stores.items()
        }
