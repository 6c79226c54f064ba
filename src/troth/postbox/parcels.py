"""Parcels: packages that lie in the box in locked pieces, to be fetched once.

A parcel opens with the secret of a link and a code that went another way. Each piece is sealed
under its place and whether it is the last, so that none can be left out, doubled or moved.
"""

from __future__ import annotations

import secrets
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

import sqlalchemy as sa
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305
from cryptography.hazmat.primitives.kdf.scrypt import Scrypt

from troth.postbox.box import Postbox
from troth.postbox.numbers import code_of, new_code
from troth.postbox.seal import SealError, lock, unlock
from troth.postbox.tables import chunks, parcels

CHUNK_BYTES = 256 * 1024
MOST_TRIES = 10  # wrong codes, after which a parcel stays shut
MOST_DOWNLOADS = 2  # the second only for one that was interrupted
AGAIN_WITHIN = timedelta(hours=1)
_AT_ONCE = 16  # chunks written in one transaction
_NONCE_BYTES = 12
_COST = 2**14  # of scrypt: 16 MB and some 50 ms for each try


@dataclass(frozen=True)
class Parcel:
    """What is known of a parcel without opening it; `size` in bytes, `opened_at` aware (UTC)."""

    link: str
    size: int
    expires_on: date
    wrapped: bytes
    tries: int
    downloads: int
    opened_at: datetime | None

    def shut(self, now: datetime, today: date) -> bool:
        """Whether nobody can fetch it any more."""
        late = self.opened_at is not None and now > self.opened_at + AGAIN_WITHIN
        return late or self.downloads >= MOST_DOWNLOADS or today > self.expires_on


def put_parcel(
    box: Postbox,
    organisation: str,
    link: str,
    content: Iterable[bytes],
    size: int,
    expires_on: date,
) -> str:
    """Puts a package of `size` bytes into the box, instead of an earlier one; the code to open it.

    `content` yields pieces of any length; no more than a few are in memory. Whoever fetches it
    needs the secret of the link too.
    """
    code, key = new_code(), secrets.token_bytes(32)
    remove_parcel(box, link)
    cipher, rows, written = ChaCha20Poly1305(key), [], 0
    for position, (piece, last) in enumerate(_pieces(content)):
        written += len(piece)
        sealed = cipher.encrypt(_nonce(position, last), piece, None)
        rows.append({"link": link, "position": position, "sealed": sealed})
        if last or len(rows) == _AT_ONCE:
            with box.writing() as connection:
                connection.execute(sa.insert(chunks), rows)
            rows = []
    if written != size:
        remove_parcel(box, link)
        raise ValueError("the package is not as long as was said")
    row = {
        "link": link,
        "organisation": organisation,
        "size": size,
        "expires_on": expires_on.isoformat(),
        "wrapped": lock(_with_code(key, code, link), link),
    }
    with box.writing() as connection:
        connection.execute(sa.insert(parcels).values(row))
    return code


def remove_parcel(box: Postbox, link: str) -> None:
    """Takes a parcel and all its pieces out of the box."""
    with box.writing() as connection:
        connection.execute(sa.delete(parcels).where(parcels.c.link == link))
        connection.execute(sa.delete(chunks).where(chunks.c.link == link))


def parcels_of(box: Postbox, organisation: str, link: str | None = None) -> tuple[Parcel, ...]:
    """The parcels of an organisation, or that of a link alone."""
    query = sa.select(parcels).where(parcels.c.organisation == organisation)
    if link is not None:
        query = query.where(parcels.c.link == link)
    with box.reading() as connection:
        return tuple(_parcel(row) for row in connection.execute(query))


def key_of(box: Postbox, parcel: Parcel, secret: str, code: str) -> bytes | None:
    """The key of a parcel's pieces; None for a wrong code, which is counted."""
    counted = (
        sa.update(parcels)
        .where(parcels.c.link == parcel.link, parcels.c.tries < MOST_TRIES)
        .values(tries=parcels.c.tries + 1)
    )
    with box.writing() as connection:
        if connection.execute(counted).rowcount != 1:
            return None
    try:
        return _without_code(unlock(parcel.wrapped, secret), code_of(code), parcel.link)
    except SealError:
        return None


def begin_download(box: Postbox, parcel: Parcel, now: datetime) -> bool:
    """Counts a download, as one step; False where it was one too many."""
    since = (now - AGAIN_WITHIN).astimezone(UTC).isoformat()
    counted = (
        sa.update(parcels)
        .where(
            parcels.c.link == parcel.link,
            parcels.c.downloads < MOST_DOWNLOADS,
            sa.or_(parcels.c.opened_at.is_(None), parcels.c.opened_at >= since),
        )
        .values(
            downloads=parcels.c.downloads + 1,
            tries=0,
            opened_at=sa.func.coalesce(parcels.c.opened_at, now.astimezone(UTC).isoformat()),
        )
    )
    with box.writing() as connection:
        return connection.execute(counted).rowcount == 1


def pieces_of(box: Postbox, parcel: Parcel, key: bytes) -> Iterator[bytes]:
    """The package piece by piece; `SealError` where a piece is not the one that was put in."""
    cipher = ChaCha20Poly1305(key)
    left = parcel.size
    position = 0
    while left or position == 0:
        where = (chunks.c.link == parcel.link, chunks.c.position == position)
        with box.reading() as connection:
            sealed = connection.execute(sa.select(chunks.c.sealed).where(*where)).scalar()
        last = left <= CHUNK_BYTES
        try:
            piece = cipher.decrypt(_nonce(position, last), sealed or b"", None)
        except InvalidTag as error:
            raise SealError("a piece of the parcel is missing or altered") from error
        yield piece
        left -= len(piece)
        position += 1


def _pieces(content: Iterable[bytes]) -> Iterator[tuple[bytes, bool]]:
    """The same bytes in pieces of `CHUNK_BYTES`, each with whether it is the last."""
    held = bytearray()
    for part in content:
        held += part
        while len(held) > CHUNK_BYTES:
            yield bytes(held[:CHUNK_BYTES]), False
            del held[:CHUNK_BYTES]
    yield bytes(held), True


def _nonce(position: int, last: bool) -> bytes:
    """The key is used for one parcel alone, so that a place is a nonce (as in STREAM)."""
    return position.to_bytes(_NONCE_BYTES - 1) + bytes([last])


def _with_code(key: bytes, code: str, link: str) -> bytes:
    nonce = secrets.token_bytes(_NONCE_BYTES)
    return nonce + ChaCha20Poly1305(_stretched(code, link)).encrypt(nonce, key, None)


def _without_code(wrapped: bytes, code: str, link: str) -> bytes:
    cipher = ChaCha20Poly1305(_stretched(code, link))
    try:
        return cipher.decrypt(wrapped[:_NONCE_BYTES], wrapped[_NONCE_BYTES:], None)
    except (InvalidTag, ValueError) as error:
        raise SealError("the code is another") from error


def _stretched(code: str, link: str) -> bytes:
    return Scrypt(bytes.fromhex(link), 32, _COST, 8, 1).derive(code.encode())


def _parcel(row: sa.Row[tuple[object, ...]]) -> Parcel:
    opened = row.opened_at
    return Parcel(
        row.link,
        row.size,
        date.fromisoformat(row.expires_on),
        row.wrapped,
        row.tries,
        row.downloads,
        datetime.fromisoformat(opened) if opened is not None else None,
    )
