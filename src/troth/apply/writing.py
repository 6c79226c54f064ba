"""What every way of carrying out a batch does: lock rows, write them, compare, look afresh."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, field
from typing import Any

import sqlalchemy as sa

from troth.apply.cycles import released
from troth.apply.picked import Component, Pick
from troth.apply.range_batch import differs
from troth.apply.values import erased_forms, present
from troth.apply.work import Work
from troth.plan.model import EraseValues


@dataclass
class BatchCounts:
    """Rows of one batch by step: written, and skipped because they were no longer due."""

    written: dict[str, int] = field(default_factory=dict)
    skipped: dict[str, int] = field(default_factory=dict)

    def skip(self, step: str, rows: int) -> None:
        if rows:
            self.skipped[step] = self.skipped.get(step, 0) + rows


Before = Callable[[sa.Connection, Component, int], None]


def lock_rows(work: Work, connection: sa.Connection, pick: Pick, batch: int) -> None:
    """Locks the rows of a batch, so that they are decided and written as they are."""
    target = work.row(pick.step.table).source
    assert isinstance(target, sa.TableClause)
    statement = work.store.dialect.lock_statement(
        target, pick.table, pick.on, batch=pick.in_batch(batch)
    )
    connection.execute(statement)


def batch_size(connection: sa.Connection, pick: Pick, batch: int) -> int:
    """The rows of a step that a batch still holds."""
    select = sa.select(sa.func.count()).select_from(pick.table).where(pick.in_batch(batch))
    return int(connection.execute(select).scalar_one())


def write_batch(
    work: Work, connection: sa.Connection, pick: Pick, component: Component, batch: int
) -> int:
    """Writes what a batch still holds of a step; rows written."""
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


def verify_batch(work: Work, connection: sa.Connection, pick: Pick, batch: int) -> None:
    """A fresh look after the writes: no deleted row is there, no erased value is present.

    Looked for in the first batch of each pick, and in every batch where the table has triggers:
    nothing else makes a database write a row and leave it as it was.
    """
    if batch and not work.row(pick.step.table).table.triggers:
        return
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
