"""One database value: looking inside JSON, comparing with constants and with references."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime
from decimal import Decimal
from enum import Enum
from typing import Any

from troth.datamap.filters import Scalar
from troth.datamap.model import Normaliser
from troth.grounds.identity import normalise


class Unreadable(Enum):
    """A JSON column whose text is not JSON: present, equal to nothing."""

    JSON = "not JSON"


class Twice(dict[str, Any]):
    """An object in which a key stands twice: which of its values counts depends on who reads it."""


def json_of(cell: Any) -> Any:
    """What a JSON column holds; None where it is NULL or JSON null."""
    if isinstance(cell, str | bytes):
        try:
            return json.loads(cell, parse_constant=_no_number, object_pairs_hook=_object)
        except ValueError:
            return Unreadable.JSON
    return cell


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    return found if len(found) == len(pairs) else Twice(found)


def _no_number(name: str) -> Any:
    """NaN and the infinities, which Python reads, are no JSON."""
    raise ValueError(name)


def json_at(cell: Any, path: str) -> Any:
    """The value at a path of keys (`/a/b`); None where the column is NULL or a key is missing."""
    cell = json_of(cell)
    if cell is Unreadable.JSON:
        return cell
    for name in path.removeprefix("/").split("/"):
        if not isinstance(cell, dict):
            return None
        cell = cell.get(name)
    return cell


def equals(cell: Any, constant: Scalar) -> bool:
    """Whether a cell equals a constant of a filter: by type; NULL equals only the constant null."""
    if constant is None or cell is None:
        return cell is constant
    if isinstance(constant, bool):
        return isinstance(cell, bool | int) and cell == constant
    if isinstance(constant, int):
        return isinstance(cell, bool | int | float | Decimal) and bool(cell == constant)
    return _as_text(cell) == constant


def in_order(low: Any, high: Any) -> bool:
    """`low <= high` for numbers, texts (by code point) and calendar days; else false."""
    if isinstance(low, int | float | Decimal) and isinstance(high, int | float | Decimal):
        return low <= high
    left, right = _as_text(low), _as_text(high)
    return left is not None and right is not None and left <= right


def same_reference(left: Any, right: Any, compare: Normaliser) -> bool:
    """Whether two cells join: by their own types, or as normalised texts; NULL joins nothing."""
    if left is None or right is None:
        return False
    one, other = compared(left, compare), compared(right, compare)
    return bool(one == other) and (compare == "exact" or one != "")


def compared(cell: Any, compare: Normaliser) -> Any:
    """What is compared of a cell: itself (12 is not '12'), or its normalised text."""
    return cell if compare == "exact" else normalise(str(cell), compare)


def _as_text(cell: Any) -> str | None:
    if isinstance(cell, str):
        return cell
    if isinstance(cell, date) and not isinstance(cell, datetime):
        return cell.isoformat()
    return None


def key_part(part: Any) -> int | str:
    """A part of a key as the ledger keeps it: a whole number, or a text (of a UUID, a date).

    An instant is written in UTC and without its offset, which every store's session reads as such:
    MariaDB takes no offset.
    """
    if isinstance(part, int):
        return int(part)
    if isinstance(part, Decimal) and part == part.to_integral_value():
        return int(part)
    if isinstance(part, datetime) and part.tzinfo is not None:
        part = part.astimezone(UTC).replace(tzinfo=None)
    return str(part)
