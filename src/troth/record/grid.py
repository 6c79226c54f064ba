"""Sheets of text, before any file format has its say."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

Style = Literal["title", "block", "head", "cells"]
SHEET_NAME_LENGTH = 31  # characters: what XLSX allows
_FORBIDDEN = re.compile(r"[\[\]:*?/\\']")
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")


@dataclass(frozen=True)
class Line:
    """A row of cells. `title`, `block` and `head` are headings."""

    cells: tuple[str, ...]
    style: Style = "cells"


@dataclass(frozen=True)
class Sheet:
    """A named sheet: its lines, and the width of each column in characters.

    The last cell of a line takes what is left of it.
    """

    name: str
    lines: tuple[Line, ...]
    widths: tuple[int, ...]
    frozen: int = 0  # lines that stay in sight


def title(text: str) -> Line:
    return Line((clean(text),), "title")


def block(text: str) -> Line:
    return Line((clean(text),), "block")


def head(*cells: str) -> Line:
    return Line(tuple(clean(cell) for cell in cells), "head")


def cells(*texts: str | None) -> Line:
    return Line(tuple(clean(text or "") for text in texts))


def clean(text: str) -> str:
    """The text without characters that no XML may hold."""
    return _CONTROL.sub("", text)


def sheet_name(text: str, taken: Iterable[str]) -> str:
    """A name that every spreadsheet takes, and that no other sheet has."""
    name = _FORBIDDEN.sub(" ", clean(text))[:SHEET_NAME_LENGTH].strip() or "-"
    others, number = {each.casefold() for each in taken}, 2
    found = name
    while found.casefold() in others:
        tail = f" ({number})"
        found, number = name[: SHEET_NAME_LENGTH - len(tail)] + tail, number + 1
    return found


def height(line: Line, widths: tuple[int, ...]) -> int:
    """How many lines of text the row is high, so that nothing is cut off."""
    last = len(line.cells)
    rooms = [*widths[: last - 1], sum(widths[last - 1 :])]
    return max(
        sum(1 + len(part) // max(room, 1) for part in text.split("\n"))
        for text, room in zip(line.cells, rooms, strict=True)
    )
