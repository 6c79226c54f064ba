"""Picking along trees: the keys of rows that go with nothing above them, numbered as they come."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import sqlalchemy as sa

from troth.apply.counting import cases, settled
from troth.apply.joined import Joined, joinable
from troth.apply.picked import BATCH, Component, Pick, pick_table
from troth.apply.trees import Tree, asks_only, conjuncts
from troth.apply.work import Work
from troth.plan.model import DeleteRows, EraseValues, Limits
from troth.plan.predicate import FALSE, Hop, both
from troth.stores.dialect import Dialect
from troth.stores.render import Row

Condition = sa.ColumnElement[bool]


@dataclass(frozen=True)
class TreeTables:
    """Temporary tables of a tree, by step: for the keys of rows that go, and of those that share.

    `shared` holds the rows for which holds what also decides the rows below them, so that the
    database finds this out once; `staying` those of them that are not picked.
    """

    picked: Mapping[str, sa.TableClause]
    shared: Mapping[str, sa.TableClause]
    staying: Mapping[str, sa.TableClause]


def tree_tables(work: Work, tree: Tree) -> TreeTables:
    """The tables, made; outside of any transaction."""
    sharing = [step for step in tree.steps if tree.shared(work, step)]
    return TreeTables(
        {step.id: pick_table(work, step, "batches") for step in tree.steps},
        {step.id: pick_table(work, step, "shared") for step in sharing},
        {step.id: pick_table(work, step, "staying") for step in sharing},
    )


@dataclass
class PickedTree:
    """A tree with its picks by table.

    `shared` are the keys, by table, of rows of which what is shared holds, without those picked by
    now; None where there are none.
    """

    work: Work
    connection: sa.Connection
    tree: Tree
    picked: dict[str, Pick] = field(default_factory=dict)
    shared: dict[str, sa.TableClause | None] = field(default_factory=dict)
    components: list[Component] = field(default_factory=list)

    @property
    def dialect(self) -> Dialect:
        return self.work.store.dialect

    def fill(self, keys: sa.TableClause, step: DeleteRows, select: Any) -> sa.TableClause | None:
        """Puts keys into a temporary table of a step; None where there are none."""
        if not self.dialect.insert_from_select(self.connection, keys, list(step.key), select):
            return None
        self.dialect.analyse(self.connection, keys.name)
        return keys


def pick_tree(
    work: Work, connection: sa.Connection, tree: Tree, tables: TreeTables, limits: Limits
) -> PickedTree:
    """A component for each table of a tree of which rows go that hang on none that goes.

    Each holds the keys of those rows in batches; what hangs on them is found when it is written.
    """
    found = PickedTree(work, connection, tree)
    for step in tree.steps:
        if step.id in tables.shared:
            keys = tables.shared[step.id]
            found.shared[step.table] = found.fill(keys, step, _sharing(found, step))
        if tree.due(work, step) == FALSE:
            continue
        pick = Pick(step, tables.picked[step.id])
        below = any(True for _ in tree.below(step.table))
        size = limits.batch_parents if below else limits.batch_rows
        _insert(found, pick, size)
        if pick.rows:
            found.picked[step.table] = pick
            batches = -(-pick.rows // size)
            found.components.append(Component(work.name, [pick], batches, tree=tree))
            shared = found.shared.get(step.table)
            if shared is not None:
                left = _not_picked(shared, pick)
                found.shared[step.table] = found.fill(tables.staying[step.id], step, left)
    return found


def _sharing(found: PickedTree, step: DeleteRows) -> Any:
    """What is asked of rows elsewhere is joined, grouped, where it can be.

    Else case by case where that lets the database join: for an OR it looks row by row.
    """
    work = found.work
    row, renderer = work.row(step.table), work.renderer()
    whole = both(*sorted(found.tree.shared(work, step), key=lambda part: part.digest))
    apart = cases(whole) if work.store.address.dialect == "postgresql" else (whole,)
    keys = [row.source.c[name] for name in step.key]
    if work.store.address.dialect == "postgresql" and joinable(work, step.table, [whole]):
        joined = Joined(work, row)
        condition = joined.condition(whole)  # before the source, which it completes
        return sa.select(*keys).select_from(joined.source).where(condition)
    selects = [sa.select(*keys).where(renderer.condition(case, row)) for case in apart]
    return selects[0] if len(selects) == 1 else sa.union(*selects)


def _not_picked(shared: sa.TableClause, pick: Pick) -> sa.Select[Any]:
    keys = pick.table.alias()
    same = sa.and_(*(keys.c[name] == shared.c[name] for name in pick.step.key))
    return sa.select(*(shared.c[name] for name in pick.step.key)).where(
        sa.not_(_exists(keys, same))
    )


def _insert(found: PickedTree, pick: Pick, size: int) -> None:
    work, tree, table = found.work, found.tree, pick.step.table
    row, renderer = work.row(table), work.renderer()
    where = _due(found, pick.step, row)
    if where is None:
        return
    blockers = tree.blockers(work, table, careful=True)
    where += [sa.not_(renderer.condition(part, row)) for part in blockers]
    above = going_with_parent(work, tree, row, table, found.picked)
    if above is not None:
        where.append(sa.not_(above))
    keys = [row.source.c[name] for name in pick.step.key]
    number = (sa.func.row_number().over(order_by=keys) - 1) // size
    columns = [*pick.step.key, BATCH]
    select = sa.select(*keys, number).where(*where)
    pick.rows = found.dialect.insert_from_select(found.connection, pick.table, columns, select)
    if pick.rows:
        found.dialect.analyse(found.connection, pick.table.name)


def losing_values(found: PickedTree, step: EraseValues, row: Row) -> list[Condition] | None:
    """The row of a table of the tree stays, and its values are due; None where none can be."""
    work, tree = found.work, found.tree
    if tree.takes_all(work, step):
        return None
    conditions = _due(found, step, row)
    if conditions is None:
        return None
    goes = going(work, tree, row, step.table, found.picked)
    return conditions if goes is None else [*conditions, sa.not_(goes)]


def _due(found: PickedTree, step: DeleteRows | EraseValues, row: Row) -> list[Condition] | None:
    """What holds of the due rows of a step that hang on none that is picked, and are not picked.

    It may hold of rows that go as well. What is shared is looked up; None where no row can be due.
    """
    work, tree = found.work, found.tree
    renderer, branch = work.renderer(), tree.branch(step.table)
    due = settled(step.due, work, step.table)
    parts, conditions = conjuncts(due), []
    own = tree.shared(work, tree.step(step.table))
    if step.table in found.shared and own.issubset(parts):
        shared = found.shared[step.table]
        if shared is None:
            return None
        keys = shared.alias()
        conditions.append(_exists(keys, same_key(keys, row, step)))
        parts = tuple(part for part in parts if part not in own)
    if branch is not None and branch.parent in found.shared:
        above = tree.shared(work, tree.step(branch.parent))
        if above <= tree.asked_above(branch, due):
            shared = found.shared[branch.parent]
            if shared is None:
                return None
            keys = shared.alias()
            parent = Row(work.row(branch.parent).table, keys)
            conditions.append(_exists(keys, renderer.joined(branch.hop, parent, row)))
            parts = tuple(part for part in parts if not asks_only(part, branch, above))
    return [*conditions, *(renderer.condition(part, row) for part in parts)]


def going(
    work: Work, tree: Tree, row: Row, table: str, picked: Mapping[str, Pick]
) -> Condition | None:
    """The row, of a table of the tree, goes; None where none of them can."""
    parts = [is_picked(picked[table], row)] if table in picked else []
    above = going_with_parent(work, tree, row, table, picked)
    if above is not None:
        parts.append(above)
    return sa.or_(*parts) if parts else None


def going_with_parent(
    work: Work, tree: Tree, row: Row, table: str, picked: Mapping[str, Pick]
) -> Condition | None:
    """A row on which this one hangs, directly or not, is picked; None where none can be."""
    branch = tree.branch(table)
    if branch is None:
        return None
    renderer = work.renderer()
    parts: list[Condition] = []
    pick = picked.get(branch.parent)
    if pick is not None:
        keys = pick.table.alias()
        same = renderer.joined(branch.hop, Row(work.row(branch.parent).table, keys), row)
        parts.append(_exists(keys, same))
    parent = renderer.row(branch.parent, work.row(branch.parent).source.alias())
    above = going_with_parent(work, tree, parent, branch.parent, picked)
    if above is not None:
        same = renderer.joined(branch.hop, parent, row)
        parts.append(_exists(parent.source, sa.and_(same, above)))
    return sa.or_(*parts) if parts else None


def is_picked(pick: Pick, row: Row) -> Condition:
    """The row's key is among those picked."""
    keys = pick.table.alias()
    return _exists(keys, same_key(keys, row, pick.step))


def same_key(keys: sa.FromClause, row: Row, step: DeleteRows | EraseValues) -> Condition:
    """The row's key is that of `keys`."""
    return sa.and_(*(keys.c[name] == row.source.c[name] for name in step.key))


def _exists(source: sa.FromClause, where: Condition) -> Condition:
    one: sa.Select[Any] = sa.select(sa.literal_column("1")).select_from(source).where(where)
    return one.correlate_except(source).exists()


def count_followers(work: Work, connection: sa.Connection, component: Component) -> dict[str, int]:
    """How many rows would go with those that a component has picked, by step."""
    tree, (pick,) = component.tree, component.picks
    assert tree is not None
    found = {}
    for branch, way in tree.below(pick.step.table):
        owners, on = owners_of(work, pick, way)
        target = work.row(branch.step.table).source
        joined = sa.and_(*(target.c[left] == owners.c[right] for left, right in on))
        select = sa.select(sa.func.count()).select_from(target.join(owners, joined))
        found[branch.step.id] = int(connection.execute(select).scalar_one())
    return found


def owners_of(
    work: Work, pick: Pick, way: Sequence[Hop], batch: int | None = None
) -> tuple[sa.FromClause, list[tuple[str, str]]]:
    """What the rows at the end of `way` reference, of a batch or of all that is picked.

    With it the columns of the rows at the end, and those that they equal.
    """
    renderer, last = work.renderer(), way[-1]
    keys = pick.table.alias()
    row = Row(work.row(pick.step.table).table, keys)
    source: sa.FromClause = keys
    for hop in way[:-1]:
        other = renderer.row(hop.table, work.row(hop.table).source.alias())
        source = source.join(other.source, renderer.joined(hop, row, other))
        row = other
    columns = [row.source.c[name] for name in last.columns]
    select = sa.select(*columns).select_from(source)
    if batch is not None:
        select = select.where(keys.c[BATCH] == batch)
    return select.subquery("owners"), list(zip(last.target, last.columns, strict=True))
