"""Tables of a store as SQLAlchemy sees them: typed going in, raw coming out.

A column holds what it holds: '' in a SQLite DATE, 0000-00-00 in MariaDB, infinity in PostgreSQL.
SQLAlchemy's own types raise on such values when they read them, so every type here binds a Python
value as its column needs it and hands back whatever the driver gives.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import sqlite
from sqlalchemy.engine import Dialect
from sqlalchemy.types import TypeDecorator, TypeEngine

from troth.plan.schema import ColumnSchema, TableSchema
from troth.stores.address import DialectName


class _Raw(TypeDecorator[Any]):
    impl: TypeEngine[Any] | type[TypeEngine[Any]] = sa.types.NullType

    def result_processor(self, dialect: Dialect, coltype: Any) -> None:  # noqa: ARG002 - overrides
        return None


class _RawDay(_Raw):
    """A day or instant going in; so does a text that a driver gave, such as SQLite's, unchanged."""

    def bind_processor(self, dialect: Dialect) -> Callable[[Any], Any] | None:
        inner = super().bind_processor(dialect)
        if inner is None:
            return None
        return lambda value: value if isinstance(value, str) else inner(value)

    def literal_processor(self, dialect: Dialect) -> Callable[[Any], Any] | None:
        inner = super().literal_processor(dialect)
        text = sa.String().literal_processor(dialect)  # type: ignore[no-untyped-call]  # SQLAlchemy leaves it untyped
        if inner is None:
            return None
        return lambda value: text(value) if isinstance(value, str) else inner(value)


_SQLITE_SECONDS: TypeEngine[Any] = sqlite.DATETIME(truncate_microseconds=True)  # type: ignore[no-untyped-call]  # SQLAlchemy leaves this constructor untyped


class RawDate(_RawDay):
    """A date going in; what the driver gives coming out."""

    impl = sa.Date
    cache_ok = True


class RawDateTime(_RawDay):
    """An instant going in, in whole seconds on SQLite; what the driver gives coming out."""

    impl = sa.DateTime
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        if dialect.name == "sqlite":
            # '2026-01-31 00:00:00.000000' is greater than '2026-01-31 00:00:00' as text.
            return _SQLITE_SECONDS
        return self.impl_instance


class RawBoolean(_Raw):
    """A truth value going in; what the driver gives coming out."""

    impl = sa.Boolean
    cache_ok = True


class RawNumber(_Raw):
    """A number going in; what the driver gives coming out."""

    impl = sa.Numeric
    cache_ok = True


class RawJson(_Raw):
    """Any JSON value going in; what the driver gives coming out."""

    impl = sa.JSON
    cache_ok = True


class RawBinary(_Raw):
    """Bytes going in; what the driver gives coming out."""

    impl = sa.LargeBinary
    cache_ok = True


def column_type(dialect: DialectName, column: ColumnSchema) -> TypeEngine[Any]:
    """The type with which values of a column are bound and read."""
    match column.kind:
        case "integer":
            return sa.BigInteger()
        case "number":
            return RawNumber()
        case "date":
            return RawDate()
        case "timestamp":
            return RawDateTime()
        case "timestamptz":
            return RawDateTime(timezone=True)
        case "boolean":
            return RawBoolean()
        case "json":
            return RawJson()
        case "binary":
            return RawBinary()
        case "text" if dialect != "postgresql" or column.type_text.startswith(("text", "char")):
            return sa.Text()
        case _:
            # Bound without a cast, so that PostgreSQL compares a citext, an enum or a uuid as
            # such: `citext = 'x'::varchar` would tell upper case from lower.
            return sa.types.NullType()


def table_clause(dialect: DialectName, table: TableSchema) -> sa.TableClause:
    """The table for use in statements; `schema.table` is split into its two names."""
    schema, _, name = table.name.rpartition(".") if dialect == "postgresql" else ("", "", "")
    columns: list[sa.ColumnClause[Any]] = [
        sa.column(column.name, column_type(dialect, column)) for column in table.columns
    ]
    if schema:
        return sa.table(name, *columns, schema=schema)
    return sa.table(table.name, *columns)


@dataclass(frozen=True)
class TemporaryTable:
    """A table that lives in one session and is seen by it alone, such as the keys of due rows.

    Take `columns` from the reflected table whose keys it holds: their `type_text` carries length
    and collation, without which a join converts, or fails.
    """

    name: str
    columns: tuple[ColumnSchema, ...]
    primary_key: tuple[str, ...] = ()

    def clause(self, dialect: DialectName) -> sa.TableClause:
        """The table for use in statements."""
        return table_clause(dialect, TableSchema(self.name, self.columns))


def create_temporary_sql(dialect: sa.Dialect, table: TemporaryTable, *, suffix: str = "") -> str:
    """CREATE TEMPORARY TABLE in one dialect; its columns take NULL, its key does not."""
    quote = dialect.identifier_preparer.quote
    lines = [f"{quote(column.name)} {column.type_text}".rstrip() for column in table.columns]
    if table.primary_key:
        lines.append(f"PRIMARY KEY ({_names(quote, table.primary_key)})")
    return f"CREATE TEMPORARY TABLE {quote(table.name)} ({', '.join(lines)}){suffix}"


def _names(quote: Any, names: Sequence[str]) -> str:
    return ", ".join(quote(name) for name in names)
