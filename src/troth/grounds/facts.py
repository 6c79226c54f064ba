"""Facts: what the ledger knows that changes what may be kept or used.

Facts name persons and rows by (namespace, value) pairs, never by a store's internals, except a
hold on rows, which names a table and its keys. All instants are aware (UTC).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal

Key = tuple[int | str, ...]


@dataclass(frozen=True)
class Identifier:
    """One name of a person or case: a namespace of the map and a value, normalised by `compare`."""

    namespace: str
    value: str


@dataclass(frozen=True)
class Hold:
    """A legal hold: it adds a ground for its case to exactly what its scope names.

    The scope is persons (all their rows in `tables`, or in every table where that is empty), or
    rows by key, or both; never everything. It counts from `opened_at` until `lifted_at`.
    """

    id: str
    case: str
    reason: str
    opened_at: datetime
    lifted_at: datetime | None = None
    review_on: date | None = None
    persons: tuple[Identifier, ...] = ()
    tables: tuple[tuple[str, str], ...] = ()
    rows: tuple[tuple[str, str, Key], ...] = ()

    def open_at(self, now: datetime) -> bool:
        return self.opened_at <= now and (self.lifted_at is None or now < self.lifted_at)


@dataclass(frozen=True)
class ConsentFact:
    """A consent given or withdrawn by a person at an instant (Art. 7)."""

    person: Identifier
    consent: str
    state: Literal["given", "withdrawn"]
    at: datetime


@dataclass(frozen=True)
class DayFact:
    """A day that the ledger records for a named event of a person or case (LedgerDay bindings).

    Later entries replace earlier ones for the same subject and event; `day: None` clears it.
    """

    event: str
    subject: Identifier
    day: date | None
    recorded_at: datetime


@dataclass(frozen=True)
class Warning:
    """An invitation sent to a row's person under a warn-first rule; a bounce counts as sent."""

    rule: str
    store: str
    table: str
    key: Key
    sent_at: datetime
    bounced: bool = False


@dataclass(frozen=True)
class KeptDay:
    """The day of an event kept for a row after the rows that showed it were erased.

    Without it a purge would eat its own evidence: the customer whose orders are gone would have
    no last order.
    """

    store: str
    table: str
    key: Key
    event: str
    day: date


@dataclass(frozen=True)
class Facts:
    """Everything the ledger says at one version."""

    version: int = 0
    holds: tuple[Hold, ...] = ()
    consents: tuple[ConsentFact, ...] = ()
    days: tuple[DayFact, ...] = ()
    warnings: tuple[Warning, ...] = ()
    kept: tuple[KeptDay, ...] = ()
