"""Keys for one purpose each, derived from the key of the desk; and digests under them."""

from __future__ import annotations

import hmac
from hashlib import sha256

from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

_BYTES = 32


def purpose_key(key: bytes, organisation: str, purpose: str) -> bytes:
    """A key of 32 bytes that tells nothing of the desk's key, nor of any other purpose's."""
    info = f"troth desk\n{organisation}\n{purpose}".encode()
    return HKDF(algorithm=SHA256(), length=_BYTES, salt=None, info=info).derive(key)


def keyed_digest(key: bytes, *parts: str) -> str:
    """A digest that nobody can guess from the parts without the key."""
    text = "".join(f"{len(part)}:{part}" for part in parts)
    return hmac.new(key, text.encode(), sha256).hexdigest()
