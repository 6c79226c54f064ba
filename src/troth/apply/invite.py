"""What waits in the outbox leaves by SMTP: invitations to silent persons, notices to recipients.

The address is read, put into the outbox and forgotten once the message has left. Nobody is invited
twice for the same silence; an invitation counts from the instant at which it was sent.
"""

from __future__ import annotations

import smtplib
import ssl
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from email.message import EmailMessage
from types import MappingProxyType
from typing import Literal, Protocol

from troth.apply.addresses import addresses_of
from troth.apply.evidence import key_of
from troth.apply.letter_page import as_page
from troth.apply.work import Work
from troth.grounds.identity import normalise
from troth.ledger.invitations import (
    BREACH,
    CASE,
    CHANGE,
    NOTICE,
    Invitation,
    Queued,
    in_key_order,
    mark_sent,
    note_attempt,
    queue_invitations,
    waiting_invitations,
)
from troth.ledger.ledger import Ledger
from troth.ledger.notices import mark_notice_sent
from troth.ledger.session import Writing
from troth.plan.model import SendInvitations

AT_ONCE = 500  # messages queued in one transaction
TIMEOUT_SECONDS = 30.0
NO_HEADERS: Mapping[str, str] = MappingProxyType({})
_PERMANENT = 500  # SMTP: the server will never take this message


@dataclass(frozen=True)
class Enclosed:
    """A file that goes with a message."""

    name: str
    media: str
    content: bytes = field(repr=False)


class Mailer(Protocol):
    """Sends one message; raises `OSError` or `smtplib.SMTPException` if it does not leave.

    `html`: the same as a page; a letter on a change of the policy has one. `headers`: more of them;
    the receipt of a mail has those that put it in its thread.
    """

    def send(
        self,
        address: str,
        subject: str,
        body: str,
        html: str | None = None,
        enclosed: Sequence[Enclosed] = (),
        headers: Mapping[str, str] = NO_HEADERS,
    ) -> None: ...


@dataclass(frozen=True)
class SmtpMailer:
    """A mail server; it is connected to for each message, so that a pause breaks nothing."""

    host: str
    port: int
    sender: str
    user: str | None = None
    password: str | None = field(default=None, repr=False)
    security: Literal["starttls", "tls", "none"] = "starttls"

    def send(
        self,
        address: str,
        subject: str,
        body: str,
        html: str | None = None,
        enclosed: Sequence[Enclosed] = (),
        headers: Mapping[str, str] = NO_HEADERS,
    ) -> None:
        message = EmailMessage()
        message["From"] = self.sender
        message["To"] = address
        message["Subject"] = subject
        for name, value in headers.items():
            message[name] = value
        message.set_content(body)
        if html is not None:
            message.add_alternative(html, subtype="html")
        for one in enclosed:
            main, _, sub = one.media.partition("/")
            message.add_attachment(one.content, maintype=main, subtype=sub, filename=one.name)
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


def queue_due(
    works: Mapping[str, Work],
    step: SendInvitations,
    ledger: Ledger,
    organisation: str,
    clock: Callable[[], datetime],
) -> None:
    """Puts what is due of a step into the outbox; what waits there already is kept as it is."""
    found = _invitations(works, step)
    for start in range(0, len(found), AT_ONCE):
        with ledger.writing(organisation) as writing:
            queue_invitations(writing, found[start : start + AT_ONCE], at=clock())


def send_waiting(
    ledger: Ledger,
    organisation: str,
    clock: Callable[[], datetime],
    mailer: Mailer | None,
    *,
    notices: bool = False,
) -> tuple[int, int]:
    """Sends every letter of the outbox; how many left, and how many wait for the next run.

    Invitations, or (`notices`) what recipients are told. An address that rows spell in several ways
    gets one letter, as the first row in key order spells it. Without a mailer they all wait, and no
    period ends.
    """
    with ledger.reading(organisation) as reading:
        waiting = [
            message
            for message in waiting_invitations(reading)
            if message.invitation.rule != CASE and (message.invitation.rule == NOTICE) is notices
        ]
    letters: dict[tuple[str, str, str], list[Queued]] = {}
    for message in waiting:  # one letter for all rows of a person
        content = message.invitation
        to = normalise(content.address, "email")
        letters.setdefault((to, content.subject, content.body), []).append(message)
    sent = 0
    if mailer is not None:
        sent = sum(_send(ledger, organisation, clock, mailer, rows) for rows in letters.values())
    return sent, len(letters) - sent


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
        if content.rule.startswith((CHANGE, BREACH)):
            page = as_page(content.subject, content.body)
            mailer.send(content.address, content.subject, content.body, page)
        else:
            mailer.send(content.address, content.subject, content.body)
    except (OSError, smtplib.SMTPException) as error:
        with ledger.writing(organisation) as writing:
            for row in rows:
                note_attempt(writing, row.id, error=type(error).__name__)
        return 0
    with ledger.writing(organisation) as writing:
        for row in rows:
            _left(writing, row, clock())
    return 1


def _left(writing: Writing, row: Queued, at: datetime) -> None:
    if row.invitation.rule == NOTICE:
        mark_notice_sent(writing, row, at=at)
    else:
        mark_sent(writing, row.id, at=at)


def _invitations(works: Mapping[str, Work], step: SendInvitations) -> list[Invitation]:
    """One for each row and address, in key order: they leave as one letter to each address."""
    found = [
        Invitation(
            step.rule,
            step.store,
            step.table,
            key_of(key),
            address,
            step.subject,
            step.message,
        )
        for key, addresses in addresses_of(works, step).items()
        for address in addresses
    ]
    return sorted(found, key=in_key_order)
