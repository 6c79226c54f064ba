"""A purge must not eat its own evidence: days are kept before the rows that show them go."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

import sqlalchemy as sa

from troth.apply.elsewhere import Elsewhere, days_of_part
from troth.apply.link import link_of
from troth.apply.picks import BATCH, Component, Pick
from troth.apply.work import Work
from troth.datamap.bindings import EventOf, RelatedDay
from troth.datamap.paths import Hop as MapHop
from troth.errors import Refused
from troth.grounds.cells import key_part
from troth.grounds.facts import KeptDay, Key
from troth.grounds.reading import column_day
from troth.plan.frame import Frame
from troth.plan.kept import parts_of
from troth.plan.model import DeleteRows, KeptEvidence
from troth.plan.predicate import Hop
from troth.stores.render import Row


@dataclass(frozen=True)
class Keeping:
    """Where days are looked up: the frames of the plan's day, and every store at work."""

    frame: Frame
    works: Mapping[str, Work]

    @property
    def today(self) -> date:
        return self.frame.context.day


def days_to_keep(
    keeping: Keeping, connection: sa.Connection, component: Component, batch: int
) -> Iterator[KeptDay]:
    """The days of events of rows that stay, shown by rows that this batch is about to delete."""
    for pick in component.picks:
        for evidence in pick.step.keeps:
            binding = _binding(keeping, evidence)
            if binding is None:
                continue
            if isinstance(binding, RelatedDay) and isinstance(pick.step, DeleteRows):
                yield from _days(keeping, connection, component, pick, evidence, binding, batch)
            else:
                yield from _whole(keeping, connection, component, pick, evidence, binding, batch)


def _binding(keeping: Keeping, evidence: KeptEvidence) -> RelatedDay | EventOf | None:
    """The part of the event that looks along the evidence's path."""
    entry = keeping.frame.context.map.table(evidence.store, evidence.table)
    for part in parts_of(entry.events[evidence.event]):
        path = part.of if isinstance(part, EventOf) else part.related
        if path == evidence.path and isinstance(part, EventOf) == evidence.of:
            return part
    return None


def _whole(
    keeping: Keeping,
    connection: sa.Connection,
    component: Component,
    pick: Pick,
    evidence: KeptEvidence,
    binding: RelatedDay | EventOf,
    batch: int,
) -> Iterator[KeptDay]:
    """The day that a part of an event shows now, for the rows that see it through this batch."""
    counting = keeping.frame.at(evidence.store, evidence.table)
    hops = counting.hops(evidence.path)[: evidence.through]
    seen = _shown(keeping, connection, component, pick, counting, hops, batch)
    keys = list(dict.fromkeys(key for key, _ in seen))
    elsewhere = Elsewhere(keeping.works, pick.step.store, connection)
    for key, day in days_of_part(elsewhere, counting, binding, evidence.event, keys).items():
        if day is not None:
            yield KeptDay(evidence.store, evidence.table, key_of(key), evidence.event, day)


def _days(
    keeping: Keeping,
    connection: sa.Connection,
    component: Component,
    pick: Pick,
    evidence: KeptEvidence,
    binding: RelatedDay,
    batch: int,
) -> Iterator[KeptDay]:
    """One day per row of the counting table: the latest (or earliest) of those that go."""
    counting = keeping.frame.at(evidence.store, evidence.table)
    best: dict[tuple[Any, ...], date] = {}
    policy = keeping.frame.context.policy
    hops = counting.hops(binding.related)
    for key, cell in _shown(keeping, connection, component, pick, counting, hops, batch, binding):
        day = column_day(binding.day, {binding.day.column: cell}, policy, keeping.today)
        if isinstance(day, date):
            known = best.get(key)
            later = known is None or (day > known) == (binding.take == "latest")
            if later:
                best[key] = day
    for key, day in best.items():
        yield KeptDay(evidence.store, evidence.table, key_of(key), evidence.event, day)


def key_of(cells: tuple[Any, ...]) -> Key:
    """A row's key as the ledger keeps it; Refused (`key-of-bytes`) for a binary one."""
    if any(isinstance(part, bytes) for part in cells):
        raise Refused(
            "key-of-bytes",
            "nothing can be kept in the ledger for a row whose key is binary",
            help="name another unique column as the table's key in the map",
        )
    return tuple(key_part(part) for part in cells)


def _shown(
    keeping: Keeping,
    connection: sa.Connection,
    component: Component,
    pick: Pick,
    counting: Frame,
    hops: tuple[MapHop, ...],
    batch: int,
    binding: RelatedDay | None = None,
) -> Iterator[tuple[tuple[Any, ...], Any]]:
    """Key of the counting row, and the cell of the binding's day, for every row of the batch."""
    crossing = next((index for index, hop in enumerate(hops) if hop.crosses), None)
    work = keeping.works[pick.step.store]
    renderer = work.renderer()
    bare = renderer.row(pick.step.table)
    last = renderer.row(pick.step.table, bare.source.alias())
    conditions: list[sa.ColumnElement[bool]] = [
        *(pick.table.c[name] == last.source.c[name] for name in pick.step.key),
        pick.table.c[BATCH] == batch,
    ]
    end = counting.at(pick.step.store, pick.step.table)
    if binding is not None and binding.where is not None:
        conditions.append(renderer.condition(end.filter(binding.where), last))
    inside = hops if crossing is None else hops[crossing + 1 :]
    first, joins, sources = _backwards(work, counting, inside, last)
    conditions += joins
    sources += [last.source, pick.table]
    if crossing is None:
        names = counting.require_key()
        other = component.pick(counting.table) if counting.store == component.store else None
        if other is not None:  # the counting row goes in this very transaction
            going = other.table.alias()
            conditions.append(
                sa.not_(
                    sa.select(sa.literal_column("1"))
                    .select_from(going)
                    .where(
                        *(going.c[name] == first.source.c[name] for name in names),
                        going.c[BATCH] == batch,
                    )
                    .correlate_except(going)
                    .exists()
                )
            )
    else:
        names = tuple(right for _, right in hops[crossing].pairs)
    select = (
        sa.select(
            *(first.source.c[name] for name in names),
            last.source.c[binding.day.column] if binding is not None else sa.null(),
        )
        .select_from(*sources)
        .where(*conditions)
    )
    rows = connection.execute(select).all()
    if crossing is None:
        yield from ((tuple(row[:-1]), row[-1]) for row in rows)
        return
    hop = hops[crossing]
    owners = _linked_keys(keeping, counting, hops[:crossing], hop)
    for row in rows:
        link = link_of(tuple(row[:-1]), hop.compare)
        for key in owners.get(link, ()) if link is not None else ():
            yield key, row[-1]


def _backwards(
    work: Work, counting: Frame, hops: tuple[MapHop, ...], last: Row
) -> tuple[Row, list[sa.ColumnElement[bool]], list[sa.FromClause]]:
    """Joins from `last`, at the end of `hops`, back to the row where they begin."""
    renderer = work.renderer()
    joins: list[sa.ColumnElement[bool]] = []
    sources: list[sa.FromClause] = []
    current = last
    for hop in reversed(hops):
        bare = renderer.row(hop.table)
        start = renderer.row(hop.table, bare.source.alias())
        forward: Hop = counting.sql_hop(hop)
        joins.append(renderer.joined(forward, start, current))
        sources.append(start.source)
        current = start
    return current, joins, sources


def _linked_keys(
    keeping: Keeping, counting: Frame, before: tuple[MapHop, ...], hop: MapHop
) -> dict[tuple[Any, ...], list[tuple[Any, ...]]]:
    """The keys of counting rows by what links them to the other store."""
    work = keeping.works[counting.store]
    renderer = work.renderer()
    bare = renderer.row(hop.table)
    link_row = renderer.row(hop.table, bare.source.alias())
    first, joins, sources = _backwards(work, counting, before, link_row)
    key = counting.require_key()
    lefts = tuple(left for left, _ in hop.pairs)
    select = (
        sa.select(
            *(first.source.c[name] for name in key), *(link_row.source.c[name] for name in lefts)
        )
        .select_from(*sources, link_row.source)
        .where(*joins, *(link_row.source.c[name].is_not(None) for name in lefts))
    )
    found: dict[tuple[Any, ...], list[tuple[Any, ...]]] = {}
    with work.store.session() as session, session.reading() as connection:
        # Options of the statement: those of the connection would make a cursor for COMMIT too.
        for row in connection.execute(select, execution_options={"yield_per": 5_000}):
            link = link_of(tuple(row[len(key) :]), hop.compare)
            if link is not None:
                found.setdefault(link, []).append(tuple(row[: len(key)]))
    return found
