"""Compares the compiler, run by real databases, with the interpreter until enough values agreed.

    .venv/bin/python scripts/differential.py [--values 100000] [--seed 0] [--fold 4] [--sqlite]

Prints what was compared and how often each construct and state occurred. Ends with status 1 at the
first world in which the two differ (its seed is printed, and the world kept as JSON in the working
directory), or when a state made up less than 5 % of the values.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections import Counter
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1] / "tests"))

from differential.comparison import Comparison, compare
from differential.frozen import freeze
from differential.outside import mariadb, postgres
from differential.servers import all_of
from troth.grounds.standing import State
from worlds.census import constructs_of
from worlds.strategies import world_of
from worlds.world import World

FLOOR = 5  # percent of all values in each state


@dataclass
class Tally:
    """What has been compared so far."""

    worlds: int = 0
    rows: int = 0
    states: Counter[State] = field(default_factory=Counter)
    acts: Counter[str] = field(default_factory=Counter)
    dialects: Counter[str] = field(default_factory=Counter)
    constructs: Counter[str] = field(default_factory=Counter)
    policies: set[str] = field(default_factory=set)
    schemas: set[str] = field(default_factory=set)
    facts: set[str] = field(default_factory=set)

    @property
    def values(self) -> int:
        return self.states.total()

    def add(self, world: World, found: dict[str, Comparison]) -> None:
        self.worlds += 1
        self.constructs.update(constructs_of(world))
        self.policies.add(world.policy.model_dump_json())
        self.schemas.add(repr(world.tables))
        self.facts.add(repr(world.facts))
        for dialect, one in found.items():
            self.states += one.states
            self.acts += one.acts
            self.rows += one.rows
            self.dialects[dialect] += one.values

    def print(self, seconds: float) -> None:
        print(f"{self.values:,} values and {self.rows:,} rows compared in {seconds:.0f} s, alike")
        print("  " + ", ".join(f"{name} {count:,}" for name, count in self.dialects.items()))
        print(
            f"{self.worlds:,} worlds: {len(self.schemas):,} distinct schemas, "
            f"{len(self.policies):,} policies, {len(self.facts):,} sequences of facts"
        )
        for state in State:
            print(f"{100 * self.states[state] / self.values:6.1f} % of values  {state.value}")
        for act, count in self.acts.most_common():
            print(f"{100 * count / self.acts.total():6.1f} % of rows    {act}")
        for name, count in sorted(self.constructs.items(), key=lambda item: (item[1], item[0])):
            print(f"{100 * count / self.worlds:6.1f} % of worlds  {name}")


def main() -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--values", type=int, default=100_000, help="stop after so many values")
    parser.add_argument("--seed", type=int, default=0, help="the seed of the first world")
    parser.add_argument("--fold", type=int, default=4, help="times as many rows as in tests")
    parser.add_argument("--sqlite", action="store_true", help="on SQLite alone")
    given = parser.parse_args()
    tally, seed, started = Tally(), given.seed, time.monotonic()
    with ExitStack() as stack:
        servers = (
            (None, None)
            if given.sqlite
            else (stack.enter_context(postgres()), stack.enter_context(mariadb()))
        )
        databases = all_of(stack, *servers)
        while tally.values < given.values:
            world = world_of(seed, given.fold)
            found = compare(world, databases)
            for dialect, one in found.items():
                if one.differences:
                    return _differs(world, seed, dialect, one)
            tally.add(world, found)
            seed += 1
            if tally.worlds % 50 == 0:
                print(f"{tally.values:,} values, next seed {seed}", flush=True)
    tally.print(time.monotonic() - started)
    rare = [state for state in State if 100 * tally.states[state] < FLOOR * tally.values]
    for state in rare:
        print(f"fewer than {FLOOR} % of the values are {state.value}")
    return 1 if rare else 0


def _differs(world: World, seed: int, dialect: str, one: Comparison) -> int:
    print(f"seed {seed} differs on {dialect}:")
    print("\n".join(f"  {line}" for line in one.differences))
    kept = Path(f"differs-{seed}-{dialect}.json")
    kept.write_text(freeze(world, "") + "\n", "utf-8")
    print(f"the world is kept in {kept}; tests/differential/cases is the place for it")
    return 1


if __name__ == "__main__":
    sys.exit(main())
