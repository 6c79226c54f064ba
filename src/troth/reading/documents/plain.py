"""A plain text to its pieces."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from troth.reading.documents.flattened import SHORTEST, table_of
from troth.reading.documents.lines import Line, lines_of
from troth.reading.documents.marks import ORDINAL, opens_item, without_bullet
from troth.reading.documents.outline import Style, headings, ranks
from troth.reading.documents.pieces import Piece, row, tidy
from troth.reading.text import Kind

_LONGEST_CELL = 170
_NUMBER = re.compile(r"\d")  # a cell may begin small: "no longer than 12 months"
_RULE = re.compile(r"^[\W_]+$")
_GAP = re.compile(r"\t|\s{3,}|\s*\|\s*")
_AROUND = re.compile(
    r"^\W*(?:(?:back to )?top(?: of (?:the )?page)?|bottom of page|skip to (?:main )?content|"
    r"haut de page|retour en haut|aller au contenu)\W*$",
    re.I,
)
_FINISHED = (".", ";", ":", "!", "?", ",")


def plain_pieces(characters: str) -> list[Piece]:
    """The headings, paragraphs, items and rows of a plain text, in order."""
    lines = [
        line
        for line in lines_of(characters)
        if not (_RULE.match(line.raw) or _AROUND.match(line.raw))
    ]
    tables = {start: (end, rows) for start, end, rows in _tables(lines)}
    in_table = {at for start, (end, _) in tables.items() for at in range(start, end)}
    styles = _headings(lines, in_table)
    levels = dict(
        zip(styles, ranks(list(styles.values()), titled=next(iter(styles), -1) == 0), strict=True)
    )
    found: list[Piece] = []
    indents: list[int] = []
    number = 0
    for at, line in enumerate(lines):
        if at in tables:
            number += 1
            for position, cells in enumerate(tables[at][1]):
                found.append(Piece(Kind.ROW, row(cells), table=number, heads=position == 0))
        if at in in_table:
            continue
        if at in levels:
            found.append(Piece(Kind.HEADING, line.characters, levels[at]))
            indents.clear()
        elif opens_item(line.raw) and _is_item(at, lines):
            level = _depth(indents, line.indent)
            found.append(Piece(Kind.ITEM, tidy(without_bullet(line.raw)), level))
        else:
            indents.clear()
            found.append(Piece(Kind.PARAGRAPH, line.characters))
    return found


def _headings(lines: Sequence[Line], in_table: set[int]) -> dict[int, Style]:
    """The headings among the lines outside tables; a table counts as text that follows."""
    characters, apart, places = [], [], []
    for at in range(len(lines)):
        if at in in_table and at - 1 in in_table:
            continue
        places.append(at)
        characters.append("a table follows here." if at in in_table else lines[at].characters)
        apart.append(lines[at].apart)
    return {places[at]: style for at, style in headings(characters, apart).items()}


def _is_item(at: int, lines: Sequence[Line]) -> bool:
    """Whether what looks like an item is one: an ordinal alone in the text is not."""
    line = lines[at]
    if not ORDINAL.match(line.raw):
        return True
    near = [*lines[max(0, at - 1) : at], *lines[at + 1 : at + 2]]
    return any(ORDINAL.match(other.raw) for other in near) or line.raw.rstrip().endswith(";")


def _depth(indents: list[int], indent: int) -> int:
    """The depth of an item from its indentation, and of those before it in the list."""
    while indents and indents[-1] > indent:
        indents.pop()
    if not indents or indents[-1] < indent:
        indents.append(indent)
    return len(indents)


def _tables(lines: Sequence[Line]) -> Iterator[tuple[int, int, Sequence[Sequence[str]]]]:
    """Start, end and rows of each table."""
    at = 0
    while at < len(lines):
        end = _aligned(lines, at)
        if end - at >= 2:
            rows = [_cells(line.raw) for line in lines[at:end]]
            rows = [cells + [""] * (len(rows[0]) - len(cells)) for cells in rows]
            yield at, end, [cells for cells in rows if any(cells)]
            at = end
            continue
        end = _loose(lines, at)
        if end - at >= SHORTEST:
            table = table_of([line.characters for line in lines[at:end]])
            if table is not None:
                yield at, end, table.rows
                at = end
                continue
        at += 1


def _cells(raw: str) -> list[str]:
    return [tidy(cell) for cell in _GAP.split(raw.strip().strip("|"))]


def _aligned(lines: Sequence[Line], start: int) -> int:
    """The end of lines that are each cut into the same number of cells."""
    count = len(_cells(lines[start].raw))
    end = start
    while end < len(lines) and (end == start or not lines[end].apart or "|" in lines[end].raw):
        raw = lines[end].raw
        if opens_item(raw) or not (len(_cells(raw)) == count or _is_short(lines, end, count)):
            break
        end += 1
    return end if count > 1 else start


def _is_short(lines: Sequence[Line], at: int, count: int) -> bool:
    """A row whose last cells are empty, so that its line ends before them."""
    if at + 1 >= len(lines) or "\t" not in lines[at].raw.strip():
        return False
    after = lines[at + 1]
    return 1 < len(_cells(lines[at].raw)) < count == len(_cells(after.raw)) and not after.apart


def _loose(lines: Sequence[Line], start: int) -> int:
    """The end of short lines that are no sentences and follow each other without a blank."""
    end = start
    while end < len(lines) and (end == start or not lines[end].apart):
        characters = lines[end].characters
        if (
            len(characters) > _LONGEST_CELL
            or (characters.endswith(_FINISHED) and not characters.endswith("etc."))
            or opens_item(lines[end].raw)
            or (len(_cells(lines[end].raw)) > 1 and _aligned(lines, end) - end > 1)
            or (characters[:1].islower() and not _NUMBER.search(characters))
        ):
            break
        end += 1
    return end
