"""What was picked: the keys of each step's rows, in components of tables that share batches."""

from __future__ import annotations

from dataclasses import dataclass, field

import sqlalchemy as sa

from troth.apply.ranges import RangePick
from troth.apply.trees import Tree
from troth.apply.work import Work
from troth.plan.model import DeleteRows, EraseValues
from troth.plan.schema import ColumnSchema
from troth.stores.render import Row

BATCH = "troth_batch"


@dataclass
class Pick:
    """The picked rows of one step."""

    step: DeleteRows | EraseValues
    table: sa.TableClause
    rows: int = 0

    @property
    def on(self) -> list[tuple[str, str]]:
        return [(name, name) for name in self.step.key]

    def is_key_of(self, source: sa.FromClause) -> sa.ColumnElement[bool]:
        return sa.and_(*(self.table.c[name] == source.c[name] for name in self.step.key))

    def in_batch(self, batch: int | None) -> sa.ColumnElement[bool]:
        return sa.true() if batch is None else self.table.c[BATCH] == batch


@dataclass
class Component:
    """Steps of one store whose rows reference each other: they share batches."""

    store: str
    picks: list[Pick]
    batches: int = 0
    ranges: RangePick | None = None  # instead of picks, for rows that go by ranges of their key
    careful: bool = False  # look for what depends on a row, although foreign keys guard it
    alone: bool = False  # each batch is committed before the next is begun
    tree: Tree | None = None  # what hangs on the rows of its one pick goes with them

    def has(self, batch: int) -> bool:
        """Whether there is a batch of that number, counted from 0."""
        return batch < self.batches if self.ranges is None else self.ranges.has(batch)

    def looks(self, batch: int) -> bool:
        """Whether the batch writes nothing, and looks for what those before it left."""
        return self.ranges is not None and self.ranges.looks(batch)

    @property
    def followers(self) -> list[DeleteRows]:
        """Steps whose rows go with those that are picked."""
        if self.tree is None:
            return []
        return [branch.step for branch, _ in self.tree.below(self.picks[0].step.table)]

    @property
    def counts(self) -> list[tuple[DeleteRows | EraseValues, int]]:
        """The rows found for each step; of those that follow others none has been counted."""
        if self.ranges is not None:
            return [(self.ranges.step, self.ranges.rows)]
        following = [(step, 0) for step in self.followers]
        return [*following, *((pick.step, pick.rows) for pick in self.picks)]

    def pick(self, table: str) -> Pick | None:
        """The pick of the step that deletes rows of a table."""
        return next(
            (p for p in self.picks if p.step.table == table and isinstance(p.step, DeleteRows)),
            None,
        )


@dataclass
class Picking:
    """Everything picked in one store."""

    work: Work
    components: list[Component] = field(default_factory=list)


def row_where(pick: Pick, row: Row, where: sa.ColumnElement[bool]) -> sa.ColumnElement[bool]:
    """The picked row satisfies a condition."""
    return (
        sa.select(sa.literal_column("1"))
        .select_from(row.source)
        .where(pick.is_key_of(row.source), where)
        .correlate(pick.table)
        .exists()
    )


def keep_only(
    work: Work,
    connection: sa.Connection,
    pick: Pick,
    row: Row,
    where: sa.ColumnElement[bool],
    batch: int,
) -> int:
    """Takes rows out of a batch for which a condition does not hold (any more); how many."""
    if isinstance(where, sa.False_):  # of no row: the table need not be asked
        return delete_picks(connection, pick, sa.true(), batch)
    if work.store.address.dialect != "sqlite":
        return delete_picks(connection, pick, sa.not_(row_where(pick, row, where)), batch)
    # One level less than NOT EXISTS, so that what could be picked can be decided again: SQLite's
    # parser takes few.
    number, set_aside = pick.table.c[BATCH], -1 - batch
    marked = sa.update(pick.table).where(pick.in_batch(batch), pick.is_key_of(row.source), where)
    connection.execute(marked.values({number: set_aside}))
    gone = delete_picks(connection, pick, sa.true(), batch)
    back = sa.update(pick.table).where(number == set_aside).values({number: batch})
    connection.execute(back)
    return gone


def delete_picks(
    connection: sa.Connection, pick: Pick, where: sa.ColumnElement[bool], batch: int | None
) -> int:
    """Takes rows out of a pick; how many."""
    statement = sa.delete(pick.table).where(pick.in_batch(batch), where)
    return connection.execute(statement).rowcount


def pick_table(work: Work, step: DeleteRows | EraseValues, what: str) -> sa.TableClause:
    """A temporary table for keys of a step and the batches of its rows."""
    integer = work.store.dialect.types["integer"]
    batch = ColumnSchema(BATCH, "integer", integer, nullable=True)
    columns = (*work.key_columns(step.table, step.key), batch)
    # PostgreSQL joins picks by hashing; an index is built faster once they are all there.
    key = () if work.schema.dialect == "postgresql" else step.key
    return work.temporary(f"{what}:{step.id}", columns, key=key)
