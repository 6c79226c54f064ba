"""Grounds and ends that a package tells are those that the meaning gives each value."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Sequence

import pytest

from desk.package.told import compare_told
from differential.conftest import databases
from differential.databases import Databases
from troth.grounds.standing import State
from worlds.strategies import world_of

__all__ = ["databases"]
WORLDS = int(os.environ.get("TROTH_PACKAGE_WORLDS", "90"))
FOLD = 2
ENOUGH = 50  # supporting grounds of each kind of end, and values of each state


@pytest.mark.postgres
@pytest.mark.mariadb
@pytest.mark.slow
@pytest.mark.clause("SMA-5a-4")
def test_grounds_and_ends_are_those_of_the_interpreter(
    databases: Sequence[Databases],
) -> None:
    states: Counter[State] = Counter()
    ends: Counter[str] = Counter()
    for seed in range(WORLDS):
        each = databases[seed % len(databases)]
        found = compare_told(world_of(seed, FOLD), each)
        assert not found.differences, f"seed {seed} on {each.dialect}: {found.differences[:5]}"
        states += found.states
        ends += found.ends
    assert min(states[state] for state in State) > ENOUGH, states
    assert len(ends) == 3, ends
    assert min(ends.values()) > ENOUGH, ends
