"""Limitation periods: when a claim can no longer be brought, and so when its file may go.

A limitation file counts from a day. An interruption (an act of procedure, an acknowledgement)
wipes out what has run and starts the same period again; a suspension stops the count and its days
are added (in France: Code civil art. 2230 and 2231). All of it is arithmetic on calendar days.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from types import MappingProxyType

from troth.law.calendar import Period, add


@dataclass(frozen=True)
class Suspension:
    """A stop of the count, from the day `starts_on` until the day `runs_again_on` (not in it).

    `runs_again_on: None` is a suspension that still lasts.
    """

    starts_on: date
    runs_again_on: date | None = None

    def __post_init__(self) -> None:
        if self.runs_again_on is not None and self.runs_again_on <= self.starts_on:
            raise ValueError("a suspension ends after the day on which it starts")


@dataclass(frozen=True)
class LimitationType:
    """A kind of claim with the period in which it can be brought, its text, and since when."""

    label: str
    period: Period
    article: str
    since: date


LIMITATION_TYPES: Mapping[str, LimitationType] = MappingProxyType(
    {
        "general": LimitationType(
            "personal or movable claims", Period(years=5), "Code civil art. 2224", date(2008, 6, 19)
        ),
        "bodily-injury": LimitationType(
            "bodily injury", Period(years=10), "Code civil art. 2226", date(2008, 6, 19)
        ),
        "environmental-damage": LimitationType(
            "environmental damage", Period(years=30), "Code civil art. 2226-1", date(2016, 8, 10)
        ),
        "real-property": LimitationType(
            "claims in rem on real property",
            Period(years=30),
            "Code civil art. 2227",
            date(2008, 6, 19),
        ),
        "builder": LimitationType(
            "builders and their subcontractors",
            Period(years=10),
            "Code civil art. 1792-4-3",
            date(2008, 6, 19),
        ),
        "medical-liability": LimitationType(
            "health professionals and institutions",
            Period(years=10),
            "Code de la santé publique art. L1142-28",
            date(2002, 3, 5),
        ),
        "claim-on-consumer": LimitationType(
            "a professional's claim on a consumer",
            Period(years=2),
            "Code de la consommation art. L218-2",
            date(2016, 7, 1),
        ),
        "insurance": LimitationType(
            "claims under an insurance contract",
            Period(years=2),
            "Code des assurances art. L114-1",
            date(1976, 7, 21),
        ),
        "employment-contract": LimitationType(
            "performance of an employment contract",
            Period(years=2),
            "Code du travail art. L1471-1",
            date(2013, 6, 17),
        ),
        "employment-termination": LimitationType(
            "end of an employment contract",
            Period(years=1),
            "Code du travail art. L1471-1",
            date(2017, 9, 24),
        ),
        "wages": LimitationType(
            "payment of wages", Period(years=3), "Code du travail art. L3245-1", date(2013, 6, 17)
        ),
        "press": LimitationType(
            "defamation and insult by the press",
            Period(months=3),
            "Loi du 29 juillet 1881 art. 65",
            date(1881, 7, 30),
        ),
    }
)
"""French limitation types by name. Maintained data: a file may state its own period instead."""


def limitation_end(
    starts_on: date,
    period: Period,
    interruptions: Iterable[date] = (),
    suspensions: Iterable[Suspension] = (),
) -> date | None:
    """The first day after the limitation period; None while a suspension keeps it open.

    The count starts on `starts_on` and again on each interruption that comes while it still runs
    (on its last day at the latest: an act after the end revives nothing). The days of a suspension
    that begins while the count runs are added; of one that began before it, those that fall into
    it. Code civil art. 2229 to 2231.
    """
    pauses = _merged(suspensions)
    start = starts_on
    end = _end(start, period, pauses)
    for day in sorted(day for day in interruptions if day > starts_on):
        if end is not None and day >= end:
            break
        start = day
        end = _end(start, period, pauses)
    return end


def _end(start: date, period: Period, pauses: list[Suspension]) -> date | None:
    end = add(start, period)
    for pause in pauses:
        if pause.runs_again_on is not None and pause.runs_again_on <= start:
            continue
        if pause.starts_on >= end:
            break
        if pause.runs_again_on is None:
            return None
        end = _later(end, (pause.runs_again_on - max(pause.starts_on, start)).days)
    return end


def _later(day: date, days: int) -> date:
    return day + timedelta(days=days) if days <= (date.max - day).days else date.max


def _merged(suspensions: Iterable[Suspension]) -> list[Suspension]:
    """The same stops, in order and without overlap, so that no day is added twice."""
    merged: list[Suspension] = []
    for pause in sorted(suspensions, key=lambda pause: pause.starts_on):
        last = merged[-1] if merged else None
        if last is None:
            merged.append(pause)
        elif last.runs_again_on is None:
            break
        elif last.runs_again_on < pause.starts_on:
            merged.append(pause)
        elif pause.runs_again_on is None:
            merged[-1] = Suspension(last.starts_on)
        else:
            until = max(last.runs_again_on, pause.runs_again_on)
            merged[-1] = Suspension(last.starts_on, until)
    return merged
