"""The passages of a text, each with the headings and the line that leads it in."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from troth.reading.text import Kind, Text

_OPENS = re.compile(r"(?::|\b(?:such as|as|below|following|suivantes?|suivants?|comme))\W*$", re.I)
_SPEAKS = re.compile(r"\b(?:we|you|may|following|include|to|for|nous|vous|suivant\w*)\b", re.I)
_SHORTEST_LEAD = 30
_LONG = 80  # characters from which a paragraph that opens nothing ends a list


@dataclass(frozen=True)
class Passage:
    """A block with its surroundings.

    `start`: of its characters in the text. `headings`: those above, the highest first. `lead`: of
    an item or row the line that opens its list or table.
    """

    characters: str
    kind: Kind
    headings: tuple[str, ...] = ()
    lead: str = ""
    start: int = 0


def passages_of(text: Text) -> tuple[Passage, ...]:
    """The passages of a text, one for each block."""
    leads = leads_of((block.kind, text.of(block)) for block in text.blocks)
    found = []
    for block, lead in zip(text.blocks, leads, strict=True):
        if block.kind is Kind.ROW and block.head is not None:
            lead = f"{lead} {text.of(text.blocks[block.head])}".strip()
        found.append(
            Passage(text.of(block), block.kind, tuple(text.headings(block)), lead, block.start)
        )
    return tuple(found)


def leads_of(blocks: Iterable[tuple[Kind, str]]) -> Iterator[str]:
    """For each block the line that leads it in, or nothing.

    A lead holds until a heading, or a paragraph long enough to begin something else.
    """
    lead = ""
    for kind, characters in blocks:
        listed = kind in (Kind.ITEM, Kind.ROW)
        short = kind is Kind.PARAGRAPH and len(characters) < _LONG
        yield lead if listed or (short and not characters.endswith((".", ":"))) else ""
        if kind is Kind.HEADING:
            lead = ""
        elif _leads(characters):
            lead = characters
        elif not listed and len(characters) >= _LONG:
            lead = ""


def _leads(characters: str) -> bool:
    """Whether a line opens a list; a short one with a colon may as well be a title."""
    spoken = len(characters) >= _SHORTEST_LEAD or _SPEAKS.search(characters)
    return bool(spoken and _OPENS.search(characters))
