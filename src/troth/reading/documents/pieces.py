"""Pieces of a document in reading order, put together to one text with its blocks."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass

from troth.reading.text import Block, Kind, Text

BETWEEN = "\n"  # between blocks of one list or table, and after a heading
APART = "\n\n"  # between all others

_SPACES = re.compile(r"[^\S\n]+")
_INVISIBLE = dict.fromkeys(
    code
    for first, last in (
        (0x00, 0x08),
        (0x0B, 0x0C),
        (0x0E, 0x1F),
        (0x7F, 0x9F),
        (0xAD, 0xAD),
        (0x200B, 0x200F),
        (0x2060, 0x2060),
        (0xFEFF, 0xFEFF),
        (0xFFFC, 0xFFFC),
    )
    for code in range(first, last + 1)
)


@dataclass(frozen=True)
class Piece:
    """One heading, paragraph, item or row, before its place in the text is known.

    `level` as in `Block`; `table` numbers the table of a row, and `heads` tells that it heads it.
    A row's cells are parted by tabs in `characters`.
    """

    kind: Kind
    characters: str
    level: int = 0
    table: int = 0
    heads: bool = False


def tidy(characters: str) -> str:
    """One line of text: composed characters, single spaces, nothing invisible."""
    composed = unicodedata.normalize("NFC", characters.translate(_INVISIBLE))
    return _SPACES.sub(" ", composed.replace("\n", " ")).strip()


def row(cells: Iterable[str]) -> str:
    """The characters of a table row."""
    return "\t".join(tidy(cell) for cell in cells)


def assemble(pieces: Iterable[Piece], language: str) -> Text:
    """The text of all pieces, in order; empty ones are left out."""
    written: list[str] = []
    blocks: list[Block] = []
    under: list[tuple[int, int]] = []  # rank and position of the headings in force
    heads: dict[int, int] = {}
    at = 0
    before: Piece | None = None
    for piece in pieces:
        if not piece.characters.strip():
            continue
        if before is not None:
            gap = BETWEEN if before.kind == piece.kind != Kind.PARAGRAPH else APART
            written.append(gap)
            at += len(gap)
        if piece.kind is Kind.HEADING:
            while under and under[-1][0] >= piece.level:
                under.pop()
        above = tuple(position for _, position in under)
        position = len(blocks)
        if piece.kind is Kind.HEADING:
            under.append((piece.level, position))
        if piece.heads:
            heads[piece.table] = position
        head = heads.get(piece.table) if piece.kind is Kind.ROW and not piece.heads else None
        end = at + len(piece.characters)
        blocks.append(Block(piece.kind, at, end, piece.level, above, head))
        written.append(piece.characters)
        at, before = end, piece
    return Text("".join(written), tuple(blocks), language)
