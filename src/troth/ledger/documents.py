"""Documents of a request, sealed at rest: whoever deletes the key has deleted the documents.

Each request has a key for what proves who asks, which goes when the decision is made, one for the
values of a correction, which goes when they are written, and one for its file (proofs, plans,
letters, packages). A key alone opens nothing: it is joined with the desk's
own key, which lies in a file beside the ledger, so a stolen ledger can be read by nobody.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from typing import Any, Literal

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from sqlalchemy import delete, insert, select, update

from troth.errors import Refused
from troth.ledger.desk_key import keys_of
from troth.ledger.request_tables import request_documents, request_keys
from troth.ledger.session import Reading, Writing

Purpose = Literal["identity", "correction", "file"]
"""What a key is for: what proves who asks, the values of a correction, or all else."""
DocumentKind = Literal["identity", "correction", "proof", "plan", "letter", "package", "attachment"]
MOST_BYTES = 50_000_000  # of one document; a ledger is no archive
_KEY_BYTES = 32
_NONCE_BYTES = 12


@dataclass(frozen=True)
class Document:
    """A sealed document: what it is, whose request, its media type and size; never its content."""

    id: str
    number: str
    kind: DocumentKind
    media: str
    bytes: int
    stored_at: datetime
    stored_by: str


def store_document(
    writing: Writing,
    number: str,
    kind: DocumentKind,
    content: bytes,
    media: str,
    *,
    desk_key: bytes,
    by: str,
    at: datetime,
) -> Document:
    """Seal a document of a request; `desk_key` is the desk's own. Refused (`attachment-too-large`).

    The journal keeps what it is and the digest of what lies sealed, and nothing of its content.
    """
    if len(content) > MOST_BYTES:
        raise Refused(
            "attachment-too-large",
            f"the document has {len(content)} bytes, and {MOST_BYTES} are taken",
            help="keep it where it is, and write down where that is",
        )
    purpose = purpose_of(kind)
    id = writing.new_id("document")
    key = _key(_secret(writing, number, purpose, make=True), desk_key)
    sealed = _sealed(content, key, id)
    row = {
        "id": id,
        "number": number,
        "purpose": purpose,
        "kind": kind,
        "media": media,
        "bytes": len(content),
        "sealed": sealed,
        "stored_at": at,
        "stored_by": by,
    }
    payload = {"request": number, "document": id, "kind": kind, "sealed": _digest(sealed)}
    writing.append("document-stored", at, payload)
    writing.connection.execute(
        insert(request_documents).values(organisation=writing.organisation, **row)
    )
    return Document(id, number, kind, media, len(content), at, by)


def open_document(reading: Reading, id: str, *, desk_key: bytes) -> bytes:
    """The content of a document; that somebody looks is for the caller to note, before.

    Refused: `unknown-document`, `document-gone` (its key was deleted), `document-altered`,
    `desk-key` (sealed under another key of the desk).
    """
    row = _row(reading, id)
    secret = _secret(reading, row.number, row.purpose, make=False)
    for one in keys_of(desk_key):
        content = _opened(row, _key(secret, one))
        if content is not None:
            return content
    raise Refused(
        "document-altered",
        "the document does not open: it was altered, or the key of the desk is another",
        place=id,
        help="restore the desk's key file (postbox.key) from its backup; a running server reads it "
        "again by itself",
    )


def reseal_documents(writing: Writing, desk_key: bytes, *, at: datetime) -> int:
    """Seal by the newest key of the desk whatever lies sealed by an older one; how many.

    One document at a time is in memory. What opens by no key stays as it is.
    """
    table = request_documents.c
    mine = table.organisation == writing.organisation
    newest, *older = keys_of(desk_key)
    number = 0
    for id in writing.connection.execute(select(table.id).where(mine)).scalars().all():
        row = _row(writing, id)
        secret = _known_secret(writing, row.number, row.purpose)
        if secret is None:  # deleted; nobody opens it any more
            continue
        opened = (_opened(row, _key(secret, one)) for one in older)
        content = next((found for found in opened if found is not None), None)
        if content is None:
            continue
        sealed = _sealed(content, _key(secret, newest), id)
        writing.connection.execute(
            update(request_documents).where(mine, table.id == id).values(sealed=sealed)
        )
        payload = {"request": row.number, "document": id, "sealed": _digest(sealed)}
        writing.append("document-sealed-anew", at, payload)
        number += 1
    return number


def _sealed(content: bytes, key: bytes, id: str) -> bytes:
    nonce = secrets.token_bytes(_NONCE_BYTES)
    return nonce + ChaCha20Poly1305(key).encrypt(nonce, content, id.encode())


def _opened(row: Any, key: bytes) -> bytes | None:
    sealed = bytes(row.sealed)
    try:
        nonce, text = sealed[:_NONCE_BYTES], sealed[_NONCE_BYTES:]
        return ChaCha20Poly1305(key).decrypt(nonce, text, row.id.encode())
    except InvalidTag:
        return None


def documents_of(reading: Reading, number: str) -> tuple[Document, ...]:
    """The documents of a request, the oldest first."""
    table = request_documents.c
    query = (
        select(request_documents)
        .where(table.organisation == reading.organisation, table.number == number)
        .order_by(table.stored_at, table.id)
    )
    return tuple(_document(row) for row in reading.connection.execute(query))


def packages_kept(reading: Reading, most: int) -> tuple[Document, ...]:
    """The newest packages that lie sealed, at most so many."""
    table = request_documents.c
    columns = [one for one in request_documents.columns if one.name != "sealed"]
    query = (
        select(*columns)
        .where(table.organisation == reading.organisation, table.kind == "package")
        .order_by(table.stored_at.desc(), table.id)
        .limit(most)
    )
    return tuple(_document(row) for row in reading.connection.execute(query))


def find_document(reading: Reading, id: str) -> Document:
    """One document, sealed as it is; Refused (`unknown-document`)."""
    return _document(_row(reading, id))


def delete_documents(writing: Writing, number: str, purpose: Purpose, *, at: datetime) -> int:
    """Delete the key of a purpose, and what lay sealed under it; how many documents."""
    mine = request_documents.c
    theirs = (
        (mine.organisation == writing.organisation)
        & (mine.number == number)
        & (mine.purpose == purpose)
    )
    ids = list(
        writing.connection.execute(select(mine.id).where(theirs).order_by(mine.id)).scalars()
    )
    keys = request_keys.c
    gone = writing.connection.execute(
        delete(request_keys).where(
            keys.organisation == writing.organisation,
            keys.number == number,
            keys.purpose == purpose,
        )
    ).rowcount
    writing.connection.execute(delete(request_documents).where(theirs))
    if gone or ids:
        writing.append("documents-deleted", at, {"request": number, "documents": ids})
    return len(ids)


def delete_packages(
    writing: Writing, numbers: Collection[str], over: Callable[[datetime], bool], *, at: datetime
) -> int:
    """Delete the packages of requests whose end is `over`, by the instant they were sealed."""
    table = request_documents.c
    mine = (
        (table.organisation == writing.organisation)
        & (table.kind == "package")
        & table.number.in_(list(numbers))
    )
    rows = writing.connection.execute(select(table.id, table.stored_at).where(mine))
    ids = sorted(row.id for row in rows if over(row.stored_at))
    if ids:
        writing.connection.execute(delete(request_documents).where(mine, table.id.in_(ids)))
        writing.append("documents-deleted", at, {"documents": ids})
    return len(ids)


def digest_of_sealed(reading: Reading, id: str) -> str:
    """SHA-256 of what lies sealed, as the journal's `document-stored` has it."""
    return _digest(bytes(_row(reading, id).sealed))


def request_secret(writing: Writing, number: str) -> bytes:
    """The secret of a request's identity check, made where it is missing; it keys its codes."""
    return _secret(writing, number, "identity", make=True)


def purpose_of(kind: DocumentKind) -> Purpose:
    """Under which key a kind of document lies."""
    return kind if kind in ("identity", "correction") else "file"


def _known_secret(reading: Reading, number: str, purpose: Purpose) -> bytes | None:
    keys = request_keys.c
    found: bytes | None = reading.connection.execute(
        select(keys.secret).where(
            keys.organisation == reading.organisation,
            keys.number == number,
            keys.purpose == purpose,
        )
    ).scalar()
    return None if found is None else bytes(found)


def _secret(reading: Reading, number: str, purpose: Purpose, *, make: bool) -> bytes:
    found = _known_secret(reading, number, purpose)
    if found is not None:
        return found
    if not make:
        raise Refused("document-gone", f"the key of request {number} was deleted")
    made = secrets.token_bytes(_KEY_BYTES)
    row = {"organisation": reading.organisation, "number": number, "purpose": purpose}
    reading.connection.execute(insert(request_keys).values(**row, secret=made))
    return made


def _key(secret: bytes, desk_key: bytes) -> bytes:
    return HKDF(SHA256(), _KEY_BYTES, desk_key, b"troth document").derive(secret)


def _row(reading: Reading, id: str) -> Any:
    table = request_documents.c
    row = reading.connection.execute(
        select(request_documents).where(table.organisation == reading.organisation, table.id == id)
    ).one_or_none()
    if row is None:
        raise Refused(
            "unknown-document",
            f"there is no document '{id}'",
            help="`troth request show` lists those of a request; what proved who asked is deleted "
            "with the decision",
        )
    return row


def _document(row: Any) -> Document:
    return Document(
        row.id, row.number, row.kind, row.media, row.bytes, row.stored_at, row.stored_by
    )


def _digest(sealed: bytes) -> str:
    return sha256(sealed).hexdigest()
