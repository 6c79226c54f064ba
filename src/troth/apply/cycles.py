"""Rows that reference each other in a circle, or rows of their own table: letting go before going.

A reference is set to NULL where its columns take it. Where they do not, the constraint is deferred
to the commit. A database that defers nothing is not asked for this one statement, once it is proven
that whatever references the rows goes in the same transaction (decision 7).
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import sqlalchemy as sa

from troth.apply.picked import BATCH, Component, Pick
from troth.apply.work import Work
from troth.errors import Refused
from troth.plan.model import Child, DeleteRows


@contextmanager
def released(
    work: Work, connection: sa.Connection, pick: Pick, component: Component, batch: int
) -> Iterator[None]:
    """While the rows of `pick` go, rows that reference them and go later, or with them, let go."""
    if not _let_go(work, connection, pick, component, batch):
        yield
        return
    _prove_alone(work, connection, pick, component, batch)
    with work.store.dialect.unchecked(connection):
        yield


def _let_go(
    work: Work, connection: sa.Connection, pick: Pick, component: Component, batch: int
) -> bool:
    """Sets to NULL or defers what can be; whether a reference is left that the database refuses."""
    left = False
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
        elif work.store.capabilities.deferrable_constraints.yes:
            work.store.dialect.defer_constraints(connection)
        else:
            left = True
    return left


def _prove_alone(
    work: Work, connection: sa.Connection, pick: Pick, component: Component, batch: int
) -> None:
    """Refused unless every row that references those of the batch goes in this transaction.

    The rows of the batch are locked, so that nobody can add a reference to them; a locking read
    sees those that were there before, of tables that the map does not know as well.
    """
    physical = work.row(pick.step.table).table.name
    for table, key in work.schema.referencing(physical):
        names = [name for name, each in work.tables.items() if each is table]
        below = next((found for name in names if (found := component.pick(name))), None)
        parent = work.row(pick.step.table).source.alias()
        child = work.row(names[0]).source.alias()
        going = pick.table.alias()
        conditions = [
            *(
                child.c[left] == parent.c[right]
                for left, right in zip(key.columns, key.to, strict=True)
            ),
            *(going.c[name] == parent.c[name] for name in pick.step.key),
            going.c[BATCH] == batch,
        ]
        if below is not None:
            leaving = below.table.alias()
            goes = (
                sa.select(sa.literal_column("1"))
                .select_from(leaving)
                .where(
                    *(leaving.c[name] == child.c[name] for name in below.step.key),
                    leaving.c[BATCH] == batch,
                )
                .correlate_except(leaving)
                .exists()
            )
            conditions.append(sa.not_(goes))
        select: sa.Select[Any] = (
            sa.select(sa.literal_column("1"))
            .select_from(going, parent, child)
            .where(*conditions)
            .limit(1)
            .with_for_update(read=True)
        )
        if connection.execute(select).first() is not None:
            raise Refused(
                "constraint-violation",
                f"rows of {names[0]} that stay reference rows of {pick.step.table} that are to go",
                place=work.name,
                help="nothing of the batch was written; look at what keeps those rows",
            )


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
