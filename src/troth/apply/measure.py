"""Measuring a plan: how many rows each step would take, without changing any."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

import sqlalchemy as sa

from troth.apply.picks import count_store
from troth.apply.values import holds_value
from troth.apply.work import Work
from troth.plan.model import (
    ArchiveRows,
    Counts,
    DeleteRows,
    EraseValues,
    Plan,
    SendInvitations,
    Step,
)
from troth.stores.render import Row

Told = Callable[[str], None]


def measured(plan: Plan, works: Mapping[str, Work], told: Told = lambda _: None) -> Plan:
    """The plan with the counts of every step; steps that take no row are left out."""
    counts: dict[str, int] = {}
    for name, work in works.items():
        steps = [s for s in plan.steps if s.store == name and not _to_be_made(plan, work, s)]
        writing = [step for step in steps if isinstance(step, DeleteRows | EraseValues)]
        counts |= count_store(work, writing, plan.limits, told)
        with work.session.told():
            for step in steps:
                if isinstance(step, SendInvitations):
                    counts[step.id] = _invited(work, step)
                elif isinstance(step, ArchiveRows):
                    counts[step.id] = _moved(work, step)
    return plan.model_copy(update={"steps": _with_counts(plan.steps, counts)})


def _to_be_made(plan: Plan, work: Work, step: Step) -> bool:
    """The step is about an archive's table that the first run will make: it holds nothing yet."""
    return step.table not in work.tables and any(
        isinstance(other, ArchiveRows)
        and (other.to_store, other.to_table) == (step.store, step.table)
        for other in plan.steps
    )


def _with_counts(steps: Sequence[Step], counts: Mapping[str, int]) -> tuple[Step, ...]:
    found: list[Step] = []
    for step in steps:
        rows = counts.get(step.id, 0)
        if rows:
            found.append(step.model_copy(update={"counts": Counts(rows=rows)}))
    return tuple(found)


def _invited(work: Work, step: SendInvitations) -> int:
    row = work.row(step.table)
    condition = work.renderer().condition(step.due, row)
    return _count(work, row, condition)


def _moved(work: Work, step: ArchiveRows) -> int:
    row = work.row(step.table)
    renderer = work.renderer()
    moves = [
        sa.and_(renderer.condition(where, row), holds_value(work, step, row, name))
        for name, where in step.moves.items()
    ]
    return _count(work, row, sa.or_(*moves))


def _count(work: Work, row: Row, condition: sa.ColumnElement[bool]) -> int:
    select = sa.select(sa.func.count()).select_from(row.source).where(condition)
    return int(work.connection.execute(select).scalar_one())
