"""Numbers and codes that people read out and type: letters that cannot be taken for each other."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from hashlib import sha256

_LETTERS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"  # Crockford's base 32: no I, L, O, U
_LENGTH = 10  # of 5 bits each
_CODE_LENGTH = 8
_LINK_LENGTH, _LINK_BYTES = 26, 17
_READ_AS = str.maketrans("OIL", "011", " -\t\n")


def number_of(secret: str) -> str:
    """The number that belongs to the secret of a link, such as `7KQ4M-2XC9D`."""
    value = int.from_bytes(sha256(b"troth number\0" + secret.encode()).digest())
    text = "".join(_LETTERS[(value >> (5 * at)) & 31] for at in range(_LENGTH))
    return f"{text[:5]}-{text[5:]}"


def new_link(randomness: Callable[[int], bytes]) -> str:
    """A new secret of a link that stands on paper: 130 bits, in groups that a person can type."""
    value = int.from_bytes(randomness(_LINK_BYTES))
    text = "".join(_LETTERS[(value >> (5 * at)) & 31] for at in range(_LINK_LENGTH))
    return "-".join(text[at : at + 5] for at in range(0, _LINK_LENGTH, 5))


def link_of(typed: str) -> str:
    """A link's secret as somebody typed it from a letter."""
    text = code_of(typed)[:_LINK_LENGTH]
    return "-".join(text[at : at + 5] for at in range(0, len(text), 5))


def new_code() -> str:
    """A new code, as it is compared; people see it as `shown_code` has it."""
    return "".join(secrets.choice(_LETTERS) for _ in range(_CODE_LENGTH))


def shown_code(code: str) -> str:
    """A code as it stands in a letter, such as `7KQ4-M2XC`."""
    return f"{code[:4]}-{code[4:]}"


def code_of(typed: str) -> str:
    """A code as somebody typed it: small letters, blanks, and O for 0 make no difference."""
    return typed.strip().upper().translate(_READ_AS)
