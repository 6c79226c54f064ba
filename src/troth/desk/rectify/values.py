"""Values compared and written: what counts as a copy, and what a column can take."""

from __future__ import annotations

import json
from collections.abc import Iterable
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from typing import Any
from uuid import UUID

from troth.datamap.model import Normaliser
from troth.desk.find.looks import is_phone
from troth.errors import Refused
from troth.grounds.identity import identifier_text, normalise
from troth.plan.schema import ColumnSchema
from troth.stores.address import DialectName

_TRUTH = {"true": True, "false": False, "1": True, "0": False}


def same(old: str, cell: Any, how: Iterable[Normaliser]) -> bool:
    """The cell holds the old value, compared in one of these ways; a phone only where it is one."""
    text = text_of(cell)
    if text is None:
        return False
    if isinstance(cell, datetime) and cell.tzinfo is not None:
        return _instant_of(old) == cell
    for each in how:
        if each == "phone" and not (is_phone(text) and is_phone(old)):
            continue
        normal = normalise(old, each)
        if normal and normalise(text, each) == normal:
            return True
    return False


def text_of(cell: Any) -> str | None:
    """A cell as a person would type it; None for NULL and the empty text."""
    if isinstance(cell, bool):
        return "true" if cell else "false"
    return identifier_text(cell)


def inside(cell: Any, path: str) -> Any:
    """What stands at a path of keys in a JSON cell; None where nothing does."""
    found = _document(cell)
    for name in _keys(path):
        if not isinstance(found, dict):
            return None
        found = found.get(name)
    return None if isinstance(found, dict | list) else found


def with_inside(cell: Any, path: str, new: str, *, text: bool) -> Any:
    """The JSON cell with another value at a path that exists; `text`: for a column of texts."""
    document = _document(cell)
    *above, last = _keys(path)
    part = document
    for name in above:
        part = part[name]
    part[last] = _like(part[last], new)
    return json.dumps(document, ensure_ascii=False) if text else document


def bound(column: ColumnSchema, text: str, place: str, dialect: DialectName) -> Any:
    """The text as a value of the column.

    Refused: `rectify-type`, `rectify-too-long`, `rectify-not-in-enum`.
    """
    if column.enum_values and text not in column.enum_values:
        raise Refused(
            "rectify-not-in-enum",
            "the new value is none of those that the column takes",
            place=place,
            help="write it as one of the column's values",
        )
    if column.length is not None and len(text) > column.length:
        raise Refused(
            "rectify-too-long",
            f"the new value has {len(text)} characters, the column takes {column.length}",
            place=place,
            help="shorten it, or leave this copy out with --except",
        )
    try:
        return _bound(column, text, dialect)
    except (ValueError, InvalidOperation):
        raise Refused(
            "rectify-type",
            f"the new value cannot be written to a column of type {column.kind}",
            place=place,
            help="give a value of that type, or leave this copy out with --except",
        ) from None


def _bound(column: ColumnSchema, text: str, dialect: DialectName) -> Any:
    match column.kind:
        case "integer":
            return int(text)
        case "number":
            return Decimal(text)
        case "date":
            return date.fromisoformat(text)
        case "timestamp":
            return datetime.fromisoformat(text)
        case "timestamptz":
            instant = _instant_of(text)
            if instant is None:
                raise ValueError
            return instant
        case "boolean":
            if text.lower() not in _TRUTH:
                raise ValueError
            return _TRUTH[text.lower()]
        case "uuid":
            return UUID(text) if dialect == "postgresql" else text
        case "binary" | "json":
            raise ValueError
    return text


def _instant_of(text: str) -> datetime | None:
    """The instant that a text names; None where it names none, or no offset from UTC."""
    try:
        found = datetime.fromisoformat(text.strip())
    except ValueError:
        return None
    return found if found.tzinfo is not None else None


def _document(cell: Any) -> Any:
    if isinstance(cell, str | bytes):
        try:
            return json.loads(cell)
        except ValueError:
            return None
    return cell


def _keys(path: str) -> list[str]:
    return path.removeprefix("/").split("/")


def _like(old: Any, new: str) -> Any:
    """A number stays a number where the new value is one."""
    if isinstance(old, int) and not isinstance(old, bool) and new.lstrip("-").isdigit():
        return int(new)
    return new
