"""The day of an event of many rows at once, for what must outlive the rows that show it.

SQL hands out the cells (a column, or the latest or earliest of related rows); Python reads them.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import sqlalchemy as sa

from troth.apply.work import Work
from troth.datamap.bindings import (
    At,
    Binding,
    ColumnDay,
    EarliestOf,
    EventOf,
    FinancialYearEnd,
    FirstOf,
    LatestOf,
    PeriodEnd,
    RelatedDay,
)
from troth.grounds.reading import column_day
from troth.plan.frame import Frame
from troth.plan.predicate import (
    TRUE,
    DayColumn,
    InPeriod,
    Predicate,
    both,
    day_within,
)
from troth.policy.model import Policy
from troth.stores.render import Row


@dataclass(frozen=True)
class DayReader:
    """The cells to select for an event, and how they come to a day."""

    cells: tuple[sa.ColumnElement[Any], ...]
    parts: tuple[_Part, ...]

    def day(self, cells: Sequence[Any], policy: Policy, today: date) -> date | None:
        """The event's day from the selected cells; None where there is none or it is unknown."""
        return _combine(self.parts, list(cells), policy, today)


@dataclass(frozen=True)
class _Part:
    """One cell, read as `binding` says; or a combination of further parts."""

    binding: ColumnDay | None
    how: str = "first"
    year_end: FinancialYearEnd | None = None
    inner: tuple[_Part, ...] = ()
    at: date | None = None
    periods: tuple[tuple[date, date], ...] | None = None


def day_reader(work: Work, frame: Frame, event: str, row: Row) -> DayReader | None:
    """How to read an event of the rows of `row`; None where it takes more than this store."""
    binding = frame.entry.events.get(event)
    if binding is None:
        return None
    found = _parts(work, frame, binding, event, row)
    if found is None:
        return None
    cells, part = found
    return DayReader(tuple(cells), (part,))


_Found = tuple[list[sa.ColumnElement[Any]], _Part] | None


def cell_of(row: Row, name: str) -> sa.ColumnElement[Any]:
    """A column of the row; `Refused` if the database has none."""
    return row.source.c[row.column(name).name]


def _parts(work: Work, frame: Frame, binding: Binding, event: str, row: Row) -> _Found:
    match binding:
        case ColumnDay():
            return [cell_of(row, binding.column)], _Part(binding)
        case FinancialYearEnd():
            inner = binding.financial_year_end_of
            return [cell_of(row, inner.column)], _Part(inner, year_end=binding)
        case PeriodEnd():
            return _period(work, frame, binding, row)
        case RelatedDay():
            cell = _related(work, frame, binding, row)
            return None if cell is None else ([cell], _Part(binding.day))
        case EventOf():
            return _of_parent(work, frame, binding, event, row)
        case FirstOf() | LatestOf() | EarliestOf():
            return _several(work, frame, binding, event, row)
        case At():
            return [], _Part(None, at=binding.at)
        case _:
            return None


def related_rows(end: Frame, binding: RelatedDay) -> Predicate:
    """The related rows that count, with a day that can be read."""
    policy = end.context.policy
    until = None if binding.day.future else end.context.day
    valid = day_within(
        DayColumn.of(binding.day, policy.zone), binding.day.not_before or policy.since, until
    )
    return valid if binding.where is None else both(end.filter(binding.where), valid)


def _period(work: Work, frame: Frame, binding: PeriodEnd, row: Row) -> _Found:
    """The column's cell, and the closed periods of which one may contain its day."""
    store, table = frame.context.map.reference(frame.store, binding.table)
    if store != frame.store:
        return None
    closed = binding.closed
    node = InPeriod(
        day=DayColumn.of(binding.period_end_of, frame.context.policy.zone),
        table=table,
        starts=binding.starts,
        ends=binding.ends,
        where=TRUE if closed is None else frame.at(store, table).filter(closed),
    )
    inner = binding.period_end_of
    return [cell_of(row, inner.column)], _Part(inner, periods=tuple(work.spans(node)))


def _several(
    work: Work,
    frame: Frame,
    binding: FirstOf | LatestOf | EarliestOf,
    event: str,
    row: Row,
) -> _Found:
    match binding:
        case FirstOf():
            how, bindings = "first", binding.first
        case LatestOf():
            how, bindings = "latest", binding.latest
        case EarliestOf():
            how, bindings = "earliest", binding.earliest
    cells: list[sa.ColumnElement[Any]] = []
    inner: list[_Part] = []
    for part in bindings:
        found = _parts(work, frame, part, event, row)
        if found is None:
            return None
        cells += found[0]
        inner.append(found[1])
    return cells, _Part(None, how, inner=tuple(inner))


def _related(
    work: Work, frame: Frame, binding: RelatedDay, row: Row
) -> sa.ColumnElement[Any] | None:
    """The latest or earliest valid cell among related rows, where cells order as their days do."""
    orderly = binding.day.form != "text" or binding.day.format.startswith("YYYY")
    end = frame.end(binding.related)
    if not orderly or any(hop.crosses for hop in frame.hops(binding.related)):
        return None
    where = related_rows(end, binding)
    last, condition, sources = _walk(work, frame, binding.related, row)
    pick = sa.func.max if binding.take == "latest" else sa.func.min
    return (
        sa.select(pick(cell_of(last, binding.day.column)))
        .select_from(*sources)
        .where(condition, work.renderer().condition(where, last))
        .correlate(row.source)
        .scalar_subquery()
    )


def _of_parent(work: Work, frame: Frame, binding: EventOf, event: str, row: Row) -> _Found:
    if any(hop.crosses for hop in frame.hops(binding.of)):
        return None
    parent = frame.end(binding.of)
    asked = binding.event or event
    inner = parent.entry.events.get(asked)
    last, condition, sources = _walk(work, frame, binding.of, row)
    found = _parts(work, parent, inner, asked, last) if inner is not None else None
    if found is None:
        return None
    cells: list[sa.ColumnElement[Any]] = [
        sa.select(sa.func.max(cell))
        .select_from(*sources)
        .where(condition)
        .correlate(row.source)
        .scalar_subquery()
        for cell in found[0]
    ]
    return cells, found[1]


def _walk(
    work: Work, frame: Frame, path: tuple[str, ...], row: Row
) -> tuple[Row, sa.ColumnElement[bool], list[sa.FromClause]]:
    """Aliases of the tables along a path, joined to `row`."""
    renderer = work.renderer()
    conditions: list[sa.ColumnElement[bool]] = []
    sources: list[sa.FromClause] = []
    current = row
    for hop in (frame.sql_hop(each) for each in frame.hops(path)):
        bare = renderer.row(hop.table)
        target = renderer.row(hop.table, bare.source.alias())
        conditions.append(renderer.joined(hop, current, target))
        sources.append(target.source)
        current = target
    return current, sa.and_(*conditions), sources


def _combine(
    parts: tuple[_Part, ...], cells: list[Any], policy: Policy, today: date
) -> date | None:
    (part,) = parts
    return _read(part, cells, policy, today)


def _read(part: _Part, cells: list[Any], policy: Policy, today: date) -> date | None:
    """Takes its cells from the front of the list."""
    if part.at is not None:
        return part.at
    if part.binding is not None:
        cell = cells.pop(0)
        bare = part.binding.model_copy(update={"json_path": None})
        day = column_day(bare, {part.binding.column: cell}, policy, today)
        if not isinstance(day, date):
            return None
        if part.year_end is not None:
            return (part.year_end.ends or policy.financial_year_ends).containing(day)
        if part.periods is not None:
            return max((last for first, last in part.periods if first <= day <= last), default=None)
        return day
    days = [_read(inner, cells, policy, today) for inner in part.inner]
    known = [day for day in days if day is not None]
    if not known:
        return None
    if part.how == "first":
        return known[0]
    return max(known) if part.how == "latest" else min(known)
