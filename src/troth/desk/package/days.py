"""The days of events as rows show them, for many rows at once.

The meaning is that of `grounds.events`; what one row shows there is read here for a page of rows,
store by store, and each parent once.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Literal, assert_never

import sqlalchemy as sa

from troth.datamap.bindings import (
    At,
    Binding,
    ColumnDay,
    EarliestOf,
    EventOf,
    FinancialYearEnd,
    FirstOf,
    LatestOf,
    LedgerDay,
    PeriodEnd,
    RelatedDay,
)
from troth.desk.package.walk import Cells, Key, Walker
from troth.grounds.cells import key_part
from troth.grounds.events import Days, Several
from troth.grounds.identity import identifier_text, normalise
from troth.grounds.people import Name, newest_day
from troth.grounds.reading import NoDay, absence, column_day, native_day
from troth.plan.days import identity_columns
from troth.plan.frame import Frame
from troth.plan.predicate import TRUE

MOST_KNOWN = 50_000  # rows of one table and event whose days are remembered
Found = dict[Key, Days]


@dataclass(frozen=True)
class _Asked:
    """An event asked of rows: its name, the role looked at, and the events asked on the way."""

    event: str
    role: str
    seen: frozenset[tuple[str, str, str]] = frozenset()


@dataclass(frozen=True)
class DayFinder:
    """Finds days of events; `now` is an aware instant, and days are those of the policy's zone."""

    walker: Walker
    now: datetime
    _known: dict[tuple[str, _Asked], Found] = field(default_factory=dict, repr=False)
    _periods: dict[object, list[tuple[date, date, bool]]] = field(default_factory=dict, repr=False)

    def days(self, frame: Frame, event: str, role: str, keys: Sequence[Key]) -> Found:
        """The days of an event of the rows with these keys, looked at under a role."""
        return self._event(frame, _Asked(event, role), keys)

    def _event(self, frame: Frame, asked: _Asked, keys: Sequence[Key]) -> Found:
        binding = frame.entry.events.get(asked.event)
        here = (frame.store, frame.table, asked.event)
        if binding is None or here in asked.seen:
            return dict.fromkeys(keys, NoDay.UNKNOWN)
        known = self._known.setdefault((frame.label, asked), {})
        if len(known) > MOST_KNOWN:
            known.clear()
        missing = [key for key in dict.fromkeys(keys) if key not in known]
        if missing:
            inside = _Asked(asked.event, asked.role, asked.seen | {here})
            found = self._binding(frame, binding, inside, missing)
            known |= {key: _settled(days) for key, days in found.items()}
        return {key: known[key] for key in keys if key in known}

    def _binding(self, frame: Frame, binding: Binding, asked: _Asked, keys: Sequence[Key]) -> Found:
        match binding:
            case ColumnDay():
                return self._column(frame, binding, keys)
            case FirstOf():
                parts = [self._binding(frame, part, asked, keys) for part in binding.first]
                return {
                    key: next((d for p in parts if (d := p[key]) is not NoDay.NEXT), NoDay.UNKNOWN)
                    for key in keys
                }
            case LatestOf():
                return self._several("latest", frame, binding.latest, asked, keys)
            case EarliestOf():
                return self._several("earliest", frame, binding.earliest, asked, keys)
            case RelatedDay():
                return self._related(frame, binding, asked, keys)
            case EventOf():
                return self._of_parents(frame, binding, asked, keys)
            case FinancialYearEnd():
                year = binding.ends or frame.context.policy.financial_year_ends
                found = self._column(frame, binding.financial_year_end_of, keys)
                return {
                    k: year.containing(d) if isinstance(d, date) else d for k, d in found.items()
                }
            case PeriodEnd():
                return self._period_end(frame, binding, keys)
            case LedgerDay():
                return self._ledger(frame, binding, asked, keys)
            case At():
                return dict.fromkeys(keys, binding.at)
            case _:
                assert_never(binding)

    def _several(
        self,
        take: Literal["latest", "earliest"],
        frame: Frame,
        bindings: Sequence[Binding],
        asked: _Asked,
        keys: Sequence[Key],
    ) -> Found:
        parts = [self._binding(frame, part, asked, keys) for part in bindings]
        return {key: Several(take, tuple(_settled(part[key]) for part in parts)) for key in keys}

    def _column(self, frame: Frame, binding: ColumnDay, keys: Sequence[Key]) -> Found:
        found: Found = dict.fromkeys(keys, NoDay.UNKNOWN)
        for key, cells in self.walker.cells(frame, keys, (binding.column,)):
            found[key] = self._read(frame, binding, cells)
        return found

    def _read(self, frame: Frame, binding: ColumnDay, cells: Cells) -> date | NoDay:
        return column_day(binding, cells, frame.context.policy, frame.context.day)

    def _related(
        self, frame: Frame, binding: RelatedDay, asked: _Asked, keys: Sequence[Key]
    ) -> Found:
        end = frame.end(binding.related)
        where = TRUE if binding.where is None else end.filter(binding.where)
        shown: dict[Key, dict[Days, None]] = {key: {} for key in keys}
        names = (binding.day.column,)
        for key, cells in self.walker.reached(frame, binding.related, keys, names, where):
            day = self._read(end, binding.day, cells)
            shown[key][NoDay.NEVER if day is NoDay.NEXT else day] = None
        self._add_kept(frame, asked.event, shown)
        return {
            key: Several(binding.take, tuple(days)) if days else absence(binding.none)
            for key, days in shown.items()
        }

    def _of_parents(
        self, frame: Frame, binding: EventOf, asked: _Asked, keys: Sequence[Key]
    ) -> Found:
        parent = frame.end(binding.of)
        names = parent.require_key()
        parents: dict[Key, dict[Key, None]] = {key: {} for key in keys}
        for key, cells in self.walker.reached(frame, binding.of, keys, names):
            parents[key][tuple(cells[name] for name in names)] = None
        every = list(dict.fromkeys(one for some in parents.values() for one in some))
        inner = _Asked(
            binding.event or asked.event, _role_at(frame, asked.role, parent), asked.seen
        )
        days = self._event(parent, inner, every)
        shown: dict[Key, dict[Days, None]] = {
            key: dict.fromkeys(days[one] for one in some) for key, some in parents.items()
        }
        self._add_kept(frame, asked.event, shown)
        return {
            key: Several("latest", tuple(some)) if some else absence(binding.none)
            for key, some in shown.items()
        }

    def _add_kept(self, frame: Frame, event: str, shown: Mapping[Key, dict[Days, None]]) -> None:
        kept = [
            one
            for one in frame.context.facts.kept
            if (one.store, one.table, one.event) == (frame.store, frame.table, event)
        ]
        if kept:
            by_name = {fact_key(key): days for key, days in shown.items()}
            for one in kept:
                if one.key in by_name:
                    by_name[one.key][one.day] = None

    def _period_end(self, frame: Frame, binding: PeriodEnd, keys: Sequence[Key]) -> Found:
        periods = self._spans(frame, binding)
        found = self._column(frame, binding.period_end_of, keys)
        for key, day in found.items():
            if not isinstance(day, date):
                continue
            inside = [(last, closed) for first, last, closed in periods if first <= day <= last]
            if any(not closed for _, closed in inside):
                found[key] = NoDay.NOT_YET
            else:
                found[key] = max((last for last, _ in inside), default=NoDay.UNKNOWN)
        return found

    def _spans(self, frame: Frame, binding: PeriodEnd) -> list[tuple[date, date, bool]]:
        """The periods of a binding: first day, last day, whether it is closed; read once."""
        store, table = frame.context.map.reference(frame.store, binding.table)
        label = (store, table, binding.starts, binding.ends, repr(binding.closed))
        if label not in self._periods:
            work, zone = self.walker.works[store], frame.context.policy.zoneinfo
            row, closed = work.row(table), binding.closed
            where = TRUE if closed is None else frame.at(store, table).filter(closed)
            flag = sa.case((work.renderer().condition(where, row), 1), else_=0)
            select = sa.select(row.source.c[binding.starts], row.source.c[binding.ends], flag)
            with work.session.told():
                rows = work.connection.execute(select).all()
            days = (
                (native_day(a, zone, zone), native_day(b, zone, zone), bool(c)) for a, b, c in rows
            )
            self._periods[label] = [
                (first, last, shut)
                for first, last, shut in days
                if first is not None and last is not None
            ]
        return self._periods[label]

    def _ledger(
        self, frame: Frame, binding: LedgerDay, asked: _Asked, keys: Sequence[Key]
    ) -> Found:
        if binding.column is not None:
            column = frame.entry.columns.get(binding.column)
            how = column.compare if column else "exact"
            found: Found = dict.fromkeys(keys, NoDay.UNKNOWN)
            for key, cells in self.walker.cells(frame, keys, (binding.column,)):
                text = identifier_text(cells[binding.column])
                named = ((binding.namespace, how, text),) if text and normalise(text, how) else ()
                found[key] = self._recorded(frame, binding, named)
            return found
        persons = self._persons(frame, asked.role, keys)
        return {
            key: Several(
                "latest",
                tuple(
                    self._recorded(
                        frame, binding, tuple(n for n in one if n[0] == binding.namespace)
                    )
                    for one in some
                ),
            )
            if some
            else NoDay.UNKNOWN
            for key, some in persons.items()
        }

    def _persons(
        self, frame: Frame, role: str, keys: Sequence[Key]
    ) -> dict[Key, list[tuple[Name, ...]]]:
        """The identifiers of each row that is the person of a row under the role."""
        described = frame.entry.roles.get(role)
        found: dict[Key, list[tuple[Name, ...]]] = {key: [] for key in keys}
        if described is None:
            return found
        end = frame.end(described.person)
        names = identity_columns(frame, role, described)
        columns = end.entry.personal
        for key, cells in self.walker.reached(frame, described.person, keys, names):
            found[key].append(
                tuple(
                    (space, columns[name].compare, text)
                    for name in names
                    if (space := columns[name].identity) is not None
                    and (text := identifier_text(cells[name])) is not None
                    and normalise(text, columns[name].compare)
                )
            )
        return found

    def _recorded(
        self, frame: Frame, binding: LedgerDay, subject: tuple[Name, ...]
    ) -> date | NoDay:
        if not subject:
            return NoDay.UNKNOWN
        fact = newest_day(subject, binding.fact, frame.context.facts, self.now)
        return absence(binding.absent) if fact is None or fact.day is None else fact.day


def fact_key(key: Key) -> Key:
    """A key as facts name it."""
    return tuple(key_part(part) for part in key)


def prepare(frames: Iterable[Frame]) -> None:
    """Registers the sets that filters beside the tables' bindings read, before they are made."""
    for frame in frames:
        for binding in frame.entry.events.values():
            _prepare(frame, binding)
        for role in frame.entry.roles.values():
            _filters_along(frame, role.person)


def _prepare(frame: Frame, binding: Binding) -> None:
    match binding:
        case RelatedDay():
            _filters_along(frame, binding.related)
            if binding.where is not None:
                frame.end(binding.related).filter(binding.where)
        case EventOf():
            _filters_along(frame, binding.of)
        case PeriodEnd() if binding.closed is not None:
            other = frame.at(*frame.context.map.reference(frame.store, binding.table))
            other.filter(binding.closed)
        case FirstOf():
            _prepare_all(frame, binding.first)
        case LatestOf():
            _prepare_all(frame, binding.latest)
        case EarliestOf():
            _prepare_all(frame, binding.earliest)
        case _:
            return


def _prepare_all(frame: Frame, bindings: Iterable[Binding]) -> None:
    for binding in bindings:
        _prepare(frame, binding)


def _filters_along(frame: Frame, path: tuple[str, ...]) -> None:
    for hop in frame.hops(path):
        if hop.where is not None:
            frame.at(*hop.owner).filter(hop.where)


def _settled(days: Days) -> Days:
    """Outside `first`, next is unknown."""
    return NoDay.UNKNOWN if days is NoDay.NEXT else days


def _role_at(frame: Frame, role: str, parent: Frame) -> str:
    """The role of the parent's table for the same data subject category; empty if not one."""
    mine = frame.entry.roles[role].subject if role in frame.entry.roles else None
    same = [name for name, one in parent.entry.roles.items() if one.subject == mine]
    return same[0] if len(same) == 1 else ""
