"""The register of personal data breaches (Art. 33(5)): each is opened once, and events follow.

Nothing is changed. What a breach has come to is read from its events (`desk.breaches.standing`).
The journal names breaches and kinds of events alone.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal

from sqlalchemy import delete, select

from troth.errors import Refused
from troth.ledger.breach_tables import breach_events, breaches
from troth.ledger.forgetting import forgotten
from troth.ledger.recording import NewFact, record_facts
from troth.ledger.session import Reading, Writing

BreachEventKind = Literal[
    "noted", "contained", "notified", "letters", "communicated", "excused", "closed"
]


@dataclass(frozen=True)
class BreachEvent:
    """Something that became known or was done, at an instant; `detail` is what it says."""

    kind: BreachEventKind
    at: datetime
    by: str
    detail: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Breach:
    """A breach: when it was noticed, the processor from which it came, and its events in order."""

    id: str
    noticed_at: datetime
    processor: str | None = None
    processor_told_at: datetime | None = None
    events: tuple[BreachEvent, ...] = ()

    @property
    def open(self) -> bool:
        """Nobody has closed it."""
        return not any(event.kind == "closed" for event in self.events)


def open_breach(
    writing: Writing,
    noticed_at: datetime,
    *,
    processor: str | None = None,
    processor_told_at: datetime | None = None,
    by: str,
    at: datetime,
) -> Breach:
    """Open a breach; Refused (`breach-in-the-future`)."""
    if noticed_at > at or (processor_told_at is not None and processor_told_at > at):
        raise Refused(
            "breach-in-the-future",
            "a breach cannot have been noticed later than now",
            help="write the instant with its offset, like 2026-06-01T09:00+02:00",
        )
    breach = Breach(writing.new_id("breach"), noticed_at, processor, processor_told_at)
    row = {
        "id": breach.id,
        "noticed_at": noticed_at,
        "processor": processor,
        "processor_told_at": processor_told_at,
        "recorded_at": at,
        "recorded_by": by,
    }
    fact = NewFact({"breach": breach.id}, [(breaches, row)])
    record_facts(writing, "breach-opened", at, [fact])
    return breach


def add_event(writing: Writing, breach: str, event: BreachEvent) -> Breach:
    """Add what happened; the breach with it. Refused (`unknown-breach`, `breach-closed`)."""
    found = find_breach(writing, breach)
    if not found.open:
        raise Refused(
            "breach-closed",
            f"{breach} is closed",
            help="what comes to light later is noted in a breach of its own",
        )
    row = {
        "breach": breach,
        "kind": event.kind,
        "at": event.at,
        "done_by": event.by,
        "detail": dict(event.detail),
    }
    fact = NewFact({"breach": breach, "event": event.kind}, [(breach_events, row)])
    record_facts(writing, "breach-moved", event.at, [fact])
    return find_breach(writing, breach)


def find_breach(reading: Reading, breach: str) -> Breach:
    """One breach; Refused (`unknown-breach`)."""
    for found in read_breaches(reading, breach):
        return found
    raise Refused(
        "unknown-breach", f"there is no breach '{breach}'", help="`troth breach list` shows them"
    )


def read_breaches(reading: Reading, only: str | None = None) -> tuple[Breach, ...]:
    """All breaches with their events, the oldest first; or the one named."""
    mine = select(breaches).where(breaches.c.organisation == reading.organisation)
    theirs = select(breach_events).where(breach_events.c.organisation == reading.organisation)
    if only is not None:
        mine = mine.where(breaches.c.id == only)
        theirs = theirs.where(breach_events.c.breach == only)
    events: dict[str, list[BreachEvent]] = defaultdict(list)
    for row in reading.connection.execute(theirs.order_by(breach_events.c.entry)):
        events[row.breach].append(BreachEvent(row.kind, row.at, row.done_by, dict(row.detail)))
    rows = reading.connection.execute(mine.order_by(breaches.c.noticed_at, breaches.c.entry))
    return tuple(
        Breach(row.id, row.noticed_at, row.processor, row.processor_told_at, tuple(events[row.id]))
        for row in rows
    )


def forget_breaches(writing: Writing, names: Collection[str], *, reason: str, at: datetime) -> int:
    """Forget breaches with their events, once their own period has ended; how many."""
    gone: dict[str, set[int]] = {}
    for kind, table, column in (
        ("breach-moved", breach_events, breach_events.c.breach),
        ("breach-opened", breaches, breaches.c.id),
    ):
        mine = (table.c.organisation == writing.organisation) & column.in_(list(names))
        gone[kind] = set(writing.connection.execute(select(table.c.entry).where(mine)).scalars())
        writing.connection.execute(delete(table).where(mine))
    forgotten(writing, "breaches", len(names), gone, reason=reason, at=at)
    return len(names)
