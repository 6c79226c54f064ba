"""The steps of a plan about persons in whose tables these have rows: the others take none."""

from __future__ import annotations

from dataclasses import replace

import sqlalchemy as sa

from troth.apply.resolve import Resolution, make_sets
from troth.apply.work import Work
from troth.plan.asking import sets_of_scope, theirs
from troth.plan.model import ArchiveRows, DeleteRows, Plan, Step
from troth.plan.predicate import TRUE, Predicate


def concerned_steps(resolution: Resolution) -> Plan:
    """The unmeasured plan without the steps that take no row of the persons it is about.

    It makes the sets that say whose rows are whose, and leaves the others alone.
    """
    plan, works = resolution.plan, resolution.works
    whose = sets_of_scope(plan.sets)
    make_sets(replace(resolution, only=whose))
    known: dict[tuple[str, str, str], bool] = {}
    kept: dict[str, Step] = {}
    taken: set[tuple[str, str]] = set()
    for step in plan.steps:
        work = works[step.store]
        if any(_any_row(work, step.table, theirs(due, whose), known) for due in _dues(step)):
            kept[step.id] = step
            taken.add((step.store, step.table))
    while more := [step for step in plan.steps if step.id not in kept and _goes_with(step, taken)]:
        kept |= {step.id: step for step in more}
        taken |= {(step.store, step.table) for step in more}
    return plan.model_copy(update={"steps": tuple(s for s in plan.steps if s.id in kept)})


def _dues(step: Step) -> tuple[Predicate, ...]:
    if isinstance(step, ArchiveRows):
        return tuple(step.moves.values())
    return (step.due,)


def _any_row(
    work: Work, table: str, where: Predicate, known: dict[tuple[str, str, str], bool]
) -> bool:
    """Whether some row satisfies it; asked once, and not of a table that is not made yet."""
    if where == TRUE or table not in work.tables:
        return True
    asked = work.name, table, where.fingerprint
    if asked not in known:
        row = work.row(table)
        condition = work.renderer().condition(where, row)
        one = sa.select(sa.literal(1)).select_from(row.source).where(condition).limit(1)
        with work.session.told():
            known[asked] = work.connection.execute(one).first() is not None
    return known[asked]


def _goes_with(step: Step, taken: set[tuple[str, str]]) -> bool:
    """Its rows go with rows of another table, of which some may go."""
    return isinstance(step, DeleteRows) and any(
        (step.store, step.owners[relation].table) in taken for relation in step.with_parent
    )
