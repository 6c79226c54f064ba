"""Tables that were flattened into lines, one cell a line, put back into rows."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

SHORTEST = 6  # lines; two columns, a head and two rows
_MOST_COLUMNS = 6
_LONGEST_HEAD = 60
_COUNT = (
    r"(?:an?|one|two|three|four|five|six|seven|eight|nine|ten|twelve|fifteen|eighteen|twenty|thirty"
    r"|une?|deux|trois|quatre|cinq|sept|huit|neuf|dix|douze|quinze|dix-huit|vingt|trente)"
)
_PERIOD = re.compile(
    r"\b\d+ ?(?:\(\w+\) ?)?(?:years?|months?|weeks?|days?|hours?|"
    r"ans?|années?|mois|semaines?|jours?|heures?)\b|"
    rf"\b{_COUNT} (?:\(\w+\) )?(?:years?|months?|weeks?|ans?|années?|mois|semaines?)\b|"
    r"^\W*(?:duration|time needed|limitation period|until|as long as|for as long|for the|unlimited|"
    r"durée|délai|jusqu|tant que|le temps|pendant|illimité|permanent|immediat)",
    re.I,
)
_ASKS_PERIOD = re.compile(
    r"\b(?:period|retention|duration|how long|durée|conservation|délai|storage time)\b", re.I
)
_LABELLED = re.compile(r"[^:–—]{2,70}?(?: [-–—]|:) (?P<told>.*)")


_FROM = re.compile(
    r"(?:after|from|following|once|starting|since|après|à (?:compter|partir|dater)|suivant|dès"
    r"|depuis)\b",
    re.I,
)
_OPENS = re.compile(r"\W*(?:\w+ ){0,3}", re.I)


def tells_period(line: str) -> bool:
    """Whether a line tells a period: neither head nor heading.

    A label and a period ("Badges - 3 months"), or a period and its start ("3 months after …").
    """
    period = _PERIOD.search(line)
    if period is not None and period.group()[-1:].isalpha():
        opens = _OPENS.fullmatch(line, 0, period.start())
        if opens and _FROM.match(line[period.end() :].lstrip(" ,(")):
            return True
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
