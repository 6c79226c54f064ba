"""Two implementations, one meaning: value by value, on random worlds, on each database."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

import pytest

from differential.comparison import compare
from differential.databases import Databases
from differential.frozen import thaw
from troth.grounds.standing import State
from worlds.strategies import world_of

WORLDS = int(os.environ.get("TROTH_DIFFERENTIAL_WORLDS", "100"))
FOLD = 2
CASES = sorted((Path(__file__).parent / "cases").glob("*.json"))
FLOOR = 5  # percent of all values in each state


@pytest.mark.postgres
@pytest.mark.mariadb
@pytest.mark.slow
def test_compiler_and_interpreter_agree(databases: Sequence[Databases]) -> None:
    states: Counter[State] = Counter()
    rows = 0
    for seed in range(WORLDS):
        for dialect, found in compare(world_of(seed, FOLD), databases).items():
            assert not found.differences, f"seed {seed} on {dialect}: {found.differences[:5]}"
            states += found.states
            rows += found.rows
    assert rows > WORLDS
    for state in State:
        assert 100 * states[state] >= FLOOR * states.total(), states


@pytest.mark.postgres
@pytest.mark.mariadb
@pytest.mark.parametrize("case", CASES, ids=lambda path: path.stem)
def test_what_was_wrong_once_stays_right(case: Path, databases: Sequence[Databases]) -> None:
    for dialect, found in compare(thaw(case), databases).items():
        assert not found.differences, f"{dialect}: {found.differences[:5]}"
