"""Which rows a run would delete, as it picks them, and as the interpreter means it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

import sqlalchemy as sa

from troth.apply.picked import Component
from troth.apply.picks import pick_store
from troth.apply.tree_picks import owners_of
from troth.apply.work import Work
from troth.plan.model import DeleteRows, Limits, Plan

LONGEST = 400  # tests of a step's predicates; a step with more is left to the predicates themselves

Keys = set[tuple[Any, ...]]


@dataclass
class Going:
    """The keys of one table's rows that are picked or taken along; by a tree or one by one."""

    store: str
    table: str
    by_tree: bool = False
    keys: Keys = field(default_factory=set)


def going(plan: Plan, works: Mapping[str, Work]) -> Iterator[Going]:
    """What a run would delete, of each table that a step deletes rows of.

    Stores with a step whose predicates are too long to be asked as a whole are left out.
    """
    for name, work in works.items():
        steps = [s for s in plan.steps if isinstance(s, DeleteRows) and s.store == name]
        sizes = [s.due.size + (s.free.size if s.free is not None else 0) for s in steps]
        if not steps or max(sizes) > LONGEST:
            continue
        found = {step.table: Going(name, step.table) for step in steps}
        for component in pick_store(
            work, steps, Limits(batch_rows=3, walk_rows=3, batch_parents=2)
        ).components:
            for step, keys in _keys_of(work, component):
                found[step.table].keys |= keys
                found[step.table].by_tree |= component.tree is not None
        yield from found.values()


def _keys_of(work: Work, component: Component) -> Iterator[tuple[DeleteRows, Keys]]:
    if component.ranges is not None:
        for number in range(component.batches):
            yield _in_range(work, component, number)
        return
    for pick in component.picks:
        assert isinstance(pick.step, DeleteRows)
        keys = sa.select(*(pick.table.c[name] for name in pick.step.key))
        yield pick.step, _asked(work, keys)
    if component.tree is not None:
        pick = component.picks[0]
        for branch, way in component.tree.below(pick.step.table):
            owners, on = owners_of(work, pick, way)
            target = work.row(branch.step.table).source
            joined = sa.and_(*(target.c[left] == owners.c[right] for left, right in on))
            keys = sa.select(*(target.c[name] for name in branch.step.key))
            yield branch.step, _asked(work, keys.select_from(target.join(owners, joined)))


def _in_range(work: Work, component: Component, number: int) -> tuple[DeleteRows, Keys]:
    pick = component.ranges
    assert pick is not None
    assert isinstance(pick.step, DeleteRows)
    row = work.row(pick.step.table)
    key = row.source.c[pick.step.key[0]]
    one = pick.ranges[number]
    due = work.renderer().condition(pick.step.due, row)
    return pick.step, _asked(work, sa.select(key).where(key.between(one.first, one.last), due))


def _asked(work: Work, select: sa.Select[Any]) -> Keys:
    return {tuple(row) for row in work.connection.execute(select)}
