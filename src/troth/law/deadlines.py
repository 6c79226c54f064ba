"""Until when a request is answered: the month of Art. 12(3), counted by Regulation 1182/71."""

from __future__ import annotations

from collections.abc import Container
from datetime import date, timedelta

from troth.law.calendar import Period, add

ONE_MONTH = Period(months=1)
_SATURDAY = 5


def answer_day(received: date, term: Period, holidays: Container[date]) -> date:
    """The last day for an answer to what was received on a day of the organisation's zone.

    The day of receipt is not counted; a term of months or years ends on the day of the same
    number, or on the month's last day; a term that ends on a Saturday, a Sunday or one of the
    public `holidays` ends with the next working day (Regulation 1182/71, art. 3).
    """
    day = add(received, term)
    while day.weekday() >= _SATURDAY or day in holidays:
        day += timedelta(days=1)
    return day
