"""Lists in prose: the items after a sentence that introduces "
"them, or the parts of an enumeration."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from troth.reading.frames.units import Page, Unit, trimmed
from troth.reading.text import Kind

_PARTS = {
    "en": re.compile(r",? (?:as well as|and|or) |[,;]| / "),
    "fr": re.compile(r",? (?:ainsi que|et|ou) |[,;]| / "),
}
_LONGEST_PART = 110  # characters; a longer part is a clause of its own and no name of a thing


@dataclass(frozen=True)
class Part:
    """An item or a part of an enumeration: its place; `listed` where it is an item of a list."""

    start: int
    end: int
    block: int
    listed: bool


def items_after(page: Page, unit: Unit) -> Iterator[Part]:
    """The list items that a sentence introduces: those right after its block."""
    blocks = page.text.blocks
    if page.of_block(unit.block)[-1] is not unit:
        return
    own = blocks[unit.block]
    position = unit.block + 1
    while position < len(blocks) and blocks[position].kind in (Kind.ITEM, Kind.ROW):
        block = blocks[position]
        if own.kind is Kind.ITEM and block.level <= own.level:
            return
        yield Part(block.start, block.end, position, listed=True)
        position += 1


def enumerated(page: Page, start: int, end: int, block: int) -> Iterator[Part]:
    """The parts of an enumeration, split at commas and conjunctions outside brackets."""
    low = page.low(start, end)
    begin, depth_ends = 0, _brackets(low)
    for match in _PARTS[page.text.language].finditer(low):
        if any(first < match.start() < last for first, last in depth_ends):
            continue
        yield from _part(page, start + begin, start + match.start(), block)
        begin = match.end()
    yield from _part(page, start + begin, end, block)


def _part(page: Page, start: int, end: int, block: int) -> Iterator[Part]:
    start, end = trimmed(page.text.characters, start, end)
    while end > start and page.text.characters[end - 1] in ".;:, ":
        end -= 1
    if 2 < end - start <= _LONGEST_PART:
        yield Part(start, end, block, listed=False)


def _brackets(low: str) -> list[tuple[int, int]]:
    """The outermost brackets of a text."""
    found, depth, begin = [], 0, 0
    for position, character in enumerate(low):
        if character == "(":
            depth += 1
            begin = position if depth == 1 else begin
        elif character == ")" and depth:
            depth -= 1
            if depth == 0:
                found.append((begin, position))
    if depth:
        found.append((begin, len(low)))
    return found


def introduces(page: Page, unit: Unit) -> bool:
    """Whether a sentence ends as one that introduces a list does."""
    return (
        page.low(unit.start, unit.end).rstrip().endswith((":", "…", ",", "concerning", "suivantes"))
    )


def section(page: Page, block: int) -> int:
    """The heading that a block stands under most closely; -1 at the top."""
    above = page.text.blocks[block].above
    return above[-1] if above else -1


def outside_brackets(page: Page, start: int, end: int) -> tuple[int, int, str]:
    """A part without its bracket, and what the bracket holds."""
    match = re.search(r"\s*\(([^()]*)\)?\s*", page.text.characters[start:end])
    if match is None or match.start() == 0:
        return start, end, ""
    return start, start + match.start(), match.group(1)
