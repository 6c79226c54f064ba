"""One batch: lock its rows, decide again, write, compare the counts, leave a receipt, commit."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import sqlalchemy as sa

from troth.apply.picks import (
    BATCH,
    Component,
    Pick,
    due_condition,
    prune,
)
from troth.apply.ranges import carry_out_range
from troth.apply.values import erased_forms
from troth.apply.work import Work
from troth.errors import Broken
from troth.plan.model import DeleteRows, EraseValues


@dataclass
class BatchCounts:
    """Rows of one batch by step: written, and skipped because they were no longer due."""

    written: dict[str, int] = field(default_factory=dict)
    skipped: dict[str, int] = field(default_factory=dict)

    def skip(self, step: str, rows: int) -> None:
        if rows:
            self.skipped[step] = self.skipped.get(step, 0) + rows


Before = Callable[[sa.Connection, Component, int], None]


def carry_out(
    work: Work,
    connection: sa.Connection,
    component: Component,
    batch: int,
    *,
    decided: Before,
    locked: Callable[[], None],
) -> BatchCounts:
    """Carries out one batch inside the open transaction of `connection`.

    `locked` is called once the rows are locked and before they are decided again: it may reload
    what the ledger knows. `decided` is called with what remains, before the first write. Raises
    `Broken` (`affected-rows-differ`) when the database wrote other rows than asked: the caller
    rolls back.
    """
    counts = BatchCounts()
    if component.ranges is not None:
        locked()
        written, skipped = carry_out_range(work, connection, component.ranges, batch)
        counts.written[component.ranges.step.id] = written
        counts.skip(component.ranges.step.id, skipped)
        return counts
    for pick in reversed(component.picks):  # parents first: a locked parent takes no new child
        _lock(work, connection, pick, batch)
    locked()
    by_table = {
        pick.step.table: pick for pick in component.picks if isinstance(pick.step, DeleteRows)
    }
    for pick in reversed(component.picks):
        counts.skip(pick.step.id, _decide_again(work, connection, pick, batch, by_table))
    if by_table:
        picks = list(by_table.values())
        before = [_size(connection, pick, batch) for pick in picks]
        if prune(work, connection, picks, by_table, batch=batch):
            for pick, rows in zip(picks, before, strict=True):
                counts.skip(pick.step.id, rows - _size(connection, pick, batch))
    decided(connection, component, batch)
    for pick in component.picks:
        counts.written[pick.step.id] = _write(work, connection, pick, component, batch)
    return counts


def _lock(work: Work, connection: sa.Connection, pick: Pick, batch: int) -> None:
    target = work.row(pick.step.table).source
    assert isinstance(target, sa.TableClause)
    statement = work.store.dialect.lock_statement(
        target, pick.table, pick.on, batch=pick.in_batch(batch)
    )
    connection.execute(statement)


def _decide_again(
    work: Work, connection: sa.Connection, pick: Pick, batch: int, by_table: dict[str, Pick]
) -> int:
    """Takes rows out of the pick that are gone or no longer due; how many."""
    bare = work.row(pick.step.table)
    row = work.renderer().row(pick.step.table, bare.source.alias())
    still = (
        sa.select(sa.literal_column("1"))
        .select_from(row.source)
        .where(pick.is_key_of(row.source), due_condition(work, pick.step, row, by_table))
        .correlate(pick.table)
        .exists()
    )
    statement = sa.delete(pick.table).where(pick.in_batch(batch), sa.not_(still))
    return connection.execute(statement).rowcount


def _size(connection: sa.Connection, pick: Pick, batch: int) -> int:
    select = sa.select(sa.func.count()).select_from(pick.table).where(pick.in_batch(batch))
    return int(connection.execute(select).scalar_one())


def _write(
    work: Work, connection: sa.Connection, pick: Pick, component: Component, batch: int
) -> int:
    expected = _size(connection, pick, batch)
    if not expected:
        return 0
    row = work.row(pick.step.table)
    target = row.source
    assert isinstance(target, sa.TableClause)
    dialect, where = work.store.dialect, pick.in_batch(batch)
    if isinstance(pick.step, EraseValues):
        forms = erased_forms(work, pick.step, row)
        statement: Any = dialect.update_statement(target, pick.table, pick.on, forms, batch=where)
    else:
        _release_cycles(work, connection, pick, component, batch)
        statement = dialect.delete_statement(target, pick.table, pick.on, batch=where)
    written = connection.execute(statement).rowcount
    if written != expected:
        raise Broken(
            "affected-rows-differ",
            f"table '{pick.step.table}': {expected} rows were to be written, the database wrote "
            f"{written}; the batch was rolled back",
            place=work.name,
            help="a trigger or rule of the database suppresses or redirects the write",
        )
    return written


def _release_cycles(
    work: Work, connection: sa.Connection, pick: Pick, component: Component, batch: int
) -> None:
    """Rows that reference this batch and go later, or in the same statement, let go first.

    Their reference is set to NULL where the column takes it; where it does not, the constraint is
    deferred to the commit, which needs the database's leave.
    """
    assert isinstance(pick.step, DeleteRows)
    order = [other.step.table for other in component.picks]
    for child in pick.step.children:
        other = component.pick(child.table)
        if other is None or child.hop is None or not _declared(work, child.table, child.hop.target):
            continue
        if order.index(child.table) < order.index(pick.step.table):
            continue
        schema = work.row(child.table)
        nullable = all(schema.column(name).nullable for name in child.hop.target)
        if not nullable:
            work.store.dialect.defer_constraints(connection)
            continue
        going = pick.table.alias()
        target = schema.source
        assert isinstance(target, sa.TableClause)
        hop = child.hop
        if hop.columns != pick.step.key:
            work.store.dialect.defer_constraints(connection)
            continue
        references = sa.select(*(going.c[name] for name in hop.columns)).where(
            going.c[BATCH] == batch
        )
        statement = (
            sa.update(target)
            .where(
                sa.tuple_(*(target.c[name] for name in hop.target)).in_(references)
                if len(hop.target) > 1
                else target.c[hop.target[0]].in_(references)
            )
            .values({target.c[name]: sa.null() for name in hop.target})
        )
        connection.execute(statement)


def _declared(work: Work, table: str, columns: tuple[str, ...]) -> bool:
    """The database enforces a foreign key over these columns."""
    return any(key.columns == columns for key in work.row(table).table.foreign_keys)
