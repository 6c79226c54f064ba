"""The files of a mail, kept sealed beside its request (the one place that knows how)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from troth.desk.mailbox.mail import Attachment
from troth.ledger.session import Writing


def keep(
    writing: Writing,
    number: str,
    attachments: Sequence[Attachment],
    text: str,
    *,
    key: bytes | None,
    by: str,
    at: datetime,
) -> tuple[str, ...]:
    """Seal files, and a text where there is one, for a request; the ids of the documents.

    Without `key`, the desk's own, nothing is kept: it stays in the mailbox.
    """
    del writing, number, attachments, text, key, by, at  # nothing seals documents yet
    return ()
