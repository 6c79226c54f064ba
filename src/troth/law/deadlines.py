"""Until when a request is answered: each law's own term and counting; the earliest counts.

- GDPR 12(3): one month from receipt, counted by Regulation 1182/71 (from day to day, and on to the
  next working day); once longer by two months, said with reasons within the first.
- Swiss ordinance on data protection (OPDo), art. 18: 30 days, without any moving on.
- Code de la santé publique, art. L1111-7 (French medical files): not before 48 hours, eight days at
  most, two months for information older than five years; nothing makes it longer.
- What a policy promises beyond that is counted as people read it: in calendar days.
"""

from __future__ import annotations

from collections.abc import Container, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from troth.law.calendar import Period, add

_SATURDAY = 5


@dataclass(frozen=True)
class Term:
    """How long, whose rule it is, and whether its end moves on to a working day.

    `longer`: by how much it may be extended, once; None where nothing makes it longer.
    """

    period: Period
    source: str
    moves: bool = False
    longer: Period | None = None


@dataclass(frozen=True)
class Deadline:
    """The last day for an answer, and the working day at which staff should aim; by which term."""

    due: date
    aim: date
    term: Term


MONTH = Term(Period(months=1), "GDPR 12(3)", moves=True, longer=Period(months=2))
SWISS = Term(Period(days=30), "OPDo 18", longer=Period())
"""Its own law sets no end to an extension that the person hears of within the 30 days."""
MEDICAL = Term(Period(days=8), "CSP L1111-7")
MEDICAL_OLD = Term(Period(months=2), "CSP L1111-7")
MEDICAL_NOT_BEFORE = Period(days=2)
"""48 hours to think it over; on the third day it may be handed out."""


def deadline(received: date, terms: Sequence[Term], holidays: Container[date]) -> Deadline:
    """The earliest deadline for what was received on a day of the organisation's zone.

    The day of receipt is not counted. `terms`: at least one; of two that end together the first
    counts.
    """
    ends = [(_end(received, term, holidays), term) for term in terms]
    due, term = min(ends, key=lambda end: end[0])
    return Deadline(due, _working_before(add(received, term.period), holidays), term)


def extended(
    received: date, terms: Sequence[Term], holidays: Container[date]
) -> tuple[date, Term] | None:
    """The latest day to which an answer can be put off, and the term that says so.

    None where one of the terms cannot be made longer. The extension counts from receipt, with the
    first term (Art. 12(3)): three months in all.
    """
    found: list[tuple[date, Term]] = []
    for term in terms:
        if term.longer is None:
            return None
        if not term.longer.is_zero:
            longer = Term(_sum(term.period, term.longer), term.source, term.moves)
            found.append((_end(received, longer, holidays), term))
    return min(found, key=lambda end: end[0], default=None)


def _end(received: date, term: Term, holidays: Container[date]) -> date:
    """Its last day. A term of months ends on the day of the same number, or the month's last; one
    that moves and ends on a Saturday, a Sunday or a public holiday ends with the next working day
    (Regulation 1182/71, art. 3)."""
    day = add(received, term.period)
    while term.moves and _is_free(day, holidays):
        day += timedelta(days=1)
    return day


def _working_before(day: date, holidays: Container[date]) -> date:
    while _is_free(day, holidays):
        day -= timedelta(days=1)
    return day


def _is_free(day: date, holidays: Container[date]) -> bool:
    return day.weekday() >= _SATURDAY or day in holidays


def _sum(one: Period, other: Period) -> Period:
    return Period(one.years + other.years, one.months + other.months, one.days + other.days)
