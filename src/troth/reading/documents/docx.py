"""A Word document to its pieces: its headings, lists and tables as the file names them."""

from __future__ import annotations

import io
import re
import zipfile
from typing import Any

import docx
from docx.table import Table as WordTable
from docx.text.paragraph import Paragraph

from troth.errors import Refused
from troth.reading.documents.grid import head_of
from troth.reading.documents.marks import BULLET, without_bullet
from troth.reading.documents.pieces import Piece, row, tidy
from troth.reading.text import Kind

MOST_UNPACKED = 100 * 1024 * 1024
MOST_PARTS = 5_000
_RANKED = re.compile(r"(?:heading|titre|überschrift)\s*([1-9])", re.I)
_LISTED = re.compile(r"list|liste|puces|bullet", re.I)
_DEPTH = re.compile(r"\s([2-9])$")
_LONGEST_BOLD = 100
_DEEPEST = 20


def docx_pieces(data: bytes, name: str) -> list[Piece]:
    """The headings, paragraphs, items and rows of a docx file, in order.

    Raises Refused: `document-too-large` for an archive that unpacks to too much,
    `document-damaged` where the file cannot be opened.
    """
    _check(data, name)
    try:
        document = docx.Document(io.BytesIO(data))
        reader = _Reader()
        reader.take(document, 0)
        return reader.pieces
    except Refused:
        raise
    except Exception as error:  # the library fails in many ways on a file that was tampered with
        raise Refused(
            "document-damaged",
            "the Word document cannot be opened",
            place=name,
            help="open it in Word or LibreOffice and save it again",
        ) from error


def _check(data: bytes, name: str) -> None:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        parts = archive.infolist()
    if len(parts) > MOST_PARTS or sum(part.file_size for part in parts) > MOST_UNPACKED:
        raise Refused(
            "document-too-large",
            f"the Word document unpacks to more than {MOST_UNPACKED // 1024 // 1024} MB",
            place=name,
            help="save the policy alone, without pictures",
        )


class _Reader:
    """The pieces found so far, and the rank of the last heading."""

    def __init__(self) -> None:
        self.pieces: list[Piece] = []
        self._rank = 1
        self._tables = 0

    def take(self, holder: Any, deep: int) -> None:
        """Takes the paragraphs and tables of a document or a cell."""
        for inner in holder.iter_inner_content():
            if isinstance(inner, Paragraph):
                self._paragraph(inner)
            elif isinstance(inner, WordTable) and deep < _DEEPEST:
                self._table(inner, deep)

    def _paragraph(self, paragraph: Paragraph) -> None:
        lines = [tidy(line) for line in paragraph.text.split("\n")]
        lines = [line for line in lines if line]
        if not lines:
            return
        style = _style(paragraph)
        rank = _rank(paragraph, style)
        if rank:
            self._rank = rank
            self.pieces.append(Piece(Kind.HEADING, " ".join(lines), rank))
            return
        if len(lines) == 1 and _bold(paragraph) and _may_head(lines[0]):
            self.pieces.append(Piece(Kind.HEADING, lines[0], min(self._rank + 1, 6)))
            return
        depth = _list_depth(paragraph, style)
        for at, line in enumerate(lines):
            if (depth and at == 0) or BULLET.match(line):
                self.pieces.append(Piece(Kind.ITEM, without_bullet(line), max(depth, 1)))
            else:
                self.pieces.append(Piece(Kind.PARAGRAPH, line))

    def _table(self, table: WordTable, deep: int) -> None:
        rows = [_cells(line) for line in table.rows]
        width = max(map(len, rows), default=0)
        if width < 2:
            for line in rows:
                for cell in line:
                    self.take(cell, deep + 1)
            return
        self._tables += 1
        grid = [[tidy(cell.text) for cell in line] for line in rows]
        grid = [line + [""] * (width - len(line)) for line in grid if any(line)]
        heads = head_of(grid)
        for at, line in enumerate(grid):
            self.pieces.append(
                Piece(Kind.ROW, row(line), table=self._tables, heads=heads and at == 0)
            )


def _cells(line: Any) -> list[Any]:
    """The cells of a row, one that spans columns once; one that spans rows stands in each."""
    found: list[Any] = []
    for cell in line.cells:
        if not found or cell._tc is not found[-1]._tc:
            found.append(cell)
    return found


def _style(paragraph: Paragraph) -> str:
    style = paragraph.style
    return f"{style.name or ''} {style.style_id or ''}" if style is not None else ""


def _rank(paragraph: Paragraph, style: str) -> int:
    """The rank of a heading, from its style or its outline level; 0 for what is none."""
    named = _RANKED.search(style)
    if named is not None:
        return min(int(named[1]), 6)
    if style.split(" ")[0].lower() in ("title", "titre"):
        return 1
    levels = paragraph._p.xpath("./w:pPr/w:outlineLvl/@w:val")
    if levels and levels[0].isdigit() and int(levels[0]) < 9:
        return min(int(levels[0]) + 1, 6)
    return 0


def _list_depth(paragraph: Paragraph, style: str) -> int:
    """The depth of a list item from 1; 0 for what is none."""
    levels = paragraph._p.xpath("./w:pPr/w:numPr/w:ilvl/@w:val")
    numbers = paragraph._p.xpath("./w:pPr/w:numPr/w:numId/@w:val")
    if numbers and numbers[0] != "0":
        return int(levels[0]) + 1 if levels and levels[0].isdigit() else 1
    if _LISTED.search(style):
        deeper = _DEPTH.search(style.split(" List")[0]) or re.search(r"\s([2-9])\b", style)
        return int(deeper[1]) if deeper else 1
    return 0


def _bold(paragraph: Paragraph) -> bool:
    runs = [run for run in paragraph.runs if run.text.strip()]
    return bool(runs) and all(run.bold for run in runs)


def _may_head(line: str) -> bool:
    return len(line) <= _LONGEST_BOLD and not line.endswith((".", ";", ","))
