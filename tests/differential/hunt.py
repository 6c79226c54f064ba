"""Looking for a world in which a planted fault makes the two implementations differ."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path

from differential.comparison import compare
from differential.counted import compare_world
from differential.databases import Databases
from differential.faults import planted
from differential.together import compare_shop
from troth.errors import TrothError
from worlds.strategies import world_of

FOLD = 2
_SHOWN = Path(__file__).parent / "shown_by.json"


def shown_by() -> Mapping[str, int]:
    """The seed of a world in which each fault was seen last: looked at first, since it is quick."""
    known: dict[str, int] = json.loads(_SHOWN.read_text()) if _SHOWN.exists() else {}
    return known


def remember(found: Mapping[str, int]) -> None:
    """Keeps where faults were seen, for the next hunt."""
    known = dict(sorted({**shown_by(), **found}.items()))
    _SHOWN.write_text(json.dumps(known, indent=1) + "\n")


def _seeds(fault: str, worlds: int) -> Sequence[int]:
    """The seed that showed the fault last, and then all others."""
    first = shown_by().get(fault)
    return list(dict.fromkeys((*([] if first is None else [first]), *range(worlds))))


def caught_by(fault: str, databases: Sequence[Databases], worlds: int) -> int | None:
    """A seed whose comparison fails under the fault, of `worlds` at most; None if it survives."""
    with planted(fault):
        for seed in _seeds(fault, worlds):
            try:
                found = compare(world_of(seed, FOLD), databases)
            except TrothError:
                continue  # a fault that breaks the run says nothing about the comparison
            if any(result.differences for result in found.values()):
                return seed
    return None


def caught_together(fault: str, databases: Databases, shops: int) -> int | None:
    """The first seed below `shops` of a shop that is counted wrong under the fault, or None."""
    with planted(fault):
        for seed in range(shops):
            try:
                compare_shop(seed, databases)
            except (AssertionError, TrothError):  # an assertion of the check itself does as well
                return seed
    return None


def caught_counting(fault: str, databases: Databases, worlds: int) -> int | None:
    """A seed whose world is counted wrong under the fault, of `worlds` at most, or None."""
    with planted(fault):
        for seed in _seeds(fault, worlds):
            try:
                compare_world(world_of(seed, FOLD), databases)
            except (AssertionError, TrothError):
                return seed
    return None
