"""Seals: letters that only the desk can read, and answers that only the holder of a link can read.

Letters use HPKE (RFC 9180) with X25519; answers a key derived from the secret of the link.
"""

from __future__ import annotations

import secrets
from hashlib import sha256

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.hpke import AEAD, KDF, KEM, Suite
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

_SUITE = Suite(KEM.X25519, KDF.HKDF_SHA256, AEAD.CHACHA20_POLY1305)
_NONCE_BYTES = 12


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


def lock(text: bytes, secret: str) -> bytes:
    """Locks a text for whoever has the secret of a link."""
    nonce = secrets.token_bytes(_NONCE_BYTES)
    return nonce + ChaCha20Poly1305(_key(secret)).encrypt(nonce, text, None)


def unlock(locked: bytes, secret: str) -> bytes:
    """What was locked for the secret; `SealError` for another."""
    try:
        cipher = ChaCha20Poly1305(_key(secret))
        return cipher.decrypt(locked[:_NONCE_BYTES], locked[_NONCE_BYTES:], None)
    except (InvalidTag, ValueError) as error:
        raise SealError("the lock does not open") from error


def fingerprint(secret: str) -> str:
    """By which a link is found, and from which its secret cannot be had."""
    return sha256(b"troth link\0" + secret.encode()).hexdigest()


def _key(secret: str) -> bytes:
    return HKDF(SHA256(), 32, None, b"troth answer").derive(secret.encode())
