"""Rows elsewhere asked by joins: another table is read once, grouped by what it is joined on.

For an EXISTS among the columns of a statement a database looks up every row by itself. Here all
that is asked of the rows to which a hop leads becomes columns of one derived table, which the
statement joins.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from itertools import count
from typing import Any

import sqlalchemy as sa

from troth.apply.staged import Cell, Condition, Conditions, Staged, composed, shares
from troth.apply.states import TableStates
from troth.apply.work import Work
from troth.plan.predicate import (
    TRUE,
    And,
    DayWithin,
    Exists,
    Hop,
    Not,
    Or,
    Predicate,
    exists,
)
from troth.plan.schema import TableSchema, TypeKind
from troth.stores.days import day_within
from troth.stores.render import Row

CellOf = Callable[["Joined"], Cell | None]
Made = Callable[[Conditions], Cell]
"""A column of a derived table, made of what is asked of its rows."""

MUCH_LARGER = 50  # a table so many times larger is looked up row by row, and not read as a whole
ALWAYS_READ = 10_000  # rows that are read as a whole, however small the table that asks
_ORDERED = ("date", "timestamp", "timestamptz")


def joins(states: TableStates, parts: Iterable[Predicate]) -> bool:
    """Whether every question about rows elsewhere can be a join, and is cheaper as one."""
    return joinable(states.work, states.table.frame.table, parts)


def joinable(work: Work, table: str, parts: Iterable[Predicate]) -> bool:
    """The same of a table by its name in the map."""
    base = work.tables.get(table)
    return base is not None and all(_joins(work, table, part, base) for part in parts)


def _joins(work: Work, table: str, part: Predicate, base: TableSchema) -> bool:
    match part:
        case And() | Or():
            return all(_joins(work, table, inner, base) for inner in part.parts)
        case Not():
            return _joins(work, table, part.part, base)
        case Exists():
            for hop in part.hops:
                ends = ((table, hop.source_when), (hop.table, hop.target_when))
                if not hop_joins(work, table, hop, base):
                    return False
                if not all(_joins(work, at, when, base) for at, when in ends if when is not None):
                    return False
                table = hop.table
            return _joins(work, table, part.where, base)
        case _:
            return True


def hop_joins(work: Work, table: str, hop: Hop, base: TableSchema) -> bool:
    """Whether the rows at the end of a hop can be grouped by the columns that it compares.

    Grouping and comparing must agree on which values are the same: they do where both columns are
    of one kind and, outside PostgreSQL, whole numbers (texts have collations of their own).
    """
    here, there = work.tables.get(table), work.tables.get(hop.table)
    if hop.json_path is not None or here is None or there is None:
        return False
    for left, right in zip(hop.columns, hop.target, strict=True):
        mine, theirs = here.column(left), there.column(right)
        if mine is None or theirs is None or mine.kind != theirs.kind:
            return False
        if mine.kind != "integer" and work.store.address.dialect != "postgresql":
            return False
        if mine.type_text != theirs.type_text and mine.kind not in ("integer", "text"):
            return False
    asks, read = base.estimated_rows, there.estimated_rows
    return asks is None or read is None or read <= max(ALWAYS_READ, MUCH_LARGER * asks)


class Joined:
    """One row of a statement, and the derived tables that answer what is asked of rows elsewhere.

    `source` is complete once everything has been asked.
    """

    def __init__(self, work: Work, row: Row, numbers: Iterator[int] | None = None) -> None:
        self.work, self.row = work, row
        self.renderer = work.renderer()
        self._numbers = numbers if numbers is not None else count(1)
        self._sides: dict[Hop, Side] = {}
        self._rendered: dict[Predicate, Condition] = {}

    @property
    def source(self) -> sa.FromClause:
        """The row's table with everything joined that has been asked for."""
        source = self.row.source
        for side in sorted(self._sides.values(), key=lambda side: not side.complete):
            source = source.outerjoin(side.derived(), side.reached(), full=side.complete)
        return source

    def condition(self, part: Predicate) -> Condition:
        """A settled predicate of the row."""
        if part not in self._rendered:
            self._rendered[part] = self._render(part)
        return self._rendered[part]

    def column(self, part: Predicate) -> Condition:
        """The same as a column of a derived table."""
        return (
            self.condition(part)
            if isinstance(part, Exists)
            else self.renderer.alone(part, self.row)
        )

    def take(self, found: Cell) -> Cell:
        """An expression over the row itself."""
        return found

    def size(self, part: Predicate) -> int:
        """How much a predicate costs for each row: rows elsewhere have been read before."""
        match part:
            case And() | Or():
                return sum(self.size(inner) for inner in part.parts)
            case Not():
                return self.size(part.part)
            case Exists():
                return 1
            case _:
                return part.size

    def joins(self, part: Predicate) -> bool:
        """Whether a question about rows elsewhere can be joined too."""
        table = next(name for name, found in self.work.tables.items() if found is self.row.table)
        return joinable(self.work, table, [part])

    def cell(self, hops: tuple[Hop, ...], take: str, label: str, inner: CellOf) -> Cell | None:
        """The latest or earliest of a cell among the rows at the end of the hops.

        Cells of one label are one and the same.
        """
        if not hops:
            return inner(self)
        side = self.side(hops[0])
        found = side.inner.cell(hops[1:], take, label, inner)
        if found is None:
            return None
        cell = side.taken(take, label, found)
        when = hops[0].source_when
        return cell if when is None else sa.case((self.condition(when), cell))

    def _render(self, part: Predicate) -> Condition:
        match part:
            case And() | Or() | Not():
                return composed(part, self.condition)
            case Exists():
                hop = part.hops[0]
                found = self.side(hop).some(exists(part.hops[1:], part.where))
                if hop.source_when is None:
                    return found
                return sa.and_(self.condition(hop.source_when), found)
            case _:
                return self.renderer.condition(part, self.row)

    def side(self, hop: Hop) -> Side:
        """What is asked of the rows to which a hop leads; whether it may be gone is asked apart."""
        bare = Hop(
            table=hop.table, columns=hop.columns, target=hop.target, target_when=hop.target_when
        )
        if bare not in self._sides:
            self._sides[bare] = Side(self, bare, self._numbers)
        return self._sides[bare]


class Side:
    """The rows to which a hop leads, one row of answers for each value that it compares."""

    def __init__(self, outer: Joined, hop: Hop, numbers: Iterator[int]) -> None:
        number = next(numbers)
        self.outer, self.hop = outer, hop
        self.dialect = outer.work.store.address.dialect
        plain = outer.renderer.row(hop.table)
        source = plain.source.alias(f"troth_s{number}")
        self.inner = Joined(outer.work, outer.renderer.row(hop.table, source), numbers)
        self.name = f"troth_j{number}"
        self.complete = False  # its rows are kept too where they belong to no outer row
        self.single = set(hop.target) >= set(plain.table.key or ("",))
        self._wheres: dict[Predicate, None] = {}
        self._columns: dict[object, tuple[sa.ColumnElement[Any], Made]] = {}

    def some(self, where: Predicate) -> Condition:
        """Some of the rows fulfil `where`."""
        if where == TRUE:
            one = sa.literal_column("1", sa.Integer())
            return self._column(TRUE, one.type, lambda _: one).is_not(None)
        if isinstance(where, Or):
            return sa.or_(*(self.some(part) for part in where.parts))
        if isinstance(where, Not) and isinstance(where.part, DayWithin):
            outside = self._outside(where.part)
            if outside is not None:
                return outside
        self.inner.condition(where)  # what it asks of rows further on is joined
        self._wheres[where] = None
        if self.dialect == "postgresql":
            column = self._column(where, sa.Boolean(), lambda asked: self._any(asked, where))
            return sa.func.coalesce(column, sa.false())
        number = self._column(where, sa.Integer(), lambda asked: self._most(asked, where))
        return sa.func.coalesce(number, 0) == 1

    def _any(self, asked: Conditions, where: Predicate) -> Cell:
        condition = asked.condition(where)
        return condition if self.single else sa.func.bool_or(condition)

    def _most(self, asked: Conditions, where: Predicate) -> Cell:
        number = sa.case((asked.condition(where), 1), else_=0)
        return number if self.single else sa.func.max(number)

    def _outside(self, within: DayWithin) -> Condition | None:
        """Some day lies outside: the earliest does, or the latest.

        Only where the column takes no NULL and its values order as the days do.
        """
        day = within.day
        column = self.inner.row.column(day.column)
        plain = day.form == "native" and day.json_path is None and not column.nullable
        if self.dialect == "sqlite" or not plain or column.kind not in _ORDERED:
            return None
        cell = self.inner.row.source.c[day.column]
        label = f"column {day.column}"
        takes = ("latest",) if self.single else ("earliest", "latest")
        ends = (self.taken(take, label, cell) for take in takes)
        outside = [self._not_within(end, column.kind, within) for end in ends]
        return sa.and_(self.some(TRUE), sa.or_(*outside))

    def _not_within(self, end: Cell, kind: TypeKind, within: DayWithin) -> Condition:
        zone = self.outer.work.zone
        day, first, last = within.day, within.first, within.last
        return sa.not_(day_within(self.dialect, end, kind, day, zone, first, last))

    def taken(self, take: str, label: str, cell: Cell) -> Cell:
        """The latest or earliest of a cell of the rows."""
        if self.single:
            return self._column(label, cell.type, lambda asked: asked.take(cell))
        pick = sa.func.max if take == "latest" else sa.func.min
        return self._column((take, label), cell.type, lambda asked: pick(asked.take(cell)))

    def counted(self, label: str, cell: Cell) -> sa.ColumnElement[int]:
        """How many of the rows have something in a cell; 0 where there is none."""
        number = self._column(
            ("count", label), sa.Integer(), lambda asked: sa.func.count(asked.take(cell))
        )
        return sa.func.coalesce(number, 0)

    def _column(self, label: object, kind: sa.types.TypeEngine[Any], made: Made) -> Cell:
        """A column of the derived table, as the statement names it."""
        name = f"{self.name}.c{len(self._columns)}"
        column = sa.literal_column(name, kind)
        return self._columns.setdefault(label, (column, made))[0]

    def derived(self) -> sa.Subquery:
        """The derived table with all columns that have been asked for."""
        where = self.hop.target_when
        chosen = [] if where is None else [self.inner.condition(where)]
        asked: Conditions = self.inner
        # PostgreSQL plans look-ups as a whole; others make each for every row, where it is asked.
        if self.dialect != "postgresql" and shares(self._wheres):
            asked = Staged(self.inner, f"{self.name}_tests", *chosen)
            chosen = []
        keys = [asked.take(self.inner.row.source.c[name]) for name in self.hop.target]
        columns = [key.label(f"k{at}") for at, key in enumerate(keys)]
        columns += [
            made(asked).label(f"c{at}") for at, (_, made) in enumerate(self._columns.values())
        ]
        select = sa.select(*columns).select_from(asked.source).where(*chosen)
        return (select if self.single else select.group_by(*keys)).subquery(self.name)

    def reached(self) -> Condition:
        """The rows of the derived table that belong to the outer row."""
        source = self.outer.row.source
        return sa.and_(
            *(
                source.c[left] == sa.literal_column(f"{self.name}.k{at}", source.c[left].type)
                for at, left in enumerate(self.hop.columns)
            )
        )
