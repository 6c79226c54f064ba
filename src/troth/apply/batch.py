"""One batch: lock its rows, decide again, write, compare the counts, leave a receipt, commit."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, field
from typing import Any

import sqlalchemy as sa

from troth.apply.cycles import released
from troth.apply.picks import Component, Pick, due_condition, prune
from troth.apply.ranges import carry_out_range, differs
from troth.apply.values import erased_forms, present
from troth.apply.work import Work
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
        decided(connection, component, batch)
        locked()
        written, skipped = carry_out_range(work, connection, component.ranges, batch)
        counts.written[component.ranges.step.id] = written
        counts.skip(component.ranges.step.id, skipped)
        return counts
    for pick in reversed(component.picks):  # parents first: a locked parent takes no new child
        if _decides_for_itself(pick):
            _lock(work, connection, pick, batch)
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
        counts.written[pick.step.id] = _write(work, connection, pick, component, batch)
    for pick in component.picks:
        if counts.written[pick.step.id]:
            _verify(work, connection, pick, batch)
    return counts


def _decides_for_itself(pick: Pick) -> bool:
    """Its own columns matter to whether it goes; a part without personal data follows its owner."""
    return bool(pick.step.columns)


def _guarded(work: Work, picks: list[Pick]) -> bool:
    """Foreign keys refuse every delete that would leave a reference behind.

    Then what depends on a row need not be looked for: a row that came since the rows were picked
    makes the write fail, and the batch is taken again with care.
    """
    for pick in picks:
        assert isinstance(pick.step, DeleteRows)
        for child in pick.step.children:
            keys = work.row(child.table).table.foreign_keys if child.hop is not None else ()
            if not any(
                child.hop is not None
                and key.columns == child.hop.target
                and key.to == child.hop.columns
                and key.enforced
                and key.on_delete in ("no-action", "restrict")
                for key in keys
            ):
                return False
    return True


def _lock(work: Work, connection: sa.Connection, pick: Pick, batch: int) -> None:
    target = work.row(pick.step.table).source
    assert isinstance(target, sa.TableClause)
    statement = work.store.dialect.lock_statement(
        target, pick.table, pick.on, batch=pick.in_batch(batch)
    )
    connection.execute(statement)


def _decide_again(work: Work, connection: sa.Connection, pick: Pick, batch: int) -> int:
    """Takes rows out of the pick that are gone or no longer due; how many."""
    bare = work.row(pick.step.table)
    row = work.renderer().row(pick.step.table, bare.source.alias())
    still = (
        sa.select(sa.literal_column("1"))
        .select_from(row.source)
        .where(pick.is_key_of(row.source), due_condition(work, pick.step, row, None))
        .correlate(pick.table)
        .exists()
    )
    statement = sa.delete(pick.table).where(pick.in_batch(batch), sa.not_(still))
    return connection.execute(statement).rowcount


def batch_size(connection: sa.Connection, pick: Pick, batch: int) -> int:
    """The rows of a step that a batch still holds."""
    select = sa.select(sa.func.count()).select_from(pick.table).where(pick.in_batch(batch))
    return int(connection.execute(select).scalar_one())


def _write(
    work: Work, connection: sa.Connection, pick: Pick, component: Component, batch: int
) -> int:
    expected = batch_size(connection, pick, batch)
    if not expected:
        return 0
    row = work.row(pick.step.table)
    target = row.source
    assert isinstance(target, sa.TableClause)
    dialect, where = work.store.dialect, pick.in_batch(batch)
    letting_go: AbstractContextManager[None] = nullcontext()
    if isinstance(pick.step, EraseValues):
        forms = erased_forms(work, pick.step, row)
        statement: Any = dialect.update_statement(target, pick.table, pick.on, forms, batch=where)
    else:
        letting_go = released(work, connection, pick, component, batch)
        statement = dialect.delete_statement(target, pick.table, pick.on, batch=where)
    with letting_go:
        written = connection.execute(statement).rowcount
    if written != expected:
        what = f"{expected} rows were to be written, the database wrote {written}"
        raise differs(work, pick.step.table, what)
    return written


def _verify(work: Work, connection: sa.Connection, pick: Pick, batch: int) -> None:
    """A fresh look after the writes: no deleted row is there, no erased value is present."""
    bare = work.row(pick.step.table)
    row = work.renderer().row(pick.step.table, bare.source.alias())
    select = (
        sa.select(sa.func.count())
        .select_from(pick.table.join(row.source, pick.is_key_of(row.source)))
        .where(pick.in_batch(batch))
    )
    if isinstance(pick.step, EraseValues):
        select = select.where(present(work, pick.step, row))
    left = int(connection.execute(select).scalar_one())
    if left:
        what = f"{left} rows are as they were after the database wrote them"
        raise differs(work, pick.step.table, what)
