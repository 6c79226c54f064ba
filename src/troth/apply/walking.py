"""Walking: the ranges of a large table are not looked for, but guessed from the one before.

A range of as many whole numbers as a batch may have rows cannot hold more of them, and a number of
pages has a most that they can hold. From there each range is as wide as the last one suggests; one
that turns out to hold more is rolled back, and written narrower. So no row is read but by the
statement that writes it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from troth.stores.pages import Pages

FILL = 0.9  # of a batch, aimed at
WIDEST = 8  # times the rows of a batch: what an unexpected crowd of due rows may lock for a moment
FASTEST = 2.0  # times the width of the range before
LONGEST_SECONDS = 0.025  # of writing a range, aimed at: half of what a writer may wait
SMALLEST = 10  # of a slow store's range: this part at least of one that surely holds no crowd
MOST_PAGES = 4  # that are read for each due row


class CrowdedError(Exception):
    """A range held more due rows than a batch may write; its transaction is to be rolled back."""

    def __init__(self, rows: int) -> None:
        super().__init__(rows)
        self.rows = rows


@dataclass
class Walk:
    """A walk from `at` to `high` (inclusive), in batches of at most `size` rows.

    `along` the values of the key, or the pages on which the rows lie. `narrow` is the width of a
    range that surely holds no more than `size` rows, `wide` that of the widest.
    """

    at: int
    high: int
    size: int
    narrow: int = 0
    wide: int = 0
    along: Literal["key", "pages"] = "key"
    width: int = 0

    def __post_init__(self) -> None:
        self.narrow = self.narrow or self.size
        self.wide = self.wide or WIDEST * self.size
        self.width = self.narrow

    @classmethod
    def on_pages(cls, pages: Pages, rows: int, size: int) -> Walk:
        """A walk along all pages of a table with so many due rows; each page fits into a batch."""
        narrow = size // pages.most_rows
        crowd = WIDEST * size * pages.number // max(pages.rows, rows)
        return cls(0, pages.number - 1, size, narrow, max(narrow, crowd), "pages")

    def step(self) -> tuple[int, int] | None:
        """The next range, first and last number; None at the end."""
        if self.at > self.high:
            return None
        first, last = self.at, min(self.at + self.width - 1, self.high)
        self.at = last + 1
        return first, last

    def wrote(self, first: int, last: int, rows: int, seconds: float = 0.0) -> None:
        """Learns how many rows a range held, and how long it took to write them."""
        width = last - first + 1
        full = max(int(FILL * self.size * width / max(rows, 1)), self.narrow)
        self.width = min(full, int(FASTEST * self.width), self.wide)
        if seconds > LONGEST_SECONDS:
            in_time = int(width * LONGEST_SECONDS / seconds)
            self.width = min(self.width, max(in_time, self.narrow // SMALLEST, 1))

    def crowded(self, first: int, rows: int) -> None:
        """Goes back to the begin of a range that held too many rows, and takes less."""
        self.width = max(int(self.width * FILL * self.size / rows), self.narrow)
        self.at = first


def worth_walking(low: int, high: int, rows: int) -> bool:
    """Whether the due rows lie close enough that few ranges of the key would be found empty."""
    return high - low < 2 * WIDEST * rows


def worth_turning(pages: Pages, rows: int, size: int) -> bool:
    """Whether the due rows lie close enough on their pages, of which each fits into a batch."""
    return (
        pages.most_rows <= size
        and pages.rows < 2 * WIDEST * rows
        and pages.number <= MOST_PAGES * rows
    )
