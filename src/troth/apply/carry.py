"""Values carried from one database into another: the archive may speak another dialect.

What a column of the archive cannot hold as it is stops the batch; nothing is bent to fit.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

from troth.errors import Refused
from troth.plan.schema import ColumnSchema, TypeKind
from troth.stores.address import DialectName

MARIADB_KEY_CHARACTERS = 190  # of a text in a key; InnoDB's limit, in four bytes a character

_PLAIN: dict[DialectName, dict[TypeKind, str]] = {
    "sqlite": {
        "integer": "INTEGER",
        "number": "NUMERIC",
        "date": "DATE",
        "timestamp": "DATETIME",
        "timestamptz": "DATETIME",
        "boolean": "BOOLEAN",
        "binary": "BLOB",
        "other": "BLOB",
    },
    "postgresql": {
        "integer": "bigint",
        "number": "numeric",
        "date": "date",
        "timestamp": "timestamp",
        "timestamptz": "timestamptz",
        "boolean": "boolean",
        "json": "jsonb",
        "binary": "bytea",
        "uuid": "uuid",
    },
    "mariadb": {
        "integer": "bigint",
        "number": "decimal(65,20)",
        "date": "date",
        "timestamp": "datetime(6)",
        "timestamptz": "datetime(6)",
        "boolean": "tinyint(1)",
        "json": "longtext CHARACTER SET utf8mb4 COLLATE utf8mb4_bin",
        "binary": "longblob",
    },
}
_TEXT: dict[DialectName, str] = {
    "sqlite": "TEXT",
    "postgresql": "text",
    "mariadb": "longtext CHARACTER SET utf8mb4 COLLATE utf8mb4_bin",
}
_TEXTUAL: frozenset[TypeKind] = frozenset({"text", "enum", "uuid", "other"})


def archived_column(
    dialect: DialectName, column: ColumnSchema, *, same: bool, key: bool
) -> ColumnSchema:
    """The column as an archive of `dialect` holds it: plain, taking NULL.

    `same`: both stores speak one dialect, and plain types are taken over as they are.
    """
    plain = _PLAIN[dialect].get(column.kind)
    kind: TypeKind = column.kind if plain is not None else "text"
    if same and plain is not None and column.kind != "other":
        type_text = column.type_text
    elif plain is not None:
        type_text = plain
    elif dialect == "mariadb" and key:
        length = min(column.length or MARIADB_KEY_CHARACTERS, MARIADB_KEY_CHARACTERS)
        type_text = f"varchar({length}) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin"
    else:
        type_text = _TEXT[dialect]
    return replace(
        ColumnSchema(column.name, kind, type_text, nullable=not key), length=column.length
    )


def carried(value: Any, column: ColumnSchema, dialect: DialectName) -> Any:
    """The value as a parameter for a column of the archive; `Refused` where it does not fit.

    A timestamp without a zone keeps none, and fits no type that has one. An instant is written
    with its offset in SQLite, and in UTC where the archive's type has no zone.
    """
    if value is None:
        return None
    if isinstance(value, memoryview | bytearray):
        value = bytes(value)
    try:
        return _carried(value, column.kind, dialect)
    except (ValueError, TypeError):
        raise Refused(
            "archive-value",
            f"a value of column '{column.name}' does not fit the archive's type",
            help="give the archive's column a type that holds it, or text",
        ) from None


def _carried(value: Any, kind: TypeKind, dialect: DialectName) -> Any:
    match kind:
        case "date":
            return date.fromisoformat(value) if isinstance(value, str) else _day(value)
        case "timestamp" | "timestamptz":
            return _instant(value, kind, dialect)
        case "json":
            return json.loads(value) if isinstance(value, str | bytes) else value
        case "boolean":
            return bool(int(value)) if isinstance(value, str | int) else value
        case "number" if dialect == "sqlite" and isinstance(value, Decimal):
            return _number(value)
        case "binary":
            return value if isinstance(value, bytes) else str(value).encode()
        case _ if kind in _TEXTUAL:
            return _text(value)
    return value


def _day(value: Any) -> date:
    if isinstance(value, datetime):
        return value.date()
    if not isinstance(value, date):
        raise TypeError
    return value


def _instant(value: Any, kind: TypeKind, dialect: DialectName) -> Any:
    if isinstance(value, str):
        value = datetime.fromisoformat(value)
    if not isinstance(value, datetime):
        value = datetime.combine(_day(value), time())
    if value.tzinfo is None:
        if kind == "timestamptz" and dialect != "sqlite":
            raise ValueError
        return value
    instant = value.astimezone(UTC)
    if dialect == "sqlite":
        return instant.isoformat(" ")
    return instant if kind == "timestamptz" else instant.replace(tzinfo=None)


def _number(value: Decimal) -> int | float:
    """SQLite holds whole numbers and floating ones; a number that is neither is refused."""
    if value == value.to_integral_value() and abs(value) < 2**63:
        return int(value)
    near = float(value)
    if Decimal(repr(near)) != value:
        raise ValueError
    return near


def _text(value: Any) -> str:
    if isinstance(value, str):
        return value
    if isinstance(value, bytes):
        return value.decode()
    if isinstance(value, dict | list):
        return json.dumps(value, ensure_ascii=False, default=str)
    if isinstance(value, int | float | Decimal | date | time | timedelta | UUID):
        return str(value)
    raise TypeError


def written(cells: Iterable[Any]) -> tuple[str, ...]:
    """A key as texts, so that keys of two dialects compare."""
    return tuple(cell.hex() if isinstance(cell, bytes) else str(cell) for cell in cells)
