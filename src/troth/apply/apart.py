"""A table counted state by state: the due rows of each predicate are looked for, and the unknown.

For tables that look into far larger ones, or in ways that no join can take: in the WHERE clause of
a statement a database plans by itself how it looks there.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Literal

import sqlalchemy as sa

from troth.apply.counting import Asking, Tally, cases, count, tally
from troth.apply.states import GroupStates, TableStates, bits_of, holds, least_of, wanted
from troth.plan.predicate import FALSE, Predicate, both
from troth.stores.render import Row

Cells = Mapping[str, sa.ColumnElement[Any]]
CellsOf = Callable[[Row], Cells]


def count_apart(states: TableStates, cells: CellsOf, by: tuple[str, ...] = ()) -> None:
    """Counts every group, state by state.

    `cells` show the events of a row, each in one cell of which the least is the oldest day; with
    `by`, they depend on these columns alone.
    """
    everywhere = wanted(states, range(len(states.groups)), "applies")
    asking = Asking(bits_of(states, (), everywhere))
    for found in tally(states.work, states.row, asking):
        for group in states.groups:
            _add_rows(states, group, found)
    for part, ats in _alike(states, "due").items():
        bits = bits_of(states, ats, wanted(states, ats, "ended"))
        asking = Asking(bits, cells, by, [states.condition(part)])
        for found in tally(states.work, states.row, asking):
            for at in ats:
                there = bool(found.holds[f"there{at}"])
                _add_due(states, states.groups[at], found, there=there)
    for part, ats in _alike(states, "unknown").items():
        bits = bits_of(states, ats, wanted(states, ats, "applies"))
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


def _apart(
    states: TableStates, part: Predicate
) -> tuple[list[sa.ColumnElement[bool]], tuple[str, ...]]:
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


def _add_rows(states: TableStates, group: GroupStates, found: Tally) -> None:
    group.rows += found.rows
    for scope in group.scopes:
        if holds(states, scope.applies, found):
            scope.rows += found.rows


def _add_due(states: TableStates, group: GroupStates, found: Tally, *, there: bool) -> None:
    if there:
        group.there += found.rows
    else:
        group.absent += found.rows
    for scope in group.scopes:
        if not holds(states, scope.ended, found):
            continue
        if not there:
            scope.absent += found.rows
            continue
        scope.there += found.rows
        scope.least |= least_of(scope.least, found.least)


def _add_unknown(states: TableStates, group: GroupStates, found: Tally) -> None:
    group.undecided += found.rows
    for scope in group.scopes:
        if holds(states, scope.applies, found):
            scope.undecided += found.rows
