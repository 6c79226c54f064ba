"""A mail as it was read: nothing in it has been verified."""

from __future__ import annotations

from dataclasses import dataclass
from email.message import EmailMessage


@dataclass(frozen=True)
class Attachment:
    """A file that came with a mail; its content begins as its media type says."""

    name: str
    media_type: str
    content: bytes


@dataclass(frozen=True)
class Mail:
    """A mail, read.

    `sender` and `reply_to` are addresses, empty where the mail names none or several. `answers` are
    the Message-IDs of the thread above it, the nearest first. `text` is what its writer wrote,
    `own` the same without what they quote. `left_out`: why attachments were not kept, one each.
    """

    message_id: str
    answers: tuple[str, ...]
    sender: str
    sender_name: str
    reply_to: str
    to: tuple[str, ...]
    subject: str
    text: str
    own: str
    attachments: tuple[Attachment, ...]
    left_out: tuple[str, ...]
    message: EmailMessage
