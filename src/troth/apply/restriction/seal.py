"""What is moved out of a row, sealed by the data key of its restriction (AES-256-GCM).

The seal names its row: what is sealed for one cannot be opened as another's.
"""

from __future__ import annotations

import json
from base64 import b64decode, b64encode
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from hashlib import sha256

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from troth.apply.restriction.codec import Exact
from troth.errors import Broken
from troth.grounds.facts import Key
from troth.ledger.journal import Randomness

NONCE_BYTES = 12


@dataclass(frozen=True)
class Slip:
    """The name of one moved row: whose, of which restriction, and which row of which table."""

    organisation: str
    restriction: str
    position: int
    table: str
    key: Key

    @property
    def row_digest(self) -> str:
        """The same for every restriction of one row."""
        text = json.dumps([self.table, list(self.key)], ensure_ascii=False)
        return sha256(text.encode()).hexdigest()

    def written(self) -> bytes:
        parts = [self.organisation, self.restriction, self.position, self.table, list(self.key)]
        return json.dumps(parts, ensure_ascii=False).encode()


@dataclass(frozen=True)
class Moved:
    """What was moved: the values by column, what stands in their place, and the rest of the row.

    `rest` tells later whether the row is still the same one. `aside`: triggers stood aside.
    """

    values: Mapping[str, Exact] = field(repr=False)
    skeleton: Mapping[str, Exact] = field(repr=False)
    rest: Mapping[str, Exact] = field(repr=False)
    aside: bool = False

    def with_values(self, values: Mapping[str, Exact]) -> Moved:
        return replace(self, values={**self.values, **values})


def seal(secret: bytes, slip: Slip, moved: Moved, randomness: Randomness) -> str:
    """The sealed text."""
    parts = [dict(moved.values), dict(moved.skeleton), dict(moved.rest), moved.aside]
    nonce = randomness(NONCE_BYTES)
    sealed = AESGCM(secret).encrypt(nonce, json.dumps(parts).encode(), slip.written())
    return b64encode(nonce + sealed).decode()


def unseal(secret: bytes, slip: Slip, sealed: str) -> Moved:
    """What was sealed; `Broken` (`quarantine-unreadable`) where it was altered."""
    try:
        octets = b64decode(sealed, validate=True)
        text = AESGCM(secret).decrypt(octets[:NONCE_BYTES], octets[NONCE_BYTES:], slip.written())
    except (InvalidTag, ValueError):
        raise Broken(
            "quarantine-unreadable",
            f"what was moved out of a row of '{slip.table}' cannot be read: it was altered",
            help="restore Troth's table in the store, or the ledger, from a backup",
        ) from None
    return Moved(*json.loads(text))
