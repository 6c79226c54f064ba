"""Two implementations, one meaning, where people are under different versions of the text."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import replace
from random import Random

import pytest

from differential.comparison import compare
from differential.databases import Databases
from troth.grounds.interpreter import standing
from troth.policy.model import Policy
from worlds.strategies import world_of
from worlds.versions import with_versions
from worlds.world import World

WORLDS = int(os.environ.get("TROTH_VERSIONS_WORLDS", "30"))
EVERYWHERE = 3  # of them are compared on all databases, the others on one each, in turn


@pytest.mark.postgres
@pytest.mark.mariadb
def test_compiler_and_interpreter_agree_on_versions(databases: Sequence[Databases]) -> None:
    moved = 0
    for seed in range(WORLDS):
        world = with_versions(Random(seed), world_of(seed))
        turn = seed % len(databases)
        where = databases if seed < EVERYWHERE else databases[turn : turn + 1]
        for dialect, found in compare(world, where).items():
            assert not found.differences, f"seed {seed} on {dialect}: {found.differences[:5]}"
        moved += _moved(world, replace(world, policy=_latest_alone(world)))
    assert 100 * moved >= 40 * WORLDS, "versions have to make a difference to be compared"


def _latest_alone(world: World) -> Policy:
    versions = tuple(
        version.model_copy(update={"needs_acceptance": False, "effective": None})
        for version in world.policy.versions
    )
    return world.policy.model_copy(update={"versions": versions})


def _moved(world: World, other: World) -> bool:
    """Whether a value has another state in the other world, which has the same rows."""
    mine, theirs = world.evidence(), other.evidence()
    return any(
        standing(each, mine, world.facts, world.now).state
        is not standing(each, theirs, other.facts, other.now).state
        for each in world.values()
    )
