"""The text of a policy, and its blocks: what every later step of reading works on."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum


class Kind(StrEnum):
    """What a block of a text is."""

    HEADING = "heading"
    PARAGRAPH = "paragraph"
    ITEM = "item"  # of a list; `level` counts its depth from 1
    ROW = "row"  # of a table, its cells parted by tabs


@dataclass(frozen=True)
class Block:
    """A heading, paragraph, list item or table row: the characters `start` to `end` of the text.

    `level`: of a heading its rank from 1 (the title), of an item its depth from 1, otherwise 0.
    `above`: the positions in `Text.blocks` of the headings it stands under, the highest first.
    `head`: of a row, the position of the row that heads its table; None elsewhere.
    """

    kind: Kind
    start: int
    end: int
    level: int = 0
    above: tuple[int, ...] = ()
    head: int | None = None


@dataclass(frozen=True)
class Evidence:
    """The exact characters that show something: `text[start:end] == quote`, always."""

    start: int
    end: int
    quote: str


@dataclass(frozen=True)
class Text:
    """A whole text: its characters, its blocks in order (never overlapping), and its language.

    `language` is "en" or "fr" (ISO 639-1).
    """

    characters: str
    blocks: tuple[Block, ...]
    language: str

    def of(self, block: Block) -> str:
        """The characters of a block."""
        return self.characters[block.start : block.end]

    def headings(self, block: Block) -> Iterator[str]:
        """The headings a block stands under, the highest first."""
        for position in block.above:
            yield self.of(self.blocks[position])

    def evidence(self, start: int, end: int) -> Evidence:
        """What stands from `start` to `end`, as evidence."""
        return Evidence(start, end, self.characters[start:end])
