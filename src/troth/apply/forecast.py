"""What falls due month by month over the next two years, if nothing new happens meanwhile.

A later day is only other cutoffs in the same predicates. Each row's month is found by halving, so
a predicate is asked about five times for a row, not twenty-four.
"""

from __future__ import annotations

import calendar
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

import sqlalchemy as sa

from troth.apply.check import asked_tables, look_at, predicates_of
from troth.apply.governing import AskedTable
from troth.apply.looking import Open, looked_into
from troth.apply.planning import Setting
from troth.apply.promises import Promise, promises_of
from troth.apply.states import TableStates, states_of
from troth.errors import Refused
from troth.grounds.facts import Facts
from troth.plan.frame import Context, Frame
from troth.plan.predicate import FALSE, TRUE, Predicate, both, negation
from troth.plan.standing import column_standing

MONTHS = 24

Told = Callable[[str], None]


@dataclass(frozen=True)
class Forecast:
    """Rows that fall due in each month, by promise; `months` are first days of months.

    The first month begins on the day after that of the check. A row of one table counts once for a
    promise, however many of its columns fall due then. What waits for an invitation that nobody
    has sent yet is not foreseen. `left_out` are tables that could not be looked at.
    """

    months: tuple[date, ...]
    rows: dict[Promise, tuple[int, ...]]
    left_out: tuple[str, ...] = ()


@dataclass(frozen=True)
class _Table:
    """A table with, for each group of columns, its due rows on each of the days."""

    asked: AskedTable
    due: tuple[tuple[Predicate, ...], ...]


def forecast(
    setting: Setting, facts: Facts, now: datetime, told: Told = lambda _: None
) -> Forecast:
    """What falls due after the day of `now`, month by month; reads only.

    Predicates grow weaker from day to day, so that a row due on one of them is due on all later.
    """
    promises = promises_of(setting.policy)
    look = look_at(setting, facts, now, told)
    days = month_ends(look.day)
    sets: dict[str, Any] = {}
    contexts = [Context(setting.policy, setting.map, facts, day, sets) for day in days]
    tables = [_table(asked, contexts) for asked in asked_tables(contexts[0], promises)]
    rows = {promise: [0] * MONTHS for promise in promises}
    left_out: list[str] = []
    with looked_into(look, sets) as opened:
        for table in tables:
            told(f"{table.asked.frame.label}: what falls due")
            try:
                _add(opened, table, rows)
            except Refused:
                left_out.append(table.asked.frame.label)
    firsts = tuple(day.replace(day=1) for day in days[1:])
    found = {promise: tuple(counts) for promise, counts in rows.items()}
    return Forecast(firsts, found, tuple(left_out))


def month_ends(day: date) -> tuple[date, ...]:
    """The day itself, the last day of the month of the day after it, and of the 23 months after."""
    ends = [day]
    first = (day + timedelta(days=1)).replace(day=1)
    for _ in range(MONTHS):
        last = first.replace(day=calendar.monthrange(first.year, first.month)[1])
        ends.append(last)
        first = last + timedelta(days=1)
    return tuple(ends)


def _table(asked: AskedTable, contexts: Sequence[Context]) -> _Table:
    frame = asked.frame
    return _Table(
        asked,
        tuple(
            tuple(
                column_standing(
                    Frame(context, frame.store, frame.table), one.sample, frame.place
                ).due
                for context in contexts
            )
            for one in asked.groups
        ),
    )


def _add(opened: Open, table: _Table, rows: dict[Promise, list[int]]) -> None:
    """Adds what one table's rows come to; `Refused` where they cannot be looked at."""
    frame = table.asked.frame
    everything = [*predicates_of(table.asked), *(part for parts in table.due for part in parts)]
    missing = opened.lacks(frame.store, frame.table)
    if missing is not None or opened.undecidable(everything):
        raise Refused("table-not-known", f"{frame.label} cannot be looked at")
    states = states_of(opened.works[frame.store], table.asked)
    most: dict[Promise, list[int]] = {}
    with states.work.session.reading():
        for at, due in enumerate(table.due):
            for promise, counts in _of_group(states, at, due).items():
                before = most.setdefault(promise, [0] * MONTHS)
                most[promise] = [max(pair) for pair in zip(before, counts, strict=True)]
    for promise, counts in most.items():
        rows[promise] = [sum(pair) for pair in zip(rows[promise], counts, strict=True)]


def _of_group(states: TableStates, at: int, due: tuple[Predicate, ...]) -> dict[Promise, list[int]]:
    """By promise, the rows of a group of columns that fall due in each month."""
    settled = [states.settle(part) for part in due]
    falling = states.settle(both(settled[-1], negation(settled[0])))
    if falling == FALSE:
        return {}
    month = _month(states, settled, 1, MONTHS).label("month")
    scopes = {
        name: sa.case((states.condition(part), 1), else_=0).label(name)
        for part, name in states.bits.items()
    }
    inner = (
        sa.select(month, *scopes.values())
        .select_from(states.row.source)
        .where(states.condition(falling), states.present(at))
        .subquery("falling")
    )
    by = [inner.c.month, *(inner.c[name] for name in scopes)]
    select = sa.select(*by, sa.func.count()).select_from(inner).group_by(*by)
    found: dict[Promise, list[int]] = {}
    for cells in states.work.connection.execute(select):
        holds = dict(zip(scopes, cells[1:-1], strict=True))
        group = states.groups[at]
        for governed, scope in zip(group.asked.governed, group.scopes, strict=True):
            applies = scope.applies
            if applies == TRUE or (applies != FALSE and holds[states.bits[applies]]):
                counts = found.setdefault(governed.promise, [0] * MONTHS)
                counts[int(cells[0]) - 1] += int(cells[-1])
    return found


def _month(
    states: TableStates, due: Sequence[Predicate], low: int, high: int
) -> sa.ColumnElement[int]:
    """The first of the days `low` to `high` on which a row is due, known to be among them."""
    if low == high:
        return sa.literal_column(str(low), sa.Integer())
    middle = (low + high) // 2
    return sa.case(
        (states.condition(due[middle]), _month(states, due, low, middle)),
        else_=_month(states, due, middle + 1, high),
    )
