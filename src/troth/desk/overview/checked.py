"""The newest check that was kept: what the morning's page and the retention page stand on."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from pydantic import TypeAdapter, ValidationError

from troth.apply.forecast import Forecast
from troth.apply.promises import CheckReport, Promise
from troth.ledger.kept_checks import CheckNumbers, keep_check, newest_check
from troth.ledger.session import Reading, Writing


@dataclass(frozen=True)
class _Foreseen:
    """A forecast as JSON can hold it: promises beside their rows instead of as keys."""

    months: tuple[date, ...]
    rows: tuple[tuple[Promise, tuple[int, ...]], ...]
    spread: tuple[str, ...]
    left_out: tuple[str, ...]


_REPORT = TypeAdapter(CheckReport)
_FORESEEN = TypeAdapter(_Foreseen)


@dataclass(frozen=True)
class Checked:
    """A check as it was kept; `report` None where an older version of Troth wrote it."""

    day: date
    at: datetime
    report: CheckReport | None
    forecast: Forecast | None


def keep(writing: Writing, report: CheckReport, forecast: Forecast | None = None) -> None:
    """Keep what a check found, and what was foreseen; counts and names of tables alone."""
    numbers = CheckNumbers(
        day=report.as_of,
        at=report.at,
        kept=len(report.having("kept")),
        broken=len(report.having("broken")),
        unknown=len(report.having("unknown")),
        due=report.due,
    )
    foreseen = None
    if forecast is not None:
        rows = tuple(forecast.rows.items())
        told = _Foreseen(forecast.months, rows, forecast.spread, forecast.left_out)
        foreseen = _FORESEEN.dump_json(told).decode()
    keep_check(writing, numbers, _REPORT.dump_json(report).decode(), foreseen)


def newest(reading: Reading) -> Checked | None:
    """The newest check that was kept; None where none was."""
    found = newest_check(reading)
    if found is None:
        return None
    day, at = found.numbers.day, found.numbers.at
    try:
        report = _REPORT.validate_json(found.report)
        return Checked(day, at, report, _forecast(found.forecast))
    except ValidationError:
        return Checked(day, at, None, None)


def _forecast(text: str | None) -> Forecast | None:
    if text is None:
        return None
    told = _FORESEEN.validate_json(text)
    return Forecast(told.months, dict(told.rows), told.spread, told.left_out)
