"""Measuring a plan: how many rows each step would take, without changing any."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence

import sqlalchemy as sa

from troth.apply.addresses import addresses_of, letters, way_to_address
from troth.apply.partitions import wholly_due
from troth.apply.picks import count_store
from troth.apply.values import holds_value
from troth.apply.work import Work
from troth.plan.model import (
    ArchiveRows,
    Counts,
    DeleteRows,
    EraseValues,
    Notice,
    Plan,
    SendInvitations,
    Step,
    WholePartition,
)
from troth.stores.render import Row

Told = Callable[[str], None]


def measured(
    plan: Plan,
    works: Mapping[str, Work],
    told: Told = lambda _: None,
    *,
    swept: Collection[str] = (),
) -> Plan:
    """The plan with the counts of every step; steps that take no row are left out.

    `swept`: ids of steps that have just taken many rows.
    """
    counts: dict[str, Counts] = {}
    unreachable: list[Notice] = []
    whole: dict[str, tuple[WholePartition, ...]] = {}
    for name, work in works.items():
        steps = [s for s in plan.steps if s.store == name and not _to_be_made(plan, work, s)]
        writing = [step for step in steps if isinstance(step, DeleteRows | EraseValues)]
        found = count_store(work, writing, plan.limits, told, swept)
        counts |= {id: Counts(rows=rows) for id, rows in found.items()}
        with work.session.told():
            for step in steps:
                if isinstance(step, DeleteRows) and step.partitions:
                    whole[step.id] = wholly_due(work, step)
                elif isinstance(step, SendInvitations):
                    reached = addresses_of(works, step)
                    counts[step.id] = Counts(rows=len(reached), persons=letters(reached))
                    silent = _silent(work, step) - len(reached)
                    unreachable += [_without_address(step, silent)] if silent else []
                elif isinstance(step, ArchiveRows):
                    counts[step.id] = Counts(rows=_moved(work, step))
    return plan.model_copy(
        update={
            "steps": _measured(plan.steps, counts, whole),
            "notices": (*plan.notices, *unreachable),
        }
    )


def with_counts(plan: Plan, rows: Mapping[str, int]) -> Plan:
    """The plan with the rows that its steps would take; those that take none are left out."""
    counts = {step: Counts(rows=count) for step, count in rows.items()}
    return plan.model_copy(update={"steps": _measured(plan.steps, counts, {})})


def _to_be_made(plan: Plan, work: Work, step: Step) -> bool:
    """The step is about an archive's table that the first run will make: it holds nothing yet."""
    return step.table not in work.tables and any(
        isinstance(other, ArchiveRows)
        and (other.to_store, other.to_table) == (step.store, step.table)
        for other in plan.steps
    )


def _measured(
    steps: Sequence[Step],
    counts: Mapping[str, Counts],
    whole: Mapping[str, tuple[WholePartition, ...]],
) -> tuple[Step, ...]:
    found: list[Step] = []
    for step in steps:
        counted = counts.get(step.id)
        if counted is not None and counted.rows:
            update: dict[str, object] = {"counts": counted}
            if step.id in whole:
                update["partitions"] = whole[step.id]
            found.append(step.model_copy(update=update))
    return tuple(found)


def _without_address(step: SendInvitations, rows: int) -> Notice:
    """What cannot be sent must not be silent: the rows would stay for ever."""
    return Notice(
        code="invitation-without-address",
        severity="warning",
        store=step.store,
        table=step.table,
        message=f"{rows} {'row waits' if rows == 1 else 'rows wait'} for an invitation under the "
        f"rule '{step.rule}', and no address of the person is known: they stay",
        help=way_to_address(step),
    )


def _silent(work: Work, step: SendInvitations) -> int:
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
