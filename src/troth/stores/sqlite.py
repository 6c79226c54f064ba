"""SQLite: one file, one writer at a time."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.parse import quote

import sqlalchemy as sa
from sqlalchemy.pool import NullPool

from troth.stores.address import Address
from troth.stores.capabilities import YES, Capabilities, Capability, no
from troth.stores.dialect import Condition, Dialect, Pairs, given
from troth.stores.failures import Failure
from troth.stores.limits import LOCK_TIMEOUT_MS
from troth.stores.readers import Readers
from troth.stores.sqlite_days import teach
from troth.stores.sqlite_failures import classify_sqlite
from troth.stores.sqlite_readers import who_reads

_WRITES = frozenset(
    {
        sqlite3.SQLITE_INSERT,
        sqlite3.SQLITE_UPDATE,
        sqlite3.SQLITE_DELETE,
        sqlite3.SQLITE_ALTER_TABLE,
        sqlite3.SQLITE_CREATE_INDEX,
        sqlite3.SQLITE_CREATE_TABLE,
        sqlite3.SQLITE_CREATE_TRIGGER,
        sqlite3.SQLITE_CREATE_VIEW,
        sqlite3.SQLITE_CREATE_VTABLE,
        sqlite3.SQLITE_DROP_INDEX,
        sqlite3.SQLITE_DROP_TABLE,
        sqlite3.SQLITE_DROP_TRIGGER,
        sqlite3.SQLITE_DROP_VIEW,
        sqlite3.SQLITE_DROP_VTABLE,
        sqlite3.SQLITE_ATTACH,
    }
)


def _only_temporary(action: int, *about: str | None) -> int:
    """SQLite's authorizer while reading: writes go to temporary tables, or nowhere."""
    name, _, database, _ = about
    # A virtual table (FTS, json_each, a pragma) announces its columns as an update of the schema;
    # nobody else can update it.
    announced = action == sqlite3.SQLITE_UPDATE and name == "sqlite_master"
    if action in _WRITES and database != "temp" and not announced:
        return sqlite3.SQLITE_DENY
    return sqlite3.SQLITE_OK


class SQLite(Dialect):
    """The adapter of SQLite; the whole file is its lock."""

    name = "sqlite"
    types = {
        "integer": "INTEGER",
        "number": "NUMERIC",
        "text": "TEXT",
        "date": "DATE",
        "timestamp": "DATETIME",
        "timestamptz": "DATETIME",
        "boolean": "BOOLEAN",
        "json": "TEXT",
        "binary": "BLOB",
        "uuid": "TEXT",
        "enum": "TEXT",
        "other": "BLOB",
    }
    driver_errors = (sqlite3.Error,)

    process_sql = None

    def engine(self, address: Address, *, writable: bool) -> sa.Engine:
        # The mode never creates a file, and for reading SQLite itself refuses to write to it.
        mode = "rw" if writable else "ro"
        uri = f"file:{quote(str(address.url.database))}?mode={mode}"

        def connect() -> sqlite3.Connection:
            # Without isolation_level None the driver begins and commits as it sees fit.
            connection = sqlite3.connect(
                uri, uri=True, isolation_level=None, timeout=LOCK_TIMEOUT_MS / 1000
            )
            connection.text_factory = _decoded
            teach(connection)
            return connection

        return sa.create_engine(
            "sqlite://",
            creator=connect,
            poolclass=NullPool,
            isolation_level="AUTOCOMMIT",
            hide_parameters=True,
        )

    def settle(self, connection: sa.Connection) -> None:
        connection.exec_driver_sql("PRAGMA foreign_keys = ON")
        connection.exec_driver_sql("SELECT count(*) FROM sqlite_schema")  # is it a database?

    def probe(self, connection: sa.Connection) -> Capabilities:
        file = connection.exec_driver_sql("SELECT file FROM pragma_database_list").scalars().first()
        writable = _writable(Path(str(file)))
        return Capabilities(
            transactional_ddl=YES,
            temporary_tables=YES,
            own_schema=no("SQLite has no schemas"),
            row_locks=no("SQLite locks the whole file"),
            deferrable_constraints=YES,
            snapshot=YES,
            snapshot_collecting=YES,
            may_write=writable,
            may_create=writable,
            drop_partitions=no("SQLite has no partitions"),
        )

    def begin_reading(self, connection: sa.Connection) -> None:
        connection.exec_driver_sql("BEGIN DEFERRED")
        # A deferred transaction takes its snapshot at its first read.
        connection.exec_driver_sql("SELECT count(*) FROM sqlite_schema")
        _driver(connection).set_authorizer(_only_temporary)

    def end_reading(self, connection: sa.Connection) -> None:
        _driver(connection).set_authorizer(None)

    def begin_writing(self, connection: sa.Connection) -> None:
        connection.exec_driver_sql("BEGIN IMMEDIATE")

    def classify(self, error: BaseException) -> tuple[Failure, str]:
        return classify_sqlite(error)

    def clock(self, connection: sa.Connection) -> datetime:
        text = connection.exec_driver_sql("SELECT strftime('%Y-%m-%d %H:%M:%f', 'now')").scalar()
        return datetime.fromisoformat(str(text)).replace(tzinfo=UTC)

    def who_reads(
        self,
        connection: sa.Connection,
        tables: Sequence[str],  # noqa: ARG002 - a file is read as a whole
        allowed: Sequence[str],
    ) -> Readers:
        file = connection.exec_driver_sql("SELECT file FROM pragma_database_list").scalars().first()
        return who_reads(Path(str(file)), allowed)

    def defer_constraints(self, connection: sa.Connection) -> None:
        connection.exec_driver_sql("PRAGMA defer_foreign_keys = ON")  # until the next commit

    # IN with the picked keys makes the keys lead: with a plain join SQLite may choose to walk the
    # whole target for every batch, and its parser knows no DELETE … USING.

    def lock_statement(
        self,
        target: sa.TableClause,
        picked: sa.FromClause,
        on: Pairs,
        *,
        batch: Condition | None = None,
        where: Condition | None = None,
    ) -> sa.Select[int]:
        chosen = _chosen(target, picked, on, batch)
        return sa.select(sa.func.count()).select_from(target).where(chosen, *given(where))

    def delete_statement(
        self,
        target: sa.TableClause,
        picked: sa.FromClause,
        on: Pairs,
        *,
        batch: Condition | None = None,
        where: Condition | None = None,
    ) -> sa.Delete:
        return sa.delete(target).where(_chosen(target, picked, on, batch), *given(where))

    def update_statement(
        self,
        target: sa.TableClause,
        picked: sa.TableClause,
        on: Pairs,
        values: Mapping[str, Any],
        *,
        batch: Condition | None = None,
        where: Condition | None = None,
    ) -> sa.Update:
        joined = super().update_statement(target, picked, on, values, batch=batch, where=where)
        return joined.where(_chosen(target, picked, on, batch))

    def _drop_temporary_sql(self, quoted: str) -> str:
        return f"DROP TABLE temp.{quoted}"


def _chosen(
    target: sa.TableClause, picked: sa.FromClause, on: Pairs, batch: Condition | None
) -> Condition:
    columns = [target.c[left] for left, _ in on]
    key = columns[0] if len(columns) == 1 else sa.tuple_(*columns)
    keys = sa.select(*(picked.c[right] for _, right in on)).where(*given(batch))
    # Without correlation: an UPDATE that already names `picked` would take it for its own.
    return key.in_(keys.correlate(None))


def _decoded(raw: bytes) -> str:
    """Text as it is meant to be; a stray byte must not stop a whole check."""
    return raw.decode("utf-8", "replace")


def _writable(path: Path) -> Capability:
    if not os.access(path, os.W_OK):
        return no("the file is write-protected")
    if not os.access(path.parent, os.W_OK):
        return no("the file's directory is write-protected, so that no journal can be made")
    return YES


def _driver(connection: sa.Connection) -> sqlite3.Connection:
    driver: Any = connection.connection.driver_connection
    assert isinstance(driver, sqlite3.Connection)
    return driver
