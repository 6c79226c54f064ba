"""The rows of one table by state: due and there, unknown and there, kept; for each promise."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

import sqlalchemy as sa

from troth.apply.counting import Tally, count, looks_elsewhere, settled, tally
from troth.apply.governing import Asked, AskedTable
from troth.apply.values import present
from troth.apply.work import Work
from troth.errors import Broken
from troth.plan.model import EraseValues
from troth.plan.predicate import FALSE, TRUE, Predicate, both
from troth.stores.render import Row

COUNTED_AT_ONCE = 50_000  # rows; a larger table that needs others is counted state by state


@dataclass
class GroupStates:
    """Counts of one group of columns; by promise (its place in `asked.governed`) as well.

    `absent` are due rows without a value, which may be skeletons: they are kept unless they could
    go as a whole.
    """

    asked: Asked
    due: Predicate
    unknown: Predicate
    rows: int = 0
    there: int = 0
    absent: int = 0
    undecided: int = 0
    kept: int = 0
    scopes: list[Scope] = field(default_factory=list)


@dataclass
class Scope:
    """The same for the rows that one promise governs; `least` are cells of the due rows."""

    rows: int = 0
    there: int = 0
    absent: int = 0
    undecided: int = 0
    least: dict[str, Any] = field(default_factory=dict)


@dataclass
class TableStates:
    """One table, counted."""

    work: Work
    table: AskedTable
    row: Row
    groups: list[GroupStates]
    scopes: dict[Predicate, str]
    settle: Callable[[Predicate], Predicate]

    def condition(self, predicate: Predicate) -> sa.ColumnElement[bool]:
        return self.work.renderer().condition(predicate, self.row)

    def present(self, at: int) -> sa.ColumnElement[bool]:
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
    """What will be counted, with the facts put in."""
    known: dict[Predicate, Predicate] = {}

    def settle(part: Predicate) -> Predicate:
        if part not in known:
            known[part] = settled(part, work)
        return known[part]

    scopes: dict[Predicate, str] = {}
    groups = []
    for asked in table.groups:
        standing = asked.group.standing
        groups.append(
            GroupStates(
                asked,
                settle(standing.due),
                settle(standing.unknown),
                scopes=[Scope() for _ in asked.governed],
            )
        )
        for one in asked.governed:
            for part in (settle(one.applies), settle(one.ended)):
                if part not in (TRUE, FALSE):
                    scopes.setdefault(part, f"scope{len(scopes)}")
    return TableStates(work, table, work.row(table.frame.table), groups, scopes, settle)


def count_states(states: TableStates, cells: dict[str, sa.ColumnElement[Any]]) -> None:
    """Counts every group, and asserts that due, unknown and kept are all rows.

    `cells` are columns of the table whose least value is wanted; they are counted only where it
    costs no pass of its own.
    """
    if not states.groups:
        return
    elsewhere = any(
        looks_elsewhere(part)
        for part in (*states.scopes, *(p for g in states.groups for p in (g.due, g.unknown)))
    )
    large = elsewhere and count(states.work, states.row) > COUNTED_AT_ONCE
    if large:
        for at in range(len(states.groups)):
            _count_apart(states, at)
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


def _bits(states: TableStates, wanted: range) -> dict[str, sa.ColumnElement[bool]]:
    bits = {name: states.condition(part) for part, name in states.scopes.items()}
    for at in wanted:
        bits[f"there{at}"] = states.present(at)
    return bits


def _count_at_once(states: TableStates, cells: dict[str, sa.ColumnElement[Any]]) -> None:
    every = range(len(states.groups))
    bits = _bits(states, every)
    for at in every:
        bits[f"due{at}"] = states.condition(states.groups[at].due)
        bits[f"unknown{at}"] = states.condition(states.groups[at].unknown)
    for found in tally(states.work, states.row, bits, cells):
        for at, group in enumerate(states.groups):
            due, unknown = found.holds[f"due{at}"], found.holds[f"unknown{at}"]
            group.rows += found.rows
            if due is None or unknown is None or (due and unknown):
                continue  # neither state, or two: the counts will not add up
            there = bool(found.holds[f"there{at}"])
            if not due and not (unknown and there):
                group.kept += found.rows
            _add(states, group, found, due=due, unknown=unknown, there=there)


def _count_apart(states: TableStates, at: int) -> None:
    """Due rows and unknown ones are each looked for, so that the database may join."""
    group = states.groups[at]
    there = states.present(at)
    for found in tally(states.work, states.row, _bits(states, range(0)), {}):
        group.rows += found.rows
        for scope, applies in _scopes(states, group, found, "applies"):
            scope.rows += found.rows if applies else 0
    due = states.condition(group.due)
    for found in tally(states.work, states.row, _bits(states, range(at, at + 1)), {}, due):
        holds = bool(found.holds[f"there{at}"])
        _add(states, group, found, due=True, unknown=False, there=holds, governed=False)
    if group.unknown != FALSE:
        unknown = sa.and_(states.condition(group.unknown), there)
        for found in tally(states.work, states.row, _bits(states, range(0)), {}, unknown):
            _add(states, group, found, due=False, unknown=True, there=True, governed=False)
    group.kept = group.rows - group.there - group.absent - group.undecided
    overlap = settled(both(group.due, group.unknown), states.work)
    if overlap != FALSE and count(states.work, states.row, states.condition(overlap)):
        group.kept = -1


def _add(
    states: TableStates,
    group: GroupStates,
    found: Tally,
    *,
    due: bool,
    unknown: bool,
    there: bool,
    governed: bool = True,
) -> None:
    """Adds rows of one kind to the group, and to every promise that governs them."""
    if due and there:
        group.there += found.rows
    elif due:
        group.absent += found.rows
    elif unknown and there:
        group.undecided += found.rows
    for scope, applies in _scopes(states, group, found, "applies"):
        scope.rows += found.rows if applies and governed else 0
        if applies and unknown and there:
            scope.undecided += found.rows
    for scope, ended in _scopes(states, group, found, "ended"):
        if ended and due and there:
            scope.there += found.rows
            for name, cell in found.least.items():
                scope.least[name] = _lesser(scope.least.get(name), cell)
        elif ended and due:
            scope.absent += found.rows


def _scopes(
    states: TableStates, group: GroupStates, found: Tally, what: str
) -> Iterator[tuple[Scope, bool]]:
    for scope, one in zip(group.scopes, group.asked.governed, strict=True):
        part = states.settle(one.applies if what == "applies" else one.ended)
        holds = part == TRUE if part in (TRUE, FALSE) else found.holds[states.scopes[part]]
        yield scope, bool(holds)


def _lesser(one: Any, other: Any) -> Any:
    if one is None or other is None:
        return other if one is None else one
    return min(one, other)


def count_whole_rows(states: TableStates, goes: Predicate) -> None:
    """Due rows without a value that could go as a whole are due; the others are skeletons, kept."""
    wanted = [at for at, group in enumerate(states.groups) if group.absent]
    bits = {name: states.condition(part) for part, name in states.scopes.items()}
    absent = {at: sa.not_(states.present(at)) for at in wanted}
    bits |= {f"absent{at}": condition for at, condition in absent.items()}
    where = sa.and_(states.condition(states.settle(goes)), sa.or_(*absent.values()))
    going: dict[tuple[int, int], int] = {}
    whole: dict[int, int] = {}
    for found in tally(states.work, states.row, bits, {}, where):
        for at in wanted:
            if not found.holds[f"absent{at}"]:
                continue
            whole[at] = whole.get(at, 0) + found.rows
            pairs = _scopes(states, states.groups[at], found, "ended")
            for position, (_, ended) in enumerate(pairs):
                if ended:
                    going[at, position] = going.get((at, position), 0) + found.rows
    for at in wanted:
        group = states.groups[at]
        settle_absent(group, whole.get(at, 0))
        for position, scope in enumerate(group.scopes):
            scope.there += going.get((at, position), 0)
            scope.absent -= going.get((at, position), 0)


def settle_absent(group: GroupStates, going: int) -> None:
    """`going` of the rows without a value are due; the rest is kept."""
    group.there += going
    group.kept += group.absent - going
    group.absent = 0
