"""Which rows concern persons, under which role: predicates over sets of the persons' rows."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from troth.datamap.model import DataMap, Table
from troth.desk.find.facets import Facet, Facets
from troth.desk.find.model import Concern
from troth.errors import Refused
from troth.grounds.facts import Facts
from troth.plan.frame import Context, Frame
from troth.plan.predicate import (
    FALSE,
    TRUE,
    IsNull,
    KeyIn,
    Predicate,
    both,
    either,
    negation,
)
from troth.plan.sets import Linked
from troth.policy.model import Policy


@dataclass(frozen=True)
class Concerns:
    """The concerns of every mapped table, and the sets that their predicates read.

    `facets` are those whose rows are loaded by key under their `set_name`; `links` are made of
    them, in this order. `unreached` are tables with roles for which the map names nobody,
    `keyless` those that lead into another store and have no key to be linked by.
    """

    all: tuple[Concern, ...]
    facets: tuple[Facet, ...]
    links: tuple[Linked, ...]
    unreached: tuple[str, ...]
    keyless: tuple[str, ...]
    context: Context = field(repr=False)


def concerns_of(policy: Policy, datamap: DataMap, facets: Facets) -> Concerns:
    """Compiles the concerns of a map; no fact and no day takes part."""
    context = Context(policy, datamap, Facts(), date.min)
    found: list[Concern] = []
    used: dict[Facet, None] = {}
    unreached: list[str] = []
    keyless: dict[str, None] = {}
    for store, described in context.map.stores.items():
        for table, entry in described.tables.items():
            frame = Frame(context, store, table)
            ends = _ends(frame, facets)
            if entry.roles and not ends:
                unreached.append(frame.label)
            for role, facet in ends.items():
                used[facet] = None
                try:
                    found.append(_concern(frame, role, facet, ends))
                except Refused as refused:  # a link into another store is by the row's key
                    if refused.code != "table-without-key":
                        raise
                    keyless[frame.label] = None
    links = tuple(one for one in context.sets.values() if isinstance(one, Linked))
    return Concerns(tuple(found), tuple(used), links, tuple(unreached), tuple(keyless), context)


def _ends(frame: Frame, facets: Facets) -> dict[str, Facet]:
    """The facet at the end of each role that names anybody."""
    datamap = frame.context.map
    found = {
        role: facets.of_role(datamap, frame.store, frame.table, role) for role in frame.entry.roles
    }
    return {role: facet for role, facet in found.items() if facet is not None}


def _concern(frame: Frame, role: str, facet: Facet, ends: Mapping[str, Facet]) -> Concern:
    concerned = frame.along(frame.entry.roles[role].person, _in(facet))
    same = _another(frame, role, facet, same=True)
    others = [same]
    others += [_another(frame, name, end) for name, end in ends.items() if name != role]
    protect, when = frame.entry.protect, frame.entry.roles[role].when
    holds = frame.filter(when) if when is not None else TRUE
    protected = frame.filter(protect) if protect is not None else FALSE
    mine, common, theirs = _columns(frame.entry, role)
    return Concern(
        frame.store,
        frame.table,
        role,
        facet,
        concerned,
        both(concerned, either(*others)),
        both(concerned, holds),
        both(concerned, protected),
        both(concerned, same),
        mine,
        common,
        theirs,
    )


def _another(frame: Frame, role: str, facet: Facet, *, same: bool = False) -> Predicate:
    """Somebody who is not in the set is a person of the row, under a role that holds.

    Where the role leads into another store, whoever it references there and is not in the set is
    somebody else: everybody else's keys would have to be brought here to look closer. So it is not
    asked whether two rows of that store share one reference.
    """
    described = frame.entry.roles[role]
    hops = frame.hops(described.person)
    if same and (not hops or any(hop.crosses for hop in hops)):
        return FALSE
    holds = TRUE if described.when is None or same else frame.filter(described.when)
    if any(hop.crosses for hop in hops):
        referring = (negation(IsNull(column=left)) for left, _ in hops[0].pairs)
        mine = frame.along(described.person, _in(facet))
        return both(holds, negation(mine), *referring)
    named = either(*(negation(IsNull(column=column)) for column in facet.identity))
    return both(holds, frame.along(described.person, both(named, negation(_in(facet)))))


def _in(facet: Facet) -> Predicate:
    return KeyIn(set=facet.set_name, columns=facet.key)


def _columns(entry: Table, role: str) -> tuple[tuple[str, ...], tuple[str, ...], tuple[str, ...]]:
    """Columns of the role alone, of it and others, and of others alone."""
    every = tuple(entry.roles)
    mine, common, others = [], [], []
    for name, column in entry.personal.items():
        whose = column.roles or every
        if role not in whose:
            others.append(name)
        elif len(whose) > 1:
            common.append(name)
        else:
            mine.append(name)
    return tuple(mine), tuple(common), tuple(others)
