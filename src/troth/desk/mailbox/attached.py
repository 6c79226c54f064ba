"""The files of a mail, kept sealed beside its request (the one place that knows how)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from troth.desk.mailbox.mail import Attachment
from troth.ledger.documents import delete_documents, store_document
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
    if key is None:
        return ()
    papers = [(one.content, one.media_type) for one in attachments]
    if text:
        papers.append((text.encode(), "text/plain"))
    return tuple(
        store_document(writing, number, "attachment", content, media, desk_key=key, by=by, at=at).id
        for content, media in papers
    )


def forget(writing: Writing, number: str, *, at: datetime) -> None:
    """Delete what was kept of a mail that is no request."""
    delete_documents(writing, number, "file", at=at)
