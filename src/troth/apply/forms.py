"""The constant that an erased value becomes, as its column can hold it."""

from __future__ import annotations

import json
from contextlib import suppress
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from typing import Any, Never
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql
from sqlalchemy.types import TypeEngine, UserDefinedType

from troth.datamap.model import Erased
from troth.errors import Refused
from troth.plan.schema import ColumnSchema
from troth.stores.address import DialectName

_WORDLESS = ("integer", "number", "boolean", "date", "timestamp", "timestamptz", "uuid", "json")
"""Kinds of columns that hold neither an empty text nor any other that says nothing."""


def constant(
    dialect: DialectName, table: str, column: ColumnSchema, erased: Erased, type: TypeEngine[Any]
) -> sa.ColumnElement[Any]:
    """The form `empty` or `value` of a column, bound as `type`, that of the column.

    `Refused` (erased-form-not-of-type) where the column could not hold it.
    """
    if erased.form == "empty":
        return _empty(dialect, table, column, type)
    value = erased.value
    match column.kind:
        case "json":
            return as_json(dialect, column, _json_text(table, column, value))
        case "binary":
            return _bytes(dialect, table, column, value)
        case "text" | "enum" | "other":
            # MariaDB holds any text without digits to be equal to the number 0.
            return _of_type(dialect, column, as_text(value), type)
        case "integer" | "number":
            return sa.literal(_number(table, column, value), type)
        case "boolean":
            if isinstance(value, str) or value not in (0, 1):
                _unfit(table, column, "true or false")
            return sa.literal(bool(value), type)
        case "uuid":
            with suppress(ValueError):
                return _of_type(dialect, column, str(UUID(str(value))), type)
            _unfit(table, column, "a UUID")
        case _:
            return sa.literal(_day(dialect, table, column, value), type)


def pattern(
    dialect: DialectName, table: str, column: ColumnSchema, text: sa.ColumnElement[Any]
) -> sa.ColumnElement[Any]:
    """A text made of the row's key, as the column holds it; `Refused` where it holds no text."""
    if column.kind == "binary" and dialect == "postgresql":
        return sa.func.convert_to(text, "UTF8", type_=sa.LargeBinary())
    typed = column.kind in ("enum", "other") and dialect == "postgresql"
    if (typed or column.kind in _WORDLESS or column.enum_values) and dialect != "sqlite":
        _unfit(table, column, "that is one value of its type (form: value); a pattern is a text")
    return text


def as_json(dialect: DialectName, column: ColumnSchema, text: str) -> sa.ColumnElement[Any]:
    """A JSON text as its column stores it: on PostgreSQL a type of its own."""
    if dialect != "postgresql":
        return sa.literal(text, sa.Text())
    binary = column.type_text.startswith("jsonb")
    return sa.cast(sa.literal(text, sa.Text()), postgresql.JSONB() if binary else postgresql.JSON())


class _Named(UserDefinedType[Any]):
    """A type by the name that the database gives it: an enum, a network address, a list."""

    cache_ok = True

    def __init__(self, name: str) -> None:
        self.name = name

    def get_col_spec(self, **_: Any) -> str:
        return self.name


def _of_type(
    dialect: DialectName, column: ColumnSchema, text: str, type: TypeEngine[Any]
) -> sa.ColumnElement[Any]:
    """A text as the column's type: PostgreSQL takes the outcome of a CASE for a text otherwise."""
    if dialect != "postgresql" or column.kind == "text":
        return sa.literal(text, type)
    return sa.cast(sa.literal(text, sa.types.NullType()), _Named(column.type_text))


def as_text(value: bool | int | str | None) -> str:
    """What stands in a column of texts for a value of the map: a number's digits, true or false."""
    return str(value).lower() if isinstance(value, bool) else str(value)


def _empty(
    dialect: DialectName, table: str, column: ColumnSchema, type: TypeEngine[Any]
) -> sa.ColumnElement[Any]:
    if dialect == "sqlite":  # any column holds any value there
        return sa.literal("", sa.Text())
    if column.kind in _WORDLESS:
        _unfit(table, column, "one value of its type (form: value), or NULL")
    if column.kind == "binary" and dialect == "postgresql":
        return sa.literal(b"", sa.LargeBinary())
    if column.kind == "binary":
        return sa.literal("", sa.Text())
    # An enum, a network address and their like say themselves that they take no empty text.
    return (
        sa.literal("", sa.Text()) if column.kind == "text" else _of_type(dialect, column, "", type)
    )


def _bytes(
    dialect: DialectName, table: str, column: ColumnSchema, value: Any
) -> sa.ColumnElement[Any]:
    if not isinstance(value, str):
        _unfit(table, column, "a text, whose bytes it stores")
    if dialect == "postgresql":
        return sa.literal(value.encode(), sa.LargeBinary())
    return sa.literal(value, sa.Text())


def _number(table: str, column: ColumnSchema, value: Any) -> int | Decimal:
    if isinstance(value, int):
        return int(value)
    with suppress(InvalidOperation):
        number = Decimal(str(value))
        if number.is_finite() and (column.kind == "number" or number == int(number)):
            return int(number) if number == int(number) else number
    _unfit(table, column, "a number")


def _day(dialect: DialectName, table: str, column: ColumnSchema, value: Any) -> str:
    """A day as text; MariaDB's zero day is one there, and SQLite stores any text."""
    text = value if isinstance(value, str) else ""
    zero = dialect == "mariadb" and text.startswith("0000-00-00")
    for read in (date.fromisoformat, datetime.fromisoformat):
        with suppress(ValueError):
            read(text)
            return text
    if zero or (dialect == "sqlite" and isinstance(value, str)):
        return text
    _unfit(table, column, "a day, as 1900-01-01")


def _json_text(table: str, column: ColumnSchema, value: Any) -> str:
    if not isinstance(value, str):
        return json.dumps(value)
    with suppress(ValueError):
        json.loads(value)
        return value
    _unfit(table, column, "JSON, as '{}'")


def _unfit(table: str, column: ColumnSchema, wanted: str) -> Never:
    raise Refused(
        "erased-form-not-of-type",
        f"column {column.name} of {table} ({column.type_text or column.kind}) cannot hold its "
        "erased form",
        place="map.yaml",
        help=f"declare another under its `erased`: {wanted}",
    )
