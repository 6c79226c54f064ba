"""A text cut into the smallest parts that say something: sentences, list items, cells, headings."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache, cached_property

from troth.reading.text import Block, Evidence, Kind, Text

_STRAIGHT = str.maketrans("‘’‚“”„«»‐‑‒–—\u00a0\u202f", '\'\'\'"""""-----  ')
_END = re.compile(
    r"(?<=[.!?])[\"')\]]*\s+(?=[\"'(\[-]*[A-ZÀ-Ý0-9])|\n+|(?<=[a-zà-ÿ])\.(?=[A-Z][a-z])"
)
_SHORTENED = re.compile(
    r"(?:\b(?:e\.g|i\.e|etc|inc|ltd|co|corp|no|art|vs|mr|mrs|ms|dr|st|cf|approx|al|ex|tel|resp|mme"
    r"|reg|sec)|\b[A-Za-z]|^\W*(?:\d+|[ivx]+))\.$",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class Cue:
    """Words that say one thing, as a regular expression for each language.

    They are sought in folded text: lower case, straight quotes, plain dashes.
    """

    en: str
    fr: str

    def of(self, language: str) -> re.Pattern[str]:
        """The compiled expression of a language."""
        return _compiled(self.fr if language == "fr" else self.en)

    def __or__(self, other: Cue) -> Cue:
        return Cue(f"{self.en}|{other.en}", f"{self.fr}|{other.fr}")


@cache
def _compiled(expression: str) -> re.Pattern[str]:
    return re.compile(expression)


@dataclass(frozen=True)
class Unit:
    """A sentence, list item, table cell or heading: characters `start` to `end` of the text.

    `section` is the position of the heading that it stands under, or is; -1 before the first.
    """

    position: int
    start: int
    end: int
    plain: str
    kind: Kind
    block: int
    section: int


@dataclass(frozen=True)
class Script:
    """A text as its units, in order."""

    text: Text

    @cached_property
    def plain(self) -> str:
        """The characters folded, each in its place."""
        return folded(self.text.characters)

    @cached_property
    def units(self) -> tuple[Unit, ...]:
        """Every unit, in order."""
        found: list[Unit] = []
        for number, block in enumerate(self.text.blocks):
            section = number if block.kind is Kind.HEADING else (block.above or (-1,))[-1]
            for start, end in _parts(self.text.characters, block):
                plain = self.plain[start:end]
                found.append(Unit(len(found), start, end, plain, block.kind, number, section))
        return tuple(found)

    @cached_property
    def sections(self) -> dict[int, tuple[Unit, ...]]:
        """Units by section; a heading is the first unit of its own."""
        found: dict[int, list[Unit]] = {}
        for unit in self.units:
            found.setdefault(unit.section, []).append(unit)
        return {number: tuple(units) for number, units in found.items()}

    def saying(self, cue: Cue, units: Iterable[Unit] | None = None) -> Iterator[Unit]:
        """The units that the cue matches."""
        pattern = cue.of(self.text.language)
        for unit in self.units if units is None else units:
            if pattern.search(unit.plain):
                yield unit

    def says(self, cue: Cue, units: Iterable[Unit] | None = None) -> bool:
        """Whether any unit does."""
        return next(self.saying(cue, units), None) is not None

    def holds(self, cue: Cue, unit: Unit) -> bool:
        """Whether this unit does."""
        return cue.of(self.text.language).search(unit.plain) is not None

    def around(self, unit: Unit) -> tuple[Unit, ...]:
        """The units of its section."""
        return self.sections[unit.section]

    def near(self, unit: Unit, before: int, after: int) -> tuple[Unit, ...]:
        """The units from so many before it to so many after it."""
        return self.units[max(0, unit.position - before) : unit.position + after + 1]

    def evidence(self, unit: Unit) -> Evidence:
        """The unit as evidence."""
        return self.text.evidence(unit.start, unit.end)


def folded(characters: str) -> str:
    """Lower case with straight quotes and plain dashes; as long as before."""
    straight = characters.translate(_STRAIGHT)
    lowered = straight.lower()
    if len(lowered) == len(straight):
        return lowered
    return "".join(low if len(low := one.lower()) == 1 else one for one in straight)


def _parts(characters: str, block: Block) -> Iterator[tuple[int, int]]:
    if block.kind is Kind.ROW:
        start = block.start
        for cell in characters[block.start : block.end].split("\t"):
            if cell.strip():
                yield start, start + len(cell)
            start += len(cell) + 1
    elif block.kind is Kind.HEADING:
        yield block.start, block.end
    else:
        yield from _sentences(characters, block.start, block.end)


def _sentences(characters: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    at = start
    for cut in _END.finditer(characters, start, end):
        stop = cut.end() if cut.group() == "." else cut.start()
        if _SHORTENED.search(characters, at, stop) or not characters[at:stop].strip():
            continue
        yield at, stop
        at = cut.end()
    if characters[at:end].strip():
        yield at, end
