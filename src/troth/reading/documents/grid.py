"""Tables whose cells span rows and columns, as plain rows of equal length."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

_MOST_COLUMNS = 60
_LONGEST_HEAD = 60


@dataclass(frozen=True)
class Cell:
    """A cell as written: its characters, and how many rows and columns it spans."""

    characters: str
    rows: int = 1
    columns: int = 1


def spread(lines: Sequence[Sequence[Cell]]) -> list[list[str]]:
    """The rows, each cell in every row that it spans, and once in the first column it spans.

    Rows without any character are left out.
    """
    held: dict[int, tuple[str, int]] = {}  # column: what stands there from above, rows left
    grid: list[list[str]] = []
    for line in lines:
        found: dict[int, str] = {}
        column = 0
        for cell in line:
            while column in held:
                column += 1
            for offset in range(min(cell.columns, _MOST_COLUMNS - column)):
                found[column + offset] = cell.characters if offset == 0 else ""
                if cell.rows > 1:
                    held[column + offset] = (found[column + offset], cell.rows)
            column += cell.columns
        for at, (characters, left) in list(held.items()):
            found.setdefault(at, characters)
            if left <= 1:
                del held[at]
            else:
                held[at] = (characters, left - 1)
        grid.append([found.get(at, "") for at in range(max(found, default=-1) + 1)])
    width = max(map(len, grid), default=0)
    padded = [line + [""] * (width - len(line)) for line in grid if any(line)]
    kept = [at for at in range(width) if any(line[at] for line in padded)]
    return [[line[at] for at in kept] for line in padded]


def head_of(grid: Sequence[Sequence[str]]) -> bool:
    """Whether the first row reads like the head of a table: short cells without numbers."""
    if len(grid) < 2:
        return False
    return all(
        len(cell) <= _LONGEST_HEAD
        and not any(map(str.isdigit, cell))
        and not cell.endswith((".", ";"))
        for cell in grid[0]
    )
