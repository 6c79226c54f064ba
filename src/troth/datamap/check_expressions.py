"""What filters and bindings of the map must be beyond their form: columns and paths that exist."""

from __future__ import annotations

from collections.abc import Iterator
from typing import assert_never

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
from troth.datamap.filters import AllOf, AnyOf, Filter, NotOf, RelatedRow, Test
from troth.datamap.spot import Spot, unknown
from troth.documents.document import Finding, Path
from troth.documents.nearest import advice


def check_filter(spot: Spot, path: Path, given: Filter | None) -> Iterator[Finding]:
    """Everything wrong in a filter over the rows of the table at `spot`."""
    match given:
        case None:
            return
        case Test():
            yield from spot.column((*path, "column"), given.column)
        case AllOf() | AnyOf():
            key = "all" if isinstance(given, AllOf) else "any"
            parts = given.all if isinstance(given, AllOf) else given.any
            for position, part in enumerate(parts):
                yield from check_filter(spot, (*path, key, position), part)
        case NotOf():
            yield from check_filter(spot, (*path, "not"), given.not_)
        case RelatedRow():
            end, findings = spot.follow((*path, "related"), given.related)
            yield from findings
            if end is not None:
                yield from check_filter(end, (*path, "where"), given.where)
        case _:
            assert_never(given)


def check_binding(spot: Spot, path: Path, event: str, binding: Binding) -> Iterator[Finding]:
    """Everything wrong in the binding of `event` on the table at `spot`."""
    match binding:
        case ColumnDay():
            yield from spot.column((*path, "column"), binding.column)
        case FirstOf():
            yield from _parts(spot, (*path, "first"), event, binding.first)
        case LatestOf():
            yield from _parts(spot, (*path, "latest"), event, binding.latest)
        case EarliestOf():
            yield from _parts(spot, (*path, "earliest"), event, binding.earliest)
        case RelatedDay():
            yield from _related(spot, path, binding)
        case EventOf():
            yield from _event_of(spot, path, event, binding)
        case FinancialYearEnd():
            day = binding.financial_year_end_of
            yield from spot.column((*path, "financial_year_end_of", "column"), day.column)
        case PeriodEnd():
            yield from _period_end(spot, path, binding)
        case LedgerDay():
            yield from _ledger_day(spot, path, binding)
        case At():
            return
        case _:
            assert_never(binding)


def _parts(spot: Spot, path: Path, event: str, parts: tuple[Binding, ...]) -> Iterator[Finding]:
    for position, part in enumerate(parts):
        yield from check_binding(spot, (*path, position), event, part)


def _related(spot: Spot, path: Path, binding: RelatedDay) -> Iterator[Finding]:
    end, findings = spot.follow((*path, "related"), binding.related)
    yield from findings
    if end is not None:
        yield from end.column((*path, "day", "column"), binding.day.column)
        yield from check_filter(end, (*path, "where"), binding.where)


def _event_of(spot: Spot, path: Path, event: str, binding: EventOf) -> Iterator[Finding]:
    if binding.event is not None:
        yield from unknown((*path, "event"), binding.event, "trigger event", spot.policy.events)
    wanted = binding.event or event
    end, findings = spot.follow((*path, "of"), binding.of, forward_only=True)
    yield from findings
    if end is None:
        return
    if wanted not in end.entry.events:
        message = f"table '{end.table}' does not bind the event '{wanted}'"
        yield Finding((*path, "of"), "event-not-bound", message, f"bind it on '{end.table}'")
    elif _returns(end, wanted, (spot.store, spot.table, event), frozenset()):
        message = f"the event '{event}' is followed back to itself"
        yield Finding((*path, "of"), "event-cycle", message)


def _returns(
    spot: Spot, event: str, start: tuple[str, str, str], seen: frozenset[tuple[str, str, str]]
) -> bool:
    """Whether following `of` bindings from here comes back to the binding at `start`."""
    here = (spot.store, spot.table, event)
    if here == start:
        return True
    binding = spot.entry.events.get(event)
    if here in seen or binding is None:
        return False
    for part in _flat(binding):
        if isinstance(part, EventOf):
            end, _ = spot.follow((), part.of, forward_only=True)
            if end is not None and _returns(end, part.event or event, start, seen | {here}):
                return True
    return False


def _flat(binding: Binding) -> Iterator[Binding]:
    """The binding, or the simple ones that it combines."""
    match binding:
        case FirstOf():
            parts = binding.first
        case LatestOf():
            parts = binding.latest
        case EarliestOf():
            parts = binding.earliest
        case _:
            yield binding
            return
    for part in parts:
        yield from _flat(part)


def _period_end(spot: Spot, path: Path, binding: PeriodEnd) -> Iterator[Finding]:
    yield from spot.column((*path, "period_end_of", "column"), binding.period_end_of.column)
    store, table = spot.datamap.reference(spot.store, binding.table)
    known = spot.datamap.stores[store].tables
    if table not in known:
        yield from unknown_table((*path, "table"), binding.table, list(known))
        return
    periods = spot.at(store, table)
    yield from periods.column((*path, "starts"), binding.starts)
    yield from periods.column((*path, "ends"), binding.ends)
    yield from check_filter(periods, (*path, "closed"), binding.closed)


def _ledger_day(spot: Spot, path: Path, binding: LedgerDay) -> Iterator[Finding]:
    if binding.column is not None:
        yield from spot.column((*path, "column"), binding.column)
        return
    named = [
        column.identity
        for role in spot.entry.roles.values()
        for column in (spot.identity_of(role) or {}).values()
    ]
    if binding.namespace not in named:
        message = f"no person of table '{spot.table}' is named by '{binding.namespace}'"
        help = "give the 'column' that holds it, or mark that column's 'identity'"
        yield Finding((*path, "namespace"), "no-such-identity", message, help)


def unknown_table(path: Path, name: str, known: list[str]) -> Iterator[Finding]:
    """The finding that no table of the map is called `name`."""
    yield Finding(path, "unknown-table", f"no table '{name}' in the map", advice(name, known))
