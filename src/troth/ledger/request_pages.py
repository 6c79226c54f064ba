"""Lists of requests, a page at a time: filtered, sorted, and continued by key instead of by count.

A page begins after the sort key of the last row of the page before, so the thousandth page costs
what the first one does, and nothing is shown twice or left out when requests come in meanwhile.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any, Literal, get_args

from sqlalchemy import BindParameter, ColumnElement, FromClause, func, literal, select, tuple_

from troth.ledger.desk_tables import request_standing
from troth.ledger.request_words import seek
from troth.ledger.session import Reading
from troth.ledger.standings import NO_DAY, Standing, standing_of_row
from troth.ledger.types import raw_value

Order = Literal["due", "due-last", "received", "received-last"]
ORDERS: tuple[Order, ...] = get_args(Order)
LONGEST_TEXT = 200  # characters of a text that is searched


@dataclass(frozen=True)
class Wanted:
    """Which requests: every filter that is not empty must fit.

    `due_from` and `due_to` are days, both included. `assigned` is an account. `text` begins
    the number, or, with `contacts`, words of the contact or of the names given.
    """

    open: bool | None = None
    stage: str = ""
    right: str = ""
    channel: str = ""
    turn: str = ""
    assigned: str = ""
    due_from: date | None = None
    due_to: date | None = None
    tasks: bool = False
    text: str = ""
    contacts: bool = False


@dataclass(frozen=True)
class Place:
    """A place in a sorted list: the sort key of a row as it lies in the ledger, and its number."""

    key: str
    number: str


@dataclass(frozen=True)
class Listed:
    """A page of a list; the places from which the pages before and after go on, if there are."""

    rows: tuple[Standing, ...]
    before: Place | None
    after: Place | None


def list_requests(
    reading: Reading,
    wanted: Wanted,
    order: Order = "due",
    *,
    size: int,
    after: Place | None = None,
    before: Place | None = None,
) -> Listed:
    """One page: from the beginning, after a place, or before one."""
    backwards = before is not None and after is None
    found = _rows(reading, wanted, order, size + 1, before if backwards else after, backwards)
    more = len(found) > size
    found = found[:size]
    if backwards:
        found.reverse()
    return Listed(
        rows=tuple(found),
        before=_place(found[0], order) if found and (more if backwards else after) else None,
        after=_place(found[-1], order) if found and (backwards or more) else None,
    )


def every_request(
    reading: Reading, wanted: Wanted, order: Order = "due", *, at_once: int = 1_000
) -> Iterator[Standing]:
    """All requests of a list, page by page, in constant memory."""
    after: Place | None = None
    while True:
        found = list_requests(reading, wanted, order, size=at_once, after=after)
        yield from found.rows
        if found.after is None:
            return
        after = found.after


def count_requests(reading: Reading, wanted: Wanted, *, most: int) -> int:
    """How many there are, counted up to `most` + 1."""
    table, conditions = _matching(reading, wanted)
    some = select(table.c.number).where(*conditions).limit(most + 1).subquery()
    return int(reading.connection.execute(select(func.count()).select_from(some)).scalar_one())


def assigned_accounts(reading: Reading) -> tuple[str, ...]:
    """The accounts that work on open requests."""
    table = request_standing.c
    rows = reading.connection.execute(
        select(table.assigned)
        .where(table.organisation == reading.organisation, table.open == 1, table.assigned > "")
        .distinct()
        .order_by(table.assigned)
    )
    return tuple(rows.scalars())


def _rows(
    reading: Reading, wanted: Wanted, order: Order, limit: int, at: Place | None, backwards: bool
) -> list[Standing]:
    source, conditions = _matching(reading, wanted)
    table = source.c
    column: ColumnElement[Any] = table.due_on if order.startswith("due") else table.received_at
    falling = order.endswith("-last") != backwards
    if at is not None:
        here = tuple_(column, table.number)
        there = tuple_(_typed(column, at.key), literal(at.number))
        conditions.append(here < there if falling else here > there)
    keys = (column, table.number)
    query = select(source).where(*conditions).limit(limit)
    query = query.order_by(*(key.desc() if falling else key for key in keys))
    return [standing_of_row(row) for row in reading.connection.execute(query)]


def _matching(reading: Reading, wanted: Wanted) -> tuple[FromClause, list[ColumnElement[bool]]]:
    """What to select from, and the conditions that every filter fits."""
    source: FromClause = request_standing
    sought = seek(reading, wanted.text, personal=wanted.contacts) if wanted.text.strip() else None
    if sought is not None and sought.numbers is not None:
        source = _named(reading.organisation, sought.numbers)
    table = source.c
    found: list[ColumnElement[bool]] = [table.organisation == reading.organisation]
    if sought is not None:
        found += sought.of(reading.organisation, table.number)
    equal = (
        (table.stage, wanted.stage),
        (table.right_asked, wanted.right),
        (table.channel, wanted.channel),
        (table.turn, wanted.turn),
        (table.assigned, wanted.assigned),
    )
    found += [column == value for column, value in equal if value]
    if wanted.open is not None:
        found.append(table.open == int(wanted.open))
    if wanted.due_from is not None:
        found.append(table.due_on >= wanted.due_from)
    if wanted.due_to is not None:
        found.append(table.due_on <= wanted.due_to)
    if wanted.tasks:
        found.append(table.tasks > 0)
    return source, found


def _named(organisation: str, numbers: frozenset[str]) -> FromClause:
    """Some requests by number; the limit keeps SQLite from walking a longer index instead."""
    table = request_standing.c
    return (
        select(request_standing)
        .where(table.organisation == organisation, table.number.in_(sorted(numbers)))
        .limit(len(numbers))
        .subquery("named")
    )


def _typed(column: ColumnElement[Any], key: str) -> BindParameter[Any]:
    """The key as the column writes it; ValueError for one that is none."""
    kind: Any = column.type
    return literal(kind.read(key), kind)


def _place(row: Standing, order: Order) -> Place:
    table = request_standing.c
    if order.startswith("due"):
        return Place(str(raw_value(table.due_on.type, row.due_on or NO_DAY)), row.number)
    return Place(str(raw_value(table.received_at.type, row.received_at)), row.number)
