"""Plans about persons, prepared: the same plan as a fresh one, and the same rows, on random worlds.

A prepared plan is made for other facts of the same shape first; the facts then change under it.
"""

from __future__ import annotations

import os
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import replace

import pytest

from differential.databases import Databases
from differential.materialise import lay_down
from troth.apply.measure import measured
from troth.apply.prepared.direct import Direct
from troth.apply.prepared.program import FactsShape, Programs
from troth.apply.prepared.unfit import UnfitError
from troth.apply.resolve import Resolution, resolve
from troth.apply.work import Work, working
from troth.grounds.facts import Facts
from troth.plan.build import build
from troth.plan.model import Limits, Plan
from troth.stores.reflect import reflect
from worlds.strategies import plain_world_of, world_of
from worlds.world import World

WORLDS = int(os.environ.get("TROTH_PREPARED_WORLDS", "60"))
FOLD = 2


def facts_in_turn(facts: Facts) -> Iterator[Facts]:
    """Facts as they may have been when the plan was prepared, and as they are."""
    yield facts
    yield replace(facts, version=facts.version + 1, holds=(), consents=())
    yield replace(facts, version=facts.version + 2, days=(), kept=())
    yield replace(facts, version=facts.version + 3, acts=facts.acts[:1])
    yield replace(facts, version=facts.version + 4, warnings=facts.warnings[:1])
    yield facts


def test_a_prepared_plan_is_the_plan_that_would_be_made() -> None:
    asked = 0
    for seed in range(WORLDS):
        world = world_of(seed, FOLD)
        if not world.facts.acts:
            continue
        programs = Programs(world.policy, world.map, Limits(), {})
        for facts in facts_in_turn(world.facts):
            scope = (facts.acts[asked % len(facts.acts)].id,)
            found = programs.plan(facts, world.now, scope)
            meant = build(world.policy, world.map, {}, facts, world.now, Limits(), scope)
            assert found == meant, f"seed {seed}"
            asked += 1
        assert len(programs.made) == len({FactsShape.of(f) for f in facts_in_turn(world.facts)})
    assert asked > WORLDS


@pytest.mark.postgres
@pytest.mark.parametrize("dialect", ["sqlite", "postgresql"])
def test_prepared_statements_take_the_rows_that_the_plan_means(
    databases: Sequence[Databases], dialect: str
) -> None:
    (ours,) = (each for each in databases if each.dialect == dialect)
    fit, rows, whole, all_rows = 0, 0, 0, 0
    for seed in range(WORLDS):
        world = plain_world_of(seed, 2 * FOLD) if seed % 4 else world_of(seed, FOLD)
        if not world.facts.acts:
            continue
        stores = ours.empty(world.map.stores)
        lay_down(world, stores)
        schemas = {name: reflect(store) for name, store in stores.items()}
        scope = tuple(act.id for act in world.facts.acts)
        plan = build(world.policy, world.map, schemas, world.facts, world.now, scope=scope)
        with working(stores, schemas, world.map, world.policy.zoneinfo) as works:
            resolve(Resolution(plan, world.policy, world.map, world.facts, world.now, works))
            general = {s.id: s.counts.rows for s in measured(plan, works).steps if s.counts}
            for name, work in works.items():
                work.sets.clear()
                work.flags.clear()
                mine = {step: n for step, n in general.items() if f":{name}." in step}
                whole += bool(mine)
                all_rows += sum(mine.values())
                found = _either(world, plan, mine, work, works)
                if found is None:
                    continue
                counted, written = found
                assert counted == mine, f"seed {seed}, {name}"
                assert written == mine, f"seed {seed}, {name}"
                fit += bool(mine)
                rows += sum(mine.values())
    print(f"{fit} of {whole} stores with rows, {rows} of {all_rows} rows")
    assert fit > WORLDS // 10
    assert rows > all_rows // 5


def _either(
    world: World, plan: Plan, mine: Mapping[str, int], work: Work, works: dict[str, Work]
) -> tuple[dict[str, int], dict[str, int]] | None:
    """By statements of all steps, else of those that have rows; None where neither can go so."""
    for each in (plan, only(plan, mine)):
        with suppress(UnfitError):
            return _directly(world, each, work, works)
    return None


def only(plan: Plan, steps: Collection[str]) -> Plan:
    """The plan with these of its steps alone, as it is approved."""
    kept = tuple(step for step in plan.steps if step.id in steps)
    return plan.model_copy(update={"steps": kept})


def _directly(
    world: World, plan: Plan, work: Work, works: dict[str, Work]
) -> tuple[dict[str, int], dict[str, int]]:
    """What prepared statements count, and write in a transaction that is rolled back."""
    direct = Direct.of(work, plan, world.map, world.policy)
    direct.tables_for(direct.statements.namings)
    resolution = Resolution(plan, world.policy, world.map, world.facts, world.now, works)
    try:
        with direct.moment():
            classes = direct.classes(resolution, direct.meant(resolution, [], lock=False)[1])
            counted = direct.count(classes)
        with work.session.writing():
            meant = direct.meant(resolution, [], lock=True)[1]
            written = direct.write(direct.classes(resolution, meant)).counts.written
            raise _Enough
    except _Enough:
        return counted, {step: rows for step, rows in written.items() if rows}
    finally:
        direct.close()


class _Enough(Exception):  # noqa: N818 - no error
    """Nothing stays written."""
