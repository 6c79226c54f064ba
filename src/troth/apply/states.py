"""The rows of one table by state: due and there, unknown and there, kept; for each promise."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

import sqlalchemy as sa

from troth.apply.counting import Asking, Bits, Tally, settled, tally
from troth.apply.governing import Asked, AskedTable
from troth.apply.values import present
from troth.apply.work import Work
from troth.errors import Broken
from troth.plan.inside import beside_of
from troth.plan.model import EraseValues
from troth.plan.predicate import FALSE, TRUE, Predicate
from troth.stores.render import Row

Condition = sa.ColumnElement[bool]


@dataclass
class GroupStates:
    """Counts of one group of columns, and of the rows of it that each promise governs.

    `absent` are due rows without a value, which may be skeletons: they are kept unless they could
    go as a whole.
    """

    asked: Asked
    due: Predicate
    unknown: Predicate
    scopes: list[Scope]
    rows: int = 0
    there: int = 0
    absent: int = 0
    undecided: int = 0
    kept: int = 0


@dataclass
class Scope:
    """The rows that one promise governs; `least` are the least cells of its due rows, by event.

    `ended` are the rows of which the promise itself says that they are over.
    """

    applies: Predicate
    ended: Predicate
    rows: int = 0
    there: int = 0
    absent: int = 0
    undecided: int = 0
    least: dict[str, Any] = field(default_factory=dict)


@dataclass
class TableStates:
    """One table, counted; facts are put into its predicates, and each is rendered once."""

    work: Work
    table: AskedTable
    row: Row
    groups: list[GroupStates] = field(default_factory=list)
    bits: dict[Predicate, str] = field(default_factory=dict)
    _settled: dict[Predicate, Predicate] = field(default_factory=dict, repr=False)
    _rendered: dict[Predicate, Condition] = field(default_factory=dict, repr=False)

    def settle(self, part: Predicate) -> Predicate:
        """The predicate with the facts put in."""
        if part not in self._settled:
            self._settled[part] = settled(part, self.work, self.table.frame.table)
        return self._settled[part]

    @property
    def source(self) -> sa.FromClause:
        """The table itself."""
        return self.row.source

    def condition(self, part: Predicate) -> Condition:
        """A settled predicate as SQL."""
        if part not in self._rendered:
            self._rendered[part] = self.work.renderer().condition(part, self.row)
        return self._rendered[part]

    def column(self, part: Predicate) -> Condition:
        """The same as a column of a derived table."""
        return self.work.renderer().alone(part, self.row)

    def take(self, found: sa.ColumnElement[Any]) -> sa.ColumnElement[Any]:
        """An expression over the row itself."""
        return found

    def named(self, part: Predicate) -> tuple[str, ...]:
        """The name of a scope's predicate; none where it always holds."""
        return () if part == TRUE else ("never",) if part == FALSE else (self.bits[part],)

    def size(self, part: Predicate) -> int:
        """How much a predicate costs for each row."""
        return part.size

    def present(self, at: int, row: Row | None = None) -> Condition:
        """At least one column of the group still holds a value."""
        frame, group = self.table.frame, self.groups[at].asked.group
        step = EraseValues(
            id="",
            store=frame.store,
            table=frame.table,
            key=frame.entry.key,
            columns={name: frame.entry.values[name].erased for name in group.columns},
            beside=beside_of(frame.entry),
            due=FALSE,
        )
        return present(self.work, step, row or self.row)


def states_of(work: Work, table: AskedTable) -> TableStates:
    """What will be counted."""
    states = TableStates(work, table, work.row(table.frame.table))
    for asked in table.groups:
        standing = asked.group.standing
        scopes = [
            Scope(states.settle(one.applies), states.settle(one.ended)) for one in asked.governed
        ]
        states.groups.append(
            GroupStates(asked, states.settle(standing.due), states.settle(standing.unknown), scopes)
        )
        for scope in scopes:
            for part in (scope.applies, scope.ended):
                if part not in (TRUE, FALSE):
                    states.bits.setdefault(part, f"scope{len(states.bits)}")
    return states


def predicates_of(states: TableStates) -> tuple[Predicate, ...]:
    """Everything that is asked of a row, each once."""
    found = [*states.bits]
    for group in states.groups:
        found += [group.due, group.unknown]
    return tuple(dict.fromkeys(found))


def assert_all_counted(states: TableStates, group: GroupStates) -> None:
    """Due, unknown and kept are all rows; `Broken` otherwise."""
    counted = group.there + group.absent + group.undecided + group.kept
    if counted != group.rows or group.kept < 0:
        frame = states.table.frame
        raise Broken(
            "counts-do-not-add-up",
            f"{group.rows} rows, and {counted} that are due, unknown or kept",
            place=f"{frame.label} ({', '.join(group.asked.group.columns)})",
            help="this is a defect of troth: report it with the map of this table",
        )


def bits_of(states: TableStates, groups: Iterable[int], scopes: Iterable[Predicate]) -> Bits:
    """The scopes, and whether the groups hold a value, by name."""
    found = {states.bits[part]: states.condition(part) for part in scopes}
    return found | {f"there{at}": states.present(at) for at in groups}


def wanted(
    states: TableStates, groups: Iterable[int], which: Literal["applies", "ended"]
) -> list[Predicate]:
    """The scopes of some groups that the database must decide."""
    scopes = [scope for at in groups for scope in states.groups[at].scopes]
    parts = [scope.applies if which == "applies" else scope.ended for scope in scopes]
    return [part for part in dict.fromkeys(parts) if part in states.bits]


def holds(states: TableStates, part: Predicate, found: Tally) -> bool:
    """Whether a scope's predicate holds for the rows of a tally."""
    return part == TRUE if part in (TRUE, FALSE) else bool(found.holds[states.bits[part]])


def least_of(one: Mapping[str, Any], other: Mapping[str, Any]) -> dict[str, Any]:
    """The lesser cell of each event; NULL is none."""

    def lesser(mine: Any, theirs: Any) -> Any:
        if mine is None or theirs is None:
            return theirs if mine is None else mine
        return min(mine, theirs)

    return {name: lesser(one.get(name), cell) for name, cell in other.items()}


def count_whole_rows(states: TableStates, goes: Predicate) -> None:
    """Due rows without a value that could go as a whole are due; the others are skeletons, kept."""
    goes = states.settle(goes)
    for group in states.groups:
        if group.absent and group.due == goes:
            _all_go(group)
    absent = [at for at, group in enumerate(states.groups) if group.absent]
    if not absent:
        return
    bits = dict(bits_of(states, absent, wanted(states, absent, "ended")))
    none_there = sa.or_(*(sa.not_(states.present(at)) for at in absent))
    where = sa.and_(states.condition(goes), none_there)
    going = dict.fromkeys(absent, 0)
    for found in tally(states.work, states.row, Asking(bits, where=[where])):
        for at in absent:
            if found.holds[f"there{at}"]:
                continue
            going[at] += found.rows
            for scope in states.groups[at].scopes:
                if holds(states, scope.ended, found):
                    scope.there += found.rows
                    scope.absent -= found.rows
    for at in absent:
        settle_absent(states.groups[at], going[at])


def _all_go(group: GroupStates) -> None:
    """Every due row goes as a whole, so that those without a value need not be looked for."""
    for scope in group.scopes:
        scope.there += scope.absent
        scope.absent = 0
    settle_absent(group, group.absent)


def settle_absent(group: GroupStates, going: int) -> None:
    """`going` of the due rows without a value are still to go; the rest is kept."""
    group.there += going
    group.kept += group.absent - going
    group.absent = 0
