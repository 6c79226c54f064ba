"""Lines of a plain text, with those that a hard wrap cut put together again."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from troth.reading.documents.hyphens import put_together
from troth.reading.documents.marks import NUMBERED, opens_item
from troth.reading.documents.pieces import tidy

_WIDEST_WRAP = 130  # characters; a text with longer lines has a paragraph on each
_NARROWEST_WRAP = 35
_FULL = 0.75  # of the width; a wrapped text has many such lines
_UNFINISHED = re.compile(r"[\w,’'\"»”)-]$")
_LONG = 60


@dataclass(frozen=True)
class Line:
    """A line put together: its characters as written, its indentation, whether a blank precedes."""

    raw: str
    indent: int
    apart: bool

    @property
    def characters(self) -> str:
        return tidy(self.raw)


def lines_of(characters: str) -> list[Line]:
    """The lines of a text without the blank ones; those that a wrap cut are one."""
    raw = [line.expandtabs(4) if line[:1] in "\t " else line for line in characters.split("\n")]
    raw = [line.rstrip() for line in raw]
    width = _wrap(raw)
    found: list[Line] = []
    apart = True
    before = ""
    for line in raw:
        if not tidy(line):
            apart = True
            continue
        if found and not apart and _continues(before, line, width):
            last = found[-1]
            found[-1] = Line(put_together(last.raw, line.strip()), last.indent, last.apart)
        else:
            found.append(Line(line, len(line) - len(line.lstrip()), apart))
        before, apart = line, False
    return found


def _wrap(lines: Sequence[str]) -> int:
    """The width to which a text was wrapped, or 0."""
    lengths = [len(line) for line in lines if line.strip()]
    if not lengths or not _NARROWEST_WRAP <= max(lengths) <= _WIDEST_WRAP:
        return 0
    width = max(lengths)
    full = sum(1 for length in lengths if length >= _FULL * width)
    lower = sum(1 for line in lines if line.strip()[:1].islower())
    return width if full >= 3 and full >= 0.25 * len(lengths) and lower >= 2 else 0


def _continues(before: str, line: str, width: int) -> bool:
    if opens_item(line) or NUMBERED.match(line.strip()) or "\t" in line.strip():
        return False
    start = line.strip()
    if not width:
        return start[0].islower() and len(before) >= _LONG and bool(_UNFINISHED.search(before))
    first = start.split(None, 1)[0]
    return len(before) + 1 + len(first) > width
