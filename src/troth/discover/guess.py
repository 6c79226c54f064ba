"""What a scan concludes: guesses with their confidence and reasons, ready to print or to write.

No sampled value is here: texts are made of schema names, counts, shares and words of ours.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from troth.datamap.bindings import DateForm, TextFormat
from troth.datamap.model import Normaliser
from troth.discover.dates import DateFacts
from troth.discover.lexicon import Concept
from troth.discover.names import TableName
from troth.discover.words import Phrase
from troth.plan.schema import ColumnSchema, TableSchema

PERSONAL = 0.5  # from this confidence a column is taken for personal data
CERTAIN = 0.75  # below it a guess is marked doubtful
WORTH_SAYING = 0.3  # below it a guess is not mentioned


@dataclass(frozen=True)
class ColumnGuess:
    """What a column holds: `kind` (None: no personal data), the category named in the map."""

    column: ColumnSchema
    kind: str | None
    confidence: float
    reason: str
    category: str | None = None
    identity: str | None = None
    inside: tuple[tuple[str, str], ...] = ()
    suspected: str | None = None  # a kind that was thought of, and not taken
    holds: frozenset[str] = frozenset()  # kinds that the keys of its JSON name

    @property
    def doubtful(self) -> bool:
        if self.kind is None:
            return self.suspected is not None
        return self.confidence < CERTAIN


@dataclass(frozen=True)
class Link:
    """A relation of a table: `store` is given where it leads into another store."""

    name: str
    columns: tuple[str, ...]
    references: str
    to: tuple[str, ...]
    declared: bool
    confidence: float
    evidence: str
    store: str | None = None
    compare: Normaliser = "exact"
    where: tuple[str, str | int] | None = None
    part_of: bool = False
    json_path: str | None = None

    @property
    def doubtful(self) -> bool:
        return self.confidence < CERTAIN


@dataclass(frozen=True)
class RoleGuess:
    """Whose data a table holds, and the path to the person (empty: the row itself)."""

    subject: str
    path: tuple[str, ...]
    confidence: float
    reason: str
    when: tuple[str, str | int] | None = None


@dataclass(frozen=True)
class EventGuess:
    """A trigger event that a column, or related rows, may show."""

    event: str
    confidence: float
    reason: str
    column: str | None = None
    form: DateForm = "native"
    format: TextFormat = "YYYY-MM-DD"
    absent: str = "unknown"
    future: bool = False
    related: str | None = None  # `<table.relation`
    of: tuple[str, ...] = ()

    @property
    def doubtful(self) -> bool:
        return self.confidence < CERTAIN


@dataclass(frozen=True)
class DayColumn:
    """A column that holds days, the concept its name speaks of, and how it writes them."""

    column: str
    words: Phrase
    concept: Concept | None
    dates: DateFacts
    nullable: bool
    plain: bool = False  # the name says only that it is a day


@dataclass(frozen=True)
class TableGuess:
    """Everything concluded about one table."""

    schema: TableSchema
    rows_seen: int
    how: str
    columns: tuple[ColumnGuess, ...]
    links: tuple[Link, ...] = ()
    role: RoleGuess | None = None
    events: tuple[EventGuess, ...] = ()
    because: str | None = None
    notes: tuple[str, ...] = ()
    days: tuple[DayColumn, ...] = ()
    name: TableName | None = None

    @property
    def personal(self) -> tuple[ColumnGuess, ...]:
        return tuple(guess for guess in self.columns if guess.kind is not None)


@dataclass(frozen=True)
class StoreGuess:
    """What was found in one store; `ignored` tables with the reason."""

    store: str
    tables: tuple[TableGuess, ...]
    ignored: dict[str, str] = field(default_factory=dict)

    def table(self, name: str) -> TableGuess | None:
        return next((table for table in self.tables if table.schema.name == name), None)


def as_json(stores: tuple[StoreGuess, ...]) -> dict[str, Any]:
    """The object printed under `--json`: tables, columns, relations, and what is left out."""
    return {
        "tables": [_table(store.store, table) for store in stores for table in store.tables],
        "ignored": [
            {"store": store.store, "table": name, "reason": why}
            for store in stores
            for name, why in store.ignored.items()
        ],
    }


def _table(store: str, table: TableGuess) -> dict[str, Any]:
    role = table.role
    return {
        "store": store,
        "table": table.schema.name,
        "data_subject": role.subject if role else None,
        "person": list(role.path) if role else None,
        "confidence": role.confidence if role else None,
        "reason": role.reason if role else table.because,
        "columns": [
            {
                "column": guess.column.name,
                "category": guess.category,
                "kind": guess.kind,
                "confidence": guess.confidence,
                "reason": guess.reason,
            }
            for guess in table.columns
        ],
        "relations": [
            {
                "columns": [f"{column}{link.json_path or ''}" for column in link.columns],
                "references": f"{link.store}.{link.references}" if link.store else link.references,
                "declared": link.declared,
                "evidence": link.evidence,
            }
            for link in table.links
        ],
        "events": [
            {
                "event": event.event,
                "column": event.column or event.related or "/".join(event.of),
                "as": event.form,
                "confidence": event.confidence,
                "reason": event.reason,
            }
            for event in table.events
        ],
        "notes": list(table.notes),
    }
