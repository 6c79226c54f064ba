"""Retention told in every construction of a language, with every event: the answer is known."""

from __future__ import annotations

from collections import Counter

import pytest

from reading.constructions.made import Made, made
from reading.corpus import of
from reading.score import numeric, score
from troth.reading.frames.retention import retentions
from troth.reading.frames.units import Page

ENOUGH = 0.98  # of all sentences; what is left is events that the lexicon does not name
OF_EACH = 0.85  # of each construction, so that none is left out


def is_right(one: Made, language: str) -> bool:
    """Whether the page's one promise is read, and nothing beside it."""
    page = Page(of(one.page, language))
    frames = [f for f in numeric(retentions(page)) if "voicemail" not in _row(f.said.evidence)]
    found = score(page, frames, [one.expected])
    return found.right == 1 and not found.wrong


def _row(evidence: tuple[object, ...]) -> str:
    """The words of a promise; the second row of made-up tables is about voicemail."""
    return str(getattr(evidence[0], "quote", "")).lower().replace("messagerie vocale", "voicemail")


@pytest.mark.parametrize("language", ["en", "fr"])
def test_every_construction_is_read_with_every_event(language: str) -> None:
    all_of: Counter[str] = Counter()
    right: Counter[str] = Counter()
    for one in made(language):
        all_of[one.construction] += 1
        right[one.construction] += is_right(one, language)
    assert right.total() >= ENOUGH * all_of.total()
    weak = {one: right[one] for one, number in all_of.items() if right[one] < OF_EACH * number}
    assert not weak
