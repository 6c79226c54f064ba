"""Troth's own ledger under its own retention: what is past its end is forgotten."""

from __future__ import annotations

from datetime import datetime, timedelta

from troth.datamap.model import DataMap
from troth.datamap.namespaces import namespaces
from troth.desk.nightly.office import Office, Result
from troth.desk.told.forget import forget_ended
from troth.desk.told.known import compared
from troth.desk.told.own_periods import own_period
from troth.grounds.facts import Identifier
from troth.law.calendar import cutoff, day_begins, day_of
from troth.ledger.forget_received import drop_packages, forget_received
from troth.ledger.holds import open_holds
from troth.ledger.reminders import forget_reminders
from troth.ledger.requests import Request, read_requests
from troth.ledger.session import Writing
from troth.policy.model import Policy

REMEMBERED = timedelta(days=400)  # reminders, after their deadline


def forget(office: Office) -> Result:
    """Requests, packages, breaches, keyed hashes, wishes and reminders past their end."""
    now, project = office.clock(), office.project
    policy = project.policy
    today = day_of(now, policy.zoneinfo)
    with office.ledger.writing(office.organisation) as writing:
        gone = forget_ended(writing, policy, project.map, at=now)
        received = forget_received(
            writing,
            _over(writing, policy, project.map, now),
            reason="past their end",
            at=now,
        )
        packages = _packages(writing, policy, now)
        reminders = forget_reminders(writing, today - REMEMBERED)
    counts = {**vars(gone), "received": received, "packages": packages, "reminders": reminders}
    return Result(counts=counts)


def _over(writing: Writing, policy: Policy, datamap: DataMap, now: datetime) -> list[str]:
    """Requests that were closed so long ago; a legal hold on who wrote keeps them."""
    period, today = own_period(policy, "request-closed"), day_of(now, policy.zoneinfo)
    known = namespaces(datamap)
    held = compared((one for hold in open_holds(writing, now) for one in hold.persons), known)
    found = []
    for request in read_requests(writing):
        if request.open:
            continue
        closed = max(event.at for event in request.events)
        names = (Identifier("email", value) for value in (request.contact, *_emails(request)))
        if period.ended(day_of(closed, policy.zoneinfo), today) and held.isdisjoint(
            compared(names, known)
        ):
            found.append(request.number)
    return found


def _emails(request: Request) -> list[str]:
    return [value for value in request.names.values() if "@" in value]


def _packages(writing: Writing, policy: Policy, now: datetime) -> int:
    """Packages whose day has passed: each holds a copy of all that is held on somebody."""
    period, zone = own_period(policy, "package-stored"), policy.zoneinfo
    last = cutoff(day_of(now, zone), period.period)
    return 0 if last is None else drop_packages(writing, day_begins(last, zone), at=now)
