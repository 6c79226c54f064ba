"""The rows of one table by state: due and there, unknown and there, kept; for each promise."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

import sqlalchemy as sa

from troth.apply.counting import Asking, Bits, Tally, cases, count, looks_elsewhere, settled, tally
from troth.apply.governing import Asked, AskedTable
from troth.apply.values import present
from troth.apply.work import Work
from troth.errors import Broken
from troth.plan.model import EraseValues
from troth.plan.predicate import FALSE, TRUE, Predicate, both
from troth.stores.render import Row

Condition = sa.ColumnElement[bool]
Cells = Mapping[str, sa.ColumnElement[Any]]
CellsOf = Callable[[Row], Cells]


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

    def condition(self, part: Predicate) -> Condition:
        """A settled predicate as SQL."""
        if part not in self._rendered:
            self._rendered[part] = self.work.renderer().condition(part, self.row)
        return self._rendered[part]

    def present(self, at: int) -> Condition:
        """At least one column of the group still holds a value."""
        frame, group = self.table.frame, self.groups[at].asked.group
        step = EraseValues(
            id="",
            store=frame.store,
            table=frame.table,
            key=frame.entry.key,
            columns={name: frame.entry.personal[name].erased for name in group.columns},
            due=FALSE,
        )
        return present(self.work, step, self.row)


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


def count_states(states: TableStates, cells: CellsOf, by: tuple[str, ...] = ()) -> None:
    """Counts every group, and asserts that due, unknown and kept are all rows.

    `cells` show the events of a row, each in one cell of which the least is the oldest day; with
    `by`, they depend on these columns alone.
    Where the predicates need no other table, one pass counts everything; else the due rows of each
    predicate are looked for, and the unknown ones, so that the database may join.
    """
    if not states.groups:
        return
    asked = [
        *states.bits,
        *(part for group in states.groups for part in (group.due, group.unknown)),
    ]
    if any(looks_elsewhere(part) for part in asked):
        _count_apart(states, cells, by)
    else:
        _count_at_once(states, cells)
    for group in states.groups:
        _assert_all_counted(states, group)


def _assert_all_counted(states: TableStates, group: GroupStates) -> None:
    counted = group.there + group.absent + group.undecided + group.kept
    if counted != group.rows or group.kept < 0:
        frame = states.table.frame
        raise Broken(
            "counts-do-not-add-up",
            f"{group.rows} rows, and {counted} that are due, unknown or kept",
            place=f"{frame.label} ({', '.join(group.asked.group.columns)})",
            help="this is a defect of troth: report it with the map of this table",
        )


def _conditions(states: TableStates, groups: Iterable[int], scopes: Iterable[Predicate]) -> Bits:
    """The scopes, and whether the groups hold a value, by name."""
    found = {states.bits[part]: states.condition(part) for part in scopes}
    return found | {f"there{at}": states.present(at) for at in groups}


def _plain(cells: CellsOf) -> CellsOf:
    """Only the cells that are columns: others would cost a look elsewhere for every row."""

    def columns(row: Row) -> Cells:
        return {name: c for name, c in cells(row).items() if isinstance(c, sa.ColumnClause)}

    return columns


def _count_at_once(states: TableStates, cells: CellsOf) -> None:
    every = range(len(states.groups))
    bits = dict(_conditions(states, every, states.bits))
    for at in every:
        bits[f"due{at}"] = states.condition(states.groups[at].due)
        bits[f"unknown{at}"] = states.condition(states.groups[at].unknown)
    for found in tally(states.work, states.row, Asking(bits, _plain(cells))):
        for at, group in enumerate(states.groups):
            due, unknown = found.holds[f"due{at}"], found.holds[f"unknown{at}"]
            _add_rows(states, group, found)
            if due is None or unknown is None or (due and unknown):
                continue  # no state, or two: the counts will not add up
            there = bool(found.holds[f"there{at}"])
            if due:
                _add_due(states, group, found, there=there)
            elif unknown and there:
                _add_unknown(states, group, found)
            else:
                group.kept += found.rows


def _count_apart(states: TableStates, cells: CellsOf, by: tuple[str, ...] = ()) -> None:
    everywhere = _wanted(states, range(len(states.groups)), "applies")
    asking = Asking(_conditions(states, (), everywhere))
    for found in tally(states.work, states.row, asking):
        for group in states.groups:
            _add_rows(states, group, found)
    for part, ats in _alike(states, "due").items():
        bits = _conditions(states, ats, _wanted(states, ats, "ended"))
        asking = Asking(bits, cells, by, [states.condition(part)])
        for found in tally(states.work, states.row, asking):
            for at in ats:
                there = bool(found.holds[f"there{at}"])
                _add_due(states, states.groups[at], found, there=there)
    for part, ats in _alike(states, "unknown").items():
        bits = _conditions(states, ats, _wanted(states, ats, "applies"))
        where, key = _apart(states, part)
        asking = Asking(bits, where=where, key=key)
        for found in tally(states.work, states.row, asking):
            for at in ats:
                if found.holds[f"there{at}"]:
                    _add_unknown(states, states.groups[at], found)
    for group in states.groups:
        group.kept = group.rows - group.there - group.absent - group.undecided
        both_states = states.settle(both(group.due, group.unknown))
        if both_states != FALSE and count(states.work, states.row, states.condition(both_states)):
            group.kept = -1


def _apart(states: TableStates, part: Predicate) -> tuple[list[Condition], tuple[str, ...]]:
    """A predicate in cases for which PostgreSQL joins, and the key that tells its rows apart."""
    key = states.table.frame.entry.key
    if not key or states.work.store.address.dialect != "postgresql":
        return [states.condition(part)], ()
    return [states.condition(case) for case in cases(part)], key


def _alike(states: TableStates, state: Literal["due", "unknown"]) -> dict[Predicate, list[int]]:
    """The groups by their predicate: columns under the same promises share it."""
    found: dict[Predicate, list[int]] = {}
    for at, group in enumerate(states.groups):
        part = group.due if state == "due" else group.unknown
        if part != FALSE:
            found.setdefault(part, []).append(at)
    return found


def _wanted(
    states: TableStates, groups: Iterable[int], which: Literal["applies", "ended"]
) -> list[Predicate]:
    """The scopes of some groups that the database must decide."""
    scopes = [scope for at in groups for scope in states.groups[at].scopes]
    parts = [scope.applies if which == "applies" else scope.ended for scope in scopes]
    return [part for part in dict.fromkeys(parts) if part in states.bits]


def _add_rows(states: TableStates, group: GroupStates, found: Tally) -> None:
    group.rows += found.rows
    for scope in group.scopes:
        if _holds(states, scope.applies, found):
            scope.rows += found.rows


def _add_due(states: TableStates, group: GroupStates, found: Tally, *, there: bool) -> None:
    if there:
        group.there += found.rows
    else:
        group.absent += found.rows
    for scope in group.scopes:
        if not _holds(states, scope.ended, found):
            continue
        if not there:
            scope.absent += found.rows
            continue
        scope.there += found.rows
        for name, cell in found.least.items():
            scope.least[name] = _lesser(scope.least.get(name), cell)


def _add_unknown(states: TableStates, group: GroupStates, found: Tally) -> None:
    group.undecided += found.rows
    for scope in group.scopes:
        if _holds(states, scope.applies, found):
            scope.undecided += found.rows


def _holds(states: TableStates, part: Predicate, found: Tally) -> bool:
    return part == TRUE if part in (TRUE, FALSE) else bool(found.holds[states.bits[part]])


def _lesser(one: Any, other: Any) -> Any:
    if one is None or other is None:
        return other if one is None else one
    return min(one, other)


def count_whole_rows(states: TableStates, goes: Predicate) -> None:
    """Due rows without a value that could go as a whole are due; the others are skeletons, kept."""
    wanted = [at for at, group in enumerate(states.groups) if group.absent]
    bits = dict(_conditions(states, wanted, _wanted(states, wanted, "ended")))
    none_there = sa.or_(*(sa.not_(states.present(at)) for at in wanted))
    where = sa.and_(states.condition(states.settle(goes)), none_there)
    going = dict.fromkeys(wanted, 0)
    for found in tally(states.work, states.row, Asking(bits, where=[where])):
        for at in wanted:
            if found.holds[f"there{at}"]:
                continue
            going[at] += found.rows
            for scope in states.groups[at].scopes:
                if _holds(states, scope.ended, found):
                    scope.there += found.rows
                    scope.absent -= found.rows
    for at in wanted:
        settle_absent(states.groups[at], going[at])


def settle_absent(group: GroupStates, going: int) -> None:
    """`going` of the due rows without a value are still to go; the rest is kept."""
    group.there += going
    group.kept += group.absent - going
    group.absent = 0
