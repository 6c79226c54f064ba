"""Reading the day in one cell, in its declared form and zone, within its valid range."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from enum import Enum
from typing import Any, assert_never
from zoneinfo import ZoneInfo

from troth.datamap.bindings import Absent, ColumnDay, TextFormat
from troth.grounds.cells import json_at
from troth.grounds.evidence import Cells
from troth.law.calendar import day_of
from troth.policy.model import Policy


class NoDay(Enum):
    """What a binding yields when it yields no day."""

    NOT_YET = "not-yet"
    NEVER = "never"
    UNKNOWN = "unknown"
    NEXT = "next"


def absence(absent: Absent) -> NoDay:
    return NoDay(absent)


_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_DIGITS = re.compile(r"-?[0-9]{1,18}")
_TIME = r"(?:[01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9]"
_STORED = re.compile(
    r"([0-9]{4}-[0-9]{2}-[0-9]{2})"
    rf"(?:([ T]{_TIME})(?:[.][0-9]+)?(Z|[+-][0-9]{{2}}:[0-9]{{2}})?)?"
)
_FORMATS: dict[TextFormat, str] = {
    "YYYY-MM-DD": r"(?P<y>[0-9]{4})-(?P<m>[0-9]{2})-(?P<d>[0-9]{2})",
    "YYYY-MM-DD hh:mm:ss": r"(?P<y>[0-9]{4})-(?P<m>[0-9]{2})-(?P<d>[0-9]{2})"
    rf"[ T](?P<t>{_TIME})(?:[.][0-9]+)?",
    "DD/MM/YYYY": r"(?P<d>[0-9]{2})/(?P<m>[0-9]{2})/(?P<y>[0-9]{4})",
    "MM/DD/YYYY": r"(?P<m>[0-9]{2})/(?P<d>[0-9]{2})/(?P<y>[0-9]{4})",
    "DD.MM.YYYY": r"(?P<d>[0-9]{2})[.](?P<m>[0-9]{2})[.](?P<y>[0-9]{4})",
    "YYYYMMDD": r"(?P<y>[0-9]{4})(?P<m>[0-9]{2})(?P<d>[0-9]{2})",
}


def column_day(binding: ColumnDay, cells: Cells, policy: Policy, today: date) -> date | NoDay:
    """The day that a column shows: a valid day, what NULL means, or unknown."""
    cell = cells[binding.column]
    if binding.json_path is not None:
        cell = json_at(cell, binding.json_path)
    if cell is None:
        return absence(binding.absent)
    day = _read(cell, binding, policy.zoneinfo)
    if day is None or day < (binding.not_before or policy.since):
        return NoDay.UNKNOWN
    if day > today and not binding.future:
        return NoDay.UNKNOWN
    return day


def native_day(cell: Any, naive_zone: ZoneInfo, zone: ZoneInfo) -> date | None:
    """The day of a date or timestamp; a text is read as SQLite writes them; else None."""
    if isinstance(cell, str):
        found = _STORED.fullmatch(cell)
        if found is None:
            return None
        try:
            cell = (
                datetime.fromisoformat(found[1] + found[2] + (found[3] or ""))
                if found[2]
                else date.fromisoformat(found[1])
            )
        except ValueError:
            return None
    if isinstance(cell, datetime):
        return _day(cell, naive_zone, zone)
    return cell if isinstance(cell, date) else None


def _read(cell: Any, binding: ColumnDay, zone: ZoneInfo) -> date | None:
    naive_zone = ZoneInfo(binding.zone) if binding.zone else zone
    match binding.form:
        case "native":
            return native_day(cell, naive_zone, zone)
        case "text":
            return _text_day(cell, binding.format, naive_zone, zone)
        case "unix":
            return _unix_day(cell, timedelta(seconds=1), zone)
        case "unix-ms":
            return _unix_day(cell, timedelta(milliseconds=1), zone)
        case _:
            assert_never(binding.form)


def _day(instant: datetime, naive_zone: ZoneInfo, zone: ZoneInfo) -> date | None:
    try:
        return day_of(instant if instant.tzinfo else instant.replace(tzinfo=naive_zone), zone)
    except OverflowError:
        return None


def _text_day(cell: Any, form: TextFormat, naive_zone: ZoneInfo, zone: ZoneInfo) -> date | None:
    found = re.fullmatch(_FORMATS[form], cell) if isinstance(cell, str) else None
    if found is None:
        return None
    try:
        day = date(int(found["y"]), int(found["m"]), int(found["d"]))
    except ValueError:
        return None
    if form != "YYYY-MM-DD hh:mm:ss":
        return day
    hour, minute, second = (int(part) for part in found["t"].split(":"))
    return _day(datetime(day.year, day.month, day.day, hour, minute, second), naive_zone, zone)  # noqa: DTZ001 -- the binding's zone is given to it by `_day`


def _unix_day(cell: Any, unit: timedelta, zone: ZoneInfo) -> date | None:
    if isinstance(cell, str) and _DIGITS.fullmatch(cell):
        cell = int(cell)
    if isinstance(cell, Decimal) and cell == cell.to_integral_value():
        cell = int(cell)
    if isinstance(cell, bool) or not isinstance(cell, int):
        return None
    try:
        return day_of(_EPOCH + cell * unit, zone)
    except OverflowError:
        return None
