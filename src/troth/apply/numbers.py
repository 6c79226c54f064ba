"""Numbers of rows for which conditions hold together: asked one by one, read in one statement."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

import sqlalchemy as sa

from troth.apply.counting import Asking, Bits, Tally, tally
from troth.apply.staged import Layer
from troth.apply.states import GroupStates, TableStates, least_of

Condition = sa.ColumnElement[bool]
Cells = Mapping[str, sa.ColumnElement[Any]]
Names = tuple[str, ...]
"""Conditions that hold together, by name; one after a minus sign does not hold."""

_ONE = sa.literal_column("1", sa.Integer())
_Key = tuple[frozenset[str], str]


Amount = tuple[Names, str]
"""Rows for which all names hold, each counted as often as a weight says (without one, once)."""


@dataclass(frozen=True)
class ScopeWanted:
    """The numbers of one scope; `least` are the rows of which the least cells are wanted."""

    rows: Amount
    there: Amount
    absent: Amount
    undecided: Amount
    least: Names


@dataclass(frozen=True)
class GroupWanted:
    """The numbers of one group of columns, and of each of its scopes.

    Without `kept`, what is left is kept, unless rows are `twice` in a state.
    """

    rows: Amount
    there: Amount
    absent: Amount
    undecided: Amount
    kept: tuple[Amount, ...]
    scopes: tuple[ScopeWanted, ...]
    twice: Amount | None = None

    def amounts(self) -> Iterator[Amount]:
        """All of them."""
        yield from (self.rows, self.there, self.absent, self.undecided, *self.kept)
        if self.twice is not None:
            yield self.twice
        for one in self.scopes:
            yield from (one.rows, one.there, one.absent, one.undecided)


@dataclass
class Numbers:
    """What is counted of the rows of a statement, each number once.

    `bits` are the conditions by name, those known beforehand as what they are worth. A row counts
    as often as the weight says that is asked for; without one, once.
    """

    bits: dict[str, Condition | bool]
    weights: dict[str, sa.ColumnElement[Any]] = field(default_factory=dict)
    counted: dict[_Key, int] = field(default_factory=dict)
    smallest: dict[_Key, dict[str, Any]] = field(default_factory=dict)
    _cells: dict[_Key, Cells] = field(default_factory=dict)

    def ask_group(self, wanted: GroupWanted, cells: Cells) -> None:
        """The numbers of a group, and the least cells of each of its scopes, will be wanted."""
        for amount in wanted.amounts():
            self._ask(amount)
        for scope in wanted.scopes:
            key = self._key(scope.least)
            if key is not None and cells:
                self.smallest[key, ""] = {}
                self._cells[key, ""] = cells

    def _ask(self, amount: Amount) -> None:
        names, weight = amount
        key = self._key(names)
        if key is not None:
            self.counted[key, weight] = 0

    def fill(self, group: GroupStates, wanted: GroupWanted) -> None:
        """Puts what was read into a group and its scopes."""
        group.rows = self._rows(wanted.rows)
        group.there, group.absent = self._rows(wanted.there), self._rows(wanted.absent)
        group.undecided = self._rows(wanted.undecided)
        group.kept = sum(map(self._rows, wanted.kept))
        if not wanted.kept:
            twice = wanted.twice is not None and self._rows(wanted.twice) > 0
            rest = group.rows - group.there - group.absent - group.undecided
            group.kept = -1 if twice else rest
        for scope, names in zip(group.scopes, wanted.scopes, strict=True):
            scope.rows = self._rows(names.rows)
            scope.there, scope.absent = self._rows(names.there), self._rows(names.absent)
            scope.undecided = self._rows(names.undecided)
            key = self._key(names.least)
            if scope.there and key is not None:
                scope.least = dict(self.smallest.get((key, ""), {}))

    def _rows(self, amount: Amount) -> int:
        names, weight = amount
        key = self._key(names)
        return 0 if key is None else self.counted[key, weight]

    def size(self, sizes: Mapping[str, int]) -> int:
        """The parts of all conditions, each as often as a number needs it."""
        keys = [*self.counted, *self.smallest]
        return sum(sizes.get(name.removeprefix("-"), 1) for names, _ in keys for name in names)

    def read(self, states: TableStates, source: sa.FromClause) -> None:
        """Each number is a column."""
        found = iter(states.work.connection.execute(self._select(source)).one())
        for key in self.counted:
            self.counted[key] = int(next(found) or 0)  # a sum over no row is NULL
        for key in self.smallest:
            self.smallest[key] = {name: next(found) for name in self._cells[key]}

    def _select(self, source: sa.FromClause) -> sa.Select[Any]:
        columns: list[sa.ColumnElement[Any]] = [
            self._number(names, weight) for names, weight in self.counted
        ]
        columns += [
            sa.func.min(sa.case((self._together(key[0]), cell)))
            for key in self.smallest
            for cell in self._cells[key].values()
        ]
        return sa.select(*columns).select_from(source)

    def read_staged(self, states: TableStates, source: sa.FromClause) -> None:
        """The same, where conditions are dear: they are decided once for each row before."""
        layer = Layer("staged")
        self.bits = {
            name: bit if isinstance(bit, bool) else layer.take(bit)
            for name, bit in self.bits.items()
        }
        self.weights = {name: layer.take(weight) for name, weight in self.weights.items()}
        self._cells = {
            key: {name: layer.take(cell) for name, cell in cells.items()}
            for key, cells in self._cells.items()
        }
        self.read(states, layer.over(source))

    def read_grouped(self, states: TableStates, source: sa.FromClause, cells: Cells) -> None:
        """Rows that agree in all conditions are counted together, and then added up."""
        bits: Bits = {
            name: bit
            for name, bit in self.bits.items()
            if not isinstance(bit, bool) and not name.startswith("open")
        }
        asking = Asking(bits, lambda _: cells, source=source)
        for found in tally(states.work, states.row, asking):
            held = self._held(found)
            for key in self.counted:
                if _agrees(key[0], held):
                    self.counted[key] += found.rows
            for key, least in self.smallest.items():
                if _agrees(key[0], held):
                    least.update(least_of(least, found.least))

    def _number(self, names: frozenset[str], weight: str) -> sa.ColumnElement[Any]:
        if weight:
            number = self.weights[weight]
            return sa.func.sum(sa.case((self._together(names), number)) if names else number)
        return sa.func.count(sa.case((self._together(names), _ONE))) if names else sa.func.count()

    def _held(self, found: Tally) -> dict[str, bool | None]:
        held = dict(found.holds)
        for name in self.bits:
            if name.startswith("open"):
                at = name.removeprefix("open")
                unknown, there = held.get(f"unknown{at}", True), held[f"there{at}"]
                held[name] = None if unknown is None else unknown and there
        return held

    def _together(self, names: frozenset[str]) -> Condition:
        parts = []
        for name in sorted(names):
            bit = self.bits[name.removeprefix("-")]
            assert not isinstance(bit, bool)  # what is known beforehand is not in a key
            parts.append(sa.not_(bit) if name.startswith("-") else bit)
        return sa.and_(*parts)

    def _key(self, names: Names) -> frozenset[str] | None:
        """Names without those that are known to hold; None where one is known not to."""
        key = set()
        for name in names:
            bit = self.bits.get(name.removeprefix("-"), False)
            if not isinstance(bit, bool):
                key.add(name)
            elif bit == name.startswith("-"):
                return None
        return frozenset(key)


def _agrees(names: frozenset[str], held: Mapping[str, bool | None]) -> bool:
    """All hold that should and none that should not; one that is NULL does neither."""
    return all(held[name.removeprefix("-")] is (not name.startswith("-")) for name in names)
