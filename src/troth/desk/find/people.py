"""Persons in their stores: the keys of their rows as sets, and what those sets select.

Rows are never carried row by row: a set holds the keys of the rows that *are* a person (an account,
a contact); what concerns the person is a predicate over it. Many persons share one set; its column
`troth_person` says whose each key is.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import sqlalchemy as sa

from troth.apply.link import linked_rows
from troth.apply.load import load_set
from troth.apply.moved import rows_without
from troth.apply.names import ROWS_AT_ONCE
from troth.apply.work import Work
from troth.datamap.model import DataMap
from troth.desk.find.concerns import Concerns
from troth.desk.find.facets import Facet, Facets
from troth.desk.find.hunt import Hunt
from troth.desk.find.model import Concern, Face, RoleRows, TableRows
from troth.desk.find.reading import Wanted, read_hits
from troth.grounds.facts import Identifier, MovedName
from troth.plan.frame import Frame
from troth.plan.predicate import Predicate, either
from troth.plan.schema import ColumnSchema
from troth.stores.compare import equal_columns
from troth.stores.texts import Condition

PERSON = "troth_person"
Keys = Iterator[tuple[Any, ...]]
"""Keys of rows, each followed by the number of the person."""


def load_hunted(
    works: Mapping[str, Work],
    datamap: DataMap,
    facets: Facets,
    concerns: Concerns,
    hunts: Sequence[Hunt],
    moved: Sequence[MovedName] = (),
) -> None:
    """Loads the sets of the persons that were hunted, numbered by their position.

    `moved`: names of theirs that were moved out of rows, which are theirs all the same.
    """
    wanted = _wanted(hunt.exclusive() for hunt in hunts)
    own = _wanted(hunt.own() for hunt in hunts)
    for facet in concerns.facets:
        if facet.whole:
            rows = _named(works, datamap, facets, facet, wanted)
        else:
            rows = _faced(works, datamap, facets, facet, hunts)
        _load(works, facet, _with_moved(works, datamap, facet, own, moved, rows))
    _load_links(works, concerns)


def load_named(
    works: Mapping[str, Work],
    datamap: DataMap,
    facets: Facets,
    concerns: Concerns,
    persons: Sequence[Sequence[Identifier]],
    moved: Sequence[MovedName] = (),
) -> None:
    """Loads the sets of the persons that have one of these identifiers, as acts name them.

    Nothing is weighed: every row that shows one of a person's identifiers is that person's.
    """
    wanted = _wanted(persons)
    for facet in concerns.facets:
        rows = _named(works, datamap, facets, facet, wanted)
        _load(works, facet, _with_moved(works, datamap, facet, wanted, moved, rows))
    _load_links(works, concerns)


def count(work: Work, concerns: Sequence[Concern]) -> TableRows:
    """How many rows of one table concern the persons whose sets are loaded, under these roles.

    Shared are those with somebody who is none of them.
    """
    first = concerns[0]
    renderer, row = work.renderer(), work.row(first.table)
    concerned = renderer.condition(either(*(one.concerned for one in concerns)), row)
    if isinstance(concerned, sa.False_):
        return TableRows(first.store, first.table, 0, ())

    def among(predicate: Predicate) -> sa.ColumnElement[int]:
        condition = renderer.condition(predicate, row)
        return sa.func.coalesce(sa.func.sum(sa.case((condition, 1), else_=0)), 0)

    parts = [
        among(part)
        for one in concerns
        for part in (one.concerned, one.shared_beyond, one.holding, one.protected)
    ]
    select = sa.select(sa.func.count(), *parts).select_from(row.source).where(concerned)
    with work.session.told():
        rows, *numbers = (int(cell) for cell in work.connection.execute(select).one())
    roles = (RoleRows(one, *numbers[4 * at : 4 * at + 4]) for at, one in enumerate(concerns))
    return TableRows(first.store, first.table, rows, tuple(one for one in roles if one.rows))


def keys_of(work: Work, concern: Concern, key: Sequence[str]) -> Keys:
    """The keys of the rows of a concern, streamed within one reading transaction."""
    row = work.row(concern.table)
    select = (
        sa.select(*(row.source.c[name] for name in key))
        .select_from(row.source)
        .where(work.renderer().condition(concern.concerned, row))
    )
    options = {"yield_per": ROWS_AT_ONCE}
    with (
        work.session.reading() as connection,
        connection.execute(select, execution_options=options) as streamed,
    ):
        for cells in streamed:
            yield tuple(cells)


def numbered(
    work: Work, concerns: Concerns, concern: Concern, key: Sequence[str]
) -> sa.Select[Any] | None:
    """The rows of a concern with the number of their person, by joins; each pair once.

    None where the path of the role leaves the store: then the predicate tells the rows, and a set
    of one person at a time tells whose they are.
    """
    frame = Frame(concerns.context, concern.store, concern.table)
    path = frame.entry.roles[concern.role].person
    hops = frame.hops(path)
    found = work.sets.get(concern.facet.set_name)
    if found is None or any(hop.crosses for hop in hops):
        return None
    renderer = work.renderer()
    row = first = renderer.row(concern.table)
    joins: list[Condition] = []
    for number, hop in enumerate(hops):
        at = frame.at(hop.store, hop.table)
        bare = renderer.row(hop.target_table)
        target = renderer.row(hop.target_table, bare.source.alias(f"troth_j{number}"))
        joins.append(renderer.joined(at.sql_hop(hop), row, target))
        row = target
    dialect = work.store.address.dialect
    for name in concern.facet.key:
        kind = row.kind(name)
        joins.append(equal_columns(dialect, (row.source.c[name], kind), (found.c[name], kind)))
    return (
        sa.select(*(first.source.c[name] for name in key), found.c[PERSON]).where(*joins).distinct()
    )


def _wanted(persons: Any) -> Wanted:
    by: dict[Identifier, set[int]] = {}
    for number, some in enumerate(persons):
        for one in some:
            by.setdefault(one, set()).add(number)
    return Wanted({one: frozenset(who) for one, who in by.items()})


def _load(works: Mapping[str, Work], facet: Facet, rows: Keys) -> None:
    work = works.get(facet.store)
    if work is None or facet.table not in work.tables:
        return
    kinds = work.store.dialect.types
    number = ColumnSchema(PERSON, "integer", kinds["integer"], nullable=False)
    columns = (*work.key_columns(facet.table, facet.key), number)
    work.sets.pop(facet.set_name, None)
    load_set(work, facet.set_name, columns, rows, keys=len(facet.key))


def _load_links(works: Mapping[str, Work], concerns: Concerns) -> None:
    for link in concerns.links:
        work, other = works[link.store], works[link.other_store]
        work.sets.pop(link.name, None)
        if link.table not in work.tables or link.other_table not in other.tables:
            continue
        columns = work.key_columns(link.table, link.columns)
        load_set(work, link.name, columns, linked_rows(works, link), keys=len(columns))


def _named(
    works: Mapping[str, Work], datamap: DataMap, facets: Facets, facet: Facet, wanted: Wanted
) -> Keys:
    if facet.table not in works[facet.store].tables:
        return
    for hit in read_hits(works, datamap, facets, facet, wanted, near=False):
        persons = {number for _, one in hit.equal for number in wanted.by[one]}
        for number in sorted(persons):
            yield *hit.key, number


def _with_moved(
    works: Mapping[str, Work],
    datamap: DataMap,
    facet: Facet,
    wanted: Wanted,
    moved: Sequence[MovedName],
    rows: Keys,
) -> Keys:
    """The rows, and those out of whose columns one of the wanted names was moved."""
    work = works[facet.store]
    mine = [one for one in moved if one.column in facet.identity]
    further: set[tuple[Any, ...]] = set()
    for key, one in rows_without(work, datamap, facet.table, facet.key, mine):
        further |= {(*key, number) for number in wanted.by.get(one.name, ())}
    for row in rows:
        further.discard(row)
        yield row
    yield from sorted(further, key=repr)


def _faced(
    works: Mapping[str, Work],
    datamap: DataMap,
    facets: Facets,
    facet: Facet,
    hunts: Sequence[Hunt],
) -> Keys:
    """The rows that show a sure face of a person."""
    whose: dict[Face, list[int]] = {}
    by: dict[Identifier, set[int]] = {}
    for number, hunt in enumerate(hunts):
        for face in hunt.sure:
            if face.facet != facet:
                continue
            if face.row:
                if Face(facet, face.cells) not in hunt.sure:
                    yield *hunt.seen[face].key, number
                continue
            whose.setdefault(face, []).append(number)
            for _, one in hunt.identifiers_of(face):
                by.setdefault(one, set()).add(number)
    if not whose:
        return
    wanted = Wanted({one: frozenset(who) for one, who in by.items()})
    for hit in read_hits(works, datamap, facets, facet, wanted, near=False):
        for number in whose.get(Face(facet, hit.cells), ()):
            yield *hit.key, number
