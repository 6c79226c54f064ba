"""The number of a request, as its receipt shows it: short enough to be read out on a telephone."""

from __future__ import annotations

from hashlib import sha256

_LETTERS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"  # Crockford's base 32: no I, L, O, U
_LENGTH = 10  # of 5 bits each


def number_of(secret: str) -> str:
    """The number that belongs to the secret of a link, such as `7KQ4M-2XC9D`."""
    value = int.from_bytes(sha256(b"troth number\0" + secret.encode()).digest())
    text = "".join(_LETTERS[(value >> (5 * at)) & 31] for at in range(_LENGTH))
    return f"{text[:5]}-{text[5:]}"
