"""Seals: letters that only the desk can read, and answers that only the holder of a link can read.

Both use HPKE (RFC 9180) with X25519. The secret of a link is the seed of a key pair whose public
part names the link: whoever knows the name can write to its holder, and only the secret reads.
"""

from __future__ import annotations

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.hpke import AEAD, KDF, KEM, Suite
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

_SUITE = Suite(KEM.X25519, KDF.HKDF_SHA256, AEAD.CHACHA20_POLY1305)
_ANSWER = "troth answer"


class SealError(ValueError):
    """What was sealed was altered, or for somebody else."""


def seal(text: bytes, key: bytes, about: str) -> bytes:
    """Seals for the holder of the private key; `about` (not secret) must be the same to open."""
    return _SUITE.encrypt(text, X25519PublicKey.from_public_bytes(key), about.encode())


def open_seal(sealed: bytes, key: bytes, about: str) -> bytes:
    """What was sealed; `SealError` where the key, the content or `about` differ."""
    try:
        return _SUITE.decrypt(sealed, X25519PrivateKey.from_private_bytes(key), about.encode())
    except (InvalidTag, ValueError) as error:
        raise SealError("the seal does not open") from error


def new_key() -> bytes:
    """A new private key, 32 bytes."""
    return X25519PrivateKey.generate().private_bytes_raw()


def public_part(key: bytes) -> bytes:
    """The key with which anybody seals for the holder of the private `key`, 32 bytes."""
    return X25519PrivateKey.from_private_bytes(key).public_key().public_bytes_raw()


def lock(text: bytes, link: str) -> bytes:
    """Locks a text for whoever has the secret of a link; `link` is its fingerprint."""
    return seal(text, bytes.fromhex(link), _ANSWER)


def unlock(locked: bytes, secret: str) -> bytes:
    """What was locked for the holder of the secret; `SealError` for another."""
    return open_seal(locked, _pair(secret).private_bytes_raw(), _ANSWER)


def fingerprint(secret: str) -> str:
    """By which a link is found and written to, and from which its secret cannot be had."""
    return _pair(secret).public_key().public_bytes_raw().hex()


def derived(key: bytes, purpose: str, length: int = 32) -> bytes:
    """A key of its own for another purpose, from the desk's private key."""
    return HKDF(SHA256(), length, None, f"troth {purpose}".encode()).derive(key)


def _pair(secret: str) -> X25519PrivateKey:
    return X25519PrivateKey.from_private_bytes(derived(secret.encode(), "link"))
