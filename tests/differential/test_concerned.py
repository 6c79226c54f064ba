"""A plan about persons is measured by the steps and sets that concern them: the rows are the same.

Compared with the plan whose every step is measured, with every set made, on random worlds.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import replace

from differential.databases import Databases
from differential.materialise import lay_down
from troth.apply.concerned import concerned_steps
from troth.apply.measure import measured
from troth.apply.resolve import Resolution, resolve
from troth.apply.work import working
from troth.plan.asking import sets_asked
from troth.plan.build import build
from troth.stores.reflect import reflect
from worlds.strategies import plain_world_of, world_of

WORLDS = int(os.environ.get("TROTH_CONCERNED_WORLDS", "45"))
FOLD = 2


def test_only_what_concerns_the_persons_is_asked(sqlite_databases: Sequence[Databases]) -> None:
    (ours,) = sqlite_databases
    rows, spared_steps, spared_sets = 0, 0, 0
    for seed in range(WORLDS):
        world = plain_world_of(seed, FOLD) if seed % 3 == 0 else world_of(seed, FOLD)
        if not world.facts.acts:
            continue
        stores = ours.empty(world.map.stores)
        lay_down(world, stores)
        schemas = {name: reflect(store) for name, store in stores.items()}
        scope = tuple(act.id for act in world.facts.acts[: 1 + seed % 3])
        plan = build(world.policy, world.map, schemas, world.facts, world.now, scope=scope)
        with working(stores, schemas, world.map, world.policy.zoneinfo) as works:
            whole = Resolution(plan, world.policy, world.map, world.facts, world.now, works)
            resolve(whole)
            meant = measured(plan, works)
        with working(stores, schemas, world.map, world.policy.zoneinfo) as works:
            few = replace(whole, works=works)
            asked = concerned_steps(few)
            only = sets_asked(asked.steps, plan.sets)
            resolve(replace(few, only=only))
            assert measured(asked, works) == meant, f"seed {seed}"
        with working(stores, schemas, world.map, world.policy.zoneinfo) as works:
            fewer = replace(whole, plan=meant, works=works)
            resolve(replace(fewer, only=sets_asked(meant.steps, plan.sets)))
            assert measured(meant, works) == meant, f"seed {seed}"
        rows += meant.rows
        spared_steps += len(plan.steps) - len(asked.steps)
        spared_sets += len(plan.sets) - len(only)
    assert rows > WORLDS
    assert spared_steps > WORLDS
    assert spared_sets > WORLDS
