"""What runs along the top and the bottom of the pages of a PDF."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence

from troth.reading.documents.segments import Segment, on_one_line

_MARGIN = 0.12  # of the page, at its top and bottom, where running lines stand
_NUMBER_LINE = re.compile(
    r"^\W*(?:page\s*|p\.\s*)?(?P<page>\d{1,3})(?:\s*(?:/|of|sur|de|-|–)\s*(?P<of>\d{1,3}))?\W*$",
    re.I,
)
_MOST_STAMPS = 10  # of a page
_STAMP = re.compile(
    r"^\W*(?:(?:https?|file)://\S+|"
    r"\d{1,4}[/.-]\d{1,2}[/.-]\d{1,4},? +(?:à +)?\d{1,2}:\d{2}\b.{0,12})\W*$",
    re.I,
)


def without_running(
    pages: Sequence[Sequence[Segment]], sizes: Sequence[tuple[float, float]]
) -> list[list[Segment]]:
    """The pages without lines that come again at the same height, page numbers, and what a browser
    prints around a page.

    `sizes`: width and height of each page.
    """
    seen: Counter[tuple[str, int]] = Counter()
    for page, (_, height) in zip(pages, sizes, strict=True):
        seen.update({_key(one) for one in page if _in_margin(one, height)})
    needed = max(2, len(pages) / 2)

    kept = []
    for page, (_, height) in zip(pages, sizes, strict=True):
        margin = [one for one in page if _in_margin(one, height)]
        stamps = [one for one in margin if _STAMP.match(one.characters)][:_MOST_STAMPS]
        running = {
            one
            for one in margin
            if seen[_key(one)] >= needed
            or is_page_number(one.characters)
            or any(on_one_line(one, stamp) for stamp in stamps)
        }
        kept.append([one for one in page if one not in running])
    return kept


def is_page_number(line: str) -> bool:
    """Whether a line is the number of a page, perhaps of so many: "12", "Page 3 / 8"."""
    found = _NUMBER_LINE.match(line)
    if found is None or line.count(")") > line.count("("):  # the end of a sentence: "78-17)"
        return False
    return found["of"] is None or int(found["page"]) <= int(found["of"])


def _key(one: Segment) -> tuple[str, int]:
    return re.sub(r"\d+", "#", one.characters.strip()), round(one.bottom / 4)


def _in_margin(one: Segment, height: float) -> bool:
    return one.bottom > (1 - _MARGIN) * height or one.top < _MARGIN * height
