"""Rows that reference each other in a circle, or rows of their own table: letting go before going.

A reference is set to NULL where its columns take it. Where they do not, the constraint is deferred
to the commit, and rows of one table go leaf by leaf where the database defers nothing.
"""

from __future__ import annotations

import sqlalchemy as sa

from troth.apply.picked import BATCH, Component, Pick
from troth.apply.work import Work
from troth.plan.model import Child, DeleteRows


def release(
    work: Work, connection: sa.Connection, pick: Pick, component: Component, batch: int
) -> None:
    """Before the rows of `pick` go: rows that reference them and go later, or with them, let go."""
    assert isinstance(pick.step, DeleteRows)
    order = [other.step.table for other in component.picks]
    for child in pick.step.children:
        other = component.pick(child.table)
        if other is None or child.hop is None or not _declared(work, child.table, child.hop.target):
            continue
        if order.index(child.table) < order.index(pick.step.table):
            continue  # they have gone already
        free = _nullable(work, child)
        if free:
            _set_null(work, connection, pick, other, child, free, batch)
        else:
            work.store.dialect.defer_constraints(connection)


def _declared(work: Work, table: str, columns: tuple[str, ...]) -> bool:
    """The database enforces a foreign key over these columns."""
    keys = work.row(table).table.foreign_keys
    return any(key.columns == columns and key.enforced for key in keys)


def _nullable(work: Work, child: Child) -> tuple[str, ...]:
    """The columns of a reference that take NULL, of which one is enough to let go."""
    assert child.hop is not None
    row = work.row(child.table)
    return tuple(
        name for name in child.hop.target if row.column(name).nullable and name not in row.table.key
    )


def _set_null(
    work: Work,
    connection: sa.Connection,
    pick: Pick,
    below: Pick,
    child: Child,
    free: tuple[str, ...],
    batch: int,
) -> None:
    """Only rows that go let go: one that stays keeps its reference, and the row that it needs."""
    assert child.hop is not None
    hop, target = child.hop, work.row(child.table).source
    assert isinstance(target, sa.TableClause)
    going = pick.table.alias()
    if hop.columns == pick.step.key:
        columns = [going.c[name] for name in hop.columns]
        references = sa.select(*columns).where(going.c[BATCH] == batch)
    else:  # the reference is to another unique column than the key
        parent = work.row(pick.step.table).source.alias()
        same = sa.and_(*(going.c[name] == parent.c[name] for name in pick.step.key))
        references = (
            sa.select(*(parent.c[name] for name in hop.columns))
            .select_from(going.join(parent, same))
            .where(going.c[BATCH] == batch)
        )
    left = [target.c[name] for name in hop.target]
    inside = (sa.tuple_(*left) if len(left) > 1 else left[0]).in_(references.correlate(None))
    leaving = below.table.alias()
    keys = [target.c[name] for name in below.step.key]
    goes = (sa.tuple_(*keys) if len(keys) > 1 else keys[0]).in_(
        sa.select(*(leaving.c[name] for name in below.step.key))
        .where(leaving.c[BATCH] == batch)
        .correlate(None)
    )
    statement = sa.update(target).where(inside, goes)
    connection.execute(statement.values({target.c[name]: sa.null() for name in free}))
