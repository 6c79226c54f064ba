"""More time for an answer: said to the person with its reasons, within the first term."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime

from troth.desk.rights.extend import extension
from troth.desk.workflow.office import Office, note, step
from troth.desk.workflow.scope import kind_of
from troth.grounds.facts import Act
from troth.ledger.acts import ActRecord
from troth.ledger.extensions import record_extension


def extend(
    office: Office,
    number: str,
    reason: str,
    *,
    told_at: datetime,
    by: str,
    now: datetime,
    until: date | None = None,
) -> date:
    """Put the answer off, once the person has heard of it; the new last day.

    Refused as `desk.rights.extend.extension` refuses.
    """
    with step(office, number, "extend", now) as case:
        progress = case.progress
        act = Act(
            id=number,
            kind=kind_of(progress),
            persons=(),
            at=case.request.received_at,
            categories=progress.categories,
            answer_by=progress.clock.due,
        )
        found = extension(
            ActRecord(act, now, by, ()),
            office.policy,
            told_at=told_at,
            reason=reason,
            by=by,
            now=now,
            until=until,
            stops=progress.stops,
        )
        for one in progress.acts:
            record_extension(case.writing, replace(found, act=one), at=now)
        detail = {
            "until": found.until.isoformat(),
            "told_at": told_at.isoformat(),
            "reason": reason.strip(),
        }
        note(case, "extended", by=by, now=now, detail=detail)
    return found.until
