"""Texts in SQL as Python compares them: by code point, whole, by pattern, and inside JSON."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Literal

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import JSONB

from troth.stores.address import DialectName

Expression = sa.ColumnElement[Any]
Condition = sa.ColumnElement[bool]
JsonKind = Literal["number", "text", "boolean"]


def plain_text(dialect: DialectName, column: Expression) -> Expression:
    """The column as a text that compares by code point."""
    match dialect:
        case "postgresql":
            return sa.collate(sa.cast(column, sa.Text()), "C")
        case "mariadb":
            return sa.cast(column, sa.BINARY())
        case "sqlite":
            return sa.collate(column, "BINARY")


def same_text(dialect: DialectName, column: Expression, text: str | Expression) -> Condition:
    """Equality of texts to the letter; on MariaDB an index still serves the looser comparison."""
    other = sa.literal(text, sa.Text()) if isinstance(text, str) else text
    match dialect:
        case "postgresql":
            return sa.cast(column, sa.Text()) == other if isinstance(text, str) else column == other
        case "mariadb":
            return sa.and_(
                column == other, sa.cast(column, sa.BINARY()) == sa.cast(other, sa.BINARY())
            )
        case "sqlite":
            return sa.collate(column, "BINARY") == other


def matches(dialect: DialectName, column: Expression, pattern: str) -> Condition:
    """The whole text matches a pattern that all engines read alike."""
    match dialect:
        case "postgresql":
            return sa.cast(column, sa.Text()).bool_op("~")(sa.literal(f"^{pattern}\\Z", sa.Text()))
        case "mariadb":
            return column.bool_op("REGEXP")(sa.literal(f"^{pattern}\\z", sa.Text()))
        case "sqlite":
            return sa.and_(
                sa.func.typeof(column) == "text",
                column.bool_op("REGEXP")(sa.literal(f"^{pattern}\\Z", sa.Text())),
            )


def part(column: Expression, start: int, length: int) -> Expression:
    """The characters of a text from `start` (1 is the first)."""
    return sa.func.substr(column, start, length)


def join(*parts: Expression | str) -> Expression:
    """Texts put together."""
    pieces = [sa.literal(piece, sa.Text()) if isinstance(piece, str) else piece for piece in parts]
    result: Expression = sa.type_coerce(pieces[0], sa.Text())
    for piece in pieces[1:]:
        result = result + sa.type_coerce(piece, sa.Text())
    return result


def json_text(dialect: DialectName, column: Expression, path: str) -> Expression:
    """What stands at a path of keys in a JSON column, as text; NULL where nothing does."""
    keys = path.removeprefix("/").split("/")
    match dialect:
        case "postgresql":
            return pg_inside(column, keys[:-1]).op("->>")(sa.literal(keys[-1], sa.Text()))
        case "mariadb":
            return sa.func.json_value(column, json_path(keys))
        case "sqlite":
            return sa.case(
                (sa.func.json_valid(column) == 1, sa.func.json_extract(column, json_path(keys))),
                else_=sa.null(),
            )


def json_absent(dialect: DialectName, column: Expression, path: str) -> Condition:
    """Nothing stands at the path, or JSON null; what is no JSON at all is not absent."""
    match dialect:
        case "postgresql":
            return json_text(dialect, column, path).is_(None)
        case "mariadb":
            keys = path.removeprefix("/").split("/")
            kind = sa.func.json_type(sa.func.json_extract(column, json_path(keys)))
            nothing = sa.func.coalesce(kind, "NULL") == "NULL"
        case "sqlite":
            nothing = json_text(dialect, column, path).is_(None)
    return sa.or_(column.is_(None), sa.and_(sa.func.json_valid(column) == 1, nothing))


def json_is(dialect: DialectName, column: Expression, path: str, kind: JsonKind) -> Condition:
    """What stands at the path is a value of this kind."""
    found: Expression
    keys = path.removeprefix("/").split("/")
    match dialect:
        case "postgresql":
            found = sa.func.jsonb_typeof(pg_inside(column, keys))
            name = {"number": "number", "text": "string", "boolean": "boolean"}[kind]
            return sa.func.coalesce(found == name, sa.false())
        case "mariadb":
            found = sa.func.json_type(sa.func.json_extract(column, json_path(keys)))
            names = {
                "number": ("INTEGER", "DOUBLE", "DECIMAL"),
                "text": ("STRING",),
                "boolean": ("BOOLEAN",),
            }[kind]
            return sa.func.coalesce(found.in_(names), sa.false())
        case "sqlite":
            found = sa.case(
                (sa.func.json_valid(column) == 1, sa.func.json_type(column, json_path(keys))),
                else_=sa.null(),
            )
            names = {
                "number": ("integer", "real"),
                "text": ("text",),
                "boolean": ("true", "false"),
            }[kind]
            return sa.func.coalesce(found.in_(names), sa.false())


def pg_inside(column: Expression, keys: Sequence[str]) -> Expression:
    """The value at a path of keys; unlike `#>`, a key that is a number finds nothing in a list."""
    found: Expression = sa.cast(column, JSONB())
    for key in keys:
        found = found.op("->", return_type=JSONB())(sa.literal(key, sa.Text()))
    return found


def json_path(keys: Sequence[str]) -> Expression:
    """A path of keys as SQLite and MariaDB write it."""
    escaped = ("".join(f"\\{c}" if c in '"\\' else c for c in key) for key in keys)
    return sa.literal("$" + "".join(f'."{key}"' for key in escaped), sa.Text())
