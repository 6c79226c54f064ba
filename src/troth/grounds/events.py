"""What a row shows of an event: a tree of days and absences, as its binding combines them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime
from functools import cached_property
from typing import Literal, assert_never

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
from troth.grounds.evidence import Evidence, Row
from troth.grounds.facts import Facts
from troth.grounds.identity import identifier_text, normalise
from troth.grounds.people import Name, newest_day, persons_of
from troth.grounds.reading import NoDay, absence, column_day, native_day
from troth.grounds.truth import follow, holds
from troth.law.calendar import day_of


@dataclass(frozen=True)
class Several:
    """Days that combine as the latest or the earliest of them; a limit distributes over them."""

    take: Literal["latest", "earliest"]
    parts: tuple[Days, ...]


Days = date | NoDay | Several


@dataclass(frozen=True)
class Look:
    """From where an event is looked at: the data, the facts, the instant, and a row's role.

    It is the value's row; where an event of a parent is asked, the parent's, with its role of the
    same data subject category (empty: none, or several).
    """

    evidence: Evidence
    facts: Facts
    now: datetime
    value_row: Row
    role: str

    @cached_property
    def today(self) -> date:
        return day_of(self.now, self.evidence.policy.zoneinfo)

    @cached_property
    def persons(self) -> tuple[tuple[Name, ...], ...]:
        return persons_of(self.value_row, self.role, self.evidence)

    def at(self, parent: Row) -> Look:
        """The look from a parent's row."""
        roles = self.evidence.table(self.value_row).roles
        mine = roles[self.role].subject if self.role else None
        same = [
            name for name, role in self.evidence.table(parent).roles.items() if role.subject == mine
        ]
        return replace(self, value_row=parent, role=same[0] if len(same) == 1 else "")


def event_days(event: str, row: Row, look: Look, seen: frozenset[object] = frozenset()) -> Days:
    """The days of `event` as `row` shows them; unknown where its table does not bind the event.

    An event that leads back to itself on the same table is unknown.
    """
    binding = look.evidence.table(row).events.get(event)
    here = (row.store, row.table, event)
    if binding is None or here in seen:
        return NoDay.UNKNOWN
    return _settled(_days(binding, event, row, look, seen | {here}))


def _settled(days: Days) -> Days:
    """Outside `first`, next is unknown."""
    return NoDay.UNKNOWN if days is NoDay.NEXT else days


def _days(binding: Binding, event: str, row: Row, look: Look, seen: frozenset[object]) -> Days:
    match binding:
        case ColumnDay():
            return _column(binding, row, look)
        case FirstOf():
            parts = (_days(part, event, row, look, seen) for part in binding.first)
            return next((part for part in parts if part is not NoDay.NEXT), NoDay.UNKNOWN)
        case LatestOf():
            return _several("latest", binding.latest, event, row, look, seen)
        case EarliestOf():
            return _several("earliest", binding.earliest, event, row, look, seen)
        case RelatedDay():
            return _related(binding, event, row, look)
        case EventOf():
            parents = follow(binding.of, row, look.evidence)
            asked = binding.event or event
            shown = [event_days(asked, parent, look.at(parent), seen) for parent in parents]
            shown += _kept(event, row, look)
            return Several("latest", tuple(shown)) if shown else absence(binding.none)
        case FinancialYearEnd():
            year = binding.ends or look.evidence.policy.financial_year_ends
            day = _column(binding.financial_year_end_of, row, look)
            return year.containing(day) if isinstance(day, date) else day
        case PeriodEnd():
            return _period_end(binding, row, look)
        case LedgerDay():
            return _ledger(binding, row, look)
        case At():
            return binding.at
        case _:
            assert_never(binding)


def _several(
    take: Literal["latest", "earliest"],
    bindings: Iterable[Binding],
    event: str,
    row: Row,
    look: Look,
    seen: frozenset[object],
) -> Days:
    parts = (_settled(_days(part, event, row, look, seen)) for part in bindings)
    return Several(take, tuple(parts))


def _column(binding: ColumnDay, row: Row, look: Look) -> date | NoDay:
    evidence = look.evidence
    return column_day(binding, evidence.cells(row), evidence.policy, look.today)


def _related(binding: RelatedDay, event: str, row: Row, look: Look) -> Days:
    evidence = look.evidence
    days: list[Days] = []
    for other in follow(binding.related, row, evidence):
        if holds(binding.where, other, evidence):
            day = _column(binding.day, other, look)
            days.append(NoDay.NEVER if day is NoDay.NEXT else day)
    days += _kept(event, row, look)
    return Several(binding.take, tuple(days)) if days else absence(binding.none)


def _kept(event: str, row: Row, look: Look) -> list[Days]:
    """The days kept for a row and its event, after what showed them was erased."""
    key = look.evidence.key(row)
    return [
        kept.day
        for kept in look.facts.kept
        if key and (kept.store, kept.table, kept.key, kept.event) == (*_place(row), key, event)
    ]


def _place(row: Row) -> tuple[str, str]:
    return row.store, row.table


def _period_end(binding: PeriodEnd, row: Row, look: Look) -> Days:
    evidence, zone = look.evidence, look.evidence.policy.zoneinfo
    day = _column(binding.period_end_of, row, look)
    if not isinstance(day, date):
        return day
    ends: list[date] = []
    for period in evidence.all_of(*evidence.map.reference(row.store, binding.table)):
        cells = evidence.cells(period)
        first = native_day(cells[binding.starts], zone, zone)
        last = native_day(cells[binding.ends], zone, zone)
        if first is None or last is None or not first <= day <= last:
            continue
        if not holds(binding.closed, period, evidence):
            return NoDay.NOT_YET
        ends.append(last)
    return max(ends, default=NoDay.UNKNOWN)


def _ledger(binding: LedgerDay, row: Row, look: Look) -> Days:
    if binding.column is not None:
        column = look.evidence.table(row).columns.get(binding.column)
        how = column.compare if column else "exact"
        text = identifier_text(look.evidence.cells(row)[binding.column])
        named = ((binding.namespace, how, text),) if text and normalise(text, how) else ()
        return _recorded(binding, named, look)
    persons = [
        _recorded(binding, tuple(n for n in person if n[0] == binding.namespace), look)
        for person in look.persons
    ]
    return Several("latest", tuple(persons)) if persons else NoDay.UNKNOWN


def _recorded(binding: LedgerDay, subject: tuple[Name, ...], look: Look) -> date | NoDay:
    """The newest day recorded for a person or a case; unknown for one without a name."""
    if not subject:
        return NoDay.UNKNOWN
    fact = newest_day(subject, binding.fact, look.facts, look.now)
    return absence(binding.absent) if fact is None or fact.day is None else fact.day
