"""A look at everything that concerns some persons: every row with its standing, table by table."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from troth.apply.looking import bare_plan, not_makable
from troth.apply.planning import Setting
from troth.apply.resolve import Resolution, resolve, sets_in
from troth.apply.restriction.sealed import Sealed
from troth.apply.schema_check import differences
from troth.desk.find.find import Finder
from troth.desk.find.model import Concern
from troth.desk.package.days import DayFinder, prepare
from troth.desk.package.disclose import (
    EVERYTHING,
    Disclosure,
    Only,
    Told,
    addresses,
    without_others,
)
from troth.desk.package.model import Masked, Record, Stands
from troth.desk.package.rows import Raw, TableRows
from troth.desk.package.standing import GroupReader, days_of_rows
from troth.desk.package.walk import Walker
from troth.grounds.cells import json_of
from troth.grounds.facts import Facts, Identifier
from troth.grounds.standing import State
from troth.law.calendar import day_of
from troth.plan.frame import Context, Frame
from troth.plan.predicate import Predicate
from troth.plan.rows import groups

Told_ = Callable[[str], None]


@dataclass(frozen=True)
class LookTable:
    """One table with rows of persons: what is asked of it, and how answers are read."""

    frame: Frame
    concerns: tuple[Concern, ...]
    readers: tuple[GroupReader, ...]
    disclosure: Disclosure
    blind: bool = False

    @property
    def label(self) -> str:
        return self.frame.label

    def asks(self) -> tuple[Predicate, ...]:
        found: list[Predicate] = []
        for one in self.concerns:
            found += [one.shared_beyond, one.protected]
        if not self.blind:
            for reader in self.readers:
                found += reader.asks
        return tuple(dict.fromkeys(found))

    def columns(self) -> tuple[str, ...]:
        """Personal columns, and those that choose a period."""
        names = dict.fromkeys(self.frame.entry.personal)
        for reader in self.readers:
            names.update(dict.fromkeys(reader.choices.values()))
        return tuple(names)


@dataclass(frozen=True)
class Look:
    """The persons whose sets are loaded, by number, and every table that has rows of them.

    `left_out` are tables with people's data that cannot be looked at, with why.
    """

    desk: Finder
    finder: DayFinder
    persons: Sequence[Sequence[Identifier]] = field(repr=False)
    tables: tuple[LookTable, ...]
    left_out: tuple[tuple[str, str], ...]
    sealed: Sealed = field(default_factory=Sealed, repr=False)

    def records(self, table: LookTable) -> Iterator[Record]:
        """The rows of the persons in one table, by person and key, a page at a time."""
        work = self.desk.works[table.frame.store]
        rows = TableRows(work, self.finder.walker, table.frame, table.concerns, self.desk.concerns)
        rows.number()
        own = [addresses(some) for some in self.persons]
        with work.session.reading():
            for page in rows.pages(table.columns(), table.asks()):
                keys = list(dict.fromkeys(raw.key for raw in page))
                days: Mapping[Any, Any] = {}
                if not table.blind:
                    days = days_of_rows(self.finder, table.frame, table.readers, keys)
                for raw in page:
                    moved = self.sealed.cells(work, table.frame.table, raw.key)
                    if moved:
                        raw = replace(raw, cells={**raw.cells, **moved})
                    yield _record(table, raw, days.get(raw.key, {}), own[raw.person])


def look_at_persons(
    setting: Setting,
    desk: Finder,
    persons: Sequence[Sequence[Identifier]],
    facts: Facts,
    now: datetime,
    told: Told_ = lambda _: None,
    only: Only = EVERYTHING,
    sealed: Sealed | None = None,
) -> Look:
    """What is asked of every table about the persons whose sets `desk` has loaded.

    `only`: of these categories and places alone, as an order to hand over says. `sealed`: what
    restrictions have moved out of rows, for an answer to the person.
    """
    context = Context(setting.policy, setting.map, facts, day_of(now, setting.policy.zoneinfo))
    by_table: dict[tuple[str, str], list[Concern]] = {}
    for concern in desk.concerns.all:
        by_table.setdefault((concern.store, concern.table), []).append(concern)
    schemas = {name: work.schema for name, work in desk.works.items()}
    gaps = differences(setting.map, schemas)
    missing = {(gap.store, gap.table) for gap in gaps if gap.kind == "missing"}
    left_out = [(label, "nobody-named") for label in desk.concerns.unreached]
    left_out += [(label, "no-key") for label in desk.facets.keyless]
    tables: list[LookTable] = []
    for (store, name), concerns in by_table.items():
        frame = Frame(context, store, name)
        if (store, name) in missing or name not in desk.works[store].tables:
            left_out.append((frame.label, "missing"))
        elif not frame.entry.key:
            left_out.append((frame.label, "no-key"))
        elif _is_meant(frame, only):
            told(frame.label)
            readers = tuple(GroupReader(frame, group, now) for group in groups(frame))
            disclosure = Disclosure(setting.policy, frame.entry, only)
            table = LookTable(frame, tuple(concerns), readers, disclosure)
            table.asks()  # registers every set that is read
            tables.append(table)
    prepare(
        Frame(context, store, name)
        for store, entry in setting.map.stores.items()
        for name in entry.tables
    )
    unmade = not_makable(gaps, context.sets)
    made = {name: one for name, one in context.sets.items() if name not in unmade}
    plan = bare_plan(setting, facts, now, made)
    resolve(Resolution(plan, setting.policy, setting.map, facts, now, desk.works))
    tables = [_blinded(table, unmade) for table in tables]
    walker = Walker(desk.works)
    return Look(
        desk,
        DayFinder(walker, now),
        persons,
        tuple(tables),
        tuple(dict.fromkeys(left_out)),
        sealed or Sealed(),
    )


def _is_meant(frame: Frame, only: Only) -> bool:
    disclosure = Disclosure(frame.context.policy, frame.entry, only)
    here = not only.places or frame.place in only.places
    return here and (only == EVERYTHING or any(map(disclosure.meant, frame.entry.values)))


def _blinded(table: LookTable, unmade: frozenset[str]) -> LookTable:
    """A table whose standing reads what does not exist is shown, with its standing unknown."""
    if unmade and any(set(sets_in(part)) & unmade for part in table.asks()):
        return LookTable(table.frame, table.concerns, table.readers, table.disclosure, blind=True)
    return table


def _record(table: LookTable, raw: Raw, days: Mapping[str, Any], own: frozenset[str]) -> Record:
    mine = [one for one in table.concerns if one.role in raw.roles]
    told = Told(
        raw.roles,
        # with another of the persons asked for together, or with somebody who is none of them
        shared=raw.others or any(raw.holds(one.shared_beyond) for one in mine),
        protected=any(raw.holds(one.protected) for one in mine),
    )
    masked: dict[str, Masked] = {}
    values: dict[str, Any] = {}
    there: list[str] = []
    for name in table.frame.entry.personal:
        cell = raw.cells[name]
        if cell is None:
            continue
        shown, hidden = table.disclosure.shown(name, cell, told)
        masked |= hidden
        if shown is None:
            continue
        values[name], hit = without_others(shown, own)
        if hit:
            masked[name] = "third-party"
        there += [part for part in table.disclosure.parts(name) if _is_shown(table, part, shown)]
    own_columns = {*there, *(name for name, why in masked.items() if why == "credential")}
    names = dict(zip(table.frame.entry.key, raw.key, strict=True))
    return Record(
        raw.person,
        {} if told.protected else table.disclosure.shown_key(names, told),
        values,
        masked,
        tuple(_stands(table, raw, days, own_columns)),
    )


def _is_shown(table: LookTable, name: str, shown: Any) -> bool:
    """Whether a value is in what is shown of its column, or may be where that cannot be told."""
    document = json_of(shown)
    return not isinstance(document, dict) or table.disclosure.holds(name, document)


def _stands(
    table: LookTable, raw: Raw, days: Mapping[str, Any], columns: set[str]
) -> Iterator[Stands]:
    for reader in table.readers:
        if columns.isdisjoint(reader.group.columns):
            continue
        if table.blind:
            yield Stands(reader.group.columns, State.UNKNOWN, None, (), ("undecided",))
        else:
            yield reader.stands(raw.key, raw.holds, days, raw.cells)
