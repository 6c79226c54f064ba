"""The lines of a PDF, put together where they belong to one block."""

from __future__ import annotations

import math
import re
import statistics
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from troth.reading.documents.marks import opens_item
from troth.reading.documents.segments import Chunk, Segment, beside, on_one_line

_SAME_SIZE = 1.08
_NEXT_LINE = 1.3  # of the usual distance of lines, from which the next is another block
_ROOM = 0.8  # of the height, beside the next word, from which a line ended before it was full
_INDENT = 12.0  # points, from which lines are those of a list
_NEAR = 150  # segments before and after, among which the cells of a row stand
_OUTDENT = 1.2  # heights, to the left, from which the next line is less deep
_LONE_MARK = re.compile(
    r"^\s*(?:[•●○◦▪■‣·∙►\uf0b7\uf0a7*–—-]|o|\(?(?:\d{1,2}|[a-z]|[ivx]{1,5})[.)])\s*$"
)


def chunks_of(pages: Sequence[Sequence[Segment]]) -> list[Chunk]:
    """The chunks of all pages, in the order of the file."""
    pitch = _pitch(pages)
    marked = [_marked(page) for page in pages]
    edges = _edges(marked)
    measures = Measures(pitch, edges, _base(marked))
    found = [
        chunk for number, page in enumerate(marked) for chunk in _chunks(page, number, measures)
    ]
    return _rejoined(found)


@dataclass(frozen=True)
class Measures:
    """What is usual in a document.

    `pitch`: the distance of two lines, in heights of their characters. `edges`: for each left edge
    the rightmost end of the lines that begin there. `base`: the left edge of most characters.
    """

    pitch: float
    edges: Mapping[int, float]
    base: float


def _base(pages: Iterable[Sequence[Segment]]) -> float:
    weights: Counter[int] = Counter()
    for page in pages:
        for one in page:
            weights[round(one.left)] += len(one.characters)
    return float(weights.most_common(1)[0][0]) if weights else 0.0


def _pitch(pages: Iterable[Sequence[Segment]]) -> float:
    """The usual distance of two lines of a paragraph, in heights of their characters."""
    distances = []
    for page in pages:
        for before, after in pairwise(page):
            down = before.bottom - after.bottom
            if 0 < down < 2.5 * before.height and abs(before.left - after.left) < before.height:
                distances.append(round(down / before.height, 2))
    return statistics.mode(distances) if distances else 1.2


def _marked(page: Sequence[Segment]) -> list[Segment]:
    """The segments with each lone bullet or ordinal put before the words beside it."""
    found: list[Segment] = []
    for one in page:
        last = found[-1] if found else None
        if last is not None and beside(last, one) and _LONE_MARK.match(last.characters):
            joined = f"{last.characters.strip()} {one.characters}"
            found[-1] = replace(one, characters=joined, left=last.left)
        elif last is not None and beside(one, last) and _LONE_MARK.match(one.characters):
            joined = f"{one.characters.strip()} {last.characters}"
            found[-1] = replace(last, characters=joined, left=one.left)
        else:
            found.append(one)
    return found


def _edges(pages: Iterable[Sequence[Segment]]) -> dict[int, float]:
    """For each left edge the rightmost end of the lines that begin there."""
    found: dict[int, float] = {}
    for page in pages:
        for one in page:
            for at in (round(one.left) - 1, round(one.left), round(one.left) + 1):
                found[at] = max(found.get(at, 0.0), one.right)
    return found


def _chunks(page: Sequence[Segment], number: int, measures: Measures) -> Iterator[Chunk]:
    widest = max((one.right for one in page), default=0.0)
    lines: list[Segment] = []
    for at, one in enumerate(page):
        near = page[max(0, at - _NEAR) : at + _NEAR]
        if lines and not _goes_on(lines, one, measures, near, widest):
            yield Chunk(tuple(lines), number)
            lines = []
        lines.append(one)
    if lines:
        yield Chunk(tuple(lines), number)


def _goes_on(
    lines: Sequence[Segment],
    one: Segment,
    measures: Measures,
    near: Sequence[Segment],
    widest: float,
) -> bool:
    """Whether a segment is the next line of the same block, or goes on on its last line."""
    last = lines[-1]
    if on_one_line(last, one) and last.right <= one.left + 1:
        return one.left - last.right < 0.35 * last.height
    down = last.bottom - one.bottom
    if not 0 < down < _NEXT_LINE * measures.pitch * max(last.height, one.height):
        return False
    larger, smaller = max(last.height, one.height), min(last.height, one.height)
    if larger > _SAME_SIZE * smaller or opens_item(one.characters):
        return False
    if lines[0].bold != one.bold and (all(line.bold for line in lines) or one.bold):
        return False
    if min(last.right, one.right) - max(last.left, one.left) < 0:
        return False
    if last.hyphen:
        return True
    if last.characters.endswith(";") and lines[0].left - measures.base > _INDENT:
        return False
    edge = measures.edges[round(last.left)]
    needed = _first_word(one) + _ROOM * last.height
    edge = min(edge, _neighbour(last, near))
    if edge - last.right > needed:
        return False
    if last.left - one.left > _OUTDENT * last.height and widest - last.right > needed:
        return False
    finished = last.characters.rstrip().endswith((".", "!", "?", ":", ";"))
    return not (finished and edge - last.right > _first_word(one))


def _neighbour(one: Segment, near: Sequence[Segment]) -> float:
    """Where the next cell to the right begins, less a margin; infinity where none does."""
    beyond = (
        other.left
        for other in near
        if other.left > one.right and min(one.top, other.top) > max(one.bottom, other.bottom)
    )
    return min(beyond, default=math.inf) - one.height


def _first_word(one: Segment) -> float:
    """About how wide the first word of a segment is."""
    words = one.characters.split()
    first = len(words[0]) if words else 0
    return (one.right - one.left) * first / max(len(one.characters), 1)


def _rejoined(chunks: Sequence[Chunk]) -> list[Chunk]:
    """Chunks with those put together that a page or a column cut in the middle of a sentence."""
    found: list[Chunk] = []
    for chunk in chunks:
        last = found[-1] if found else None
        if (
            last is not None
            and (chunk.page != last.page or chunk.top > last.top)
            and not beside(last.lines[-1], chunk.lines[0])
            and re.search(r"[\w,’')-]$", last.characters)
            and chunk.characters[:1].islower()
            and not opens_item(chunk.characters)
            and last.height < _SAME_SIZE * chunk.height
            and len(last.lines) + len(chunk.lines) > 2
        ):
            found[-1] = Chunk((*last.lines, *chunk.lines), chunk.page)
        else:
            found.append(chunk)
    return found
