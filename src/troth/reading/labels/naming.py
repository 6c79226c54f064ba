"""The names under which a policy speaks of its controller."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from troth.reading.labels.items import Item
from troth.reading.labels.label import STATED, Label
from troth.reading.text import Evidence

_MOST_NAMES = 5
_START = re.compile(r"^[\W\d]*")


def names_of(passages: Iterable[str], patterns: Sequence[tuple[str, re.Pattern[str]]]) -> list[str]:
    """The names that the passages give to the controller, in order, each once.

    `patterns` have a group `name`; capitals count in them.
    """
    found: list[str] = []
    for characters in passages:
        for _, pattern in patterns:
            match = pattern.search(characters)
            if match is not None and match["name"].strip() not in found:
                found.append(match["name"].strip())
        if len(found) >= _MOST_NAMES:
            break
    return found[:_MOST_NAMES]


def named_again(characters: str, names: Sequence[str]) -> Label | None:
    """The label of a passage that begins with a name of the controller, saying what it does."""
    start = _START.match(characters)
    at = start.end() if start is not None else 0
    for name in names:
        if characters.startswith(name, at) and characters[at + len(name) :][:1] in (" ", "’", "'"):
            place = Evidence(at, at + len(name), name)
            return Label(Item.CONTROLLER_NAME, STATED, ("named-again",), (place,))
    return None
