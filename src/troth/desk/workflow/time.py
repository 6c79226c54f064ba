"""More time for an answer: said to the person with its reasons, within the first term."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime

from troth.desk.rights.extend import extension
from troth.desk.workflow.letters import Said
from troth.desk.workflow.model import Progress
from troth.desk.workflow.office import Office, look, note, refuse_step, step
from troth.desk.workflow.post import send_letters, write_letter
from troth.desk.workflow.scope import kind_of
from troth.errors import Transient
from troth.grounds.facts import Act
from troth.ledger.acts import ActRecord
from troth.ledger.extensions import Extension, record_extension
from troth.ledger.requests import Request


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
        found = _found(
            office, case.request, case.progress, reason, told_at, by=by, now=now, until=until
        )
        for one in case.progress.acts:
            record_extension(case.writing, replace(found, act=one), at=now)
        detail = {
            "until": found.until.isoformat(),
            "told_at": told_at.isoformat(),
            "reason": reason.strip(),
        }
        note(case, "extended", by=by, now=now, detail=detail)
    return found.until


def extend_by_mail(
    office: Office,
    number: str,
    reason: str,
    *,
    by: str,
    clock: Callable[[], datetime],
    until: date | None = None,
) -> date:
    """Write to the person, and put the answer off from the instant at which the letter left.

    Transient (`mail-unsent`): the letter waits, and nothing is put off. Refused as `extend` is,
    before anything is written.
    """
    now = clock()
    request, progress = look(office, number, now)
    refuse_step(progress, "extend")
    found = _found(office, request, progress, reason, now, by=by, now=now, until=until)
    waiting = progress.letter("extension")
    if waiting is None or waiting.sent_at is not None:
        said = Said(reason=reason.strip(), until=found.until)
        write_letter(office, number, "extension", by=by, now=now, said=said)
    send_letters(office, clock, number)
    at = clock()
    _, after = look(office, number, at)
    letter = after.letter("extension")
    if letter is None or letter.sent_at is None:
        raise Transient(
            "mail-unsent",
            "the letter has not left, so the answer is not put off",
            help="run it again in a while; or post the letter, and say when with --told",
        )
    return extend(office, number, reason, told_at=letter.sent_at, by=by, now=at, until=until)


def _found(
    office: Office,
    request: Request,
    progress: Progress,
    reason: str,
    told_at: datetime,
    *,
    by: str,
    now: datetime,
    until: date | None,
) -> Extension:
    act = Act(
        id=request.number,
        kind=kind_of(progress),
        persons=(),
        at=request.received_at,
        categories=progress.categories,
        answer_by=progress.clock.due,
    )
    return extension(
        ActRecord(act, now, by, ()),
        office.policy,
        told_at=told_at,
        reason=reason,
        by=by,
        now=now,
        until=until,
        stops=progress.stops,
    )
