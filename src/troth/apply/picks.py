"""Picks: the keys of due rows, in temporary tables inside the store, numbered by batch.

Carrying keys out of a database costs as much as deleting the rows, so they never leave it. Rows of
tables that reference each other get the batch of the row they reference, so that one transaction
takes a parent with all that hangs on it.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from typing import Any

import sqlalchemy as sa

from troth.apply.counting import settled
from troth.apply.groups import Groups
from troth.apply.numbering import count_batches, number_component
from troth.apply.picked import BATCH as BATCH
from troth.apply.picked import Component as Component
from troth.apply.picked import Pick as Pick
from troth.apply.picked import Picking as Picking
from troth.apply.picked import delete_picks, pick_table, row_where
from troth.apply.ranges import count_ranges, pick_ranges, walks_ranges
from troth.apply.tree_picks import PickedTree, count_followers, is_picked, losing_values
from troth.apply.values import present
from troth.apply.work import Work
from troth.errors import Broken
from troth.plan.model import Child, DeleteRows, EraseValues, Limits
from troth.stores.render import Row
from troth.stores.store import Session

MOST_ROUNDS = 10_000  # of pruning; each removes a row, so only a fault goes on for longer


def pick_store(
    work: Work,
    steps: Sequence[DeleteRows | EraseValues],
    limits: Limits,
    told: Callable[[str], None] = lambda _: None,
    *,
    one_by_one: bool = False,
    keyed: bool = False,
) -> Picking:
    """Picks the due rows of a store's steps, as of one moment.

    `one_by_one`: every row that goes is picked, also where it goes with another (see `trees`).
    `keyed`: and none goes by a range of keys, so that each can be named.
    """
    session = work.session
    picking = Picking(work)
    if not keyed:
        steps = _without_ranges(work, steps, limits, picking, told, unsafe=one_by_one)
    groups = Groups.of(work, steps, one_by_one=one_by_one or keyed)
    erasures = [step for step in steps if isinstance(step, EraseValues)]
    raw = {step.id: pick_table(work, step, "due") for step in groups.loose}
    raw |= {step.id: pick_table(work, step, "due") for step in erasures}
    numbered = {step.id: pick_table(work, step, "batches") for step in groups.loose}
    tables = groups.tree_tables()
    with session.collecting() as connection:
        trees = groups.pick_trees(connection, tables, limits, told)
        found = {step.table: Pick(step, raw[step.id]) for step in groups.loose}
        _pick_deletes(work, connection, groups.loose, found, told)
        for group in groups.others:
            size = limits.batch_rows if len(group) == 1 else limits.batch_parents
            together = [found[step.table] for step in group]
            picking.components.append(number_component(work, connection, together, numbered, size))
        gone = {pick.step.table: pick for c in picking.components for pick in c.picks}
        picking.components += (part for tree in trees for part in tree.components)
        for erasure in erasures:
            told(f"{erasure.store}.{erasure.table}")
            pick = Pick(erasure, raw[erasure.id])
            _insert_values(work, connection, pick, gone, trees, limits.batch_rows)
            component = Component(work.name, [pick])
            count_batches(connection, component)
            picking.components.append(component)
    _settle(work, picking, session)
    return picking


def count_store(
    work: Work,
    steps: Sequence[DeleteRows | EraseValues],
    limits: Limits,
    told: Callable[[str], None] = lambda _: None,
    swept: Collection[str] = (),
) -> dict[str, int]:
    """How many rows `pick_store` would pick for each step, or take along, by its id.

    `swept`: steps that have just taken many rows.
    """
    picking = Picking(work)
    steps = _without_ranges(work, steps, None, picking, told, swept=swept)
    groups = Groups.of(work, steps)
    raw = {step.id: pick_table(work, step, "due") for step in groups.loose}
    tables = groups.tree_tables()
    with work.session.collecting() as connection:
        trees = groups.pick_trees(connection, tables, limits, told)
        along = [part for tree in trees for part in tree.components]
        picking.components += along
        counts: dict[str, int] = {step.id: 0 for step in steps}
        for part in picking.components:
            for step, rows in part.counts:
                counts[step.id] = counts.get(step.id, 0) + rows
        for part in along:
            for name, rows in count_followers(work, connection, part).items():
                counts[name] += rows
        found = {step.table: Pick(step, raw[step.id]) for step in groups.loose}
        _pick_deletes(work, connection, groups.loose, found, told)
        for pick in found.values():
            counts[pick.step.id] = _count(connection, sa.select(pick.table.c[pick.step.key[0]]))
        for step in steps:
            if isinstance(step, EraseValues):
                told(f"{step.store}.{step.table}")
                row = work.row(step.table)
                losing = _losing_values(work, step, row, found, trees)
                if losing is not None:
                    counts[step.id] = _count(connection, sa.select(row.source).where(*losing))
    return counts


def _count(connection: sa.Connection, rows: sa.Select[Any]) -> int:
    counted = rows.with_only_columns(sa.func.count(), maintain_column_froms=True)
    return int(connection.execute(counted).scalar_one())


def _pick_deletes(
    work: Work,
    connection: sa.Connection,
    deletes: Sequence[DeleteRows],
    found: Mapping[str, Pick],
    told: Callable[[str], None],
) -> None:
    """Picks the rows to delete, and takes out again what something that stays depends on."""
    for step in _owners_first(deletes):
        told(f"{step.store}.{step.table}")
        _insert_due(work, connection, found[step.table], found)
        work.store.dialect.analyse(connection, found[step.table].table.name)
    prune(work, connection, list(found.values()), found, batch=None)


def _without_ranges(
    work: Work,
    steps: Sequence[DeleteRows | EraseValues],
    limits: Limits | None,
    picking: Picking,
    told: Callable[[str], None],
    *,
    unsafe: bool = False,
    swept: Collection[str] = (),
) -> list[DeleteRows | EraseValues]:
    """Puts the steps that go by ranges into the picking; the others. Without limits it counts."""
    rest: list[DeleteRows | EraseValues] = []
    with work.session.reading() as connection:
        for step in steps:
            pick = None
            if walks_ranges(work, step, steps):
                told(f"{step.store}.{step.table}")
                delete = next(
                    (s for s in steps if isinstance(s, DeleteRows) and s.table == step.table), None
                )
                other = delete if isinstance(step, EraseValues) else None
                if limits is None:
                    pick = count_ranges(work, connection, step, other, swept=step.id in swept)
                else:
                    pick = pick_ranges(work, connection, step, other, limits, unsafe=unsafe)
            if pick is None:
                rest.append(step)
            else:
                batches = len(pick.ranges)
                picking.components.append(Component(work.name, [], batches, pick))
    return rest


def _settle(work: Work, picking: Picking, session: Session) -> None:
    """Indexes and statistics, without which each batch would read all picks."""
    quote = work.connection.dialect.identifier_preparer.quote
    prefix = "temp." if work.store.address.dialect == "sqlite" else ""
    with session.told():
        for component in picking.components:
            for pick in component.picks:
                if not pick.rows:
                    continue
                name = pick.table.name
                index = quote(f"{name}_batch")
                work.connection.exec_driver_sql(
                    f"CREATE INDEX {prefix}{index} ON {quote(name)} ({quote(BATCH)})"
                )
                if work.schema.dialect == "postgresql" and len(component.picks) > 1:
                    keys = ", ".join(quote(key) for key in pick.step.key).replace("%", "%%")
                    work.connection.exec_driver_sql(f"CREATE INDEX ON {quote(name)} ({keys})")
                work.store.dialect.analyse(work.connection, name)


def due_condition(
    work: Work, step: DeleteRows | EraseValues, row: Row, picks: Mapping[str, Pick] | None
) -> sa.ColumnElement[bool]:
    """What makes a row of the step's table go, or lose values.

    Without `picks`, the rows that it is part of are taken to go.
    """
    renderer = work.renderer()
    due = renderer.condition(settled(step.due, work, step.table), row)
    if isinstance(step, EraseValues):
        return sa.and_(due, present(work, step, row))
    if step.free is None:
        return due
    if picks is None:
        return sa.or_(due, renderer.condition(settled(step.free, work, step.table), row))
    owned = [_owner_picked(work, step, row, name, picks) for name in step.with_parent]
    stray = [_owner_stays(work, step, row, name, picks) for name in step.with_parent]
    free = renderer.condition(settled(step.free, work, step.table), row)
    return sa.or_(due, sa.and_(free, sa.or_(*owned), *(sa.not_(part) for part in stray)))


def _insert_due(
    work: Work, connection: sa.Connection, pick: Pick, picks: Mapping[str, Pick]
) -> None:
    row = work.row(pick.step.table)
    select = sa.select(*(row.source.c[name] for name in pick.step.key)).where(
        due_condition(work, pick.step, row, picks)
    )
    columns = list(pick.step.key)
    pick.rows = work.store.dialect.insert_from_select(connection, pick.table, columns, select)


def _losing_values(
    work: Work, step: EraseValues, row: Row, gone: Mapping[str, Pick], trees: Sequence[PickedTree]
) -> list[sa.ColumnElement[bool]] | None:
    """The row holds due values and is not among those that go; None where there can be none."""
    tree = next((t for t in trees if any(s.table == step.table for s in t.tree.steps)), None)
    if tree is not None:
        conditions = losing_values(tree, step, row)
        return None if conditions is None else [*conditions, present(work, step, row)]
    conditions, pick = [due_condition(work, step, row, {})], gone.get(step.table)
    return conditions if pick is None else [*conditions, sa.not_(is_picked(pick, row))]


def _insert_values(
    work: Work,
    connection: sa.Connection,
    pick: Pick,
    gone: Mapping[str, Pick],
    trees: Sequence[PickedTree],
    size: int,
) -> None:
    """Rows that stay and hold due values."""
    assert isinstance(pick.step, EraseValues)
    row = work.row(pick.step.table)
    conditions = _losing_values(work, pick.step, row, gone, trees)
    if conditions is None:
        return
    keys = [row.source.c[name] for name in pick.step.key]
    number = (sa.func.row_number().over(order_by=keys) - 1) // size
    select = sa.select(*keys, number).where(*conditions)
    columns = [*pick.step.key, BATCH]
    pick.rows = work.store.dialect.insert_from_select(connection, pick.table, columns, select)


def _owner_picked(
    work: Work, step: DeleteRows, row: Row, relation: str, picks: Mapping[str, Pick]
) -> sa.ColumnElement[bool]:
    """A row to which this one belongs by `relation` is picked."""
    return _owner(work, step, row, relation, picks, picked=True)


def _owner_stays(
    work: Work, step: DeleteRows, row: Row, relation: str, picks: Mapping[str, Pick]
) -> sa.ColumnElement[bool]:
    """A row to which this one belongs by `relation` is not picked."""
    return _owner(work, step, row, relation, picks, picked=False)


def _owner(
    work: Work,
    step: DeleteRows,
    row: Row,
    relation: str,
    picks: Mapping[str, Pick],
    *,
    picked: bool,
) -> sa.ColumnElement[bool]:
    hop = step.owners[relation]
    bare = work.row(hop.table)
    owner = work.renderer().row(hop.table, bare.source.alias())
    joined = work.renderer().joined(hop, row, owner)
    pick = picks.get(hop.table)
    inside = is_picked(pick, owner) if pick is not None else sa.false()
    return (
        sa.select(sa.literal_column("1"))
        .select_from(owner.source)
        .where(joined, inside if picked else sa.not_(inside))
        .correlate_except(owner.source)
        .exists()
    )


def prune(
    work: Work,
    connection: sa.Connection,
    picks: Sequence[Pick],
    by_table: Mapping[str, Pick],
    *,
    batch: int | None,
) -> int:
    """Takes out of the picks every row that something which stays depends on; how many."""
    tables = {pick.step.table for pick in picks}
    unknown = {child.table for pick in picks for child in _children(pick)} - tables
    removed, dirty = 0, tables | unknown
    # parts were picked with the rows they belong to: only one that has gone since makes a stray
    shrunk = set() if batch is None else tables
    for _ in range(MOST_ROUNDS):
        changed: set[str] = set()
        for pick in picks:
            gone = sum(
                _prune_for(work, connection, pick, child, by_table, batch)
                for child in _children(pick)
                if child.table in dirty
            )
            gone += _prune_strays(work, connection, pick, by_table, batch, shrunk)
            if gone:
                removed += gone
                changed.add(pick.step.table)
        if not changed:
            return removed
        dirty = shrunk = changed
    raise Broken("pruning-does-not-end", f"the rows of store '{work.name}' cannot be decided")


def _children(pick: Pick) -> tuple[Child, ...]:
    return pick.step.children if isinstance(pick.step, DeleteRows) else ()


def _prune_strays(
    work: Work,
    connection: sa.Connection,
    pick: Pick,
    by_table: Mapping[str, Pick],
    batch: int | None,
    shrunk: set[str],
) -> int:
    """Takes out the parts of rows that stay, where the picks of `shrunk` tables have lost rows."""
    step = pick.step
    if not isinstance(step, DeleteRows) or step.free is None:
        return 0
    if not shrunk & {hop.table for hop in step.owners.values()}:
        return 0
    renderer = work.renderer()
    row = renderer.row(step.table, work.row(step.table).source.alias())
    own = renderer.condition(settled(step.due, work, step.table), row)
    strays = [_owner_stays(work, step, row, name, by_table) for name in step.with_parent]
    stray = sa.and_(sa.not_(own), sa.or_(*strays))
    return delete_picks(connection, pick, row_where(pick, row, stray), batch)


def _prune_for(
    work: Work,
    connection: sa.Connection,
    pick: Pick,
    child: Child,
    by_table: Mapping[str, Pick],
    batch: int | None,
) -> int:
    """Takes out the rows that rows of one other table, which stay, reference."""
    renderer, hop = work.renderer(), child.hop
    if hop is not None and set(hop.columns) <= set(pick.step.key) and hop.source_when is None:
        # the reference is to the key: the picks themselves stand for the rows
        row = Row(work.row(pick.step.table).table, pick.table)
        held = _blocking(work, row, child, by_table)
    else:
        row = renderer.row(pick.step.table, work.row(pick.step.table).source.alias())
        held = row_where(pick, row, _blocking(work, row, child, by_table))
    return delete_picks(connection, pick, held, batch)


def _blocking(
    work: Work, row: Row, child: Child, by_table: Mapping[str, Pick]
) -> sa.ColumnElement[bool]:
    """A row that references this one and stays."""
    if child.hop is None:
        raise Broken("dependent-without-hop", f"rows of {child.table} cannot be looked for")
    renderer = work.renderer()
    bare = work.row(child.table)
    other = renderer.row(child.table, bare.source.alias())
    pick = by_table.get(child.table) if child.known else None
    stays = sa.not_(is_picked(pick, other)) if pick is not None else sa.true()
    return (
        sa.select(sa.literal_column("1"))
        .select_from(other.source)
        .where(renderer.joined(child.hop, row, other), stays)
        .correlate_except(other.source)
        .exists()
    )


def _owners_first(steps: Sequence[DeleteRows]) -> list[DeleteRows]:
    """Tables that others are part of come before those."""
    by_table = {step.table: step for step in steps}
    ordered: list[DeleteRows] = []

    def visit(step: DeleteRows, above: tuple[str, ...]) -> None:
        if step in ordered or step.table in above:
            return
        for hop in step.owners.values():
            if hop.table in by_table:
                visit(by_table[hop.table], (*above, step.table))
        ordered.append(step)

    for step in steps:
        visit(step, ())
    return ordered
