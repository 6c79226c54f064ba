"""Chunks of a PDF that stand beside each other: the rows of a table."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from troth.reading.documents.segments import Chunk

Block = Chunk | list[list[Chunk]]
"""A chunk, or the rows of a table."""

_SAME_LEFT = 4.0  # points


def blocks_of(chunks: Sequence[Chunk]) -> Iterator[Block]:
    """The chunks, with those of a table put together."""
    rows: list[list[Chunk]] = []
    for chunk in chunks:
        last = rows[-1][-1] if rows else None
        if last is not None and _same_row(last, chunk):
            rows[-1].append(chunk)
        else:
            rows.append([chunk])
    at = 0
    while at < len(rows):
        end = _end(rows, at)
        if end > at:
            yield rows[at:end]
            at = end
        else:
            yield from rows[at]
            at += 1


def _end(rows: Sequence[Sequence[Chunk]], start: int) -> int:
    """The end of the table that begins at a row, or the row itself where none does."""
    first = rows[start]
    end = start
    while end < len(rows) and _belongs(first, rows[end]):
        end += 1
    several = sum(1 for line in rows[start:end] if len(line) > 1)
    return end if several > 1 else start


def _same_row(left: Chunk, right: Chunk) -> bool:
    shared = min(left.top, right.top) - max(left.bottom, right.bottom)
    lower = min(left.top - left.bottom, right.top - right.bottom)
    return left.page == right.page and shared > 0.5 * lower and right.left > left.right - 1


def _belongs(first: Sequence[Chunk], other: Sequence[Chunk]) -> bool:
    """Whether a row shares a column beside the first one with the row that begins the table.

    One chunk alone belongs to it where it stands under such a column: a cell goes on.
    """
    lefts = [chunk.left for chunk in first[1:]]
    beside = other[1:] if len(other) > 1 else other
    return any(abs(chunk.left - left) < _SAME_LEFT for chunk in beside for left in lefts)


def cells_of(rows: Sequence[Sequence[Chunk]]) -> list[list[str]]:
    """The cells of each row under the columns of the whole table.

    Where the first cells fail, those above span the row; where what is left begins in lower case,
    it is the next line of the row above.
    """
    columns: list[float] = []
    for left in sorted(chunk.left for line in rows for chunk in line):
        if not columns or left - columns[-1] > 6:
            columns.append(left)
    grid: list[list[str]] = []
    for line in rows:
        cells = [""] * len(columns)
        for chunk in line:
            at = min(range(len(columns)), key=lambda c: abs(columns[c] - chunk.left))
            cells[at] = f"{cells[at]} {chunk.characters}".strip()
        if len(grid) > 1 and not cells[0]:
            if len(line) == 1 or all(not cell or cell[0].islower() for cell in cells):
                pairs = zip(grid[-1], cells, strict=True)
                grid[-1] = [f"{above} {cell}".strip() for above, cell in pairs]
                continue
            first = next(at for at, cell in enumerate(cells) if cell)
            cells[:first] = grid[-1][:first]
        grid.append(cells)
    return grid
