"""A store that is away while a request is carried out: noted, tried again, and the person told.

What was written in other stores stays, with its receipts; the request stays open where it is, and
the same plan goes on once the store answers.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from troth.desk.workflow.letters import Said
from troth.desk.workflow.model import Away
from troth.desk.workflow.office import Case, Office, look, look_in, note
from troth.desk.workflow.post import write_letter
from troth.errors import Transient
from troth.ledger.runs import written_by_plan

NOTED_AGAIN = timedelta(days=1)
TOLD_AFTER = timedelta(days=1)
"""A store that is away for less is told on the page of the request alone."""


def note_away(office: Office, number: str, error: Transient, *, by: str, now: datetime) -> None:
    """Note that carrying a request out waits for a store; once a day while it lasts."""
    with office.ledger.writing(office.organisation) as writing:
        request, progress = look_in(writing, office, number, now)
        known, place = progress.away, error.place or ""
        if "execute" not in progress.next or progress.plan is None:
            return
        if known is not None and known.place == place and now - known.noted_at < NOTED_AGAIN:
            return
        rows = written_by_plan(writing, progress.plan.digest)
        detail = {"place": place, "why": error.code, "rows": str(rows) if rows else ""}
        case = Case(writing, request, progress, office.policy)
        note(case, "execution-waits", by=by, now=now, detail=detail)


def tell_delay(office: Office, number: str, *, by: str, now: datetime) -> bool:
    """Write to the person that it waits, once for a store that is away for a day; whether it was.

    It puts off nothing: the deadline stands.
    """
    _, progress = look(office, number, now)
    away: Away | None = progress.away
    if away is None or now - away.since < TOLD_AFTER or "write-letter" not in progress.next:
        return False
    if any(one.kind == "delay" and one.written_at >= away.since for one in progress.letters):
        return False
    write_letter(office, number, "delay", by=by, now=now, said=Said(since=away.since))
    return True
