"""One batch: lock its rows, decide again, write, compare the counts, leave a receipt, commit."""

from __future__ import annotations

from collections.abc import Callable

import sqlalchemy as sa

from troth.apply.picked import Component, Pick, keep_only
from troth.apply.picks import due_condition, prune
from troth.apply.range_batch import carry_out_range
from troth.apply.tree_batch import carry_out_tree
from troth.apply.trees import guarded
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
        decided(connection, component, batch)
        # the one statement locks, decides and writes: the facts are compared before the commit
        written, skipped = carry_out_range(work, connection, component.ranges, batch)
        counts.written[component.ranges.step.id] = written
        counts.skip(component.ranges.step.id, skipped)
        return counts
    if component.tree is not None:
        return carry_out_tree(work, connection, component, batch, decided=decided, locked=locked)
    for pick in reversed(component.picks):  # parents first: a locked parent takes no new child
        if _decides_for_itself(pick):
            lock_rows(work, connection, pick, batch)
    locked()
    by_table = {
        pick.step.table: pick for pick in component.picks if isinstance(pick.step, DeleteRows)
    }
    for pick in reversed(component.picks):
        counts.skip(pick.step.id, _decide_again(work, connection, pick, batch))
    picks = list(by_table.values())
    if picks and (counts.skipped or component.careful or not _guarded(work, picks)):
        before = [batch_size(connection, pick, batch) for pick in picks]
        if prune(work, connection, picks, by_table, batch=batch):
            for pick, rows in zip(picks, before, strict=True):
                counts.skip(pick.step.id, rows - batch_size(connection, pick, batch))
    decided(connection, component, batch)
    for pick in component.picks:
        counts.written[pick.step.id] = write_batch(work, connection, pick, component, batch)
    for pick in component.picks:
        if counts.written[pick.step.id]:
            verify_batch(work, connection, pick, batch)
    return counts


def _decides_for_itself(pick: Pick) -> bool:
    """Its own columns matter to whether it goes; a part without personal data follows its owner."""
    return bool(pick.step.columns)


def _guarded(work: Work, picks: list[Pick]) -> bool:
    """Foreign keys refuse every delete that would leave a reference behind.

    Then what depends on a row need not be looked for: a row that came since the rows were picked
    makes the write fail, and the batch is taken again with care.
    """
    return all(
        guarded(work, child)
        for pick in picks
        if isinstance(pick.step, DeleteRows)
        for child in pick.step.children
    )


def _decide_again(work: Work, connection: sa.Connection, pick: Pick, batch: int) -> int:
    """Takes rows out of the pick that are gone or no longer due; how many."""
    bare = work.row(pick.step.table)
    row = work.renderer().row(pick.step.table, bare.source.alias())
    due = due_condition(work, pick.step, row, None)
    return keep_only(work, connection, pick, row, due, batch)
