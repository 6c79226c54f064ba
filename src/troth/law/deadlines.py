"""Until when a request is answered: each law's own term and counting; the earliest counts.

- GDPR 12(3): one month from receipt, counted by Regulation 1182/71 (from day to day, and on to the
  next working day); once longer by two months, said with reasons within the first.
- Swiss ordinance on data protection (OPDo), art. 18: 30 days, without any moving on.
- Code de la santé publique, art. L1111-7 (French medical files): not before 48 hours, eight days at
  most, two months for information older than five years; nothing makes it longer.
- What a policy promises beyond that is counted as people read it: in calendar days.

The month of the GDPR does not run while the person is asked who they are, or which of much data is
meant (EDPB, Guidelines 01/2022, para. 159 and 160); the other terms run on.
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

    `longer`: by how much it may be extended, once; None where nothing makes it longer. `stops`:
    whether it stands still while the person is asked who they are or what they mean.
    """

    period: Period
    source: str
    moves: bool = False
    longer: Period | None = None
    stops: bool = False


@dataclass(frozen=True)
class Stop:
    """Days on which the clock stands still: from `asked` until `answered`, which runs again.

    `answered: None` is a question that still waits.
    """

    asked: date
    answered: date | None = None

    def __post_init__(self) -> None:
        if self.answered is not None and self.answered < self.asked:
            raise ValueError("a question is answered after it was asked")


@dataclass(frozen=True)
class Deadline:
    """The last day for an answer, and the working day at which staff should aim; by which term."""

    due: date
    aim: date
    term: Term


MONTH = Term(Period(months=1), "GDPR 12(3)", moves=True, longer=Period(months=2), stops=True)
SWISS = Term(Period(days=30), "OPDo 18", longer=Period())
"""Its own law sets no end to an extension that the person hears of within the 30 days."""
MEDICAL = Term(Period(days=8), "CSP L1111-7")
MEDICAL_OLD = Term(Period(months=2), "CSP L1111-7")
MEDICAL_NOT_BEFORE = Period(days=2)
"""48 hours to think it over; on the third day it may be handed out."""

PROMPT = Period(days=7)
"""A question stops the clock if it was asked without undue delay: a week at most, as we read it."""


def prompt(since: date, asked: date) -> bool:
    """Whether a question of a day was asked without undue delay after the person wrote last."""
    return since <= asked <= add(since, PROMPT)


def deadline(received: date, terms: Sequence[Term], holidays: Container[date]) -> Deadline:
    """The earliest deadline for what was received on a day of the organisation's zone.

    The day of receipt is not counted. `terms`: at least one; of two that end together the first
    counts.
    """
    found = stopped_deadline(received, terms, holidays, ())
    assert found is not None  # nothing stops it
    return found


def stopped_deadline(
    received: date, terms: Sequence[Term], holidays: Container[date], stops: Sequence[Stop]
) -> Deadline | None:
    """The same where the clock stood still; None while no term runs.

    The days of a stop are added to the days of a term that stops, before its end moves on to a
    working day; a stop that begins after that end adds nothing.
    """
    found: list[Deadline] = []
    for term in terms:
        day = _stopped(add(received, term.period), received, term, stops)
        if day is not None:
            due = _moved(day, term, holidays)
            found.append(Deadline(due, _working_before(day, holidays), term))
    return min(found, key=lambda one: one.due, default=None)


def extended(
    received: date,
    terms: Sequence[Term],
    holidays: Container[date],
    stops: Sequence[Stop] = (),
) -> tuple[date, Term] | None:
    """The latest day to which an answer can be put off, and the term that says so.

    None where one of the terms cannot be made longer, or while the clock stands still. The
    extension counts from receipt, with the first term (Art. 12(3)): three months in all.
    """
    found: list[tuple[date, Term]] = []
    for term in terms:
        if term.longer is None:
            return None
        if not term.longer.is_zero:
            day = _stopped(add(received, _sum(term.period, term.longer)), received, term, stops)
            if day is None:
                return None
            found.append((_moved(day, term, holidays), term))
    return min(found, key=lambda end: end[0], default=None)


def _stopped(day: date, received: date, term: Term, stops: Sequence[Stop]) -> date | None:
    """The end of a term with the days of its stops; None while one of them lasts."""
    if not term.stops:
        return day
    until = received  # so that no day of two stops is added twice
    for stop in sorted(stops, key=lambda one: one.asked):
        if stop.asked > day:
            break
        if stop.answered is None:
            return None
        start = max(stop.asked, until)
        if stop.answered > start:
            day += stop.answered - start
            until = stop.answered
    return day


def _moved(day: date, term: Term, holidays: Container[date]) -> date:
    """The last day of a term that ends on a day. One that moves and ends on a Saturday, a Sunday or
    a public holiday ends with the next working day (Regulation 1182/71, art. 3)."""
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
