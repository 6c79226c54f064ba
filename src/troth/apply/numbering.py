"""Batch numbers of picked rows: a row goes no later than what it references.

Rows of tables that reference each other in a circle, or their own table, and rows that are part of
several others, are moved together until nothing changes.
"""

from __future__ import annotations

from collections.abc import Mapping

import sqlalchemy as sa

from troth.apply.picked import BATCH, Component, Pick
from troth.apply.work import Work
from troth.errors import Broken
from troth.plan.model import Child, DeleteRows
from troth.stores.render import Row

MOST_ROUNDS = 10_000  # of moving rows together: the longest chain of rows that reference each other
_NONE = 2_147_483_647


def number_component(
    work: Work,
    connection: sa.Connection,
    picks: list[Pick],
    numbered: Mapping[str, sa.TableClause],
    size: int,
) -> Component:
    """The component of these picks (children first), every row with its batch."""
    component = Component(work.name, [])
    for pick in reversed(picks):
        _number(work, connection, pick, numbered[pick.step.id], component, size)
    component.picks.reverse()
    _move_together(work, connection, component)
    count_batches(connection, component)
    return component


def count_batches(connection: sa.Connection, component: Component) -> None:
    """How many batches the component has."""
    for pick in component.picks:
        last = connection.execute(sa.select(sa.func.max(pick.table.c[BATCH]))).scalar()
        if last is not None:
            component.batches = max(component.batches, int(last) + 1)


def _number(
    work: Work,
    connection: sa.Connection,
    pick: Pick,
    numbered: sa.TableClause,
    component: Component,
    size: int,
) -> None:
    """Gives each picked row its batch: that of the earliest it references, else its own."""
    renderer = work.renderer()
    bare = work.row(pick.step.table)
    row = renderer.row(pick.step.table, bare.source.alias())
    keys = [pick.table.c[name] for name in pick.step.key]
    own = (sa.func.row_number().over(order_by=keys) - 1) // size + component.batches
    mine = [(p, c) for p, c in _references(component) if c.table == pick.step.table]
    if not mine:
        select = sa.select(*keys, own)
    else:
        source: sa.FromClause = pick.table.join(row.source, pick.is_key_of(row.source))
        batches: list[sa.ColumnElement[int]] = []
        for parent, child in mine:
            joined = _joined_batch(work, row, parent, child, source)
            if joined is None:
                batches.append(_batch_of_parent(work, row, parent, child))
            else:
                source, batch_of = joined
                batches.append(batch_of)
        least = _least(batches)
        # numbered among themselves, or the rows that inherit would leave empty batches
        alone = sa.func.row_number().over(partition_by=least < _NONE, order_by=keys) - 1
        own = alone // size + component.batches
        batch = sa.case((least < _NONE, least), else_=own)
        select = sa.select(*keys, batch).select_from(source)
    columns = [*pick.step.key, BATCH]
    rows = work.store.dialect.insert_from_select(connection, numbered, columns, select)
    work.store.dialect.analyse(connection, numbered.name)
    component.picks.append(Pick(pick.step, numbered, rows))
    count_batches(connection, component)


def _references(component: Component) -> list[tuple[Pick, Child]]:
    """Every relation to rows of the component: the pick of those rows, and who references them."""
    return [
        (pick, child)
        for pick in component.picks
        if isinstance(pick.step, DeleteRows)
        for child in pick.step.children
        if child.hop is not None
    ]


def _batch_of_parent(work: Work, row: Row, parent: Pick, child: Child) -> sa.ScalarSelect[int]:
    """The earliest batch of the picked rows that `row` references by a relation."""
    assert child.hop is not None
    renderer = work.renderer()
    bare = work.row(parent.step.table)
    owner = renderer.row(parent.step.table, bare.source.alias())
    return _earliest(parent, owner, renderer.joined(child.hop, owner, row), row)


def _batch_of_parts(work: Work, row: Row, part: Pick, child: Child) -> sa.ScalarSelect[int]:
    """The earliest batch of the picked rows that are part of `row`."""
    assert child.hop is not None
    renderer = work.renderer()
    bare = work.row(part.step.table)
    other = renderer.row(part.step.table, bare.source.alias())
    return _earliest(part, other, renderer.joined(child.hop, row, other), row)


def _earliest(
    pick: Pick, other: Row, joined: sa.ColumnElement[bool], row: Row
) -> sa.ScalarSelect[int]:
    table = pick.table.alias()
    picked = sa.and_(*(table.c[name] == other.source.c[name] for name in pick.step.key))
    return (
        sa.select(sa.func.min(table.c[BATCH]))
        .select_from(other.source.join(table, picked))
        .where(joined)
        .correlate(row.source)
        .scalar_subquery()
    )


def _joined_batch(
    work: Work, row: Row, parent: Pick, child: Child, source: sa.FromClause
) -> tuple[sa.FromClause, sa.ColumnElement[int]] | None:
    """`source` with the picks that `row` references by their key; None for any other reference."""
    hop = child.hop
    if hop is None or set(hop.columns) != set(parent.step.key) or hop.source_when is not None:
        return None
    picked = parent.table.alias()
    owner = Row(work.row(parent.step.table).table, picked)
    on = work.renderer().joined(hop, owner, row)
    return source.outerjoin(picked, on), picked.c[BATCH]


def _least(batches: list[sa.ColumnElement[int]]) -> sa.ColumnElement[int]:
    least: sa.ColumnElement[int] = sa.func.coalesce(batches[0], _NONE)
    for batch in batches[1:]:
        other = sa.func.coalesce(batch, _NONE)
        least = sa.case((other < least, other), else_=least)
    return least


def _move_together(work: Work, connection: sa.Connection, component: Component) -> None:
    """Moves rows to earlier batches until none goes later than what it references."""
    if not _needs_moving(component):
        return
    by_table = {pick.step.table: pick for pick in component.picks}
    for _ in range(MOST_ROUNDS):
        moved = 0
        for parent, child in _references(component):
            below = by_table.get(child.table)
            if below is None:
                continue
            moved += _move(work, connection, below, parent, child, up=True)
            if child.part_of:
                moved += _move(work, connection, parent, below, child, up=False)
        if not moved:
            return
    raise Broken("batches-do-not-settle", f"the rows of store '{work.name}' cannot be ordered")


def _needs_moving(component: Component) -> bool:
    """A circle of references, or rows that are part of several others."""
    order = [pick.step.table for pick in component.picks]
    parts: dict[str, int] = {}
    for parent, child in _references(component):
        if child.table in order and order.index(child.table) >= order.index(parent.step.table):
            return True
        parts[child.table] = parts.get(child.table, 0) + child.part_of
    return any(count > 1 for count in parts.values())


def _move(
    work: Work, connection: sa.Connection, pick: Pick, other: Pick, child: Child, *, up: bool
) -> int:
    """Rows of `pick` move to the earliest batch of the rows of `other` that they belong with."""
    bare = work.row(pick.step.table)
    row = work.renderer().row(pick.step.table, bare.source.alias())
    earliest = (_batch_of_parent if up else _batch_of_parts)(work, row, other, child)
    target = (
        sa.select(sa.func.coalesce(earliest, _NONE))
        .select_from(row.source)
        .where(pick.is_key_of(row.source))
        .correlate(pick.table)
        .scalar_subquery()
    )
    statement = sa.update(pick.table).where(target < pick.table.c[BATCH])
    return connection.execute(statement.values({pick.table.c[BATCH]: target})).rowcount
