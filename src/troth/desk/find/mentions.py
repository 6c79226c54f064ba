"""Mentions: an identifier in a column that names nobody by the map, on a row of somebody.

The address that an order was once sent to is not the account's address; the account may be meant.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from troth.apply.load import load_set
from troth.apply.work import Work
from troth.datamap.model import DataMap
from troth.datamap.paths import Hop, resolve_path
from troth.desk.find.facets import Facet, Facets
from troth.desk.find.model import Face
from troth.desk.find.reading import Wanted, read_hits, read_rows
from troth.grounds.facts import Identifier
from troth.plan.predicate import Hop as SqlHop
from troth.plan.predicate import KeyIn, exists

MOST_MENTIONS = 1_000  # rows that mention one identifier; beyond, the first ones are followed


def mentioned(
    works: Mapping[str, Work], datamap: DataMap, facets: Facets, facet: Facet, wanted: Wanted
) -> Iterator[tuple[int, Identifier, Face, tuple[object, ...]]]:
    """For each person: the identifier, and whose rows mention it: a face and its key."""
    keys: dict[tuple[int, Identifier], list[tuple[object, ...]]] = {}
    for hit in read_hits(works, datamap, facets, facet, wanted, near=False):
        for _, one in hit.equal:
            for number in wanted.by[one]:
                some = keys.setdefault((number, one), [])
                if len(some) < MOST_MENTIONS:
                    some.append(hit.key)
    for (number, one), some in keys.items():
        for face, key in _persons(works, datamap, facets, facet, some):
            yield number, one, face, key


def _persons(
    works: Mapping[str, Work],
    datamap: DataMap,
    facets: Facets,
    facet: Facet,
    keys: list[tuple[object, ...]],
) -> Iterator[tuple[Face, tuple[object, ...]]]:
    """The persons of the rows with these keys, under any role whose path stays in the store."""
    work = works[facet.store]
    entry = datamap.table(facet.store, facet.table)
    columns = work.key_columns(facet.table, facet.key)
    name = f"mentions-{facet.label}"
    load_set(work, name, columns, keys, keys=len(columns))
    for role, described in entry.roles.items():
        end = facets.of_role(datamap, facet.store, facet.table, role)
        hops = resolve_path(datamap, facet.store, facet.table, described.person)
        if end is None or not hops or not all(_plain(hop) for hop in hops):
            continue
        back = tuple(_reversed(hop) for hop in reversed(hops))
        there = exists(back, KeyIn(set=name, columns=facet.key))
        row = work.row(end.table)
        condition = work.renderer().condition(there, row)
        for key, cells, _ in read_rows(work, end, row, condition, own=False):
            yield Face(end, cells, tuple(str(part) for part in key)), key


def _plain(hop: Hop) -> bool:
    return not hop.crosses and hop.where is None and hop.json_path is None


def _reversed(hop: Hop) -> SqlHop:
    return SqlHop(
        table=hop.table,
        columns=tuple(right for _, right in hop.pairs),
        target=tuple(left for left, _ in hop.pairs),
    )
