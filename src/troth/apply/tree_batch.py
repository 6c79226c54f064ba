"""One batch of a tree: its roots decided again, and all that hangs on them, children first."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import sqlalchemy as sa

from troth.apply.picked import Component, Pick, delete_picks, keep_only, row_where
from troth.apply.tree_picks import owners_of
from troth.apply.trees import Tree
from troth.apply.work import Work
from troth.apply.writing import (
    BatchCounts,
    Before,
    batch_size,
    lock_rows,
    verify_batch,
    write_batch,
)
from troth.plan.model import DeleteRows
from troth.plan.predicate import Hop


def carry_out_tree(
    work: Work,
    connection: sa.Connection,
    component: Component,
    batch: int,
    *,
    decided: Before,
    locked: Callable[[], None],
) -> BatchCounts:
    """As `batch.carry_out`, for a component that is a tree or a part of one.

    A root is skipped where it is no longer due, or where something below it would stay. What hangs
    on it goes by joins; the foreign keys see to it that nothing of it is left behind.
    """
    tree, (pick,), counts = component.tree, component.picks, BatchCounts()
    assert tree is not None
    assert isinstance(pick.step, DeleteRows)
    lock_rows(work, connection, pick, batch)  # parents first: a locked one takes no new child
    for branch, way in tree.below(pick.step.table):
        if branch.step.columns:
            _lock_below(work, connection, pick, way, batch)
    locked()
    counts.skip(pick.step.id, _decide_again(work, connection, component, tree, pick, batch))
    decided(connection, component, batch)
    if batch_size(connection, pick, batch):
        for branch, way in reversed(list(tree.below(pick.step.table))):
            owners, on = owners_of(work, pick, way, batch)
            statement = work.store.dialect.delete_statement(_table(work, way[-1].table), owners, on)
            counts.written[branch.step.id] = connection.execute(statement).rowcount
    counts.written[pick.step.id] = write_batch(work, connection, pick, component, batch)
    verify_batch(work, connection, pick, batch)
    return counts


def _decide_again(
    work: Work, connection: sa.Connection, component: Component, tree: Tree, pick: Pick, batch: int
) -> int:
    """Takes rows out of the batch that are gone, no longer due, or kept by what hangs on them."""
    assert isinstance(pick.step, DeleteRows)
    renderer = work.renderer()
    row = renderer.row(pick.step.table, work.row(pick.step.table).source.alias())
    due = renderer.condition(tree.due(work, pick.step), row)
    gone = keep_only(work, connection, pick, row, due, batch)
    for blocker in tree.blockers(work, pick.step.table, careful=component.careful):
        kept = row_where(pick, row, renderer.condition(blocker, row))
        gone += delete_picks(connection, pick, kept, batch)
    return gone


def _lock_below(
    work: Work, connection: sa.Connection, pick: Pick, way: Sequence[Hop], batch: int
) -> None:
    owners, on = owners_of(work, pick, way, batch)
    target = _table(work, way[-1].table)
    connection.execute(work.store.dialect.lock_statement(target, owners, on))


def _table(work: Work, name: str) -> sa.TableClause:
    table = work.row(name).source
    assert isinstance(table, sa.TableClause)
    return table
