"""Values of a row to the byte: read as text that names them exactly, and written back the same.

Drivers round, pad and convert; so the database itself writes a value as text, and reads it again.
None is NULL, which no text is. SQLite's values bear their storage class (`i:12`, `t:` and bytes).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import mysql

from troth.plan.schema import ColumnSchema
from troth.stores.address import DialectName

Exact = str | None
_UTF8 = mysql.CHAR(charset="utf8mb4")
_MARIADB_BYTES = ("binary", "varbinary", "tinyblob", "blob", "mediumblob", "longblob", "bit")
_MARIADB_SHAPES = ("geometry", "point", "linestring", "polygon", "multi")
_MARIADB_FLOATS = ("float", "double", "real")

SESSION = {
    "postgresql": "SET LOCAL extra_float_digits = 1; SET LOCAL bytea_output = 'hex'",
    "sqlite": "",
    "mariadb": "",
}
"""Settings without which PostgreSQL's text of a value is not exact; a role may have others."""


class _Typed(sa.types.UserDefinedType[Any]):
    """A type as the catalogue writes it, for a cast."""

    cache_ok = True

    def __init__(self, text: str) -> None:
        self.text = text

    def get_col_spec(self, **_: object) -> str:
        return self.text


def reading(
    dialect: DialectName, column: ColumnSchema, source: sa.ColumnElement[Any]
) -> list[sa.ColumnElement[Any]]:
    """The expressions from whose values `exact` makes the text of a value."""
    if dialect == "postgresql":
        return [sa.cast(source, sa.Text())]
    if dialect == "mariadb":
        return [_read_mariadb(column, source)]
    storage = sa.func.typeof(source)
    octets = sa.func.hex(sa.cast(source, sa.BLOB()))
    other = sa.type_coerce(source, sa.types.NullType())
    return [storage, sa.case((storage.in_(("text", "blob")), octets), else_=other)]


def exact(dialect: DialectName, values: Sequence[Any]) -> Exact:
    """The text of one value, from what `reading` gave."""
    if dialect != "sqlite":
        return None if values[0] is None else str(values[0])
    storage, value = values
    match storage:
        case "null":
            return None
        case "integer":
            return f"i:{value}"
        case "real":
            return f"r:{float(value).hex()}"
        case _:
            return f"{storage[0]}:{value}"


def writing(dialect: DialectName, column: ColumnSchema, value: Exact) -> sa.ColumnElement[Any]:
    """The expression that stores a value again."""
    if value is None:
        return sa.null()
    if dialect == "postgresql":
        return sa.cast(sa.bindparam(None, value, sa.Text()), _Typed(column.type_text))
    if dialect == "mariadb":
        return _write_mariadb(column, value)
    storage, _, text = value.partition(":")
    match storage:
        case "i":
            return sa.bindparam(None, int(text), sa.BigInteger())
        case "r":
            return sa.bindparam(None, float.fromhex(text), sa.Float())
        case "t":
            return sa.cast(sa.bindparam(None, bytes.fromhex(text), sa.LargeBinary()), sa.Text())
        case _:
            return sa.bindparam(None, bytes.fromhex(text), sa.LargeBinary())


def plain(dialect: DialectName, column: ColumnSchema, value: bool | int | str | None) -> Exact:
    """The text of a value that the map declares, such as an erased form."""
    if value is None:
        return None
    if dialect == "sqlite":
        return f"t:{value.encode().hex().upper()}" if isinstance(value, str) else f"i:{int(value)}"
    if dialect == "mariadb":
        text = value if isinstance(value, str) else str(int(value))
        return text.encode().hex().upper() if _in_hex(column) else text
    return str(value).lower() if isinstance(value, bool) else str(value)


def shown(dialect: DialectName, column: ColumnSchema, value: Exact) -> str | None:
    """A value as a person reads it; bytes that are no text as hex."""
    if value is None or dialect == "postgresql":
        return value
    if dialect == "mariadb":
        readable = _in_hex(column) and not _octets(column)
        return bytes.fromhex(value).decode(errors="replace") if readable else value
    storage, _, text = value.partition(":")
    if storage == "t":
        return bytes.fromhex(text).decode(errors="replace")
    return repr(float.fromhex(text)) if storage == "r" else text


def names(dialect: DialectName, column: ColumnSchema, found: Exact, part: int | str) -> bool:
    """Whether a key's value is the one that was named: collations match more than that."""
    if found is None:
        return False
    if dialect == "postgresql":
        return True  # compared in the column's own type, which is exact
    if found == plain(dialect, column, part):
        return True
    return dialect == "sqlite" and found == f"t:{str(part).encode().hex().upper()}"


def _in_hex(column: ColumnSchema) -> bool:
    text = column.type_text.lower()
    return (
        column.kind in ("text", "enum", "json", "binary")
        or text.startswith(_MARIADB_BYTES)
        or text.startswith(_MARIADB_SHAPES)
        or text.startswith("set")
    )


def _octets(column: ColumnSchema) -> bool:
    text = column.type_text.lower()
    return text.startswith(_MARIADB_BYTES) or text.startswith(_MARIADB_SHAPES)


def _read_mariadb(column: ColumnSchema, source: sa.ColumnElement[Any]) -> sa.ColumnElement[Any]:
    if _octets(column):
        return sa.func.hex(source)
    if _in_hex(column):
        return sa.func.hex(sa.cast(source, _UTF8))
    if column.type_text.lower().startswith(_MARIADB_FLOATS):
        return sa.cast(sa.cast(source, mysql.DOUBLE()), _UTF8)  # a float's own text is rounded
    return sa.cast(source, _UTF8)


def _write_mariadb(column: ColumnSchema, value: str) -> sa.ColumnElement[Any]:
    bound = sa.bindparam(None, value, sa.Text())
    if _octets(column):
        return sa.func.unhex(bound)
    if _in_hex(column):
        return sa.cast(sa.func.unhex(bound), _UTF8)
    if column.type_text.lower().startswith(_MARIADB_FLOATS):
        return sa.cast(bound, mysql.DOUBLE())
    return bound
