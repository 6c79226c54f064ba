"""Letters on their way: written and sealed with the request, queued, sent by mail or by post.

A letter that was written and has not left is sent by whoever comes next; one that has left is noted
with its instant, and what it told counts from then on.
"""

from __future__ import annotations

import smtplib
from collections.abc import Callable
from datetime import datetime

from troth.apply.invite import Enclosed, Mailer
from troth.desk.workflow.decision import tell_refusals
from troth.desk.workflow.letters import NOTHING_MORE, LetterText, Said, letter_text
from troth.desk.workflow.model import Letter, LetterKind
from troth.desk.workflow.office import Case, Office, look, note, refuse_step, step
from troth.errors import Refused
from troth.law.calendar import day_of
from troth.ledger.documents import open_document, store_document
from troth.ledger.invitations import (
    CASE,
    Invitation,
    Queued,
    note_attempt,
    queue_invitations,
    take_out,
    waiting_invitations,
)

PDF = "application/pdf"


def write_letter(
    office: Office,
    number: str,
    kind: LetterKind,
    *,
    by: str,
    now: datetime,
    said: Said = NOTHING_MORE,
) -> Letter:
    """Write a letter, seal it with the request, and queue it where the person is reached by mail.

    Refused: `letter-too-early`, `letter-waits` (one of its kind has not left yet).
    """
    with step(office, number, "write-letter", now) as case:
        _refuse_early(case, kind)
        text = letter_text(kind, case.request, case.progress, office.policy, now, said)
        return queue_letter(case, office, kind, text, by=by, now=now)


def queue_letter(
    case: Case, office: Office, kind: LetterKind, text: LetterText, *, by: str, now: datetime
) -> Letter:
    """Seal a letter with its request, in the same transaction as the step that it tells."""
    number = case.request.number
    pdf = text.pdf(day_of(now, office.policy.zoneinfo))
    stored = store_document(
        case.writing, number, "letter", pdf, PDF, desk_key=office.key, by=by, at=now
    )
    way = "mail" if "@" in case.request.contact else "post"
    detail = {"letter": kind, "document": stored.id, "way": way}
    note(case, "letter-written", by=by, now=now, detail=detail)
    if way == "mail":
        message = Invitation(
            CASE, number, stored.id, (), case.request.contact, text.subject, text.body()
        )
        queue_invitations(case.writing, [message], at=now)
        return Letter(kind, stored.id, "mail", now, by)
    return Letter(kind, stored.id, "post", now, by)


def send_letters(
    office: Office, clock: Callable[[], datetime], number: str | None = None
) -> tuple[int, int]:
    """Send what waits, of one request or of all; how many left, and how many wait.

    A letter that the server took is noted at once; after a crash in between it leaves once more,
    with the same words.
    """
    with office.ledger.reading(office.organisation) as reading:
        waiting = [
            message
            for message in waiting_invitations(reading)
            if message.invitation.rule == CASE
            and (number is None or message.invitation.store == number)
        ]
    if office.mailer is None:
        return 0, len(waiting)
    sent = sum(_send(office, office.mailer, message, clock) for message in waiting)
    return sent, len(waiting) - sent


def posted(
    office: Office, number: str, document: str, *, at: datetime, by: str, now: datetime
) -> None:
    """A letter went by post, or was handed over, at an instant. Refused (`unknown-letter`)."""
    with step(office, number, "send-letter", now) as case:
        found = [one for one in case.progress.letters if one.document == document]
        if not found or found[0].sent_at is not None or at > now:
            raise Refused(
                "unknown-letter",
                f"no letter '{document}' of request {number} waits to be posted then",
                help="`troth request show` lists its letters",
            )
        for message in waiting_invitations(case.writing):
            if message.invitation.rule == CASE and message.invitation.table == document:
                take_out(case.writing, message.id)
        _left(case, office, document, by=by, at=now, told_at=at)


def _send(office: Office, mailer: Mailer, message: Queued, clock: Callable[[], datetime]) -> int:
    content = message.invitation
    with office.ledger.reading(office.organisation) as reading:
        pdf = open_document(reading, content.table, desk_key=office.key)
    file = Enclosed(f"{content.store}.pdf", PDF, pdf)
    try:
        mailer.send(content.address, content.subject, content.body, enclosed=[file])
    except (OSError, smtplib.SMTPException) as error:
        with office.ledger.writing(office.organisation) as writing:
            note_attempt(writing, message.id, error=type(error).__name__)
        return 0
    now = clock()
    with step(office, content.store, "send-letter", now) as case:
        take_out(case.writing, message.id)
        _left(case, office, content.table, by="mail", at=now, told_at=now)
    return 1


def _left(
    case: Case, office: Office, document: str, *, by: str, at: datetime, told_at: datetime
) -> None:
    """A letter has left: it is noted, and what it told counts."""
    detail = {"document": document, "told_at": told_at.isoformat()}
    note(case, "letter-sent", by=by, now=at, detail=detail)
    kind = next(one.kind for one in case.progress.letters if one.document == document)
    if kind in ("decision", "answer"):
        tell_refusals(case, office, told_at=told_at)


def _refuse_early(case: Case, kind: LetterKind) -> None:
    """An answer tells what was done, so it is written when it is done."""
    progress = case.progress
    before = [one for one in progress.owed if one not in ("recipient", "answer")]
    decided = progress.decision is not None and progress.decision.final
    early = {"answer": bool(before), "decision": not decided}.get(kind, False)
    if early:
        waits = ", ".join(before or ("decision",))
        raise Refused(
            "letter-too-early",
            f"there is nothing to tell yet: request {progress.number} waits for {waits}",
            help="`troth request show` tells what comes next",
        )
    newest = progress.letter(kind)
    if newest is not None and newest.sent_at is None:
        raise Refused(
            "letter-waits",
            f"a letter of this kind was written on {newest.written_at:%Y-%m-%d} and has not left",
            help="send it: `troth request answer` sends what waits; or note it as posted",
        )


def shown_letter(
    office: Office, number: str, kind: LetterKind, now: datetime, said: Said = NOTHING_MORE
) -> LetterText:
    """A letter as it would be written now; nothing is kept of it."""
    request, progress = look(office, number, now)
    refuse_step(progress, "write-letter")
    return letter_text(kind, request, progress, office.policy, now, said)
