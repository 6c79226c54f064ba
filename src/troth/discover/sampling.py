"""Looking at a live store: bounded, read-only samples and look-ups.

A big table is never read whole nor sorted: PostgreSQL samples its pages, elsewhere a few ranges of
the key are read; each statement has a time limit. What was not had in time is None, not an error.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from random import Random
from time import monotonic
from typing import Any

import sqlalchemy as sa

from troth.discover.sample import ColumnSample, TableSample
from troth.errors import TrothError
from troth.plan.schema import ColumnSchema, TableSchema
from troth.stores.store import Store
from troth.stores.tables import table_clause

SAMPLE_ROWS = 5_000
SMALL_TABLE = 50_000  # rows up to which the first rows are read in the store's own order
RANGES = 20  # of the key, in a big table
LONGEST_TEXT = 2_000  # characters that leave the store
STATEMENT_TIMEOUT_MS = 15_000
LOOKED_UP_AT_ONCE = 500  # values of one IN list
_SQLITE_STEPS = 20_000  # of its virtual machine between two looks at the clock
_OVERSAMPLING = 2  # pages are sampled for twice the rows wanted, since pages differ


@dataclass(frozen=True)
class StoreSampler:
    """The `Sampler` of an opened store; `rng` picks pages and ranges."""

    store: Store
    rng: Random

    def sample(self, table: TableSchema) -> TableSample:
        """At most `SAMPLE_ROWS` rows; of a table that cannot be read, none and the reason."""
        columns = [column for column in table.columns if column.kind != "binary"]
        if not columns:
            return TableSample(how="no column to look at")
        try:
            with self._reading() as connection:
                rows, how = self._rows(connection, table, columns)
        except TrothError as error:
            return TableSample(how="not sampled", problem=error.code)
        cells = zip(*rows, strict=True) if rows else ((),) * len(columns)
        return TableSample(
            rows=len(rows),
            columns={
                column.name: ColumnSample(tuple(values))
                for column, values in zip(columns, cells, strict=True)
            },
            how=how,
        )

    def values(self, table: TableSchema, column: str) -> tuple[object, ...]:
        """Some distinct values of a column, at most `SAMPLE_ROWS`."""
        found = table.column(column)
        if found is None:
            return ()
        try:
            with self._reading() as connection:
                rows, _ = self._rows(connection, table, [found])
        except TrothError:
            return ()
        return ColumnSample(tuple(row[0] for row in rows)).distinct

    def present(self, table: TableSchema, column: str, values: Sequence[object]) -> int | None:
        """How many of `values` the column holds, by look-ups of some hundred at a time."""
        target = table_clause(self.store.dialect.name, table).c[column]
        count = 0
        try:
            with self._reading() as connection:
                for start in range(0, len(values), LOOKED_UP_AT_ONCE):
                    wanted = list(values[start : start + LOOKED_UP_AT_ONCE])
                    query = sa.select(sa.func.count(target.distinct())).where(target.in_(wanted))
                    count += int(connection.execute(query).scalar_one())
        except TrothError:
            return None
        return count

    def present_rows(
        self, table: TableSchema, columns: Sequence[str], rows: Sequence[tuple[object, ...]]
    ) -> int | None:
        """How many of `rows` the columns together hold, by look-ups of some hundred at a time."""
        clause = table_clause(self.store.dialect.name, table)
        targets = [clause.c[column] for column in columns]
        at_once = LOOKED_UP_AT_ONCE // len(columns)
        count = 0
        try:
            with self._reading() as connection:
                for start in range(0, len(rows), at_once):
                    wanted = sa.tuple_(*targets).in_(rows[start : start + at_once])
                    distinct = sa.select(*targets).where(wanted).distinct().subquery()
                    query = sa.select(sa.func.count()).select_from(distinct)
                    count += int(connection.execute(query).scalar_one())
        except TrothError:
            return None
        return count

    @contextmanager
    def _reading(self) -> Iterator[sa.Connection]:
        with self.store.reading() as connection:
            _limit_time(connection)
            yield connection

    def _rows(
        self, connection: sa.Connection, table: TableSchema, columns: Sequence[ColumnSchema]
    ) -> tuple[list[tuple[Any, ...]], str]:
        clause = table_clause(self.store.dialect.name, table)
        shown = [_shown(clause.c[column.name], column) for column in columns]
        if self._is_small(connection, table, clause):
            query = sa.select(*shown).limit(SAMPLE_ROWS)
            rows = [tuple(row) for row in connection.execute(query)]
            return rows, "all rows" if len(
                rows
            ) < SAMPLE_ROWS else f"the first {SAMPLE_ROWS:,} rows"
        if self.store.dialect.name == "postgresql" and table.kind in ("table", "partitioned"):
            return self._pages(connection, table, clause, columns)
        return self._ranges(connection, table, clause, shown)

    def _is_small(
        self, connection: sa.Connection, table: TableSchema, clause: sa.TableClause
    ) -> bool:
        if table.estimated_rows is not None and table.estimated_rows >= 0:
            return table.estimated_rows <= SMALL_TABLE
        beyond: sa.Select[Any] = (
            sa.select(sa.literal_column("1")).select_from(clause).limit(1).offset(SMALL_TABLE)
        )
        return connection.execute(beyond).first() is None

    def _pages(
        self,
        connection: sa.Connection,
        table: TableSchema,
        clause: sa.TableClause,
        columns: Sequence[ColumnSchema],
    ) -> tuple[list[tuple[Any, ...]], str]:
        rows = table.estimated_rows or SMALL_TABLE
        share = min(100.0, 100 * _OVERSAMPLING * SAMPLE_ROWS / max(rows, 1))
        sampled = sa.tablesample(
            clause, sa.func.system(share), seed=sa.literal(self.rng.randrange(1 << 30))
        )
        shown = [_shown(sampled.c[column.name], column) for column in columns]
        query = sa.select(*shown).limit(SAMPLE_ROWS)
        return [tuple(row) for row in connection.execute(query)], "sampled pages"

    def _ranges(
        self,
        connection: sa.Connection,
        table: TableSchema,
        clause: sa.TableClause,
        shown: Sequence[sa.ColumnElement[Any]],
    ) -> tuple[list[tuple[Any, ...]], str]:
        key = table.column(table.key[0]) if table.key else None
        if key is None or key.kind != "integer":
            query = sa.select(*shown).limit(SAMPLE_ROWS)
            rows = [tuple(row) for row in connection.execute(query)]
            return rows, f"the first {SAMPLE_ROWS:,} rows"
        column = clause.c[key.name]
        low, high = connection.execute(sa.select(sa.func.min(column), sa.func.max(column))).one()
        found: list[tuple[Any, ...]] = []
        width = max(1, (int(high) - int(low)) // RANGES)
        for number in range(RANGES):
            start = int(low) + number * width
            block = sa.select(*shown).where(column >= start, column < start + width)
            block = block.order_by(column).limit(SAMPLE_ROWS // RANGES)
            found.extend(tuple(row) for row in connection.execute(block))
        return found, f"{RANGES} ranges of the key"


def _shown(column: sa.ColumnElement[Any], schema: ColumnSchema) -> sa.ColumnElement[Any]:
    """The column, cut to a length where it is text."""
    return sa.func.substr(column, 1, LONGEST_TEXT) if schema.kind == "text" else column


def _limit_time(connection: sa.Connection) -> None:
    """Sets the time limit of every statement of this connection, which is closed afterwards."""
    name = connection.dialect.name
    if name == "postgresql":
        connection.exec_driver_sql(f"SET LOCAL statement_timeout = {STATEMENT_TIMEOUT_MS}")
    elif name in ("mysql", "mariadb"):
        maria = getattr(connection.dialect, "is_mariadb", False)
        setting = (
            f"max_statement_time = {STATEMENT_TIMEOUT_MS / 1000}"
            if maria
            else f"max_execution_time = {STATEMENT_TIMEOUT_MS}"
        )
        connection.exec_driver_sql(f"SET SESSION {setting}")
    elif name == "sqlite":
        driver = connection.connection.driver_connection
        if isinstance(driver, sqlite3.Connection):
            end = monotonic() + STATEMENT_TIMEOUT_MS / 1000
            driver.set_progress_handler(lambda: int(monotonic() > end), _SQLITE_STEPS)
