"""Issued papers: the rows that a plan leaves as issued are those that the meaning says, by chance.

On random policies, maps, rows and facts, each column's grounds of a legal obligation are compared
with what the interpreter's own parts say of the row's rules, bases and limits, value by value.
"""

from __future__ import annotations

import os
from collections.abc import Sequence

import pytest

from desk.package.told import LONGEST, _answers
from differential.conftest import databases
from differential.databases import Databases
from differential.materialise import lay_down, read_back
from troth.apply.resolve import Resolution, resolve
from troth.apply.work import working
from troth.grounds.bases import possible_bases
from troth.grounds.coverage import counting, covering, covers
from troth.grounds.evidence import Evidence, Row, Value
from troth.grounds.limits import Kind
from troth.grounds.looking import lookings_at
from troth.grounds.retention import until_outcome
from troth.law.calendar import day_of
from troth.plan.frame import Context, Frame
from troth.plan.model import Plan
from troth.plan.papers import papers
from troth.stores.reflect import reflect
from worlds.strategies import world_of
from worlds.world import World

__all__ = ["databases"]
WORLDS = int(os.environ.get("TROTH_PAPER_WORLDS", "24"))
ENOUGH = 20  # values that stay as issued, and values that do not although a paper may be there


def meant(world: World, evidence: Evidence, row: Row, column: str) -> set[str]:
    """The rules under which a value stays as it was issued, by the interpreter's own parts."""
    entry = evidence.table(row).values[column]
    place = world.map.place_of(row.store, row.table)
    found: set[str] = set()
    only = evidence.table(row).activities
    if entry.category is None:
        return found
    value = Value(row, column)
    for each in lookings_at(value, entry.category, evidence, world.facts, world.now, place):
        for name, activity in world.policy.activities.items():
            if only and name not in only:
                continue
            if not covers(activity, each.spot) and not covering(activity, each.spot):
                continue
            bases = possible_bases(activity, each.look)
            if not any(basis.kind == "legal-obligation" for basis in bases):
                continue
            found |= {
                rule.id
                for rule in counting(activity, each.spot, floors=True)
                if until_outcome(rule, each.look, floor=True).kind not in (Kind.ENDED, Kind.NEVER)
            }
    return found


@pytest.mark.postgres
@pytest.mark.mariadb
@pytest.mark.slow
def test_papers_are_those_of_the_interpreter(databases: Sequence[Databases]) -> None:
    stays = goes = 0
    for seed in range(WORLDS):
        world, each = world_of(seed, 2), databases[seed % len(databases)]
        stores = each.empty(world.map.stores)
        lay_down(world, stores)
        schemas = {name: reflect(store) for name, store in stores.items()}
        day = day_of(world.now, world.policy.zoneinfo)
        context = Context(world.policy, world.map, world.facts, day)
        asked = [
            (frame, name, papers(frame, column))
            for store, entry in world.map.stores.items()
            for table in entry.tables
            if (frame := Frame(context, store, table))
            for name, column in frame.entry.values.items()
        ]
        with working(stores, schemas, world.map, world.policy.zoneinfo) as works:
            evidence = read_back(world, works)
            plan = Plan.model_construct(sets=context.sets)
            resolve(Resolution(plan, world.policy, world.map, world.facts, world.now, dict(works)))
            for frame, name, found in asked:
                if any(paper.rows.size > LONGEST for paper in found):
                    continue
                parts = [paper.rows for paper in found]
                answers = _answers(works[frame.store], frame, parts) if parts else {}
                keys = frame.require_key()
                for row in evidence.all_of(frame.store, frame.table):
                    key = tuple(evidence.cells(row)[part] for part in keys)
                    told = {paper.rule for paper in found if answers[key][paper.rows]}
                    real = meant(world, evidence, row, name)
                    where = f"seed {seed} on {each.dialect}: {frame.label}[{row.index}].{name}"
                    assert told == real, f"{where}: told {told}, meant {real}"
                    stays, goes = stays + bool(real), goes + bool(found and not real)
    assert min(stays, goes) > ENOUGH, (stays, goes)
