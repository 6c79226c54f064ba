"""To which request a mail belongs: by the thread it answers, its address or its subject."""

from __future__ import annotations

import re
from collections.abc import Iterator

from troth.desk.mailbox.mail import Mail
from troth.ledger.mails import known_message, message_digest
from troth.ledger.requests import Request, read_requests
from troth.ledger.session import Reading

_NUMBER = r"([0-9A-HJKMNP-TV-Z]{5}-[0-9A-HJKMNP-TV-Z]{5})"
_OURS = re.compile(rf"<troth\.{_NUMBER}\.[0-9a-f]+@", re.I)
_PLUS = re.compile(rf"\+{_NUMBER}@", re.I)
_SUBJECT = re.compile(rf"\[{_NUMBER}\]", re.I)


def request_of(reading: Reading, mail: Mail) -> Request | None:
    """The request that a mail is about, of those that there are."""
    for number in _numbers(reading, mail):
        for request in read_requests(reading, [number]):
            return request
    return None


def numbers_in(ids: tuple[str, ...]) -> list[str]:
    """The numbers of requests in Message-IDs that we gave ourselves."""
    return [found[1].upper() for one in ids if (found := _OURS.match(one))]


def message_id(number: str, mark: str, sender: str) -> str:
    """A Message-ID of ours, by which a reply finds its request; `mark` is hexadecimal."""
    return f"<troth.{number}.{mark}@{sender.rpartition('@')[2]}>"


def _numbers(reading: Reading, mail: Mail) -> Iterator[str]:
    yield from numbers_in(mail.answers)
    for one in mail.answers:
        known = known_message(reading, message_digest(one, b""))
        if known:
            yield known
    for address in mail.to:
        if found := _PLUS.search(address):
            yield found[1].upper()
    if found := _SUBJECT.search(mail.subject):
        yield found[1].upper()
