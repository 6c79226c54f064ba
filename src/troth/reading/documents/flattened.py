"""Tables that were flattened into lines, one cell a line, put back into rows."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

SHORTEST = 6  # lines; two columns, a head and two rows
_MOST_COLUMNS = 6
_LONGEST_HEAD = 60
_PERIOD = re.compile(
    r"\b\d+ ?(?:\(\w+\) ?)?(?:years?|months?|weeks?|days?|hours?|"
    r"ans?|années?|mois|semaines?|jours?|heures?)\b|"
    r"\b(?:one|two|three|five|six|ten|un|une|deux|trois|cinq|six|dix) (?:\(\d+\) )?"
    r"(?:years?|months?|ans?|mois)\b|"
    r"^\W*(?:duration|time needed|limitation period|until|as long as|for as long|for the|unlimited|"
    r"durée|délai|jusqu|tant que|le temps|pendant|illimité|permanent|immediat)",
    re.I,
)
_ASKS_PERIOD = re.compile(
    r"\b(?:period|retention|duration|how long|durée|conservation|délai|storage time)\b", re.I
)
_LABELLED = re.compile(r"[^:–—]{2,70}?(?: [-–—]|:) (?P<told>.*)")


def tells_period(line: str) -> bool:
    """Whether a line is a label and a period ("Badges - 3 months"): neither head nor heading."""
    labelled = _LABELLED.match(line)
    return labelled is not None and _PERIOD.search(labelled["told"]) is not None


@dataclass(frozen=True)
class Table:
    """The rows of a table, the head first; a cell that spans rows stands in each."""

    rows: tuple[tuple[str, ...], ...]


def table_of(cells: Sequence[str]) -> Table | None:
    """The table whose cells follow each other, row by row, or None where none is recognised."""
    if len(cells) < SHORTEST:
        return None
    spanned = _by_period(cells)
    if spanned is not None:
        return spanned
    best: tuple[float, int] | None = None
    for columns in range(2, _MOST_COLUMNS + 1):
        if len(cells) % columns == 0 and len(cells) >= 3 * columns:
            score = _regularity(cells, columns)
            if score >= 1.0 and (best is None or score > best[0]):
                best = score, columns
    if best is None:
        return None
    columns = best[1]
    return Table(tuple(tuple(cells[at : at + columns]) for at in range(0, len(cells), columns)))


def _by_period(cells: Sequence[str]) -> Table | None:
    """Rows that each end in a period; cells that fail at the left are those of the row above."""
    for columns in range(2, _MOST_COLUMNS + 1):
        head, body = tuple(cells[:columns]), cells[columns:]
        if not _ASKS_PERIOD.search(head[-1]) or any(_PERIOD.search(cell) for cell in head):
            continue
        rows: list[tuple[str, ...]] = [head]
        row: list[str] = []
        for cell in body:
            row.append(cell)
            if _PERIOD.search(cell) and len(row) > 1:
                if len(row) > columns or (len(rows) == 1 and len(row) < columns):
                    break
                above = rows[-1][: columns - len(row)]
                rows.append((*above, *row))
                row = []
        if not row and len(rows) > 2:
            return Table(tuple(rows))
    return None


def _regularity(cells: Sequence[str], columns: int) -> float:
    """How much the cells of each column are alike, and unlike the others."""
    head = cells[:columns]
    if any(len(cell) > _LONGEST_HEAD or cell.endswith(".") for cell in head):
        return 0.0
    if any(map(tells_period, head)):
        return 0.0
    body = [cells[at : at + columns] for at in range(columns, len(cells), columns)]
    score = 0.0
    for column in zip(*body, strict=True):
        firsts = [cell.split()[0].lower() for cell in column]
        if len(column) > 2 and max(map(firsts.count, firsts)) > 0.8 * len(column):
            score += 1.0
        if sum(1 for cell in column if _PERIOD.search(cell)) > 0.8 * len(column):
            score += 1.0
    lengths = [[len(cell) for cell in column] for column in zip(*body, strict=True)]
    means = [sum(column) / len(column) for column in lengths]
    overall = sum(means) / columns
    between = sum((mean - overall) ** 2 for mean in means) / columns
    within = (
        sum(
            sum((length - mean) ** 2 for length in column) / len(column)
            for column, mean in zip(lengths, means, strict=True)
        )
        / columns
    )
    return score + min(between / (within + 1), 2.0) / 2
