"""What was picked: the keys of each step's rows, in components of tables that share batches."""

from __future__ import annotations

from dataclasses import dataclass, field

import sqlalchemy as sa

from troth.apply.ranges import RangePick
from troth.apply.work import Work
from troth.plan.model import DeleteRows, EraseValues

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

    @property
    def counts(self) -> list[tuple[DeleteRows | EraseValues, int]]:
        """The rows found for each step."""
        if self.ranges is not None:
            return [(self.ranges.step, self.ranges.rows)]
        return [(pick.step, pick.rows) for pick in self.picks]

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
