"""What falls due month by month over the next two years, if nothing new happens meanwhile.

A later day is only other cutoffs in the same predicates. Where they are short, each row's month is
found in one pass, by halving. Where they are long or reach into other stores, half-years are
counted and spread evenly over their months, which the forecast says.
"""

from __future__ import annotations

import calendar
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import pairwise

import sqlalchemy as sa

from troth.apply.check import asked_tables, look_at
from troth.apply.governing import Asked, AskedTable, predicates_of
from troth.apply.looking import Open, looked_into
from troth.apply.planning import Setting
from troth.apply.promises import Promise, promises_of
from troth.apply.states import TableStates, states_of
from troth.errors import Refused
from troth.grounds.facts import Facts
from troth.plan.frame import Context, Frame
from troth.plan.predicate import (
    FALSE,
    TRUE,
    And,
    Exists,
    KeyIn,
    Not,
    Or,
    Predicate,
    both,
    negation,
)
from troth.plan.standing import column_standing

MONTHS = 24
SPAN = 6  # months counted together where a month is too dear
DEEPEST = 2  # tables away; SQLite's parser takes no more inside cases inside cases
LONGEST = 30  # parts of a predicate that is asked for each month

Told = Callable[[str], None]


@dataclass(frozen=True)
class Forecast:
    """Rows that fall due in each month, by promise; `months` are first days of months.

    The first month begins on the day after that of the check. A row of one table counts once for a
    promise, however many of its columns fall due then. What waits for an invitation that nobody
    has sent yet is not foreseen. Counts of tables in `spread` are those of half-years, spread
    evenly; `left_out` are tables that could not be looked at.
    """

    months: tuple[date, ...]
    rows: dict[Promise, tuple[int, ...]]
    spread: tuple[str, ...] = ()
    left_out: tuple[str, ...] = ()


@dataclass(frozen=True)
class _Table:
    """A table with, for each group of columns, its due rows at the end of each half-year."""

    asked: AskedTable
    due: tuple[tuple[Predicate, ...], ...]


def forecast(
    setting: Setting, facts: Facts, now: datetime, told: Told = lambda _: None
) -> Forecast:
    """What falls due after the day of `now`, month by month; reads only.

    Predicates grow weaker from day to day, so that a row due on one of them is due on all later.
    """
    look = look_at(setting, facts, now, told)
    promises = promises_of(setting.policy, look.day)
    days = month_ends(look.day)
    contexts = tuple(
        Context(setting.policy, setting.map, facts, day, texts_on=look.day) for day in days
    )
    far = contexts[::SPAN]
    tables = [_table(asked, far) for asked in asked_tables(contexts[0], promises)]
    rows = {promise: [0] * MONTHS for promise in promises}
    spread: list[str] = []
    left_out: list[str] = []
    sets = {name: made for context in far for name, made in context.sets.items()}
    with looked_into(look, sets) as opened:
        for table in tables:
            label = table.asked.frame.label
            told(f"{label}: what falls due")
            try:
                if _add(opened, table, contexts, rows):
                    spread.append(label)
            except Refused:
                left_out.append(label)
    firsts = tuple(day.replace(day=1) for day in days[1:])
    found = {promise: tuple(counts) for promise, counts in rows.items()}
    return Forecast(firsts, found, tuple(spread), tuple(left_out))


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
    return _Table(asked, tuple(_due(asked.frame, one, contexts) for one in asked.groups))


def _due(frame: Frame, one: Asked, contexts: Sequence[Context]) -> tuple[Predicate, ...]:
    """The due rows of a group on the days of the contexts."""
    frames = (Frame(context, frame.store, frame.table) for context in contexts)
    unreadable = one.group.standing.unreadable
    return tuple(column_standing(each, one.sample, frame.place, unreadable).due for each in frames)


def _add(
    opened: Open, table: _Table, contexts: Sequence[Context], rows: dict[Promise, list[int]]
) -> bool:
    """Adds what one table's rows come to, and says whether some were spread over months.

    `Refused` where the table cannot be looked at.
    """
    frame = table.asked.frame
    everything = [*predicates_of(table.asked), *(part for parts in table.due for part in parts)]
    missing = opened.lacks(frame.store, frame.table)
    if missing is not None or opened.undecidable(everything):
        raise Refused("table-not-known", f"{frame.label} cannot be looked at")
    states = states_of(opened.works[frame.store], table.asked)
    most: dict[Promise, list[int]] = {}
    spread = False
    known: dict[tuple[Predicate, ...], dict[Promise, list[int]]] = {}
    for at, far in enumerate(table.due):
        if far not in known:
            monthly = _short(states.settle(far[-1]))
            if monthly:
                known[far] = _by_month(opened, states, at, far, contexts)
            else:
                with states.work.session.reading():
                    known[far] = _by_half_year(states, at, far)
            spread = spread or (not monthly and any(map(any, known[far].values())))
        for promise, counts in known[far].items():
            before = most.setdefault(promise, [0] * MONTHS)
            most[promise] = [max(pair) for pair in zip(before, counts, strict=True)]
    for promise, counts in most.items():
        rows[promise] = [sum(pair) for pair in zip(rows[promise], counts, strict=True)]
    return spread


def _by_month(
    opened: Open,
    states: TableStates,
    at: int,
    far: Sequence[Predicate],
    contexts: Sequence[Context],
) -> dict[Promise, list[int]]:
    """By promise, the rows of a group of columns that fall due in each month.

    Only months of half-years in which something falls due are worked out.
    """
    ends = {number * SPAN: part for number, part in enumerate(far)}
    with states.work.session.reading():
        halves = _halves(states, at, ends)
    if not halves:
        return {}
    inside = [end - back for end in halves for back in range(1, SPAN)]
    between = _on_days(opened, states, at, [contexts[month] for month in inside])
    due = {month: part for month, part in ends.items() if month in halves}
    due |= dict(zip(inside, between, strict=True))
    with states.work.session.reading():
        return _of_group(states, at, ends, due)


def _halves(states: TableStates, at: int, ends: Mapping[int, Predicate]) -> list[int]:
    """The ends of the half-years in which some row falls due."""
    falling = _falling(states, ends)
    if falling == FALSE:
        return []
    part = _first(states, ends, sorted(ends)[1:]).label("half")
    where = sa.and_(states.condition(falling), states.present(at))
    select = sa.select(part).select_from(states.row.source).where(where).distinct()
    return sorted(int(half) for half in states.work.connection.execute(select).scalars())


def _falling(states: TableStates, ends: Mapping[int, Predicate]) -> Predicate:
    """Due on the last day, and not yet on the first."""
    return states.settle(both(ends[MONTHS], negation(states.settle(ends[0]))))


def _on_days(
    opened: Open, states: TableStates, at: int, contexts: Sequence[Context]
) -> tuple[Predicate, ...]:
    """The due rows of a group on some days; sets that this needs are made."""
    before = [set(context.sets) for context in contexts]
    due = _due(states.table.frame, states.groups[at].asked, contexts)
    opened.make(
        {
            name: context.sets[name]
            for context, known in zip(contexts, before, strict=True)
            for name in context.sets
            if name not in known and name not in states.work.sets
        }
    )
    return due


def _short(part: Predicate) -> bool:
    return _length(part) <= LONGEST and _depth(part) <= DEEPEST and not _links(part)


def _length(part: Predicate) -> int:
    match part:
        case And() | Or():
            return sum(_length(inner) for inner in part.parts)
        case Not():
            return _length(part.part)
        case Exists():
            return 1 + _length(part.where)
        case _:
            return 1


def _depth(part: Predicate) -> int:
    """How many tables away it looks at the most."""
    match part:
        case And() | Or():
            return max((_depth(inner) for inner in part.parts), default=0)
        case Not():
            return _depth(part.part)
        case Exists():
            return len(part.hops) + _depth(part.where)
        case _:
            return 0


def _links(part: Predicate) -> bool:
    """Whether it reads a set that is made from another store."""
    match part:
        case And() | Or():
            return any(_links(inner) for inner in part.parts)
        case Not():
            return _links(part.part)
        case Exists():
            return _links(part.where)
        case KeyIn():
            return part.set.startswith("linked-")
        case _:
            return False


def _of_group(
    states: TableStates, at: int, ends: Mapping[int, Predicate], due: Mapping[int, Predicate]
) -> dict[Promise, list[int]]:
    """The rows that fall due in each of the months of `due`, in one pass."""
    month = _first(states, due, sorted(due))
    where = sa.and_(states.condition(_falling(states, ends)), states.present(at))
    found: dict[Promise, list[int]] = {}
    for number, promise, rows in _counted(states, at, month, where):
        found.setdefault(promise, [0] * MONTHS)[number - 1] += rows
    return found


def _by_half_year(
    states: TableStates, at: int, due: tuple[Predicate, ...]
) -> dict[Promise, list[int]]:
    """The same where a month is too dear: what is due at the end of each half-year, spread."""
    found: dict[Promise, list[int]] = {}
    for number, part in enumerate(states.settle(part) for part in due):
        where = sa.and_(states.condition(part), states.present(at))
        for _, promise, rows in _counted(states, at, sa.literal_column("0", sa.Integer()), where):
            found.setdefault(promise, [0] * len(due))[number] += rows
    return {
        promise: _over_months([max(b - a, 0) for a, b in pairwise(counts)])
        for promise, counts in found.items()
    }


def _counted(
    states: TableStates, at: int, part: sa.ColumnElement[int], where: sa.ColumnElement[bool]
) -> Iterator[tuple[int, Promise, int]]:
    """Rows by `part` and by the promises that govern them."""
    scopes = {
        name: sa.case((states.condition(scope), 1), else_=0).label(name)
        for scope, name in states.bits.items()
    }
    inner = (
        sa.select(part.label("part"), *scopes.values())
        .select_from(states.row.source)
        .where(where)
        .subquery("falling")
    )
    by = [inner.c.part, *(inner.c[name] for name in scopes)]
    select = sa.select(*by, sa.func.count()).select_from(inner).group_by(*by)
    group = states.groups[at]
    for cells in states.work.connection.execute(select):
        holds = dict(zip(scopes, cells[1:-1], strict=True))
        for governed, scope in zip(group.asked.governed, group.scopes, strict=True):
            applies = scope.applies
            if applies == TRUE or (applies != FALSE and holds[states.bits[applies]]):
                yield int(cells[0]), governed.promise, int(cells[-1])


def _over_months(counts: list[int]) -> list[int]:
    """Counts of half-years spread evenly over their months, the rest to the first of them."""
    return [rows // SPAN + (month < rows % SPAN) for rows in counts for month in range(SPAN)]


def _first(
    states: TableStates, due: Mapping[int, Predicate], months: Sequence[int]
) -> sa.ColumnElement[int]:
    """The first of some months by whose end a row is due, known to be among them."""
    if len(months) == 1:
        return sa.literal_column(str(months[0]), sa.Integer())
    middle = len(months) // 2
    return sa.case(
        (
            states.condition(states.settle(due[months[middle - 1]])),
            _first(states, due, months[:middle]),
        ),
        else_=_first(states, due, months[middle:]),
    )
