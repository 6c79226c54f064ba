"""A text in units: sentences, list items and table rows, each with the topics it stands under."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from troth.reading.frames.lexicon.load import Found, lexicon
from troth.reading.text import Block, Evidence, Kind, Text

_STOP = re.compile(r"[.!?…][\"”»)’]*\s+(?=[\"“«(]?[A-ZÀ-ÖØ-Þ0-9])|(?<=[.;]) (?=[–-] )")
LONGEST_SENTENCE = 3_000  # characters; longer ones are no sentences, and would take long to read
_SHORT = re.compile(
    r"(?:\b(?:e\.g|i\.e|cf|art|n[o°]|mr|mrs|ms|dr|mme|m|st|vs|ltd|"
    r"inc|resp|ex|tel|tél|al|max|min|approx|env|mos|mths|yrs|wks)|\b[A-Z])\.$",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class Unit:
    """A sentence, item or row: the characters `start` to `end`, in block `block`.

    `cells`: of a row, the places of its cells; empty elsewhere.
    `topics`: what the headings above are about, the nearest heading's first.
    """

    start: int
    end: int
    block: int
    kind: Kind
    topics: tuple[str, ...] = ()
    cells: tuple[tuple[int, int], ...] = ()

    @property
    def topic(self) -> str:
        return self.topics[0] if self.topics else ""


class Page:
    """A text made ready: its units, and what it contains of the lexicon of its language."""

    def __init__(self, text: Text) -> None:
        self.text = text
        self.words = lexicon(text.language)
        self.found = Found(text.characters, self.words)
        self._about: dict[int, tuple[str, ...]] = {}
        self.units = tuple(self._units())
        self._of_block: dict[int, list[Unit]] = {}
        for unit in self.units:
            self._of_block.setdefault(unit.block, []).append(unit)

    def said(self, start: int, end: int) -> str:
        """The characters from `start` to `end`."""
        return self.text.characters[start:end]

    def low(self, start: int, end: int) -> str:
        """The same characters, folded."""
        return self.found.folded[start:end]

    def evidence(self, start: int, end: int) -> Evidence:
        """Those characters as evidence, without the space around them."""
        start, end = trimmed(self.text.characters, start, end)
        return self.text.evidence(start, end)

    def of_block(self, block: int) -> list[Unit]:
        """The units of a block."""
        return self._of_block.get(block, [])

    def cue_unit(self, name: str) -> Unit | None:
        """The first unit that shows a cue."""
        return next((u for u in self.units if self.found.cue(name, u.start, u.end)), None)

    def topics_of(self, position: int) -> tuple[str, ...]:
        """What a heading is about."""
        if position not in self._about:
            block = self.text.blocks[position]
            hits = self.found.names("topics", block.start, block.end)
            self._about[position] = tuple(hit.name for hit in hits)
        return self._about[position]

    def _units(self) -> Iterator[Unit]:
        for position, block in enumerate(self.text.blocks):
            topics = self._topics(block)
            if block.kind is Kind.ROW:
                cells = tuple(_cells(self.text.characters, block))
                yield Unit(block.start, block.end, position, block.kind, topics, cells)
            elif block.kind is Kind.HEADING:
                yield Unit(block.start, block.end, position, block.kind, topics)
            else:
                for start, end in sentences(self.text.characters, block.start, block.end):
                    yield Unit(start, end, position, block.kind, topics)

    def _topics(self, block: Block) -> tuple[str, ...]:
        seen: dict[str, None] = {}
        for position in reversed(block.above):
            seen |= dict.fromkeys(self.topics_of(position))
        return tuple(seen)


def sentences(characters: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    """The places of the sentences from `start` to `end`; what no stop ends is cut between words."""
    for begin, stop in _stopped(characters, start, end):
        while stop - begin > LONGEST_SENTENCE:
            space = characters.rfind(" ", begin + 1, begin + LONGEST_SENTENCE)
            cut = space if space > 0 else begin + LONGEST_SENTENCE
            yield trimmed(characters, begin, cut)
            begin = cut
        yield trimmed(characters, begin, stop)


def _stopped(characters: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    """The same by their stops alone; abbreviations end none."""
    begin = start
    for stop in _STOP.finditer(characters, start, end):
        head = characters[begin : stop.start() + 1]
        if _SHORT.search(head) or len(head) < 3:
            continue
        yield trimmed(characters, begin, stop.end())
        begin = stop.end()
    if characters[begin:end].strip():
        yield trimmed(characters, begin, end)


def trimmed(characters: str, start: int, end: int) -> tuple[int, int]:
    """The place without the space at either end."""
    while start < end and characters[start].isspace():
        start += 1
    while end > start and characters[end - 1].isspace():
        end -= 1
    return start, end


def _cells(characters: str, block: Block) -> Iterator[tuple[int, int]]:
    begin = block.start
    for position in range(block.start, block.end + 1):
        if position == block.end or characters[position] == "\t":
            yield trimmed(characters, begin, position)
            begin = position + 1
