"""Characters on the pages of a PDF: on one line, and the lines that belong together."""

from __future__ import annotations

from dataclasses import dataclass

from troth.reading.documents.hyphens import put_together
from troth.reading.documents.pieces import tidy


@dataclass(frozen=True)
class Segment:
    """Characters on one line; lengths in points, upwards and to the right."""

    characters: str
    left: float
    right: float
    bottom: float
    top: float
    bold: bool = False
    hyphen: bool = False  # a hyphen that only the end of the line asked for

    @property
    def height(self) -> float:
        return self.top - self.bottom


@dataclass(frozen=True)
class Chunk:
    """Lines that belong together, on one page."""

    lines: tuple[Segment, ...]
    page: int

    @property
    def characters(self) -> str:
        text = ""
        cut = False
        for line in self.lines:
            text = put_together(text, line.characters.strip(), cut=cut)
            cut = line.hyphen
        return tidy(f"{text}-" if cut else text)

    @property
    def left(self) -> float:
        return min(line.left for line in self.lines)

    @property
    def right(self) -> float:
        return max(line.right for line in self.lines)

    @property
    def top(self) -> float:
        return self.lines[0].top

    @property
    def bottom(self) -> float:
        return self.lines[-1].bottom

    @property
    def height(self) -> float:
        return max(line.height for line in self.lines)

    @property
    def bold(self) -> bool:
        return all(line.bold for line in self.lines)


def on_one_line(one: Segment, other: Segment) -> bool:
    """Whether two segments stand on one line."""
    shared = min(one.top, other.top) - max(one.bottom, other.bottom)
    return shared > 0.5 * min(one.height, other.height)


def beside(left: Segment, right: Segment) -> bool:
    """Whether the second stands close to the right of the first, on one line."""
    return on_one_line(left, right) and -1 < right.left - left.right < 6 * right.height
