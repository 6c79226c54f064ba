"""Sets resolved: facts and rows of other stores become native keys in temporary tables.

Identifiers are normalised in Python; SQL only narrows the candidates. Rows of persons are read
once for all sets that need them. Nothing of a person leaves memory but into the store's own
temporary tables.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import partial
from typing import Any
from zoneinfo import ZoneInfo

import sqlalchemy as sa

from troth.apply.alike import small_groups
from troth.apply.asked import SUSPENDING, acts_asked
from troth.apply.link import NO_LINKS, linked_rows
from troth.apply.load import load_set
from troth.apply.moved import is_moved, named_rows
from troth.apply.names import Named, NameIndex, NameReader, read_names
from troth.apply.recall import Recalls, recalled
from troth.apply.work import Work
from troth.datamap.model import DataMap
from troth.grounds.cells import key_part
from troth.grounds.facts import Facts, Hold, Identifier, KeptDay
from troth.law.calendar import add, day_of
from troth.ledger.links import Links
from troth.plan.model import Plan
from troth.plan.predicate import KeyIn, Predicate
from troth.plan.sets import (
    ActPersons,
    ConsentPersons,
    HeldPersons,
    HeldRows,
    KeptDays,
    LedgerDays,
    Linked,
    Nameless,
    Replayed,
    ScopePersons,
    SetDefinition,
    SmallGroups,
    Warned,
)
from troth.policy.model import Policy
from troth.policy.versions import rules_of

Keys = Iterator[tuple[Any, ...]]


@dataclass(frozen=True)
class Resolution:
    """What resolving needs: the plan's sets, the facts, and the instant from which facts count.

    `only`: the names of the sets to make; None: all.
    """

    plan: Plan
    policy: Policy
    map: DataMap
    facts: Facts
    now: datetime
    works: Mapping[str, Work]
    links: Links = NO_LINKS  # what an interrupted run has taken away
    recalls: Recalls = field(default_factory=dict)  # what each store's marks remember
    names: NameReader = read_names
    only: frozenset[str] | None = None

    @property
    def open_holds(self) -> tuple[Hold, ...]:
        return tuple(hold for hold in self.facts.holds if hold.open_at(self.now))

    @property
    def zone(self) -> ZoneInfo:
        return self.policy.zoneinfo


def resolve(resolution: Resolution) -> None:
    """Makes the sets of the plan in their stores, and sets the flags of unresolved holds."""
    make_sets(resolution)
    flag_unresolved(resolution)
    flag_acts_of_nobody(resolution)


def make_sets(resolution: Resolution) -> None:
    """Makes the sets of the plan that are not there yet, each in its store."""
    done = {name for work in resolution.works.values() for name in work.sets}
    for name in resolution.plan.sets:
        if resolution.only is None or name in resolution.only:
            _resolve_one(resolution, name, done)


def _resolve_one(resolution: Resolution, name: str, done: set[str]) -> None:
    if name in done:
        return
    done.add(name)
    definition = resolution.plan.sets[name]
    work = resolution.works.get(definition.store)
    if work is None or definition.table not in work.tables:  # an archive that is not made yet
        return
    rows: Iterable[tuple[Any, ...]] | None
    if isinstance(definition, Linked | SmallGroups):
        for inner in sets_in(definition.where):
            _resolve_one(resolution, inner, done)
    if isinstance(definition, Linked):
        rows = linked_rows(resolution.works, definition, resolution.links)
    elif isinstance(definition, SmallGroups):
        rows = small_groups(work, definition)
    else:
        rows = rows_of(resolution, definition, work)
    if rows is not None:
        _load(work, definition, rows)


def _load(
    work: Work,
    definition: SetDefinition,
    rows: Iterable[tuple[Any, ...]],
    *,
    indexed: bool = True,
) -> None:
    """The set of a definition, loaded with the rows."""
    columns = work.key_columns(definition.table, definition.columns)
    keys = len(columns)
    if definition.has_day:
        columns = (*columns, work.day_column())
    load_set(work, definition.name, columns, rows, keys=keys, indexed=indexed)


def rows_of(
    resolution: Resolution, definition: SetDefinition, work: Work
) -> Iterable[tuple[Any, ...]] | None:
    """What the facts put into a set; None for one that other rows make, or nothing."""
    facts = resolution.facts
    match definition:
        case HeldRows():
            here = (definition.store, definition.table)
            return {
                key
                for hold in resolution.open_holds
                for store, table, key in hold.rows
                if (store, table) == here
            }
        case KeptDays():
            return [
                (*kept.key, kept.day)
                for kept in facts.kept
                if (kept.store, kept.table, kept.event)
                == (definition.store, definition.table, definition.event)
            ]
        case Warned():
            return _warned(resolution, definition)
        case HeldPersons():
            persons = [
                person
                for hold in resolution.open_holds
                if ((definition.scope in hold.tables) if definition.scope else not hold.tables)
                for person in hold.persons
            ]
            return _persons(resolution, work, definition, persons)
        case ConsentPersons():
            return _consents(resolution, definition, work)
        case ActPersons():
            return _acted(resolution, definition, work)
        case ScopePersons():
            meant = (act for act in facts.acts if act.id in definition.acts)
            persons = [person for act in meant for person in act.persons]
            return _persons(resolution, work, definition, persons)
        case Replayed():
            recall = resolution.recalls.get(work.name)
            return recalled(work, definition, recall) if recall is not None else None
        case LedgerDays():
            return _ledger_days(resolution, definition, work)
        case Nameless():
            return _nameless(resolution, work, definition)
        case Linked() | SmallGroups():
            return None


def _warned(resolution: Resolution, definition: Warned) -> Iterable[tuple[Any, ...]]:
    """Keys whose newest invitation (with its delay passed) left on the set's day."""
    delays = {
        rule.id: rule.warn.delay
        for _, rule in rules_of(resolution.policy).values()
        if rule.warn is not None
    }
    newest: dict[tuple[Any, ...], date] = {}
    for warning in resolution.facts.warnings:
        here = (definition.rule, definition.store, definition.table)
        if (warning.rule, warning.store, warning.table) != here or warning.sent_at > resolution.now:
            continue
        sent = day_of(warning.sent_at, resolution.zone)
        ready = definition.ready_by
        if ready is None or add(sent, delays[warning.rule]) <= ready:
            newest[warning.key] = max(sent, newest.get(warning.key, sent))
    return [key for key, sent in newest.items() if sent == definition.sent]


def _persons(
    resolution: Resolution, work: Work, definition: SetDefinition, persons: list[Identifier]
) -> Iterable[tuple[Any, ...]]:
    """The keys of rows whose identity columns hold one of the identifiers."""
    if not persons:
        return ()
    named = _named(definition)
    index = NameIndex.of(resolution.map, definition.store, definition.table, named, persons)
    return (key for key, found in _rows_named(resolution, work, index) if found)


def _rows_named(
    resolution: Resolution, work: Work, index: NameIndex
) -> Iterator[tuple[tuple[Any, ...], tuple[int, ...] | None]]:
    """Rows by their names, also by those that were moved out of them."""
    moved = resolution.facts.moved
    return named_rows(work, resolution.map, index, moved, resolution.names)


def _named(definition: SetDefinition) -> Named:
    named = HeldPersons | ConsentPersons | ActPersons | ScopePersons | LedgerDays | Nameless
    assert isinstance(definition, named)
    return Named(definition.columns, definition.identity)


def _consents(
    resolution: Resolution, definition: ConsentPersons, work: Work
) -> Iterable[tuple[Any, ...]]:
    facts = [
        fact
        for fact in resolution.facts.consents
        if (fact.consent, fact.by) == (definition.consent, definition.by)
        and fact.at <= resolution.now
    ]
    if not facts:
        return ()
    index = NameIndex.of(
        resolution.map,
        definition.store,
        definition.table,
        _named(definition),
        [fact.person for fact in facts],
    )

    def matching() -> Keys:
        for key, found in _rows_named(resolution, work, index):
            if not found:
                continue
            newest = max(facts[i].at for i in found)
            states = {facts[i].state for i in found if facts[i].at == newest}
            if definition.state == ("withdrawn" if "withdrawn" in states else "given"):
                yield key

    return matching()


def _acted(resolution: Resolution, definition: ActPersons, work: Work) -> Iterable[tuple[Any, ...]]:
    """Rows of persons whom an act names, and who have not given the set's consent since."""
    facts = resolution.facts
    acts = [
        (person, act.at)
        for act in acts_asked(definition, resolution.policy, facts, resolution.now)
        for person in act.persons
    ]
    if not acts:
        return ()
    given = [
        (fact.person, fact.at)
        for fact in facts.consents
        if definition.consent is not None
        and (fact.consent, fact.by, fact.state) == (definition.consent, "person", "given")
        and fact.at <= resolution.now
    ]
    told = [*acts, *given]
    names = [person for person, _ in told]
    index = NameIndex.of(
        resolution.map, definition.store, definition.table, _named(definition), names
    )

    def matching() -> Keys:
        for key, found in _rows_named(resolution, work, index):
            done = [told[i][1] for i in found or () if i < len(acts)]
            since = [told[i][1] for i in found or () if i >= len(acts)]
            if done and (not since or max(since) <= max(done)):
                yield key

    return matching()


def _ledger_days(
    resolution: Resolution, definition: LedgerDays, work: Work
) -> Iterable[tuple[Any, ...]]:
    facts = [
        fact
        for fact in resolution.facts.days
        if fact.event == definition.event
        and fact.recorded_at <= resolution.now
        and fact.subject.namespace == definition.namespace
    ]
    if not facts:
        return ()
    index = NameIndex.of(
        resolution.map,
        definition.store,
        definition.table,
        _named(definition),
        [fact.subject for fact in facts],
        namespace=definition.namespace,
    )

    def matching() -> Keys:
        for key, found in _rows_named(resolution, work, index):
            if not found:
                continue
            newest = max(found, key=lambda i: (facts[i].recorded_at, i))
            if facts[newest].day is not None:
                yield (*key, facts[newest].day)

    return matching()


def _nameless(
    resolution: Resolution, work: Work, definition: Nameless
) -> Iterable[tuple[Any, ...]]:
    datamap, named = resolution.map, _named(definition)
    index = NameIndex.of(datamap, definition.store, definition.table, named, [])
    return (key for key, found in resolution.names(work, index, nameless=True) if found is None)


HeldRow = tuple[str, str, tuple[str, ...]]
"""Store, table and key, as text, of a row that a hold names."""


def flag_unresolved(resolution: Resolution, found: set[HeldRow] | None = None) -> None:
    """Flags every table that a hold could touch which resolves to no row.

    `found`: the rows that holds name and that are there, where that is known already.
    """
    found = _held_keys(resolution) if found is None else found
    known = partial(known_anywhere, resolution.map, resolution.works, names=resolution.names)
    for hold in resolution.open_holds:
        if any((store, table, _as_text(key)) in found for store, table, key in hold.rows):
            continue
        if hold.persons and (is_moved(hold.persons, resolution.facts.moved) or known(hold.persons)):
            continue
        named = {(store, table) for store, table, _ in hold.rows}
        for store, entry in resolution.map.stores.items():
            for table, described in entry.tables.items():
                roles = bool(described.roles)
                touched = roles and (store, table) in named
                if hold.persons and not touched:
                    touched = (store, table) in hold.tables if hold.tables else roles
                if touched and store in resolution.works:
                    resolution.works[store].flags.add(f"unresolved-{store}.{table}")


def _held_keys(resolution: Resolution) -> set[HeldRow]:
    """Store, table and key, as text, of every row that exists and that an open hold names."""
    found: set[HeldRow] = set()
    for store, table in {(s, t) for hold in resolution.open_holds for s, t, _ in hold.rows}:
        work = resolution.works.get(store)
        if work is None or table not in work.tables:
            continue
        key = resolution.map.table(store, table).key
        held = HeldRows(name=f"held-{store}.{table}", store=store, table=table, columns=key)
        row, renderer = work.row(table), work.renderer()
        there = renderer.condition(KeyIn(set=held.name, columns=key), row)
        select = sa.select(*(row.source.c[name] for name in key)).where(there)
        if held.name in work.sets:
            with work.session.told():
                cells = work.connection.execute(select).all()
            for each in cells:
                found.add((store, table, _as_text(tuple(each))))
                found.add((store, table, _as_text(tuple(map(key_part, each)))))
    return found


def _as_text(key: tuple[Any, ...]) -> tuple[str, ...]:
    return tuple(str(part) for part in key)


def flag_acts_of_nobody(resolution: Resolution) -> None:
    """Flags the sets of which an act that suspends use names a person whom no store knows."""
    known: dict[str, bool] = {}
    for name, definition in resolution.plan.sets.items():
        if not isinstance(definition, ActPersons) or definition.touch not in SUSPENDING:
            continue
        for act in acts_asked(definition, resolution.policy, resolution.facts, resolution.now):
            if act.id not in known:
                known[act.id] = (
                    act.resolved
                    or is_moved(act.persons, resolution.facts.moved)
                    or known_anywhere(
                        resolution.map, resolution.works, act.persons, resolution.names
                    )
                )
            if not known[act.id]:
                for work in resolution.works.values():
                    work.flags.add(f"nobody-{name}")


def known_anywhere(
    datamap: DataMap,
    works: Mapping[str, Work],
    persons: Sequence[Identifier],
    names: NameReader = read_names,
) -> bool:
    """Whether an identity column of any row of any store holds one of the identifiers."""
    wanted = {person.namespace for person in persons}
    for store, entry in datamap.stores.items():
        work = works.get(store)
        if work is None:
            continue
        for table, described in entry.tables.items():
            columns = tuple(
                name for name, column in described.personal.items() if column.identity in wanted
            )
            if not columns or not described.key or table not in work.tables:
                continue
            named = Named(described.key, columns)
            index = NameIndex.of(datamap, store, table, named, list(persons))
            if any(found for _, found in names(work, index)):
                return True
    return False


def add_kept(plan: Plan, works: Mapping[str, Work], kept: Iterable[KeptDay]) -> None:
    """Adds days that have just been kept to the sets that hold them."""
    by_set: dict[str, list[tuple[Any, ...]]] = {}
    for day in kept:
        name = f"kept-{day.store}.{day.table}-{day.event}"
        if name in plan.sets:
            by_set.setdefault(name, []).append((*day.key, day.day))
    for name, rows in by_set.items():
        definition = plan.sets[name]
        work = works[definition.store]
        table = work.sets.get(name)
        if table is None:
            _load(work, definition, rows, indexed=False)
        else:
            names = [*definition.columns, "troth_day"]
            with work.session.told():
                work.store.dialect.bulk_load(work.connection, table, names, rows)


def sets_in(predicate: Predicate) -> tuple[str, ...]:
    """The names of the sets that a predicate reads."""
    return predicate.sets
