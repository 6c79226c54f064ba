"""Walking: the ranges of a large table are not looked for, but guessed from the one before.

A range of as many whole numbers as a batch may have rows cannot hold more of them. From there each
range is as wide as the last one suggests; one that turns out to hold more is rolled back, and
written narrower. So no row is read but by the statement that writes it.
"""

from __future__ import annotations

from dataclasses import dataclass

FILL = 0.9  # of a batch, aimed at
WIDEST = 8  # times the rows of a batch: what an unexpected crowd of due rows may lock for a moment
FASTEST = 2.0  # times the width of the range before


class CrowdedError(Exception):
    """A range held more due rows than a batch may write; its transaction is to be rolled back."""

    def __init__(self, rows: int) -> None:
        super().__init__(rows)
        self.rows = rows


@dataclass
class Walk:
    """A walk from the key `at` to `high` (inclusive), in batches of at most `size` rows."""

    at: int
    high: int
    size: int
    width: int = 0

    def __post_init__(self) -> None:
        self.width = self.size

    def step(self) -> tuple[int, int] | None:
        """The next range, first and last key; None at the end."""
        if self.at > self.high:
            return None
        first, last = self.at, min(self.at + self.width - 1, self.high)
        self.at = last + 1
        return first, last

    def wrote(self, first: int, last: int, rows: int) -> None:
        """Learns how many rows a range held."""
        density = max(rows, 1) / (last - first + 1)
        width = min(FILL * self.size / density, FASTEST * self.width, WIDEST * self.size)
        self.width = max(int(width), self.size)

    def crowded(self, first: int, rows: int) -> None:
        """Goes back to the begin of a range that held too many rows, and takes less."""
        self.width = max(int(self.width * FILL * self.size / rows), self.size)
        self.at = first


def worth_walking(low: int, high: int, rows: int) -> bool:
    """Whether the due rows lie close enough that few ranges would be found empty."""
    return high - low < 2 * WIDEST * rows
