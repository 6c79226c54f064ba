"""Troth's own ledger under its own retention: what is past its end is forgotten."""

from __future__ import annotations

from datetime import timedelta

from troth.desk.nightly.office import Office, Result
from troth.desk.told.forget import forget_ended
from troth.law.calendar import day_of
from troth.ledger.reminders import forget_reminders

REMEMBERED = timedelta(days=400)  # reminders, after their deadline


def forget(office: Office) -> Result:
    """Requests, packages, breaches, keyed hashes, wishes and reminders past their end."""
    now, project = office.clock(), office.project
    today = day_of(now, project.policy.zoneinfo)
    with office.ledger.writing(office.organisation) as writing:
        gone = forget_ended(writing, project.policy, project.map, at=now)
        reminders = forget_reminders(writing, today - REMEMBERED)
    return Result(counts={**vars(gone), "reminders": reminders})
