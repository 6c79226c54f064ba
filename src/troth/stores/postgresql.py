"""PostgreSQL: psycopg 3, snapshots that may fill temporary tables, locks by row."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any

import psycopg
import sqlalchemy as sa
from psycopg import sql
from psycopg.abc import Buffer
from psycopg.types.datetime import DateLoader, TimestampLoader, TimestamptzLoader
from sqlalchemy.pool import NullPool

from troth.stores.address import Address
from troth.stores.capabilities import YES, Capabilities
from troth.stores.dialect import Dialect
from troth.stores.failures import Failure
from troth.stores.limits import (
    CONNECT_TIMEOUT_S,
    DROP_LOCK_TIMEOUT_MS,
    IDLE_IN_WRITE_TIMEOUT_MS,
    LOCK_TIMEOUT_MS,
    READ_STATEMENT_TIMEOUT_MS,
    WRITE_STATEMENT_TIMEOUT_MS,
)
from troth.stores.pages import Pages
from troth.stores.postgresql_failures import classify_postgresql
from troth.stores.postgresql_pages import on_pages, pages_of
from troth.stores.postgresql_readers import who_reads
from troth.stores.postgresql_rights import probe_rights
from troth.stores.readers import Readers

_SESSION = """
SET TimeZone = 'UTC';
SET DateStyle = 'ISO, YMD';
SET IntervalStyle = 'iso_8601';
SET standard_conforming_strings = on;
SET row_security = off;
SET default_transaction_isolation = 'read committed';
SET idle_in_transaction_session_timeout = 0;
"""
"""`row_security = off` makes a query fail that row-level security would silently narrow."""

BEGIN_READING = "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY"
"""A transaction that sees one moment: that of the first query that follows."""
READING_LIMITS = (
    f"statement_timeout = {READ_STATEMENT_TIMEOUT_MS}",
    f"lock_timeout = {LOCK_TIMEOUT_MS}",
)
_READING = "; ".join((BEGIN_READING, *(f"SET LOCAL {one}" for one in READING_LIMITS), "SELECT 1"))
BEGIN_WRITING = "BEGIN ISOLATION LEVEL READ COMMITTED READ WRITE"
WRITING_LIMITS: Mapping[str, str] = {
    "statement_timeout": str(WRITE_STATEMENT_TIMEOUT_MS),
    "lock_timeout": str(LOCK_TIMEOUT_MS),
    "idle_in_transaction_session_timeout": str(IDLE_IN_WRITE_TIMEOUT_MS),
    "enable_seqscan": "off",
}
_WRITING = "; ".join(
    (BEGIN_WRITING, *(f"SET LOCAL {name} = {value}" for name, value in WRITING_LIMITS.items()))
)
"""A batch is small beside its table: the planner must not read the whole of it for each."""


class _RawDate(DateLoader):
    """A date, or PostgreSQL's own text for one that Python cannot hold ('infinity', years BC)."""

    def load(self, data: Buffer) -> Any:
        try:
            return super().load(data)
        except psycopg.DataError:
            return bytes(data).decode()


class _RawTimestamp(TimestampLoader):
    """As `_RawDate`, for timestamps without a zone."""

    def load(self, data: Buffer) -> Any:
        try:
            return super().load(data)
        except psycopg.DataError:
            return bytes(data).decode()


class _RawTimestamptz(TimestamptzLoader):
    """As `_RawDate`, for instants."""

    def load(self, data: Buffer) -> Any:
        try:
            return super().load(data)
        except psycopg.DataError:
            return bytes(data).decode()


class PostgreSQL(Dialect):
    """The adapter of PostgreSQL 13 and newer."""

    name = "postgresql"
    types = {
        "integer": "bigint",
        "number": "numeric",
        "text": "text",
        "date": "date",
        "timestamp": "timestamp",
        "timestamptz": "timestamptz",
        "boolean": "boolean",
        "json": "jsonb",
        "binary": "bytea",
        "uuid": "uuid",
        "enum": "text",
        "other": "text",
    }
    driver_errors = (psycopg.Error,)

    process_sql = "SELECT pg_backend_pid()"

    def engine(self, address: Address, *, writable: bool) -> sa.Engine:  # noqa: ARG002 - sessions differ, engines do not
        asked = address.url.query
        engine = sa.create_engine(
            address.url.difference_update_query(["application_name"]),
            poolclass=NullPool,
            isolation_level="AUTOCOMMIT",
            hide_parameters=True,
            connect_args={
                "application_name": "troth",
                **({} if "connect_timeout" in asked else {"connect_timeout": CONNECT_TIMEOUT_S}),
            },
        )
        sa.event.listen(engine, "connect", _read_raw)
        return engine

    def settle(self, connection: sa.Connection) -> None:
        connection.exec_driver_sql(_SESSION)

    def probe(self, connection: sa.Connection) -> Capabilities:
        rights = probe_rights(connection)
        return Capabilities(
            transactional_ddl=YES,
            temporary_tables=rights.temporary_tables,
            own_schema=YES,
            row_locks=rights.row_locks,
            deferrable_constraints=YES,
            snapshot=YES,
            snapshot_collecting=rights.temporary_tables,
            may_write=rights.may_write,
            may_create=rights.may_create,
            drop_partitions=YES,
        )

    def begin_reading(self, connection: sa.Connection) -> None:
        connection.exec_driver_sql(_READING)

    def end_reading(self, connection: sa.Connection) -> None:
        """SET LOCAL ends with its transaction."""

    def begin_writing(self, connection: sa.Connection) -> None:
        connection.exec_driver_sql(_WRITING)

    def classify(self, error: BaseException) -> tuple[Failure, str]:
        return classify_postgresql(error)

    def clock(self, connection: sa.Connection) -> datetime:
        now = connection.exec_driver_sql("SELECT clock_timestamp()").scalar_one()
        assert isinstance(now, datetime)
        return now.astimezone(UTC)

    def who_reads(
        self, connection: sa.Connection, tables: Sequence[str], allowed: Sequence[str]
    ) -> Readers:
        return who_reads(connection, tables, allowed)

    def defer_constraints(self, connection: sa.Connection) -> None:
        connection.exec_driver_sql("SET CONSTRAINTS ALL DEFERRED")

    def keep_writers_out(self, connection: sa.Connection, table: sa.TableClause) -> None:
        name = _quoted(connection, table)
        connection.exec_driver_sql(f"SET LOCAL lock_timeout = {DROP_LOCK_TIMEOUT_MS}")
        connection.exec_driver_sql("SET LOCAL enable_seqscan = on")  # all of it is read
        connection.exec_driver_sql(f"LOCK TABLE {name} IN SHARE MODE")

    def drop_table(self, connection: sa.Connection, table: sa.TableClause) -> None:
        connection.exec_driver_sql(f"DROP TABLE {_quoted(connection, table)}")

    def analyse(self, connection: sa.Connection, table: str) -> None:
        # Autovacuum never sees temporary tables, and without statistics a join runs for hours.
        quoted = connection.dialect.identifier_preparer.quote(table)
        connection.exec_driver_sql(f"ANALYZE pg_temp.{quoted}".replace("%", "%%"))

    @contextmanager
    def after_a_sweep(self, connection: sa.Connection) -> Iterator[None]:
        # The planner knows nothing of rows that have just gone, of which an index still points to
        # each: looked up in its order they cost a page each, through a bitmap each page once.
        plain = ("enable_indexonlyscan", "enable_indexscan")
        connection.exec_driver_sql("; ".join(f"SET LOCAL {name} = off" for name in plain))
        yield
        connection.exec_driver_sql("; ".join(f"SET LOCAL {name} TO DEFAULT" for name in plain))

    def pages(self, connection: sa.Connection, table: sa.TableClause) -> Pages | None:
        return pages_of(connection, _quoted(connection, table))

    def on_pages(self, first: int, last: int) -> sa.ColumnElement[bool]:
        return on_pages(first, last)

    def bulk_load(
        self,
        connection: sa.Connection,
        table: sa.TableClause,
        columns: Sequence[str],
        rows: Iterable[Sequence[Any]],
    ) -> int:
        driver: Any = connection.connection.driver_connection
        names = [table.schema, table.name] if table.schema else [table.name]
        statement = sql.SQL("COPY {} ({}) FROM STDIN").format(
            sql.Identifier(*names), sql.SQL(", ").join(map(sql.Identifier, columns))
        )
        count = 0
        with driver.cursor() as cursor, cursor.copy(statement) as copy:
            for row in rows:
                copy.write_row(row)
                count += 1
        return count

    def _drop_temporary_sql(self, quoted: str) -> str:
        return f"DROP TABLE pg_temp.{quoted}"


def _quoted(connection: sa.Connection, table: sa.TableClause) -> str:
    return connection.dialect.identifier_preparer.format_table(table).replace("%", "%%")


def _read_raw(driver: Any, _record: object) -> None:
    """Dates that Python cannot hold arrive as text; the driver would raise."""
    # SQLAlchemy hands over its own wrapper of the driver's connection, which has its adapters.
    driver.adapters.register_loader("date", _RawDate)
    driver.adapters.register_loader("timestamp", _RawTimestamp)
    driver.adapters.register_loader("timestamptz", _RawTimestamptz)
