"""Calendar days, periods and the instants at which days begin.

Days are calendar days in a named time zone. Months and years clamp (31 January + 1 month is the
last day of February; 29 February + 1 year is 28 February). Because `add` is monotone in the day,
"whose period has ended on D" is "whose trigger day is at most `cutoff(D, period)`": all date
arithmetic happens here, none in SQL.
"""

from __future__ import annotations

import calendar
import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

_PERIOD = re.compile(r"P(?:(\d{1,4})Y)?(?:(\d{1,5})M)?(?:(\d{1,5})W)?(?:(\d{1,6})D)?")
_LONGEST_YEARS = 200  # no retention rule is longer; beyond, a typing error is more likely


@dataclass(frozen=True, order=False)
class Period:
    """A calendar period of whole years, months and days, as ISO 8601 writes it (`P3Y`, `P18M`)."""

    years: int = 0
    months: int = 0
    days: int = 0

    @classmethod
    def parse(cls, text: str) -> Period:
        """The period written in `text`; `ValueError` for anything but `PnYnMnWnD`."""
        match = _PERIOD.fullmatch(text)
        if match is None or text == "P":
            raise ValueError(f"'{text}' is not a period; write it as P3Y, P18M, P2W, P30D or P0D")
        years, months, weeks, days = (int(part or 0) for part in match.groups())
        if years * 12 + months > _LONGEST_YEARS * 12 or weeks * 7 + days > _LONGEST_YEARS * 366:
            raise ValueError(f"'{text}' is longer than {_LONGEST_YEARS} years")
        return cls(years, months, weeks * 7 + days)

    def __str__(self) -> str:
        parts = [(self.years, "Y"), (self.months, "M"), (self.days, "D")]
        return "P" + ("".join(f"{n}{unit}" for n, unit in parts if n) or "0D")

    @property
    def is_zero(self) -> bool:
        return not (self.years or self.months or self.days)


def add(day: date, period: Period) -> date:
    """`day` plus `period`: years and months first, clamped to the month's end, then days.

    Results past the year 9999 are `date.max`.
    """
    month0 = day.year * 12 + (day.month - 1) + period.years * 12 + period.months
    year, month = divmod(month0, 12)
    month += 1
    if year > 9999:
        return date.max
    clamped = date(year, month, min(day.day, calendar.monthrange(year, month)[1]))
    try:
        return clamped + timedelta(days=period.days)
    except OverflowError:
        return date.max


def cutoff(day: date, period: Period) -> date | None:
    """The latest day whose `period` has ended on `day`: the last t with `add(t, period) <= day`.

    None where no such day exists in the calendar.
    """
    try:
        shifted = day - timedelta(days=period.days)
    except OverflowError:
        return None
    month0 = shifted.year * 12 + (shifted.month - 1) - period.years * 12 - period.months
    year, month = divmod(month0, 12)
    month += 1
    if year < 1:
        return None
    guess = date(year, month, min(shifted.day, calendar.monthrange(year, month)[1]))
    while guess < date.max and add(guess + timedelta(days=1), period) <= day:
        guess += timedelta(days=1)
    while add(guess, period) > day:
        if guess == date.min:
            return None
        guess -= timedelta(days=1)
    return guess


def day_of(instant: datetime, zone: ZoneInfo) -> date:
    """The calendar day in `zone` that contains an aware `instant`."""
    if instant.tzinfo is None:
        raise ValueError("an instant needs a time zone")
    return instant.astimezone(zone).date()


def day_begins(day: date, zone: ZoneInfo) -> datetime:
    """The first instant of `day` in `zone`, in UTC.

    A local midnight that does not exist (a clock put forward over it) yields the day's first
    instant; one that exists twice yields the earlier.
    """
    local = datetime.combine(day, time(0), tzinfo=zone)
    guess = local.astimezone(UTC)
    if guess.astimezone(zone).replace(tzinfo=None) == datetime.combine(day, time(0)):
        return guess
    low, high = guess - timedelta(hours=26), guess + timedelta(hours=26)
    while high - low > timedelta(seconds=1):
        middle = low + (high - low) / 2
        middle = middle.replace(microsecond=0)
        if middle in (low, high):
            break
        if day_of(middle, zone) >= day:
            high = middle
        else:
            low = middle
    return high


@dataclass(frozen=True)
class YearEnd:
    """The day on which each financial year of an organisation ends; 29 February clamps."""

    month: int
    day: int

    @classmethod
    def parse(cls, text: str) -> YearEnd:
        """From `MM-DD`; `ValueError` otherwise."""
        match = re.fullmatch(r"(\d\d)-(\d\d)", text)
        if match is None:
            raise ValueError(f"'{text}' is not a day of the year; write it as MM-DD, like 12-31")
        month, day = int(match[1]), int(match[2])
        date(2024, month, day)
        return cls(month, day)

    def __str__(self) -> str:
        return f"{self.month:02}-{self.day:02}"

    def in_year(self, year: int) -> date:
        return date(year, self.month, min(self.day, calendar.monthrange(year, self.month)[1]))

    def containing(self, day: date) -> date:
        """The last day of the financial year that contains `day`."""
        end = self.in_year(day.year)
        return end if day <= end else self.in_year(day.year + 1)

    def latest_until(self, day: date) -> date | None:
        """The latest year end that is at most `day`; None before the calendar begins."""
        end = self.in_year(day.year)
        if end <= day:
            return end
        return self.in_year(day.year - 1) if day.year > 1 else None
