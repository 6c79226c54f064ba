"""Rows as a person reads them: cells with places inside, masks with reasons, days in words."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from troth.datamap.inside import column_of
from troth.desk.package.plain import BINARY, as_text, flat
from troth.desk.package.sheet import ToldColumn
from troth.desk.package.words import Words

LONGEST_CELL = 20_000  # characters of one cell on a page; data.json has them all


@dataclass(frozen=True)
class Cell:
    """One cell: lines of (place inside, its label, text), and why it or a part of it is masked."""

    lines: tuple[tuple[str, str, str], ...] = ()
    masked: str | None = None


@dataclass(frozen=True)
class Shown:
    """One row: its reference, its cells in the order of the columns, and how long what stays."""

    reference: str
    cells: tuple[Cell, ...]
    until: tuple[tuple[str, str], ...]


def shown_rows(
    lines: Iterable[Mapping[str, Any]], columns: Sequence[ToldColumn], words: Words
) -> Iterator[Shown]:
    """The rows of a table for a page, one at a time."""
    for line in lines:
        yield Shown(
            ", ".join(as_text(part) for part in line["key"].values()),
            tuple(_cell(line, column, words) for column in columns),
            tuple(_until(line["standing"], words)),
        )


def _cell(line: Mapping[str, Any], column: ToldColumn, words: Words) -> Cell:
    whys = [why for name, why in line["masked"].items() if column_of(name) == column.name]
    masked = words("masked.here", why=words(f"mask.{whys[0]}")) if whys else None
    if column.name not in line["values"]:
        return Cell(masked=masked)
    value = line["values"][column.name]
    if isinstance(value, str) and value.startswith(BINARY):
        return Cell((("", "", words("binary")),), masked)
    if isinstance(value, dict | list):
        places = tuple(
            (path, _label(column, path), text[:LONGEST_CELL]) for path, text in flat(value)
        )
        return Cell(places, masked)
    return Cell((("", "", as_text(value)[:LONGEST_CELL]),), masked)


def _label(column: ToldColumn, path: str) -> str:
    """The label of the category of a place inside, or of what contains it."""
    found = [place for place in column.inside if path == place or path.startswith(place + "/")]
    return column.inside[max(found, key=len)] if found else ""


def _until(standings: Sequence[Mapping[str, Any]], words: Words) -> Iterator[tuple[str, str]]:
    """What is told of groups of columns, by their names; once where all say the same."""
    told: dict[str, list[str]] = {}
    for one in standings:
        told.setdefault(words.standing(one), []).extend(one["columns"])
    for text, columns in told.items():
        yield ("" if len(told) == 1 else ", ".join(columns)), text
