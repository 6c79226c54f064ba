"""Cells of any database as plain JSON values and as texts for a person."""

from __future__ import annotations

import base64
import json
from collections.abc import Iterator
from datetime import date, datetime, time
from decimal import Decimal
from typing import Any

from troth.datamap.model import Column

BINARY = "base64:"
"""What stands before bytes, which are written in base 64."""


def plain(cell: Any, column: Column | None = None) -> Any:
    """A cell as JSON has it; days and instants as ISO 8601, decimals as texts, bytes in base 64.

    What a column holds as JSON text is read, where the map says what lies inside it.
    """
    if column is not None and column.inside and isinstance(cell, str | bytes):
        try:
            return json.loads(cell)
        except ValueError:
            return plain(cell)
    match cell:
        case None | bool() | int() | str():
            return cell
        case float():
            return cell if cell == cell and abs(cell) != float("inf") else str(cell)
        case datetime() | date() | time():
            return cell.isoformat()
        case Decimal():
            return str(cell)
        case bytes() | bytearray() | memoryview():
            return BINARY + base64.b64encode(bytes(cell)).decode("ascii")
        case dict():
            return {str(name): plain(part) for name, part in cell.items()}
        case list() | tuple():
            return [plain(part) for part in cell]
        case _:
            return str(cell)


def flat(value: Any, path: str = "") -> Iterator[tuple[str, str]]:
    """The places of a JSON value with their texts, as a person reads them."""
    if isinstance(value, dict) and value:
        for name, part in value.items():
            yield from flat(part, f"{path}/{name}")
    elif isinstance(value, list) and value:
        for number, part in enumerate(value, 1):
            yield from flat(part, f"{path}/{number}")
    else:
        yield path, as_text(value)


def as_text(value: Any) -> str:
    """A plain value as one text; JSON stays JSON."""
    if value is None:
        return ""
    if isinstance(value, str):
        return value
    return json.dumps(value, ensure_ascii=False)


_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "'")


def csv_text(value: Any) -> str:
    """A text that no spreadsheet takes for a formula: one that might begins with an apostrophe.

    A text that begins with one has another before it, so that nothing is lost.
    """
    text = as_text(value)
    return "'" + text if text.startswith(_FORMULA) and not isinstance(value, int | float) else text
