"""Two implementations, one meaning: value by value, on random worlds, on each database.

Everyday, a hundred worlds with some ten thousand values. The long run, for a release, or where the
grounds or plans change: `.venv/bin/python scripts/differential.py --values 100000`.
"""

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
from worlds.census import constructs_of
from worlds.strategies import world_of

WORLDS = int(os.environ.get("TROTH_DIFFERENTIAL_WORLDS", "100"))
EVERYWHERE = 10  # of them are compared on all databases, the others on one each, in turn
FOLD = 2
CASES = sorted((Path(__file__).parent / "cases").glob("*.json"))
FLOOR = 5  # percent of all values in each state, and of the worlds for each construct
ENOUGH = 100  # worlds, in which no construct that should occur is below that by chance
VALUES = 80  # compared of each world on average, at least


@pytest.mark.postgres
@pytest.mark.mariadb
@pytest.mark.slow
def test_compiler_and_interpreter_agree(databases: Sequence[Databases]) -> None:
    states: dict[str, Counter[State]] = {}
    constructs: Counter[str] = Counter()
    policies, schemas, rows = set(), set(), 0
    inside: Counter[State] = Counter()
    trees, taken = 0, 0
    for seed in range(WORLDS):
        world = world_of(seed, FOLD)
        constructs.update(constructs_of(world))
        policies.add(world.policy.model_dump_json())
        schemas.add(repr(world.tables))
        turn = seed % len(databases)
        where = databases if seed < EVERYWHERE else databases[turn : turn + 1]
        for dialect, found in compare(world, where).items():
            assert not found.differences, f"seed {seed} on {dialect}: {found.differences[:5]}"
            states.setdefault(dialect, Counter()).update(found.states)
            inside.update(found.inside)
            rows += found.rows
            trees += found.picked["along trees"] > 0
            taken += found.picked["along trees"]
    print(f"{WORLDS} worlds, {len(policies)} policies, {len(schemas)} schemas, {rows} rows")
    print("\n".join(f"{n} worlds  {name}" for name, n in reversed(constructs.most_common())))
    print(f"inside JSON: {dict(inside)}")
    print(f"{trees} comparisons with rows that went along trees, {taken} such rows")
    assert rows > WORLDS
    assert sum(counted.total() for counted in states.values()) > VALUES * WORLDS
    if WORLDS >= ENOUGH:
        assert 100 * trees >= FLOOR * WORLDS, "trees have to be picked often enough to be compared"
    assert len(states) == len(databases)
    for dialect, counted in states.items():
        for state in State:
            assert 100 * counted[state] >= FLOOR * counted.total(), (dialect, counted)
    for state in State:
        assert 100 * inside[state] >= FLOOR * inside.total(), inside
    if WORLDS >= ENOUGH:
        assert len(policies) == len(schemas) == WORLDS
        assert {n: c for n, c in constructs.items() if 100 * c < FLOOR * WORLDS} == {}


@pytest.mark.postgres
@pytest.mark.mariadb
@pytest.mark.parametrize("case", CASES, ids=lambda path: path.stem)
def test_what_was_wrong_once_stays_right(case: Path, databases: Sequence[Databases]) -> None:
    for dialect, found in compare(thaw(case), databases).items():
        assert not found.differences, f"{dialect}: {found.differences[:5]}"
