"""Every way in which a check counts a table gives the same numbers, on random worlds."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Sequence

import pytest

from differential.counted import compare_world
from differential.databases import Databases
from differential.together import compare_shop
from worlds.strategies import world_of

WORLDS = int(os.environ.get("TROTH_COUNTING_WORLDS", "10"))
SEED = 5_000
FOLD = 1
SHOPS = 6


@pytest.mark.postgres
@pytest.mark.mariadb
@pytest.mark.slow
def test_every_way_of_counting_gives_the_same_numbers(databases: Sequence[Databases]) -> None:
    ways: dict[str, Counter[str]] = {each.dialect: Counter() for each in databases}
    for seed in range(SEED, SEED + WORLDS):
        for each in databases:
            try:
                ways[each.dialect] += compare_world(world_of(seed, FOLD), each)
            except AssertionError as error:
                raise AssertionError(f"seed {seed} on {each.dialect}: {error}") from error
    for found in ways.values():
        assert found["apart"] >= found["joined"] > WORLDS / 2, ways


@pytest.mark.postgres
def test_tables_counted_together_are_counted_right(databases: Sequence[Databases]) -> None:
    """Random worlds seldom have tables of which only the referenced row decides; shops do."""
    (one,) = (each for each in databases if each.dialect == "postgresql")
    for seed in range(SHOPS):
        assert compare_shop(seed, one)["together"] == 2, seed
