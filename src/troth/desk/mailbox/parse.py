"""From the bytes of a mail to what it says, however broken they are."""

from __future__ import annotations

import re
from email import message_from_bytes
from email.errors import MessageError
from email.header import decode_header, make_header
from email.message import EmailMessage
from email.parser import BytesHeaderParser
from email.policy import EmailPolicy
from email.utils import getaddresses
from typing import TYPE_CHECKING

from troth.desk.mailbox.attachments import attachments_of
from troth.desk.mailbox.limits import (
    LONGEST_LINE,
    LONGEST_SUBJECT,
    MOST_LINES,
    MOST_REFERENCES,
)
from troth.desk.mailbox.mail import Mail
from troth.desk.mailbox.parts import leaves
from troth.desk.mailbox.quotes import without_quotes
from troth.desk.mailbox.words import words_of

_ID = re.compile(r"<[^<>\s]{1,900}>")
_ADDRESS = re.compile(r"[^@\s<>()\[\],;:\\\"]+@[^@\s<>()\[\],;:\\\"]+\.[^@\s<>()\[\],;:\\\".]+")
_LONGEST_ADDRESS = 254  # characters (RFC 5321)
_UNSEEN = re.compile(r"[\x00-\x1f\x7f\u200b-\u200f\u202a-\u202e\u2066-\u2069\ufeff]+")


if TYPE_CHECKING:
    _Policy = EmailPolicy[EmailMessage]
else:
    _Policy = EmailPolicy  # generic for type checkers alone


class _Short(_Policy):
    """The library's policy, by which nobody can keep us busy with one long header."""

    def header_source_parse(self, sourcelines: list[str]) -> tuple[str, str]:
        short = [line[:LONGEST_LINE] for line in sourcelines[:MOST_LINES]]
        return super().header_source_parse(short)


_POLICY = _Short()


def parse_mail(raw: bytes) -> Mail:
    """The mail in `raw`; never an error, whatever the bytes are."""
    message = _message(raw)
    found = leaves(message)
    kept, left_out = attachments_of(found)
    text = words_of(found)
    names = _addresses(message, "From")
    sender_name, sender = names[0] if len(names) == 1 else ("", "")
    replies = _addresses(message, "Reply-To")
    ids = _ID.findall(header(message, "Message-ID"))
    above = [
        *_ID.findall(header(message, "In-Reply-To")),
        *reversed(_ID.findall(header(message, "References"))),
    ]
    return Mail(
        message_id=ids[0] if ids else "",
        answers=tuple(dict.fromkeys(above))[:MOST_REFERENCES],
        sender=sender,
        sender_name=sender_name[:200],
        reply_to=replies[0][1] if len(replies) == 1 else "",
        to=tuple(
            address
            for name in ("Delivered-To", "X-Original-To", "To", "Cc")
            for _, address in _addresses(message, name)
        ),
        subject=_visible(header(message, "Subject"))[:LONGEST_SUBJECT],
        text=text,
        own=without_quotes(text),
        attachments=kept,
        left_out=left_out,
        message=message,
    )


def header(message: EmailMessage, name: str) -> str:
    """All headers of that name as one text, decoded as far as they can be."""
    try:
        found = message.get_all(name, [])
        return " ".join(str(one) for one in found)
    except Exception:  # the library's header parser raises half a dozen kinds on broken ones
        return _undecoded(message, name)


def headers(message: EmailMessage, name: str) -> list[str]:
    """Each header of that name, the topmost first, its folding undone."""
    return [_plain(value) for key, value in message.raw_items() if key.lower() == name.lower()]


def address_of(text: str) -> str:
    """An address as it is compared and kept: its domain in lower case; empty for none."""
    found = _ADDRESS.fullmatch(text.strip())
    if found is None or len(text) > _LONGEST_ADDRESS:
        return ""
    local, _, domain = found.group().rpartition("@")
    return f"{local}@{domain.lower()}"


def _message(raw: bytes) -> EmailMessage:
    try:
        return message_from_bytes(raw, policy=_POLICY)
    except (RecursionError, MessageError, ValueError, LookupError):
        return BytesHeaderParser(policy=_POLICY).parsebytes(raw[:64_000])


def _addresses(message: EmailMessage, name: str) -> list[tuple[str, str]]:
    """Names and addresses of a header; what is no address is left out."""
    # Names are decoded after they were told from addresses: an encoded comma parts nothing.
    try:
        read = getaddresses(headers(message, name))
    except RecursionError:  # comments within comments
        return []
    pairs = [(_visible(_decoded(shown)), address_of(address)) for shown, address in read]
    return [(shown, address) for shown, address in pairs if address]


def _undecoded(message: EmailMessage, name: str) -> str:
    return " ".join(_decoded(value) for value in headers(message, name))


def _decoded(value: str) -> str:
    try:
        return str(make_header(decode_header(value)))
    except (LookupError, ValueError, MessageError):
        return value


def _plain(value: object) -> str:
    text = str(value).encode("utf-8", "surrogateescape").decode("utf-8", "replace")
    return re.sub(r"\r?\n[ \t]*", " ", text).strip()


def _visible(text: str) -> str:
    """Without signs that nobody sees, which could reverse or break a line."""
    return _UNSEEN.sub(" ", text.encode("utf-8", "replace").decode("utf-8", "replace")).strip()
