"""Seals and numbers: only the right key, the right link and the right letter open."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from troth.postbox.numbers import number_of
from troth.postbox.seal import SealError, fingerprint, lock, new_key, open_seal, public_part, seal
from troth.postbox.seal import unlock as unlock_

TEXT = b"made-up words"


@given(st.binary(max_size=500), st.text(max_size=20))
def test_what_is_sealed_is_read_by_the_holder_of_the_key(text: bytes, about: str) -> None:
    key = new_key()
    assert open_seal(seal(text, public_part(key), about), key, about) == text


def test_another_key_another_letter_or_an_altered_one_does_not_open() -> None:
    key = new_key()
    sealed = seal(TEXT, public_part(key), "softfil 1")
    altered = sealed[:-1] + bytes([sealed[-1] ^ 1])
    for wrong in (
        (sealed, new_key(), "softfil 1"),
        (sealed, key, "softfil 2"),
        (altered, key, "softfil 1"),
        (b"", key, "softfil 1"),
    ):
        with pytest.raises(SealError):
            open_seal(*wrong)


def test_an_answer_opens_with_its_link_alone() -> None:
    locked = lock(TEXT, fingerprint("a" * 22))
    assert TEXT not in locked
    assert unlock_(locked, "a" * 22) == TEXT
    for wrong in ((locked, "b" * 22), (locked[:-1], "a" * 22), (b"", "a" * 22)):
        with pytest.raises(SealError):
            unlock_(*wrong)


@given(st.text(min_size=1, max_size=40))
def test_numbers_can_be_read_out_and_tell_nothing_of_the_link(secret: str) -> None:
    assert re.fullmatch(r"[0-9A-HJKMNP-TV-Z]{5}-[0-9A-HJKMNP-TV-Z]{5}", number_of(secret))
    assert re.fullmatch(r"[0-9a-f]{64}", fingerprint(secret))
