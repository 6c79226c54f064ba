"""Lists as files: CSV that no spreadsheet takes for formulas, and JSON."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterable, Iterator
from typing import Any

from troth.ledger.standings import Standing

COLUMNS = ("number", "right", "channel", "received", "due", "stage", "turn", "assigned", "tasks")
_DANGEROUS = ("=", "+", "-", "@", "\t", "\r", "\n")


def as_csv(rows: Iterable[Standing]) -> Iterator[str]:
    """The list as CSV, line by line; UTF-8 with the mark that spreadsheets look for."""
    yield "\ufeff" + csv_line(COLUMNS)
    for row in rows:
        yield csv_line([str(value) for value in _plain(row).values()])


def as_json(rows: Iterable[Standing]) -> Iterator[str]:
    """The list as one JSON document, in parts."""
    yield '{"requests": ['
    separator = "\n"
    for row in rows:
        yield separator + json.dumps(_plain(row), ensure_ascii=False)
        separator = ",\n"
    yield "\n]}\n"


def csv_line(cells: Iterable[str]) -> str:
    """One line of CSV, in which no cell begins like a formula."""
    text = io.StringIO()
    csv.writer(text, lineterminator="\r\n").writerow([inert(cell) for cell in cells])
    return text.getvalue()


def inert(cell: str) -> str:
    """The cell with an apostrophe before what a spreadsheet would reckon instead of show."""
    return f"'{cell}" if cell.lstrip(" ").startswith(_DANGEROUS) else cell


def _plain(row: Standing) -> dict[str, Any]:
    return {
        "number": row.number,
        "right": row.right,
        "channel": row.channel,
        "received": row.received_at.isoformat(timespec="seconds"),
        "due": row.due_on.isoformat() if row.due_on is not None else "",
        "stage": row.stage,
        "turn": row.turn,
        "assigned": row.assigned,
        "tasks": row.tasks,
    }
