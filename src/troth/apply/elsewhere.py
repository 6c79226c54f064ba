"""The day of an event that takes more than one store to see, for the rows of one batch.

Rows are fetched store by store along the event's paths; Python links them and reads their days.
What the ledger keeps of rows that went before counts as well.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from typing import Any

import sqlalchemy as sa

from troth.apply.link import link_of
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
    RelatedDay,
)
from troth.datamap.filters import AllOf, AnyOf, Filter, NotOf, RelatedRow
from troth.datamap.paths import Hop
from troth.grounds.cells import key_part
from troth.grounds.evidence import Evidence, Row
from troth.grounds.reading import column_day
from troth.grounds.truth import holds
from troth.plan.frame import Frame

VALUES_AT_ONCE = 500  # links that one statement lists
STREAMED = {"yield_per": 5_000}  # rows fetched at once

Cells = Mapping[str, Any]
Found = list[date | None]
Link = tuple[Any, ...]


@dataclass(frozen=True)
class Elsewhere:
    """Every store at work, and the open transaction of the one whose rows are read."""

    works: Mapping[str, Work]
    store: str
    connection: sa.Connection

    @contextmanager
    def reading(self, store: str) -> Iterator[sa.Connection]:
        """The open transaction, or a reading of another store."""
        if store == self.store:
            yield self.connection
            return
        with self.works[store].store.session() as session, session.reading() as connection:
            yield connection


def days_elsewhere(
    elsewhere: Elsewhere, frame: Frame, event: str, keys: Sequence[Link]
) -> dict[Link, date | None]:
    """The day of `event` of the frame's rows with those keys; None where it is not known."""
    names = frame.require_key()
    rows = _fetch(elsewhere, frame, names, set(keys))
    days = _event(elsewhere, frame, event, rows)
    return {tuple(row[name] for name in names): day for row, day in zip(rows, days, strict=True)}


def days_of_part(
    elsewhere: Elsewhere, frame: Frame, binding: Binding, event: str, keys: Sequence[Link]
) -> dict[Link, date | None]:
    """The same for one part of an event's binding."""
    names = frame.require_key()
    rows = _fetch(elsewhere, frame, names, set(keys))
    days = _days(elsewhere, frame, binding, event, rows)
    return {tuple(row[name] for name in names): day for row, day in zip(rows, days, strict=True)}


def _event(elsewhere: Elsewhere, frame: Frame, event: str, rows: Sequence[Cells]) -> Found:
    binding = frame.entry.events.get(event)
    if binding is None or not rows:
        return [None] * len(rows)
    return _days(elsewhere, frame, binding, event, rows)


def _days(
    elsewhere: Elsewhere, frame: Frame, binding: Binding, event: str, rows: Sequence[Cells]
) -> Found:
    policy = frame.context.policy
    match binding:
        case At():
            return [binding.at] * len(rows)
        case ColumnDay():
            return [_read(frame, binding, row) for row in rows]
        case FinancialYearEnd():
            year = binding.ends or policy.financial_year_ends
            days = [_read(frame, binding.financial_year_end_of, row) for row in rows]
            return [None if day is None else year.containing(day) for day in days]
        case RelatedDay():
            return _related(elsewhere, frame, binding, event, rows)
        case EventOf():
            return _of_parents(elsewhere, frame, binding, event, rows)
        case FirstOf():
            return _several(elsewhere, frame, binding.first, event, rows, "first")
        case LatestOf():
            return _several(elsewhere, frame, binding.latest, event, rows, "latest")
        case EarliestOf():
            return _several(elsewhere, frame, binding.earliest, event, rows, "earliest")
        case _:
            return [None] * len(rows)


def _read(frame: Frame, binding: ColumnDay, row: Cells) -> date | None:
    day = column_day(binding, row, frame.context.policy, frame.context.day)
    return day if isinstance(day, date) else None


def _several(
    elsewhere: Elsewhere,
    frame: Frame,
    bindings: Sequence[Binding],
    event: str,
    rows: Sequence[Cells],
    take: str,
) -> Found:
    parts = [_days(elsewhere, frame, binding, event, rows) for binding in bindings]
    return [_best([part[index] for part in parts], take) for index in range(len(rows))]


def _best(days: Sequence[date | None], take: str) -> date | None:
    known = [day for day in days if day is not None]
    if not known:
        return None
    return known[0] if take == "first" else max(known) if take == "latest" else min(known)


def _related(
    elsewhere: Elsewhere, frame: Frame, binding: RelatedDay, event: str, rows: Sequence[Cells]
) -> Found:
    if not _plain(binding.where):
        return [None] * len(rows)
    end = frame.end(binding.related)
    kept = _kept(frame, event)
    found: Found = []
    for row, reached in zip(rows, _reached(elsewhere, frame, binding.related, rows), strict=True):
        shown = [
            _read(end, binding.day, other) for other in reached if _is(end, binding.where, other)
        ]
        shown += kept.get(tuple(key_part(row[name]) for name in frame.entry.key), [])
        found.append(_best(shown, binding.take))
    return found


def _kept(frame: Frame, event: str) -> dict[Link, Found]:
    """The days that the ledger keeps for rows of this table and event, by key."""
    found: dict[Link, Found] = {}
    for each in frame.context.facts.kept:
        if (each.store, each.table, each.event) == (frame.store, frame.table, event):
            found.setdefault(each.key, []).append(each.day)
    return found


def _of_parents(
    elsewhere: Elsewhere, frame: Frame, binding: EventOf, event: str, rows: Sequence[Cells]
) -> Found:
    end = frame.end(binding.of)
    reached = _reached(elsewhere, frame, binding.of, rows)
    parents = list({id(parent): parent for group in reached for parent in group}.values())
    days = _event(elsewhere, end, binding.event or event, parents)
    by_parent = {id(parent): day for parent, day in zip(parents, days, strict=True)}
    kept = _kept(frame, event)
    return [
        _best(
            [
                *(by_parent[id(parent)] for parent in group),
                *kept.get(tuple(key_part(row[name]) for name in frame.entry.key), []),
            ],
            "latest",
        )
        for row, group in zip(rows, reached, strict=True)
    ]


def _reached(
    elsewhere: Elsewhere, frame: Frame, path: Sequence[str], rows: Sequence[Cells]
) -> list[list[Cells]]:
    """For each row those at the end of the path."""
    reached = [[row] for row in rows]
    for hop in frame.hops(tuple(path)):
        here = frame.at(hop.store, hop.table)
        there = frame.at(hop.target_store, hop.target_table)
        starts = list({id(row): row for group in reached for row in group}.values())
        step = _linked(elsewhere, hop, here, there, starts)
        reached = [[to for row in group for to in step[id(row)]] for group in reached]
    return reached


def _linked(
    elsewhere: Elsewhere, hop: Hop, here: Frame, there: Frame, rows: Sequence[Cells]
) -> dict[int, list[Cells]]:
    """The rows to which a hop leads, by the identity of the row that it leaves."""
    if not _plain(hop.where):
        return {id(row): [] for row in rows}
    lefts, rights = [left for left, _ in hop.pairs], [right for _, right in hop.pairs]
    near, far = (hop.json_path, None) if hop.forward else (None, hop.json_path)
    links: dict[int, Link] = {}
    for row in rows:
        link = link_of(tuple(row[name] for name in lefts), hop.how, near)
        if link is not None and (not hop.forward or _is(here, hop.where, row)):
            links[id(row)] = link
    wanted = {tuple(row[name] for name in lefts) for row in rows if id(row) in links}
    narrow = hop.how == "exact" and hop.json_path is None
    by_link: dict[Link, list[Cells]] = {}
    for other in _fetch(elsewhere, there, rights, wanted if narrow else None):
        link = link_of(tuple(other[name] for name in rights), hop.how, far)
        if link is not None and (hop.forward or _is(there, hop.where, other)):
            by_link.setdefault(link, []).append(other)
    return {id(row): by_link.get(links[id(row)], []) if id(row) in links else [] for row in rows}


def _fetch(
    elsewhere: Elsewhere,
    frame: Frame,
    names: Sequence[str],
    wanted: set[Link] | None,
) -> list[Cells]:
    """Rows whose columns `names` hold one of `wanted`; every row with a link where that is None."""
    source = elsewhere.works[frame.store].row(frame.table).source
    columns = [source.c[name] for name in _looked_at(frame)]
    keys = [source.c[name] for name in names]
    select = sa.select(*columns).select_from(source)
    with elsewhere.reading(frame.store) as connection:
        if wanted is None:
            filled = select.where(*(key.is_not(None) for key in keys))
            with connection.execute(filled, execution_options=STREAMED) as streamed:
                return [dict(row) for row in streamed.mappings()]
        found: list[Cells] = []
        listed = sorted(wanted, key=repr)
        for start in range(0, len(listed), VALUES_AT_ONCE):
            chosen = listed[start : start + VALUES_AT_ONCE]
            some = connection.execute(select.where(among(keys, chosen)))
            found += [dict(row) for row in some.mappings()]
        return found


def among(keys: Sequence[sa.ColumnElement[Any]], links: Sequence[Link]) -> Any:
    if len(keys) == 1:
        return keys[0].in_([link[0] for link in links])
    return sa.or_(
        *(sa.and_(*(key == part for key, part in zip(keys, link, strict=True))) for link in links)
    )


def _looked_at(frame: Frame) -> list[str]:
    """The table's columns but those that hold personal data which nothing in the map looks at."""
    mentioned: set[str] = set()
    for store in frame.context.map.stores.values():
        for table in store.tables.values():
            mentioned.update(table.key)
            for part in (*table.relations.values(), *table.events.values()):
                mentioned.update(_texts(part.model_dump()))
    return [
        name
        for name, column in frame.entry.columns.items()
        if column is None or name in mentioned or name in frame.entry.key
    ]


def _texts(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for part in value.values():
            yield from _texts(part)
    elif isinstance(value, list | tuple):
        for part in value:
            yield from _texts(part)


def _plain(given: Filter | None) -> bool:
    """A filter that looks at one row alone."""
    match given:
        case RelatedRow():
            return False
        case AllOf():
            return all(_plain(part) for part in given.all)
        case AnyOf():
            return all(_plain(part) for part in given.any)
        case NotOf():
            return _plain(given.not_)
        case _:
            return True


def _is(frame: Frame, given: Filter | None, row: Cells) -> bool:
    """Whether a plain filter holds for a row."""
    if given is None:
        return True
    place = frame.store, frame.table
    alone = Evidence(frame.context.policy, frame.context.map, {place: [row]})
    return holds(given, Row(*place, 0), alone)
