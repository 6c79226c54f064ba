"""A document that somebody sends: read into memory, checked, and never written down in clear."""

from __future__ import annotations

from asyncio import Semaphore
from dataclasses import dataclass

from starlette.datastructures import UploadFile
from starlette.formparsers import MultiPartException, MultiPartParser
from starlette.requests import Request

from troth.postbox.content import MOST_DOCUMENT_BYTES

MOST_UPLOAD_BYTES = 2 * MOST_DOCUMENT_BYTES
"""Beyond it the connection is cut; up to it a person reads that the document is too large."""
_AT_ONCE = Semaphore(4)  # documents in memory
_STARTS = {b"%PDF-": "application/pdf", b"\x89PNG\r\n": "image/png", b"\xff\xd8\xff": "image/jpeg"}


@dataclass(frozen=True)
class Sent:
    """The secret of the form and the document; `problem` is the key of words where it is none."""

    secret: str
    content: bytes = b""
    media: str = ""
    problem: str = ""


class _InMemory(MultiPartParser):
    spool_max_size = MOST_UPLOAD_BYTES  # nothing reaches a temporary file


async def document_of(request: Request) -> Sent:
    """The document of a form, of a kind that its own first bytes show."""
    if not request.headers.get("content-type", "").startswith("multipart/form-data"):
        return Sent("", problem="problem.form")
    async with _AT_ONCE:
        parser = _InMemory(request.headers, request.stream(), max_files=1, max_fields=5)
        try:
            form = await parser.parse()
        except (MultiPartException, KeyError):
            return Sent("", problem="problem.form")
        try:
            secret, file = str(form.get("secret") or ""), form.get("document")
            content = await file.read() if isinstance(file, UploadFile) else b""
        finally:
            await form.close()
    if not content:
        return Sent(secret, problem="problem.document")
    if len(content) > MOST_DOCUMENT_BYTES:
        return Sent(secret, problem="problem.document-size")
    media = next((media for start, media in _STARTS.items() if content.startswith(start)), "")
    return Sent(secret, content, media, "" if media else "problem.document-kind")
