"""A mailbox in the ledger: each mail is read once, whoever reads it and however often it is killed.

A mail is known by its place (mailbox, UIDVALIDITY, UID) and by a digest of its Message-ID, so that
it is known again where a mailbox was moved and its places are counted anew.
"""

from __future__ import annotations

import hmac
from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from typing import Any, Literal

from sqlalchemy import delete, func, insert, select, update

from troth.errors import Refused
from troth.grounds.identity import normalise
from troth.ledger.mail_tables import failing_addresses, mails_read, mails_waiting
from troth.ledger.request_tables import requests
from troth.ledger.session import Reading, Writing
from troth.ledger.suppression import known_key, made_key

Outcome = Literal["request", "reply", "again", "waiting", "bounce", "automatic"]
FAILS_AFTER = 2  # bounces for good, after which an address is not written to any more


@dataclass(frozen=True)
class Place:
    """Where a mail lies: the mailbox (host, account, folder), its UIDVALIDITY, the mail's UID."""

    mailbox: str
    validity: int
    uid: int


@dataclass(frozen=True)
class Waiting:
    """A mail that may not be a request, as somebody is to look at it; `number` names it.

    `why` is a word; `right_read` what its words may ask for. The rest is as in the mail.
    """

    number: str
    received_at: datetime
    why: str
    right_read: str
    language: str
    sender: str
    name: str
    subject: str
    words: str
    detail: dict[str, str]


def message_digest(message_id: str, raw: bytes) -> str:
    """By what a mail is known again: its Message-ID, or all of it where it has none."""
    named = message_id.encode("utf-8", "replace") if message_id else raw
    return sha256(b"troth mail\0" + named).hexdigest()


def newest_uid(reading: Reading, mailbox: str, validity: int) -> int:
    """The highest UID that was read there; 0 for none. Mails are read in the order of UIDs."""
    found: int | None = reading.connection.execute(
        select(func.max(mails_read.c.uid)).where(
            mails_read.c.organisation == reading.organisation,
            mails_read.c.mailbox == mailbox,
            mails_read.c.validity == validity,
        )
    ).scalar()
    return found or 0


def was_read(reading: Reading, place: Place) -> bool:
    """Whether a mail of that place was read."""
    table = mails_read.c
    return (
        reading.connection.execute(
            select(table.uid).where(
                table.organisation == reading.organisation,
                table.mailbox == place.mailbox,
                table.validity == place.validity,
                table.uid == place.uid,
            )
        ).first()
        is not None
    )


def known_message(reading: Reading, message: str) -> str | None:
    """What became of a mail with that digest: the number of its request, `""` for none; or None."""
    table = mails_read.c
    found = reading.connection.execute(
        select(table.number).where(
            table.organisation == reading.organisation, table.message == message
        )
    ).first()
    return None if found is None else (found.number or "")


def note_read(
    writing: Writing,
    place: Place,
    message: str,
    outcome: Outcome,
    number: str | None,
    *,
    at: datetime,
) -> None:
    """Remember that a mail was read, in the transaction that records what it brought."""
    writing.connection.execute(
        insert(mails_read).values(
            organisation=writing.organisation,
            mailbox=place.mailbox,
            validity=place.validity,
            uid=place.uid,
            message=message,
            outcome=outcome,
            number=number,
            read_at=at,
        )
    )


def requests_by(reading: Reading, contact: str, since: datetime) -> int:
    """How many requests came in from an address by mail since an instant."""
    found: int | None = reading.connection.execute(
        select(func.count())
        .select_from(requests)
        .where(
            requests.c.organisation == reading.organisation,
            requests.c.channel == "mail",
            requests.c.contact == contact,
            requests.c.recorded_at >= since,
        )
    ).scalar()
    return found or 0


def keep_waiting(writing: Writing, mail: Waiting, *, at: datetime) -> None:
    """Put a mail on the list of those to be looked at."""
    writing.append("mail-set-aside", at, {"mail": mail.number, "why": mail.why})
    writing.connection.execute(
        insert(mails_waiting).values(
            organisation=writing.organisation,
            number=mail.number,
            received_at=mail.received_at,
            why=mail.why,
            right_read=mail.right_read,
            language=mail.language,
            mail={
                "sender": mail.sender,
                "name": mail.name,
                "subject": mail.subject,
                "words": mail.words,
                "detail": mail.detail,
            },
        )
    )


def waiting_mails(reading: Reading) -> tuple[Waiting, ...]:
    """The mails to be looked at, the oldest first."""
    table = mails_waiting
    rows = reading.connection.execute(
        select(table)
        .where(table.c.organisation == reading.organisation)
        .order_by(table.c.received_at, table.c.number)
    )
    return tuple(_waiting(row) for row in rows)


def find_waiting(reading: Reading, number: str) -> Waiting:
    """One of them; Refused (`unknown-mail`)."""
    table = mails_waiting
    row = reading.connection.execute(
        select(table).where(table.c.organisation == reading.organisation, table.c.number == number)
    ).one_or_none()
    if row is None:
        raise Refused(
            "unknown-mail",
            f"no mail '{number}' waits for a look",
            help="`troth request mails` shows those that do",
        )
    return _waiting(row)


def looked_at(
    writing: Writing,
    number: str,
    outcome: Literal["request", "dismissed"],
    *,
    by: str,
    at: datetime,
) -> None:
    """Forget a mail that was looked at; what became of it is in the journal."""
    payload = {"mail": number, "outcome": outcome, "by": by}
    writing.append("mail-looked-at", at, payload)
    table = mails_waiting.c
    writing.connection.execute(
        delete(mails_waiting).where(
            table.organisation == writing.organisation, table.number == number
        )
    )


def forget_waiting(writing: Writing, numbers: Collection[str], *, reason: str, at: datetime) -> int:
    """Forget mails at which nobody looked; the journal counts them and says why."""
    table = mails_waiting.c
    gone = writing.connection.execute(
        delete(mails_waiting).where(
            table.organisation == writing.organisation, table.number.in_(list(numbers))
        )
    ).rowcount
    writing.append("mails-forgotten", at, {"mails": sorted(numbers), "reason": reason})
    return gone


def forget_failing(
    writing: Writing, over: Callable[[datetime], bool], *, reason: str, at: datetime
) -> int:
    """Forget addresses whose last failure is `over`: mail to them is tried again."""
    table = failing_addresses.c
    mine = table.organisation == writing.organisation
    rows = writing.connection.execute(select(table.digest, table.last_at).where(mine))
    ended = [row.digest for row in rows if over(row.last_at)]
    if ended:
        writing.connection.execute(delete(failing_addresses).where(mine, table.digest.in_(ended)))
        writing.append("addresses-forgotten", at, {"addresses": len(ended), "reason": reason})
    return len(ended)


def note_bounce(writing: Writing, address: str, *, at: datetime) -> int:
    """An address failed for good; how often it has by now. The address itself is not kept."""
    digest = _digest(made_key(writing), address)
    mine = (failing_addresses.c.organisation == writing.organisation) & (
        failing_addresses.c.digest == digest
    )
    before: int | None = writing.connection.execute(
        select(failing_addresses.c.bounces).where(mine)
    ).scalar()
    if before is None:
        writing.connection.execute(
            insert(failing_addresses).values(
                organisation=writing.organisation, digest=digest, bounces=1, last_at=at
            )
        )
    else:
        writing.connection.execute(
            update(failing_addresses).where(mine).values(bounces=before + 1, last_at=at)
        )
    writing.append("address-failed", at, {"bounces": (before or 0) + 1})
    return (before or 0) + 1


def address_fails(reading: Reading, address: str) -> bool:
    """Whether mail to an address came back so often that nothing more is sent to it."""
    key = known_key(reading)
    if key is None:
        return False
    bounces: int | None = reading.connection.execute(
        select(failing_addresses.c.bounces).where(
            failing_addresses.c.organisation == reading.organisation,
            failing_addresses.c.digest == _digest(key, address),
        )
    ).scalar()
    return (bounces or 0) >= FAILS_AFTER


def address_answers(writing: Writing, address: str) -> None:
    """Somebody wrote from an address: it does not fail (any more)."""
    key = known_key(writing)
    if key is not None:
        table = failing_addresses.c
        writing.connection.execute(
            delete(failing_addresses).where(
                table.organisation == writing.organisation, table.digest == _digest(key, address)
            )
        )


def _digest(key: bytes, address: str) -> str:
    plain = normalise(address, "email")
    return hmac.new(key, f"failing\n{plain}".encode(), sha256).hexdigest()


def _waiting(row: Any) -> Waiting:
    mail = row.mail
    return Waiting(
        number=row.number,
        received_at=row.received_at,
        why=row.why,
        right_read=row.right_read,
        language=row.language,
        sender=mail["sender"],
        name=mail["name"],
        subject=mail["subject"],
        words=mail["words"],
        detail=dict(mail["detail"]),
    )
