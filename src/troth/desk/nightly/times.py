"""When a job is due: once a night in the organisation's zone, or every so often; and its back-off.

A night that was missed is caught up once, with the next look. A clock that went backwards makes
nothing run twice, and nothing wait for ever.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from troth.law.calendar import day_of
from troth.ledger.jobs import JobRecord

_DAY = timedelta(days=1)
FIRST_RETRY = timedelta(minutes=1)
LAST_RETRY = timedelta(hours=6)


@dataclass(frozen=True)
class Nightly:
    """Once for each night, which begins at a time of the day in the zone."""

    at: time


@dataclass(frozen=True)
class Every:
    """Again when so much time has passed since it ended."""

    period: timedelta


Schedule = Nightly | Every


def night_begins(day: date, at: time, zone: ZoneInfo) -> datetime:
    """The instant (UTC) at which the night of a day begins.

    A time that the clocks leap over is that much later; of one that comes twice it is the first.
    """
    return datetime.combine(day, at, tzinfo=zone).astimezone(UTC)


def night_of(now: datetime, at: time, zone: ZoneInfo) -> date:
    """The day of the last night that has begun."""
    today = day_of(now, zone)
    return today if night_begins(today, at, zone) <= now else today - _DAY


def next_due(schedule: Schedule, record: JobRecord, now: datetime, zone: ZoneInfo) -> datetime:
    """When the job is to be done next; `now` or earlier: at once."""
    if record.failures:
        return _retry(record, now)
    match schedule:
        case Nightly(at):
            tonight = night_of(now, at, zone)
            if record.night is None or record.night < tonight:
                return night_begins(tonight, at, zone)
            return night_begins(record.night + _DAY, at, zone)
        case Every(period):
            if record.ended_at is None or record.ended_at > now:
                return now  # never done, or by a clock that ran ahead
            return record.ended_at + period


def _retry(record: JobRecord, now: datetime) -> datetime:
    """Later each time, up to some hours."""
    if record.ended_at is None or record.ended_at > now:
        return now
    later: timedelta = FIRST_RETRY * 2 ** min(record.failures - 1, 20)
    return record.ended_at + min(later, LAST_RETRY)
