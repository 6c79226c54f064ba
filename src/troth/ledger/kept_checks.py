"""Results of checks as they were found, day by day: counts and names of tables alone.

They are no facts: whoever loses them runs another check.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import delete, insert, select, update

from troth.ledger.desk_tables import kept_checks
from troth.ledger.session import Reading, Writing

KEPT_DAYS = 400  # of numbers; the reports themselves are kept of the newest day alone


@dataclass(frozen=True)
class CheckNumbers:
    """How many promises were kept, broken and unknown on a day, and how many rows were due."""

    day: date
    at: datetime
    kept: int
    broken: int
    unknown: int
    due: int


@dataclass(frozen=True)
class KeptCheck:
    """The newest check: its numbers, its report and forecast as texts."""

    numbers: CheckNumbers
    report: str
    forecast: str | None


def keep_check(writing: Writing, numbers: CheckNumbers, report: str, forecast: str | None) -> None:
    """Keep what a check found, instead of an earlier one's of the same day."""
    table = kept_checks.c
    own = table.organisation == writing.organisation
    too_old = numbers.day - timedelta(days=KEPT_DAYS)
    gone = own & ((table.day == numbers.day) | (table.day < too_old))
    if forecast is None:  # what was foreseen last goes on being shown
        newest = select(table.forecast).where(own, table.forecast.is_not(None))
        known = newest.order_by(table.day.desc()).limit(1)
        forecast = writing.connection.execute(known).scalar_one_or_none()
    writing.connection.execute(delete(kept_checks).where(gone))
    writing.connection.execute(
        update(kept_checks).where(own, table.day < numbers.day).values(report=None, forecast=None)
    )
    writing.connection.execute(
        insert(kept_checks).values(
            organisation=writing.organisation,
            day=numbers.day,
            at=numbers.at,
            kept=numbers.kept,
            broken=numbers.broken,
            unknown=numbers.unknown,
            due=numbers.due,
            report=report,
            forecast=forecast,
        )
    )


def newest_check(reading: Reading) -> KeptCheck | None:
    """The newest check that was kept."""
    table = kept_checks.c
    row = reading.connection.execute(
        select(kept_checks)
        .where(table.organisation == reading.organisation, table.report.is_not(None))
        .order_by(table.day.desc())
        .limit(1)
    ).one_or_none()
    if row is None:
        return None
    numbers = CheckNumbers(row.day, row.at, row.kept, row.broken, row.unknown, row.due)
    return KeptCheck(numbers, row.report, row.forecast)


def newest_numbers(reading: Reading) -> CheckNumbers | None:
    """The numbers of the newest check, without its report."""
    found = check_history(reading, most=1)
    return found[-1] if found else None


def check_history(reading: Reading, *, most: int) -> tuple[CheckNumbers, ...]:
    """The numbers of the newest checks, the oldest first."""
    table = kept_checks.c
    rows = reading.connection.execute(
        select(table.day, table.at, table.kept, table.broken, table.unknown, table.due)
        .where(table.organisation == reading.organisation)
        .order_by(table.day.desc())
        .limit(most)
    )
    return tuple(CheckNumbers(*row) for row in rows)[::-1]
