"""The day of an event of many rows at once, where rows elsewhere are joined and not looked up."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa

from troth.apply.eventday import cell_of, related_rows
from troth.apply.joined import Joined
from troth.datamap.bindings import ColumnDay, EventOf, FinancialYearEnd, RelatedDay
from troth.plan.frame import Frame
from troth.plan.predicate import TRUE, Hop, exists


def joined_cell(joined: Joined, frame: Frame, event: str) -> sa.ColumnElement[Any] | None:
    """The one cell of an event, as `day_reader` selects it, over joined rows; None if it is not
    one.
    """
    binding = frame.entry.events.get(event)
    match binding:
        case ColumnDay():
            return cell_of(joined.row, binding.column)
        case FinancialYearEnd():
            return cell_of(joined.row, binding.financial_year_end_of.column)
        case RelatedDay():
            return _joined_related(joined, frame, event, binding)
        case EventOf():
            hops = _hops(joined, frame, binding.of)
            return None if hops is None else _joined_parent(joined, frame, event, binding, hops)
        case _:
            return None


def cell_behind(joined: Joined, frame: Frame, event: str, hop: Hop) -> sa.ColumnElement[Any] | None:
    """The one cell of an event that rows of `frame` take from the row at the end of `hop`.

    That row is the one of `joined`.
    """
    binding = frame.entry.events.get(event)
    if not isinstance(binding, EventOf):
        return None
    first, *rest = frame.hops(binding.of)
    beyond = tuple(frame.sql_hop(each) for each in rest)
    crosses = any(each.crosses for each in (first, *rest))
    if crosses or frame.sql_hop(first) != hop or not joined.joins(exists(beyond, TRUE)):
        return None
    return _joined_parent(joined, frame, event, binding, beyond)


def _joined_parent(
    joined: Joined, frame: Frame, event: str, binding: EventOf, hops: tuple[Hop, ...]
) -> sa.ColumnElement[Any] | None:
    parent, asked = frame.end(binding.of), binding.event or event
    return joined.cell(
        hops, "latest", f"{parent.label} {asked}", lambda inner: joined_cell(inner, parent, asked)
    )


def _joined_related(
    joined: Joined, frame: Frame, event: str, binding: RelatedDay
) -> sa.ColumnElement[Any] | None:
    end = frame.end(binding.related)
    hops = _hops(joined, frame, binding.related)
    if hops is None:
        return None
    where = related_rows(end, binding)

    def valid(inner: Joined) -> sa.ColumnElement[Any]:
        return sa.case((inner.condition(where), cell_of(inner.row, binding.day.column)))

    return joined.cell(hops, binding.take, f"{frame.label} {event}", valid)


def _hops(joined: Joined, frame: Frame, path: tuple[str, ...]) -> tuple[Hop, ...] | None:
    """The steps of a path, if all of them can be joined."""
    found = frame.hops(path)
    if any(hop.crosses for hop in found):
        return None
    hops = tuple(frame.sql_hop(hop) for hop in found)
    return hops if joined.joins(exists(hops, TRUE)) else None
