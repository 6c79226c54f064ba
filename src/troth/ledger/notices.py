"""Notices to recipients (Art. 19): each is opened once, and every step of it stands beside it.

A notice holds the identifier by which its recipient knows the person, and nothing else of them.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any, Literal

from sqlalchemy import delete, select

from troth.grounds.facts import Identifier
from troth.ledger.invitations import NOTICE, Invitation, Queued, take_out
from troth.ledger.recording import NewFact, record_facts
from troth.ledger.session import Reading, Writing
from troth.ledger.tables import outbox
from troth.ledger.told_tables import notice_events, recipient_notices

NoticeKind = Literal["erase", "suspend", "resume", "correct"]
NoticeStatus = Literal["queued", "sent", "reminded", "acknowledged", "impossible"]
Known = Literal["recorded", "declared"]
SETTLED: tuple[NoticeStatus, ...] = ("acknowledged", "impossible")


@dataclass(frozen=True)
class NoticeEvent:
    """One step of a notice: sent, reminded, acknowledged with its proof, or impossible and why."""

    status: NoticeStatus
    at: datetime
    by: str
    proof: str | None = None


@dataclass(frozen=True)
class RecipientNotice:
    """What one recipient is told for one act: what to do, with which data, by when.

    `known`: whether a record says that they had the data, or the policy that they receive such.
    `person` is None where nobody knows how the recipient calls the person: a human has to ask.
    """

    id: str
    act: str
    recipient: str
    kind: NoticeKind
    known: Known
    categories: tuple[str, ...]
    person: Identifier | None
    due_on: date
    opened_at: datetime
    opened_by: str
    events: tuple[NoticeEvent, ...] = ()

    @property
    def status(self) -> NoticeStatus:
        """What it has come to; `queued` until something has happened."""
        return self.events[-1].status if self.events else "queued"

    @property
    def settled(self) -> bool:
        """Nothing more is to be done."""
        return self.status in SETTLED

    def late(self, today: date) -> bool:
        """It is past its due day, and open."""
        return not self.settled and self.due_on < today


def open_notices(
    writing: Writing, new: Sequence[RecipientNotice], *, at: datetime
) -> tuple[RecipientNotice, ...]:
    """Record notices, one journal entry each; with the ids that they get."""
    named = [replace(notice, id=writing.new_id("notice"), events=()) for notice in new]
    record_facts(writing, "notice-opened", at, [_fact(notice) for notice in named])
    return tuple(named)


def _fact(notice: RecipientNotice) -> NewFact:
    row = {
        "id": notice.id,
        "act": notice.act,
        "recipient": notice.recipient,
        "kind": notice.kind,
        "known": notice.known,
        "categories": list(notice.categories),
        "namespace": notice.person.namespace if notice.person else None,
        "value": notice.person.value if notice.person else None,
        "due_on": notice.due_on,
        "opened_at": notice.opened_at,
        "opened_by": notice.opened_by,
    }
    payload = {"act": notice.act, "recipient": notice.recipient, "notice": notice.kind}
    return NewFact(payload, [(recipient_notices, row)])


def move_notices(
    writing: Writing, steps: Sequence[tuple[str, NoticeEvent]], *, at: datetime
) -> None:
    """Add a step to each named notice; whether it may be taken is for the caller."""
    record_facts(
        writing,
        "notice-moved",
        at,
        [
            NewFact(
                {"notice": notice, "status": event.status},
                [
                    (
                        notice_events,
                        {
                            "notice": notice,
                            "status": event.status,
                            "at": event.at,
                            "done_by": event.by,
                            "proof": event.proof,
                        },
                    )
                ],
            )
            for notice, event in steps
        ],
    )


def read_notices(
    reading: Reading, acts: Iterable[str] | None = None
) -> tuple[RecipientNotice, ...]:
    """Notices with their steps, oldest first: of all acts, or of those named."""
    own = reading.organisation
    table = recipient_notices.c
    query = select(recipient_notices).where(table.organisation == own)
    if acts is not None:
        query = query.where(table.act.in_(list(acts)))
    rows = reading.connection.execute(query.order_by(table.entry)).all()
    events: dict[str, list[NoticeEvent]] = defaultdict(list)
    steps = notice_events.c
    moved = select(notice_events).where(steps.organisation == own)
    if acts is not None:
        moved = moved.where(steps.notice.in_([row.id for row in rows]))
    for row in reading.connection.execute(moved.order_by(steps.entry)):
        events[row.notice].append(NoticeEvent(row.status, row.at, row.done_by, row.proof))
    return tuple(_read_notice(row, tuple(events[row.id])) for row in rows)


def _read_notice(row: Any, events: tuple[NoticeEvent, ...]) -> RecipientNotice:
    person = Identifier(row.namespace, row.value) if row.namespace is not None else None
    return RecipientNotice(
        id=row.id,
        act=row.act,
        recipient=row.recipient,
        kind=row.kind,
        known=row.known,
        categories=tuple(row.categories),
        person=person,
        due_on=row.due_on,
        opened_at=row.opened_at,
        opened_by=row.opened_by,
        events=events,
    )


BY_MAIL = "mail"
"""Who has taken a step that the outbox took."""


def letter_of(notice: RecipientNotice, address: str, subject: str, body: str) -> Invitation:
    """A notice as a message of the outbox."""
    return Invitation(NOTICE, notice.recipient, notice.id, (), address, subject, body)


def mark_notice_sent(writing: Writing, message: Queued, *, at: datetime) -> None:
    """The letter of a notice has left: a first one, or a reminder; address and text are forgotten.

    What was settled while the letter waited stays settled.
    """
    notice = message.invitation.table
    steps = notice_events.c
    before = set(
        writing.connection.execute(
            select(steps.status).where(
                steps.organisation == writing.organisation, steps.notice == notice
            )
        ).scalars()
    )
    take_out(writing, message.id)
    if before.isdisjoint(SETTLED):
        status: NoticeStatus = "reminded" if "sent" in before else "sent"
        move_notices(writing, [(notice, NoticeEvent(status, at, BY_MAIL))], at=at)


def withdraw_letters(writing: Writing, notices: Iterable[str]) -> None:
    """Take the letters of notices out of the outbox: there is nothing more to tell."""
    mine = outbox.c.table_name.in_(list(notices)) & (outbox.c.rule == NOTICE)
    writing.connection.execute(
        delete(outbox).where(outbox.c.organisation == writing.organisation, mine)
    )
