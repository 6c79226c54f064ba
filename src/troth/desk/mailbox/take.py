"""What becomes of one mail: a request, part of one, something for a person to look at, or nothing.

All of it is one transaction of the ledger: the mail is remembered, what it brought is recorded, and
its receipt waits in the outbox, or none of these is so.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from troth.desk.intake.due import UNCLEAR, answer_by
from troth.desk.mailbox.attached import keep
from troth.desk.mailbox.authentic import authentic
from troth.desk.mailbox.automatic import Kind, automatic, wants_no_answer
from troth.desk.mailbox.bounce import bounce_of
from troth.desk.mailbox.cues import Read, read_right
from troth.desk.mailbox.desk import MailDesk
from troth.desk.mailbox.mail import Mail
from troth.desk.mailbox.parse import parse_mail
from troth.desk.mailbox.receipt import receipt
from troth.desk.mailbox.source import Found
from troth.desk.mailbox.threads import numbers_in, request_of
from troth.desk.standing.record import record_event, record_request
from troth.ledger.mails import (
    Outcome,
    Place,
    Waiting,
    address_answers,
    address_fails,
    keep_waiting,
    known_message,
    message_digest,
    note_bounce,
    note_read,
    requests_by,
    was_read,
)
from troth.ledger.receipts import queue_receipt
from troth.ledger.requests import (
    Request,
    RequestEvent,
    read_requests,
    requests_from,
)
from troth.ledger.session import Writing
from troth.postbox.numbers import number_of

MOST_A_DAY = 5  # requests of one address that are answered; more look like a loop or an attack
OLDEST = timedelta(days=31)  # an older mail is looked at before anything is answered
SAME_WITHIN = timedelta(days=31)  # the same words sent again are the same request
BY = "mailbox"


@dataclass(frozen=True)
class Taken:
    """What became of a mail; `number` is that of its request, or of the mail to be looked at."""

    outcome: Outcome
    number: str | None


def take(writing: Writing, desk: MailDesk, found: Found, place: Place) -> Taken | None:
    """Take one mail; None where somebody else has taken it."""
    if was_read(writing, place):
        return None
    now = desk.clock()
    mail = parse_mail(found.raw)
    digest = message_digest(mail.message_id, found.raw)
    known = known_message(writing, digest)
    if known is not None:
        taken = Taken("again", known or None)
    else:
        taken = _taken(_Arrival(writing, desk, mail, found, min(found.arrived_at, now), now))
    note_read(writing, place, digest, taken.outcome, taken.number, at=now)
    return taken


def set_aside(writing: Writing, desk: MailDesk, found: Found, place: Place) -> Taken | None:
    """Put a mail that cannot be read on the list, by its place alone: it must not stop the rest."""
    if was_read(writing, place):
        return None
    now = desk.clock()
    number = _number(writing)
    language = desk.policy.languages[0]
    where = f"UID {place.uid} of {place.mailbox}"
    unread = Waiting(
        number, min(found.arrived_at, now), "unreadable", UNCLEAR, language, "", "", where, "", {}
    )
    keep_waiting(writing, unread, at=now)
    note_read(writing, place, message_digest("", found.raw), "waiting", number, at=now)
    return Taken("waiting", number)


@dataclass(frozen=True)
class _Arrival:
    """A mail that is new to us, at the instant of its arrival, in an open transaction."""

    writing: Writing
    desk: MailDesk
    mail: Mail
    found: Found
    received_at: datetime
    now: datetime


def _taken(arrival: _Arrival) -> Taken:
    mail, desk = arrival.mail, arrival.desk
    kind = automatic(mail, desk.own)
    if kind == "bounce":
        return _bounced(arrival)
    read = read_right(mail.subject, mail.own)
    if kind is not None:
        return _by_a_machine(arrival, kind, read)
    address_answers(arrival.writing, mail.sender)
    about = request_of(arrival.writing, mail)
    if about is not None and about.open:
        return _reply(arrival, about, read)
    if about is not None and read.sureness != "sure":
        return _waits(arrival, "closed", read, about.number)
    why = _doubt(arrival, read)
    if why is not None:
        return _waits(arrival, why, read)
    return _asked(arrival, read)


def _by_a_machine(arrival: _Arrival, kind: Kind, read: Read) -> Taken:
    """Never answered. What may be a request all the same is looked at by a person."""
    everyday = read.right in ("opt-out", "withdrawal")  # what every newsletter says at its foot
    asks = {
        "own": False,
        "spam": read.sureness == "sure" and not everyday,
        "list": read.sureness == "sure" and not everyday,
        "bulk": read.sureness == "sure" and not everyday,
        "auto-submitted": read.sureness == "sure" and not arrival.mail.answers,
        "no-sender": True,
        "bounce": False,
    }[kind]
    return _waits(arrival, kind, read) if asks else Taken("automatic", None)


def _doubt(arrival: _Arrival, read: Read) -> str | None:
    """Why a person has to look before this counts as a request; None where it does."""
    mail, desk = arrival.mail, arrival.desk
    domain = desk.address.rpartition("@")[2].lower()
    forwarded = mail.own != mail.text or any(
        one.media_type == "message/rfc822" for one in mail.attachments
    )
    if forwarded and mail.sender.rpartition("@")[2] == domain:
        return "forwarded"
    if arrival.now - arrival.received_at > OLDEST:
        return "old"
    a_day_ago = arrival.now - timedelta(days=1)
    if requests_by(arrival.writing, mail.sender, a_day_ago) >= MOST_A_DAY:
        return "many"
    if read.sureness == "unknown" and not desk.rights_only:
        return "unclear"
    return None


def _asked(arrival: _Arrival, read: Read) -> Taken:
    writing, desk, mail = arrival.writing, arrival.desk, arrival.mail
    request = _request(arrival, read)
    same = _same(arrival, request)
    if same is not None:
        _note(arrival, same, read, again=True)
        return Taken("reply", same.number)
    while not record_request(writing, desk.policy, request, by=BY, at=arrival.now):
        request = replace(request, number=_number(writing))
    _note(arrival, request, read)
    answered = not wants_no_answer(mail) and not address_fails(writing, mail.sender)
    if answered and desk.sender is not None:
        mark = writing.randomness(8).hex()
        letter = receipt(
            request, mail, desk.policy, address=desk.address, sender=desk.sender, mark=mark
        )
        queue_receipt(writing, letter, at=arrival.now)
    return Taken("request", request.number)


def _request(arrival: _Arrival, read: Read) -> Request:
    mail, policy = arrival.mail, arrival.desk.policy
    language = read.language if read.language in policy.languages else policy.languages[0]
    names = {"email": mail.sender, "name": mail.sender_name}
    return Request(
        number=_number(arrival.writing),
        right=read.right,
        channel="mail",
        received_at=arrival.received_at,
        answer_by=answer_by(policy, read.right, arrival.received_at),
        language=language or "en",
        contact=mail.sender,
        names={what: value for what, value in names.items() if value},
        words=_words(mail),
    )


def _same(arrival: _Arrival, request: Request) -> Request | None:
    """An open request of the same words for the same right by the same person: sent twice."""
    since = request.received_at - SAME_WITHIN
    for one in requests_from(arrival.writing, request.contact, since):
        if one.open and one.right == request.right and one.words == request.words:
            return one
    return None


def _reply(arrival: _Arrival, request: Request, read: Read) -> Taken:
    _note(arrival, request, read)
    return Taken("reply", request.number)


def _note(arrival: _Arrival, request: Request, read: Read, *, again: bool = False) -> None:
    """The mail as an event of its request, its files sealed beside it."""
    detail = _detail(arrival, read)
    if request.received_at != arrival.received_at or again:
        detail["from"] = "contact" if arrival.mail.sender == request.contact else "other"
    if again:
        detail["again"] = "yes"
    detail |= _kept(arrival, request.number, with_text=request.words != _words(arrival.mail))
    event = RequestEvent("mail-received", arrival.received_at, BY, detail)
    record_event(arrival.writing, arrival.desk.policy, request.number, event)


def _detail(arrival: _Arrival, read: Read) -> dict[str, str]:
    """What an agent has to know of the mail, without a name."""
    mail = arrival.mail
    said = {
        "reads": read.right,
        "sureness": read.sureness,
        "others": " ".join(read.others),
        "authentic": "yes" if authentic(mail, arrival.desk.server) else "no",
        "left_out": ", ".join(mail.left_out),
        "whole": "" if arrival.found.whole else "no",
        "reply_to": "other" if mail.reply_to not in ("", mail.sender) else "",
    }
    return {name: value for name, value in said.items() if value}


def _kept(arrival: _Arrival, number: str, *, with_text: bool) -> dict[str, str]:
    ids = keep(
        arrival.writing,
        number,
        arrival.mail.attachments,
        _words(arrival.mail) if with_text else "",
        key=arrival.desk.key,
        by=BY,
        at=arrival.now,
    )
    return {"documents": " ".join(ids)} if ids else {}


def _waits(arrival: _Arrival, why: str, read: Read, about: str = "") -> Taken:
    mail, policy = arrival.mail, arrival.desk.policy
    number = _number(arrival.writing)
    detail = _detail(arrival, read) | _kept(arrival, number, with_text=False)
    if about:
        detail["request"] = about
    language = read.language if read.language in policy.languages else policy.languages[0]
    waiting = Waiting(
        number=number,
        received_at=arrival.received_at,
        why=why,
        right_read=read.right,
        language=language or "en",
        sender=mail.sender,
        name=mail.sender_name,
        subject=mail.subject,
        words=mail.text,
        detail=detail,
    )
    keep_waiting(arrival.writing, waiting, at=arrival.now)
    return Taken("waiting", number)


def _bounced(arrival: _Arrival) -> Taken:
    """Marks an address as failing where a letter of ours about its own request came back.

    Anybody can write a report; only one that names our Message-ID, which its reader got, counts.
    """
    reported = bounce_of(arrival.mail)
    number = None
    for request in read_requests(arrival.writing, numbers_in(reported.returned)):
        if request.contact.lower() in {address.lower() for address in reported.failed}:
            number = request.number
            note_bounce(arrival.writing, request.contact, at=arrival.now)
            if request.open:
                event = RequestEvent("mail-returned", arrival.received_at, BY)
                record_event(arrival.writing, arrival.desk.policy, request.number, event)
    return Taken("bounce", number)


def _words(mail: Mail) -> str:
    """The subject, where it says something, and what the person wrote."""
    return f"{mail.subject}\n\n{mail.own}".strip()


def _number(writing: Writing) -> str:
    return number_of(writing.randomness(16).hex())
