"""What a person makes of a mail that waited for a look: a request from its arrival on, or none."""

from __future__ import annotations

from datetime import datetime

from troth.desk.intake.due import answer_by
from troth.desk.mailbox.attached import forget
from troth.desk.standing.record import record_event, record_request
from troth.errors import Refused
from troth.ledger.mails import Waiting, find_waiting, looked_at
from troth.ledger.requests import Request, RequestEvent
from troth.ledger.session import Writing
from troth.policy.model import Policy


def make_request(
    writing: Writing,
    number: str,
    right: str,
    policy: Policy,
    *,
    by: str,
    at: datetime,
    contact: str | None = None,
    received_at: datetime | None = None,
) -> Request:
    """The mail is a request for that right; its clock runs from its arrival.

    `contact`, `received_at`: where somebody forwarded it, whose it is and when it first came.
    Refused: `unknown-mail`, `request-in-the-future`, `request-without-contact`.
    """
    mail = find_waiting(writing, number)
    received = received_at or mail.received_at
    if received > at:
        raise Refused(
            "request-in-the-future",
            "a request cannot be received later than now",
            help="write the instant at which it first reached the organisation",
        )
    whose = contact or mail.sender
    if not whose:
        raise Refused(
            "request-without-contact",
            "the mail names no address to which an answer could go",
            help="say it with --contact",
        )
    request = _request(mail, right, policy, whose, received)
    record_request(writing, policy, request, by=by, at=at)
    event = RequestEvent("mail-received", mail.received_at, by, mail.detail)
    record_event(writing, policy, number, event)
    looked_at(writing, number, "request", by=by, at=at)
    return request


def dismiss(writing: Writing, number: str, *, by: str, at: datetime) -> None:
    """The mail is no request: what was kept of it is forgotten. Refused (`unknown-mail`)."""
    find_waiting(writing, number)
    forget(writing, number, at=at)
    looked_at(writing, number, "dismissed", by=by, at=at)


def _request(
    mail: Waiting, right: str, policy: Policy, contact: str, received_at: datetime
) -> Request:
    names = {"email": contact, "name": mail.name if contact == mail.sender else ""}
    return Request(
        number=mail.number,
        right=right,
        channel="mail",
        received_at=received_at,
        answer_by=answer_by(policy, right, received_at),
        language=mail.language,
        contact=contact,
        names={what: value for what, value in names.items() if value},
        words=f"{mail.subject}\n\n{mail.words}".strip(),
    )
