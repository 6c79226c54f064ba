"""Looking for a world in which a planted fault makes the two implementations differ."""

from __future__ import annotations

from collections.abc import Sequence

from differential.comparison import compare
from differential.databases import Databases
from differential.faults import planted
from differential.together import compare_shop
from troth.errors import TrothError
from worlds.strategies import world_of

FOLD = 2


def caught_by(fault: str, databases: Sequence[Databases], worlds: int) -> int | None:
    """The first seed below `worlds` whose comparison fails under the fault; None if it survives."""
    for seed in range(worlds):
        world = world_of(seed, FOLD)
        try:
            with planted(fault):
                found = compare(world, databases)
        except TrothError:
            continue  # a fault that breaks the run says nothing about the comparison
        if any(result.differences for result in found.values()):
            return seed
    return None


def caught_together(fault: str, databases: Databases, shops: int) -> int | None:
    """The first seed below `shops` of a shop that is counted wrong under the fault, or None."""
    for seed in range(shops):
        try:
            with planted(fault):
                compare_shop(seed, databases)
        except (AssertionError, TrothError):  # an assertion of the check itself catches it as well
            return seed
    return None
