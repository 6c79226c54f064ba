"""Warn first: invitations to silent persons, through the outbox, by SMTP.

The address is read, put into the outbox and forgotten once the message has left. Nobody is invited
twice for the same silence; an invitation counts from the instant at which it was sent.
"""

from __future__ import annotations

import smtplib
import ssl
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from email.message import EmailMessage
from typing import Literal, Protocol

import sqlalchemy as sa

from troth.apply.work import Work
from troth.grounds.identity import normalise
from troth.ledger.invitations import (
    Invitation,
    Queued,
    mark_sent,
    note_attempt,
    queue_invitations,
    waiting_invitations,
)
from troth.ledger.ledger import Ledger
from troth.plan.model import SendInvitations

AT_ONCE = 500  # messages queued in one transaction
TIMEOUT_SECONDS = 30.0
_PERMANENT = 500  # SMTP: the server will never take this message


class Mailer(Protocol):
    """Sends one message; raises `OSError` or `smtplib.SMTPException` if it does not leave."""

    def send(self, address: str, subject: str, body: str) -> None: ...


@dataclass(frozen=True)
class SmtpMailer:
    """A mail server; it is connected to for each message, so that a pause breaks nothing."""

    host: str
    port: int
    sender: str
    user: str | None = None
    password: str | None = field(default=None, repr=False)
    security: Literal["starttls", "tls", "none"] = "starttls"

    def send(self, address: str, subject: str, body: str) -> None:
        message = EmailMessage()
        message["From"] = self.sender
        message["To"] = address
        message["Subject"] = subject
        message.set_content(body)
        with self._server() as server:
            if self.user is not None:
                server.login(self.user, self.password or "")
            server.send_message(message)

    def _server(self) -> smtplib.SMTP:
        context = ssl.create_default_context()
        if self.security == "tls":
            return smtplib.SMTP_SSL(self.host, self.port, timeout=TIMEOUT_SECONDS, context=context)
        server = smtplib.SMTP(self.host, self.port, timeout=TIMEOUT_SECONDS)
        if self.security == "starttls":
            server.starttls(context=context)
        return server


def invite(
    work: Work,
    step: SendInvitations,
    ledger: Ledger,
    organisation: str,
    clock: Callable[[], datetime],
    mailer: Mailer | None,
) -> int:
    """Queues the invitations of a step, and sends what waits; how many left.

    Without a mailer they wait in the outbox, and the period does not end.
    """
    found = _invitations(work, step)
    for start in range(0, len(found), AT_ONCE):
        with ledger.writing(organisation) as writing:
            queue_invitations(writing, found[start : start + AT_ONCE], at=clock())
    return send_waiting(ledger, organisation, clock, mailer) if mailer is not None else 0


def send_waiting(
    ledger: Ledger, organisation: str, clock: Callable[[], datetime], mailer: Mailer
) -> int:
    """Sends every message of the outbox; those that do not leave are kept for the next run."""
    with ledger.reading(organisation) as reading:
        waiting = waiting_invitations(reading)
    letters: dict[tuple[str, str, str], list[Queued]] = {}
    for message in waiting:  # one letter for all rows of a person
        content = message.invitation
        to = normalise(content.address, "email")
        letters.setdefault((to, content.subject, content.body), []).append(message)
    return sum(_send(ledger, organisation, clock, mailer, rows) for rows in letters.values())


def _send(
    ledger: Ledger,
    organisation: str,
    clock: Callable[[], datetime],
    mailer: Mailer,
    rows: Sequence[Queued],
) -> int:
    """Sends one letter, which counts as the invitation of each of its rows; 1 if it left."""
    content = rows[0].invitation
    try:
        mailer.send(content.address, content.subject, content.body)
    except (OSError, smtplib.SMTPException) as error:
        with ledger.writing(organisation) as writing:
            for row in rows:
                note_attempt(writing, row.id, error=type(error).__name__)
        return 0
    with ledger.writing(organisation) as writing:
        for row in rows:
            mark_sent(writing, row.id, at=clock())
    return 1


def _invitations(work: Work, step: SendInvitations) -> list[Invitation]:
    renderer = work.renderer()
    row = renderer.row(step.table)
    person = row
    join: sa.ColumnElement[bool] = sa.true()
    sources: list[sa.FromClause] = [row.source]
    for hop in step.hops:
        bare = renderer.row(hop.table)
        target = renderer.row(hop.table, bare.source.alias())
        join = sa.and_(join, renderer.joined(hop, person, target))
        sources.append(target.source)
        person = target
    address = person.source.c[step.address]
    select = (
        sa.select(*(row.source.c[name] for name in step.key), address)
        .select_from(*sources)
        .where(renderer.condition(step.due, row), join, address.is_not(None), address != "")
    )
    with work.session.told():
        rows = work.connection.execute(select).all()
    return [
        Invitation(
            step.rule,
            step.store,
            step.table,
            tuple(cells[:-1]),
            str(cells[-1]),
            step.subject,
            step.message,
        )
        for cells in rows
    ]
