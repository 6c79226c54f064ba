"""MariaDB and MySQL: PyMySQL, strict mode, and what InnoDB locks without being asked."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any

import pymysql
import sqlalchemy as sa
from pymysql.constants import FIELD_TYPE
from pymysql.converters import conversions, convert_datetime, escape_datetime
from sqlalchemy.pool import NullPool

from troth.stores.address import Address
from troth.stores.capabilities import YES, Capabilities, no
from troth.stores.dialect import Dialect
from troth.stores.failures import Failure
from troth.stores.limits import (
    CONNECT_TIMEOUT_S,
    IDLE_IN_WRITE_TIMEOUT_MS,
    LOCK_TIMEOUT_MS,
    READ_STATEMENT_TIMEOUT_MS,
    WRITE_STATEMENT_TIMEOUT_MS,
)
from troth.stores.mariadb_failures import classify_mariadb
from troth.stores.mariadb_readers import who_reads
from troth.stores.mariadb_rights import probe_rights
from troth.stores.readers import Readers

_STRICT = "STRICT_ALL_TABLES,NO_ENGINE_SUBSTITUTION,ERROR_FOR_DIVISION_BY_ZERO"
"""Without NO_ZERO_DATE, so that a stored 0000-00-00 can be compared and its row updated; without
ANSI_QUOTES and NO_BACKSLASH_ESCAPES, on which quoting by the driver depends."""

_SECONDS = LOCK_TIMEOUT_MS // 1000
_SESSION = (
    "SET time_zone = '+00:00', sql_auto_is_null = 0, sql_safe_updates = 0, "
    "foreign_key_checks = 1, unique_checks = 1, sql_select_limit = DEFAULT, "
    f"innodb_lock_wait_timeout = {_SECONDS}, lock_wait_timeout = {_SECONDS}"
)
_MARIADB_SESSION = (
    # UPDATE t SET a = b, b = a: MySQL assigns from left to right, the standard all at once.
    # The subquery cache takes 'a' for 'A' where a column's collation does: wrong rows come out.
    f"SET sql_mode = '{_STRICT},SIMULTANEOUS_ASSIGNMENT', "
    "optimizer_switch = 'subquery_cache=off', "
    f"idle_write_transaction_timeout = {IDLE_IN_WRITE_TIMEOUT_MS // 1000}"
)


def _instant(text: str) -> Any:
    """A TIMESTAMP's text as an instant; a zero date stays the text that it is."""
    found = convert_datetime(text)
    return found.replace(tzinfo=UTC) if isinstance(found, datetime) else found


def _moment(value: datetime, mapping: Any = None) -> str:
    """A parameter as the session reads it: an instant in UTC, a wall-clock time as it is."""
    aware = value.tzinfo is not None
    return str(escape_datetime(value.astimezone(UTC) if aware else value, mapping))


_CONVERSIONS = {**conversions, FIELD_TYPE.TIMESTAMP: _instant, datetime: _moment}
"""The driver forgets that a TIMESTAMP is an instant: read without its zone it is taken for a time
of the clock on the wall, and its day may be the day before. The session's zone is UTC."""


class MariaDB(Dialect):
    """The adapter of MariaDB 10.6 and MySQL 8, and newer."""

    name = "mariadb"
    types = {
        "integer": "bigint",
        "number": "decimal(65,10)",
        "text": "varchar(255) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin",
        "date": "date",
        "timestamp": "datetime(6)",
        "timestamptz": "datetime(6)",
        "boolean": "tinyint(1)",
        "json": "longtext",
        "binary": "varbinary(255)",
        "uuid": "varchar(36) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin",
        "enum": "varchar(255) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin",
        "other": "varchar(255) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin",
    }
    driver_errors = (pymysql.MySQLError,)

    process_sql = "SELECT CONNECTION_ID()"

    def engine(self, address: Address, *, writable: bool) -> sa.Engine:  # noqa: ARG002 - sessions differ, engines do not
        url = address.url
        if "charset" not in url.query:
            url = url.update_query_dict({"charset": "utf8mb4"})
        if "connect_timeout" not in url.query:
            url = url.update_query_dict({"connect_timeout": str(CONNECT_TIMEOUT_S)})
        return sa.create_engine(
            url,
            poolclass=NullPool,
            isolation_level="AUTOCOMMIT",
            hide_parameters=True,
            connect_args={"conv": _CONVERSIONS},
        )

    def settle(self, connection: sa.Connection) -> None:
        connection.exec_driver_sql(_SESSION)
        if _is_mariadb(connection):
            connection.exec_driver_sql(_MARIADB_SESSION)
        else:
            connection.exec_driver_sql(f"SET sql_mode = '{_STRICT}'")
        connection.exec_driver_sql("SET SESSION TRANSACTION ISOLATION LEVEL READ COMMITTED")

    def probe(self, connection: sa.Connection) -> Capabilities:
        rights = probe_rights(connection)
        return Capabilities(
            transactional_ddl=no("every CREATE, ALTER and DROP commits"),
            temporary_tables=rights.temporary_tables,
            own_schema=no("a schema of MariaDB is another database"),
            row_locks=YES,
            deferrable_constraints=no("InnoDB checks every foreign key at once"),
            snapshot=YES,
            snapshot_collecting=no("INSERT … SELECT locks what it reads of a snapshot"),
            may_write=rights.may_write,
            may_create=rights.may_create,
            drop_partitions=no("ALTER TABLE … DROP PARTITION commits"),
        )

    def begin_reading(self, connection: sa.Connection) -> None:
        self._begin_read_only(connection, "REPEATABLE READ")

    def begin_collecting(self, connection: sa.Connection) -> None:
        # In REPEATABLE READ, INSERT … SELECT reads the newest rows, not the snapshot, and locks
        # them against the application until the end.
        self._begin_read_only(connection, "READ COMMITTED")

    def _begin_read_only(self, connection: sa.Connection, level: str) -> None:
        # Of the session, not of one transaction: a CREATE TABLE commits a read-only transaction,
        # and would then be carried out.
        connection.exec_driver_sql(f"SET SESSION TRANSACTION ISOLATION LEVEL {level}, READ ONLY")
        _limit_statements(connection, READ_STATEMENT_TIMEOUT_MS)
        connection.exec_driver_sql("START TRANSACTION WITH CONSISTENT SNAPSHOT, READ ONLY")

    def end_reading(self, connection: sa.Connection) -> None:
        connection.exec_driver_sql(
            "SET SESSION TRANSACTION ISOLATION LEVEL READ COMMITTED, READ WRITE"
        )

    def begin_writing(self, connection: sa.Connection) -> None:
        _limit_statements(connection, WRITE_STATEMENT_TIMEOUT_MS)
        connection.exec_driver_sql("START TRANSACTION READ WRITE")

    @contextmanager
    def unchecked(self, connection: sa.Connection) -> Iterator[None]:
        connection.exec_driver_sql("SET SESSION foreign_key_checks = 0")
        try:
            yield
        finally:
            connection.exec_driver_sql("SET SESSION foreign_key_checks = 1")

    def classify(self, error: BaseException) -> tuple[Failure, str]:
        return classify_mariadb(error)

    def who_reads(
        self, connection: sa.Connection, tables: Sequence[str], allowed: Sequence[str]
    ) -> Readers:
        return who_reads(connection, tables, allowed)

    def clock(self, connection: sa.Connection) -> datetime:
        now = connection.exec_driver_sql("SELECT UTC_TIMESTAMP(6)").scalar_one()
        assert isinstance(now, datetime)
        return now.replace(tzinfo=UTC)

    def _drop_temporary_sql(self, quoted: str) -> str:
        return f"DROP TEMPORARY TABLE {quoted}"


def _is_mariadb(connection: sa.Connection) -> bool:
    return bool(getattr(connection.dialect, "is_mariadb", False))


def _limit_statements(connection: sa.Connection, milliseconds: int) -> None:
    if _is_mariadb(connection):
        connection.exec_driver_sql(f"SET max_statement_time = {milliseconds // 1000}")
    else:  # MySQL limits SELECT only
        connection.exec_driver_sql(f"SET max_execution_time = {milliseconds}")
