"""The trigger events that the policy's rules wait for, found in rows that lead to a table.

A customer's last order is in the orders, an order line's day in its order. Where a rule that covers
a table waits for an event that no column of it shows, related tables that show it are proposed.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from datetime import date

from troth.datamap.expected import needs
from troth.datamap.model import DataMap
from troth.datamap.spot import Spot
from troth.discover.draft import draft_yaml, entry_names
from troth.discover.events import needed_event
from troth.discover.guess import EventGuess, StoreGuess, TableGuess
from troth.discover.lexicon import Lexicon
from troth.documents.read import read_document
from troth.documents.validate import validate
from troth.policy.model import Policy

_BY_PARENT, _BY_ROWS = 0.7, 0.65  # confidence in a binding through another table
_ROUNDS = 3  # a parent's parent may show it


def bind_needed_events(
    stores: Sequence[StoreGuess], policy: Policy, lexicon: Lexicon, today: date
) -> tuple[StoreGuess, ...]:
    """The guesses, with events bound through related tables, and a note for each still missing."""
    wanted = _wanted(stores, policy, today)
    found = tuple(_bind(store, wanted, _own(policy, lexicon)) for store in stores)
    through = _through(policy, lexicon)
    for _ in range(_ROUNDS):
        wanted = _wanted(found, policy, today)
        found = tuple(_bind(store, wanted, through) for store in found)
    missing = _wanted(found, policy, today)
    return tuple(_with_notes(store, missing) for store in found)


Wanted = dict[tuple[str, str], tuple[str, ...]]


def _wanted(stores: Sequence[StoreGuess], policy: Policy, today: date) -> Wanted:
    """By store and table: the events that rules wait for and that are not bound."""
    text = draft_yaml(stores, today)
    datamap = validate(read_document(text, "draft"), DataMap)
    found: Wanted = {}
    for store in stores:
        names = entry_names(store)
        for table in store.tables:
            if table.role is None:
                continue
            bound = {event.event for event in table.events}
            spot = Spot(policy, datamap, store.store, names[table.schema.name])
            events = (need.name for need in needs(spot) if need.kind == "events")
            found[store.store, table.schema.name] = tuple(e for e in events if e not in bound)
    return found


Finder = Callable[[StoreGuess, TableGuess, str], EventGuess | None]


def _own(policy: Policy, lexicon: Lexicon) -> Finder:
    """Finds an event in a column of the table itself."""

    def find(store: StoreGuess, table: TableGuess, event: str) -> EventGuess | None:
        del store
        if table.name is None:
            return None
        return needed_event(table.days, table.name, event, lexicon, policy)

    return find


def _bind(store: StoreGuess, wanted: Wanted, finder: Finder) -> StoreGuess:
    tables = tuple(
        replace(
            table,
            events=(
                *table.events,
                *(
                    binding
                    for event in wanted.get((store.store, table.schema.name), ())
                    if (binding := finder(store, table, event)) is not None
                ),
            ),
        )
        for table in store.tables
    )
    return replace(store, tables=tables)


def _through(policy: Policy, lexicon: Lexicon) -> Finder:
    """Finds an event as a parent row, or the newest of the rows that lead here, shows it."""

    def find(store: StoreGuess, table: TableGuess, event: str) -> EventGuess | None:
        for link in table.links:
            parent = store.table(link.references) if link.store is None and not link.where else None
            if parent is not None and parent is not table and _shows(parent, event):
                why = f"{link.references} shows it"
                return EventGuess(event, _BY_PARENT, why, of=(link.name,))
        for child, name in _children(store, table):
            shown = _column_event(child, event) or own(store, child, event)
            if shown is not None:
                entry = entry_names(store)[child.schema.name]
                return replace(
                    shown,
                    confidence=min(_BY_ROWS, shown.confidence),
                    reason=f"the newest of its rows in {child.schema.name}",
                    related=f"<{entry}.{name}",
                    absent="unknown",
                )
        return None

    own = _own(policy, lexicon)
    return find


def _column_event(table: TableGuess, event: str) -> EventGuess | None:
    """The event as a column of the table itself shows it."""
    return next((e for e in table.events if e.event == event and e.column and not e.related), None)


def _shows(table: TableGuess, event: str) -> bool:
    return any(guess.event == event for guess in table.events)


def _children(store: StoreGuess, table: TableGuess) -> Iterator[tuple[TableGuess, str]]:
    for child in store.tables:
        for link in child.links:
            if link.store is None and link.references == table.schema.name and not link.where:
                yield child, link.name


def _with_notes(store: StoreGuess, missing: Wanted) -> StoreGuess:
    tables = []
    for table in store.tables:
        events = missing.get((store.store, table.schema.name), ())
        if events:
            note = f"rules wait for events that no column was found for: {', '.join(events)}"
            tables.append(replace(table, notes=(*table.notes, note)))
        else:
            tables.append(table)
    return replace(store, tables=tuple(tables))
