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
    rows by key, or both; never everything. It counts from `opened_at` until `lifted_at`. `article`
    is the law that lets it keep: legal claims, or a restriction of the rows.
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
    article: str = "GDPR 17(3)(e)"

    def open_at(self, now: datetime) -> bool:
        return self.opened_at <= now and (self.lifted_at is None or now < self.lifted_at)


@dataclass(frozen=True)
class ConsentFact:
    """A consent given or withdrawn by a person at an instant (Art. 7).

    `by`: the person, or the holder of parental responsibility for the person (Art. 8).
    """

    person: Identifier
    consent: str
    state: Literal["given", "withdrawn"]
    at: datetime
    by: Literal["person", "parent"] = "person"


ActKind = Literal[
    "objection",
    "opt-out",
    "erasure",
    "restriction",
    "death",
    "access",
    "portability",
    "rectification",
]


@dataclass(frozen=True)
class Decision:
    """What was decided on an act, for some activities or (empty) for those that no other names.

    `at` is the instant from which it counts: a refusal, and the lifting of a restriction, only
    after the person has heard of it (Art. 12(4), 18(3)). An erasure that was `carried-out` is
    spent: whoever comes back is a new person to it.
    """

    outcome: Literal["accepted", "refused", "carried-out"]
    at: datetime
    activities: tuple[str, ...] = ()


@dataclass(frozen=True)
class Act:
    """What a person does under a right, or what befalls them, that ends or suspends grounds.

    - `objection` (Art. 21(1)): weighed; suspends what it touches until it is decided.
    - `opt-out` (Art. 21(2)-(3)): from direct marketing and what serves it; at once, never refused.
    - `erasure` (Art. 17): ends what yields to it, weighed where an objection would be.
    - `restriction` (Art. 18): suspends every use, until it is lifted (a decision `refused`) or
      `review_on` begins.
    - `death`: contact ends (Loi 78-17, art. 85); whatever else happens is by a directive.
    - `access`, `portability`, `rectification` (Art. 15, 16, 20): are answered, and touch no ground.

    `persons` are names of one person. It counts from `at`. `activities`, `categories`, `places`:
    what it is about; empty: all that it can touch. `answer_by`: the day on which it takes effect
    if it is undecided; None: it waits for its decision. `resolved`: the ledger knows its rows, so
    that it is not asked whether a store still names its persons.
    """

    id: str
    kind: ActKind
    persons: tuple[Identifier, ...]
    at: datetime
    activities: tuple[str, ...] = ()
    categories: tuple[str, ...] = ()
    places: tuple[str, ...] = ()
    answer_by: date | None = None
    review_on: date | None = None
    decisions: tuple[Decision, ...] = ()
    resolved: bool = False


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
class MovedName:
    """A name that was moved out of a row's column, into a quarantine or an archive.

    The ledger knows it by its keyed hash alone: `name` is that of a fact which has the same. It
    counts while the column is empty, so that a row which took the key over is nobody by it.
    """

    store: str
    table: str
    key: Key
    column: str
    name: Identifier


@dataclass(frozen=True)
class Facts:
    """Everything the ledger says at one version."""

    version: int = 0
    holds: tuple[Hold, ...] = ()
    consents: tuple[ConsentFact, ...] = ()
    days: tuple[DayFact, ...] = ()
    warnings: tuple[Warning, ...] = ()
    kept: tuple[KeptDay, ...] = ()
    moved: tuple[MovedName, ...] = ()
    acts: tuple[Act, ...] = ()
