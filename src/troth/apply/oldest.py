"""The oldest trigger among due rows: since when a promise is broken."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import sqlalchemy as sa

from troth.apply.eventday import DayReader, day_reader
from troth.apply.governing import Governed
from troth.apply.joined import Joined
from troth.apply.joined_days import cell_behind, joined_cell
from troth.apply.states import TableStates
from troth.datamap.bindings import ColumnDay, EventOf, FinancialYearEnd, RelatedDay
from troth.law.calendar import Period, add
from troth.plan.frame import Frame
from troth.plan.predicate import Hop, Predicate, both
from troth.policy.retention import ByChoice, Cap, Limit, RetentionRule
from troth.policy.versions import rules_of
from troth.stores.render import Row

READ_AT_MOST = 20_000  # rows whose day takes several cells are read one by one, up to here


@dataclass(frozen=True)
class Oldest:
    """The day of the oldest trigger, and the first day without the ground that it started."""

    trigger: date
    since: date | None


def single_cells(states: TableStates, row: Row) -> dict[str, sa.ColumnElement[Any]]:
    """The events of a row that one cell shows, where the least cell is the oldest day."""
    found: dict[str, sa.ColumnElement[Any]] = {}
    frame = states.table.frame
    for event in _events(states):
        reader = day_reader(states.work, frame, event, row)
        if reader is not None and len(reader.cells) == 1 and orderly(frame, event):
            (found[event],) = reader.cells
    return found


def plain_cells(states: TableStates) -> dict[str, sa.ColumnElement[Any]]:
    """Those of the cells that are columns of the row itself."""
    found = single_cells(states, states.row)
    return {name: cell for name, cell in found.items() if isinstance(cell, sa.ColumnClause)}


def joined_cells(states: TableStates, joined: Joined) -> dict[str, sa.ColumnElement[Any]]:
    """The same cells, where rows elsewhere are joined and not looked up."""
    frame = states.table.frame
    found: dict[str, sa.ColumnElement[Any]] = {}
    for event in _events(states):
        cell = joined_cell(joined, frame, event) if orderly(frame, event) else None
        if cell is not None:
            found[event] = cell
    return found


def cells_behind(states: TableStates, joined: Joined, hop: Hop) -> dict[str, sa.ColumnElement[Any]]:
    """Cells of events that rows take from the row at the end of a hop, as that row shows them."""
    frame = states.table.frame
    found: dict[str, sa.ColumnElement[Any]] = {}
    for event in _events(states):
        cell = cell_behind(joined, frame, event, hop) if orderly(frame, event) else None
        if cell is not None:
            found[event] = cell
    return found


def reference_of(states: TableStates) -> tuple[str, ...]:
    """The columns on which the cells of all events depend: those of one reference to a parent."""
    frame = states.table.frame
    found: set[tuple[str, ...]] = set()
    for event in _events(states):
        binding = frame.entry.events.get(event)
        if not isinstance(binding, EventOf):
            return ()
        hop = frame.hops(binding.of)[0]
        if hop.crosses or not hop.forward or hop.json_path is not None or hop.where is not None:
            return ()
        found.add(tuple(left for left, _ in hop.pairs))
    return found.pop() if len(found) == 1 else ()


def oldest_due(states: TableStates, at: int, position: int) -> Oldest | None:
    """The oldest trigger among the rows that break one promise; None where it cannot be told."""
    group = states.groups[at]
    governed = group.asked.governed[position]
    found: list[Oldest] = []
    for limit, floor in limits_of(states.table.frame, governed):
        trigger = _least(states, at, position, limit.after)
        if trigger is not None:
            found.append(Oldest(trigger, _ends(states.table.frame, limit, trigger, floor)))
    if not found:
        return None
    since = min((one.since for one in found if one.since is not None), default=None)
    today = states.table.frame.context.day
    alone = len(found) == 1 or _combine(states.table.frame, governed) == "earliest"
    return Oldest(
        min(one.trigger for one in found),
        since if alone and since is not None and since <= today else None,
    )


def rule_of(frame: Frame, governed: Governed) -> RetentionRule | Cap | None:
    """The rule or cap behind a promise."""
    policy = frame.context.policy
    promise = governed.promise
    if promise.kind == "cap":
        return next(cap for cap in policy.caps if cap.id == promise.id)
    known = rules_of(policy).get(promise.id)
    return known[1] if known is not None else None


def limits_of(frame: Frame, governed: Governed) -> tuple[tuple[Limit, bool], ...]:
    """The limits that end a promise in this place, each with whether it lets go a day later."""
    rule = rule_of(frame, governed)
    if rule is None:
        return ()
    if isinstance(rule, Cap):
        return tuple((limit, False) for limit in rule.limits)
    found = [(limit, rule.bound != "ceiling") for limit in rule.limits]
    if rule.archive is not None and rule.archive.place != frame.place:
        found += [(limit, False) for limit in rule.archive.when.limits]
    return tuple(found)


def _combine(frame: Frame, governed: Governed) -> str:
    rule = rule_of(frame, governed)
    return rule.combine if rule is not None else "earliest"


def _ends(frame: Frame, limit: Limit, trigger: date, floor: bool) -> date | None:
    if isinstance(limit.period, ByChoice):
        return None
    period: Period = frame.context.policy.period(limit.period)
    end = add(trigger, period)
    return end + timedelta(days=1) if floor and end < date.max else end


def _events(states: TableStates) -> tuple[str, ...]:
    frame = states.table.frame
    return tuple(
        dict.fromkeys(
            limit.after
            for group in states.groups
            for governed in group.asked.governed
            for limit, _ in limits_of(frame, governed)
        )
    )


def _reader(states: TableStates, event: str) -> DayReader | None:
    return day_reader(states.work, states.table.frame, event, states.row)


def orderly(frame: Frame, event: str) -> bool:
    """Whether the least cell of an event is that of the oldest day."""
    binding = frame.entry.events.get(event)
    match binding:
        case ColumnDay():
            return _sorts(binding)
        case FinancialYearEnd():
            return _sorts(binding.financial_year_end_of)
        case RelatedDay():
            return _sorts(binding.day)
        case EventOf():
            return orderly(frame.end(binding.of), binding.event or event)
        case _:
            return False


def _sorts(binding: ColumnDay) -> bool:
    return binding.json_path is None and (
        binding.form != "text" or binding.format.startswith("YYYY")
    )


def _least(states: TableStates, at: int, position: int, event: str) -> date | None:
    """The oldest day of an event among the rows that break a promise."""
    group = states.groups[at]
    frame = states.table.frame
    reader = _reader(states, event)
    if reader is None:
        return None
    policy, today = frame.context.policy, frame.context.day
    if not reader.cells:
        return reader.day([], policy, today)
    counted: Mapping[str, Any] = group.scopes[position].least
    if event in counted:
        return reader.day([counted[event]], policy, today)
    due = both(group.due, group.scopes[position].ended)
    if len(reader.cells) == 1 and orderly(frame, event):
        return reader.day([_min(states, at, due, reader)], policy, today)
    if group.scopes[position].there > READ_AT_MOST:
        return None
    days = (reader.day(list(cells), policy, today) for cells in _cells(states, at, due, reader))
    return min((day for day in days if day is not None), default=None)


def _min(states: TableStates, at: int, due: Predicate, reader: DayReader) -> Any:
    inner = (
        sa.select(reader.cells[0].label("cell"))
        .select_from(states.row.source)
        .where(states.condition(due), states.present(at))
        .subquery("due")
    )
    return states.work.connection.execute(sa.select(sa.func.min(inner.c.cell))).scalar_one()


def _cells(
    states: TableStates, at: int, due: Predicate, reader: DayReader
) -> Iterator[tuple[Any, ...]]:
    labelled = [cell.label(f"c{number}") for number, cell in enumerate(reader.cells)]
    select = (
        sa.select(*labelled)
        .select_from(states.row.source)
        .where(states.condition(due), states.present(at))
    )
    for cells in states.work.connection.execute(select):
        yield tuple(cells)
