"""What is late or broken in which organisation: numbers and codes, no name of a person."""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Literal

from troth.desk.breaches.standing import standing_of
from troth.desk.breaches.steps import terms_of
from troth.desk.fleet.organisations import Opened, Organisations
from troth.errors import TrothError
from troth.law.calendar import day_of
from troth.ledger.breaches import read_breaches
from troth.ledger.jobs import read_jobs
from troth.ledger.kept_checks import newest_numbers
from troth.ledger.standings import open_standings

State = Literal["well", "waiting", "late", "broken", "unreachable", "opening"]

_GLANCE_SECONDS = 0.02


@dataclass(frozen=True)
class Row:
    """One organisation on the page of all.

    `state` is the worst of what is there: unreachable (`code` says why), late (a request or a
    notification), broken (a promise or a job), waiting (for a person), well; or opening, where
    nobody has looked yet. Numbers are of what is open; `checked_on` is the day of the newest check,
    None before the first.
    """

    organisation: str
    state: State
    code: str | None = None
    requests: int = 0
    late: int = 0
    breaches: int = 0
    overdue: int = 0
    promises_broken: int = 0
    promises_unknown: int = 0
    checked_on: date | None = None
    jobs_failed: tuple[str, ...] = ()
    jobs_waiting: tuple[str, ...] = ()


def rows_of(organisations: Organisations, now: datetime) -> Iterator[Row]:
    """A row for every organisation, in the order of the server's file; each is opened first."""
    for name in organisations.names:
        try:
            yield row_of(organisations.get(name), now)
        except TrothError as error:
            yield Row(name, "unreachable", code=error.code)


def rows_soon(organisations: Organisations, now: datetime, patience: float) -> list[Row]:
    """The same within some seconds: what is not open by then is opening, behind the page.

    A server of hundreds takes longer to open than anybody waits for a page.
    """
    until = time.monotonic() + patience
    organisations.open_behind()
    rows = []
    for name in organisations.names:
        try:
            opened = organisations.known(name)
            while opened is None and time.monotonic() < until:
                time.sleep(_GLANCE_SECONDS)
                opened = organisations.known(name)
            rows.append(Row(name, "opening") if opened is None else row_of(opened, now))
        except TrothError as error:
            rows.append(Row(name, "unreachable", code=error.code))
    return rows


def row_of(opened: Opened, now: datetime) -> Row:
    """How one organisation stands, from its ledger alone."""
    name, policy = opened.entry.name, opened.project.policy
    today = day_of(now, policy.zoneinfo)
    with opened.ledger.reading(name) as reading:
        requests = [one.due_on for one in open_standings(reading)]
        breaches = [standing_of(one, terms_of(policy), now) for one in read_breaches(reading)]
        checked = newest_numbers(reading)
        jobs = read_jobs(reading).values()
    open_breaches = [one for one in breaches if one.open]
    row = Row(
        organisation=name,
        state="well",
        requests=len(requests),
        late=sum(due is not None and due < today for due in requests),
        breaches=len(open_breaches),
        overdue=sum(one.overdue for one in open_breaches),
        promises_broken=checked.broken if checked else 0,
        promises_unknown=checked.unknown if checked else 0,
        checked_on=checked.day if checked else None,
        jobs_failed=tuple(job.name for job in jobs if job.state == "failed"),
        jobs_waiting=tuple(job.name for job in jobs if job.state == "waiting"),
    )
    return _judged(row)


def _judged(row: Row) -> Row:
    """What the law's own deadlines say comes before what the policy promises."""
    state: State = "well"
    if row.jobs_waiting or row.promises_unknown or row.checked_on is None:
        state = "waiting"
    if row.promises_broken or row.jobs_failed:
        state = "broken"
    if row.late or row.overdue:
        state = "late"
    return replace(row, state=state)
