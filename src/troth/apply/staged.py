"""Each test of a row asked once: a column of a derived table, of which conditions are made.

Predicates share most of their parts, and SQL has no word for that: written out, one look-up stands
in a statement a thousand times, and a database makes it as often for each row.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Any, Protocol

import sqlalchemy as sa

from troth.plan.predicate import (
    FALSE,
    TRUE,
    Always,
    And,
    Exists,
    Not,
    Or,
    Predicate,
    exists,
    negation,
)

Condition = sa.ColumnElement[bool]
Cell = sa.ColumnElement[Any]


class Conditions(Protocol):
    """What puts predicates of a table's rows into SQL, and the tables from which it does."""

    @property
    def source(self) -> sa.FromClause: ...

    def condition(self, part: Predicate) -> Condition: ...

    def column(self, part: Predicate) -> Condition: ...

    def take(self, found: Cell) -> Cell: ...

    def size(self, part: Predicate) -> int: ...


class Layer:
    """A derived table of which a database works out each column once for each row."""

    def __init__(self, name: str) -> None:
        self.name = name
        self._columns: dict[int, tuple[str, Cell]] = {}  # by identity, and held for that

    def take(self, found: Cell) -> Cell:
        """An expression over the table below, as a column of this one."""
        label, known = self._columns.setdefault(id(found), (f"s{len(self._columns)}", found))
        return sa.literal_column(f"{self.name}.{label}", known.type)

    def over(self, source: sa.FromClause, *where: Condition) -> sa.Subquery:
        """The derived table with everything that has been taken so far."""
        columns = [found.label(label) for label, found in self._columns.values()]
        columns = columns or [sa.literal_column("1", sa.Integer()).label("one")]
        rows = sa.select(*columns).select_from(source).where(*where)
        # OFFSET keeps databases from putting the expressions back where the columns are used.
        return rows.offset(sa.literal_column("0")).subquery(self.name)


class Staged:
    """The conditions of `asked`, made of tests that a derived table has asked of each row before.

    `where` are the rows that it has. `source` is complete once everything has been asked.
    """

    def __init__(self, asked: Conditions, name: str = "tests", *where: Condition) -> None:
        self._asked, self._where = asked, where
        self._layer = Layer(name)
        self._made: dict[Predicate, Condition] = {}

    @property
    def source(self) -> sa.FromClause:
        """The derived table."""
        return self._layer.over(self._asked.source, *self._where)

    def take(self, found: Cell) -> Cell:
        """An expression over the row itself."""
        return self._layer.take(found)

    def condition(self, part: Predicate) -> Condition:
        """A settled predicate of the row."""
        if part not in self._made:
            self._made[part] = self._make(part)
        return self._made[part]

    def column(self, part: Predicate) -> Condition:
        """The same: it is made of columns already."""
        return self.condition(part)

    def size(self, part: Predicate) -> int:
        """How many columns of the derived table it reads."""
        match part:
            case And() | Or():
                return sum(self.size(inner) for inner in part.parts)
            case Not():
                return self.size(part.part)
            case _:
                return 1

    def _make(self, part: Predicate) -> Condition:
        match part:
            case And() | Or() | Not():
                return composed(part, self.condition)
            case Always():
                return sa.true() if part.value else sa.false()
            case _:
                return self._layer.take(self._asked.column(part))


def composed(part: And | Or | Not, condition: Callable[[Predicate], Condition]) -> Condition:
    """A predicate of others, made of their conditions."""
    match part:
        case And():
            return sa.and_(*(condition(inner) for inner in leaner(part.parts)))
        case Or():
            return sa.or_(*(condition(inner) for inner in part.parts))
        case Not():
            return sa.not_(condition(part.part))


def shares(parts: Iterable[Predicate]) -> bool:
    """Whether some test is asked more than once."""
    tests = [test for part in parts for test in _tests(part)]
    return len(set(tests)) < len(tests)


def _tests(part: Predicate) -> Iterator[Predicate]:
    match part:
        case And() | Or():
            for inner in part.parts:
                yield from _tests(inner)
        case Not():
            yield from _tests(part.part)
        case _:
            yield part


def leaner(parts: tuple[Predicate, ...]) -> list[Predicate]:
    """A row for which `where` holds, where none is that it does not: any row at all will do."""
    none = {
        (part.part.hops, part.part.where)
        for part in parts
        if isinstance(part, Not) and isinstance(part.part, Exists)
    }
    return [
        exists(part.hops, TRUE)
        if isinstance(part, Exists)
        and part.where != FALSE
        and (part.hops, negation(part.where)) in none
        else part
        for part in parts
    ]
