"""The key of a desk, with those it had before: what is new is sealed by the newest alone."""

from __future__ import annotations

from typing import Self


class DeskKey(bytes):
    """The newest private key of a desk (32 bytes); `older` still open what was sealed by them."""

    older: tuple[bytes, ...]

    def __new__(cls, key: bytes, older: tuple[bytes, ...] = ()) -> Self:
        made = super().__new__(cls, key)
        made.older = older
        return made

    def __repr__(self) -> str:
        return "DeskKey(...)"


def keys_of(key: bytes) -> tuple[bytes, ...]:
    """Every key by which something may be sealed, the newest first."""
    return (bytes(key), *key.older) if isinstance(key, DeskKey) else (key,)
