"""Limits: what a period after a day comes to on the evaluation day, and how several combine."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import Enum

from troth.law.calendar import Period, add


class Kind(Enum):
    ENDED = "ended"
    RUNNING = "running"
    OPEN = "open"
    NEVER = "never"
    UNKNOWN = "unknown"


@dataclass(frozen=True)
class Outcome:
    """A limit on the evaluation day; `ends` is the first day without it, where that is known.

    `event`: what an open limit waits for; `warning`: it waits for an invitation instead.
    """

    kind: Kind
    ends: date | None = None
    event: str = ""
    warning: bool = False


def limit(day: date, period: Period, *, floor: bool, today: date, event: str) -> Outcome:
    """A limit of `period` after `day`; a floor lets go the day after its anniversary."""
    ends = add(day, period)
    if floor and ends < date.max:
        ends += timedelta(days=1)
    return Outcome(Kind.ENDED if ends <= today else Kind.RUNNING, ends, event)


def earliest(outcomes: Sequence[Outcome]) -> Outcome:
    """Ended with the first that ends; never is ignored, and never if nothing else is there."""
    counting = _counting(outcomes)
    for kind, choose in ((Kind.ENDED, _soonest), (Kind.UNKNOWN, _any), (Kind.RUNNING, _soonest)):
        found = [outcome for outcome in counting if outcome.kind is kind]
        if found:
            return choose(found)
    return _soonest(counting) if counting else _any(outcomes)


def latest(outcomes: Sequence[Outcome]) -> Outcome:
    """Ended when all have; open while one is open; never is ignored, as in `earliest`."""
    counting = _counting(outcomes)
    for kind, choose in ((Kind.OPEN, _last), (Kind.UNKNOWN, _any), (Kind.RUNNING, _last)):
        found = [outcome for outcome in counting if outcome.kind is kind]
        if found:
            return choose(found)
    return _last(counting) if counting else _any(outcomes)


def _counting(outcomes: Sequence[Outcome]) -> list[Outcome]:
    return [outcome for outcome in outcomes if outcome.kind is not Kind.NEVER]


def _any(outcomes: Sequence[Outcome]) -> Outcome:
    return outcomes[0]


def _soonest(outcomes: Sequence[Outcome]) -> Outcome:
    return min(outcomes, key=lambda outcome: outcome.ends or date.max)


def _last(outcomes: Sequence[Outcome]) -> Outcome:
    return max(outcomes, key=lambda outcome: outcome.ends or date.max)
