"""Requests in numbers alone: how many of each right, and where they stand."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from sqlalchemy import func, select

from troth.ledger.desk_tables import request_standing
from troth.ledger.session import Reading


@dataclass(frozen=True)
class RightNumbers:
    """Of one right: requests ever received, still open, and open after the day they were due."""

    received: int
    open: int
    late: int


def request_numbers(reading: Reading, today: date) -> Mapping[str, RightNumbers]:
    """By right, in alphabetical order; `today` in the organisation's zone."""
    table = request_standing.c
    rows = reading.connection.execute(
        select(
            table.right_asked,
            func.count(),
            func.sum(table.open),
            func.count().filter(table.open == 1, table.due_on < today),
        )
        .where(table.organisation == reading.organisation)
        .group_by(table.right_asked)
        .order_by(table.right_asked)
    )
    return {right: RightNumbers(n, int(opened or 0), late) for right, n, opened, late in rows}
