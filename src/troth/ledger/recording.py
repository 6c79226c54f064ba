"""Recording facts: their rows, and the journal entries that commit to them, in one go."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Table, insert

from troth.ledger.binding import bound, fact_text
from troth.ledger.journal import Payload
from troth.ledger.session import Writing

RECORDED_AT_ONCE = 10_000  # facts per statement and journal chunk


@dataclass(frozen=True)
class NewFact:
    """The rows of a fact, and what the journal says of it in the clear: no personal data."""

    payload: Payload
    rows: Sequence[tuple[Table, Mapping[str, Any]]]


def record_facts(writing: Writing, kind: str, at: datetime, facts: Sequence[NewFact]) -> None:
    """Record facts of one kind of entry, one entry each; the facts' version moves."""
    for start in range(0, len(facts), RECORDED_AT_ONCE):
        _record(writing, kind, at, facts[start : start + RECORDED_AT_ONCE])


def _record(writing: Writing, kind: str, at: datetime, facts: Sequence[NewFact]) -> None:
    payloads = [bound(fact.payload, fact_text(fact.rows)) for fact in facts]
    entries = writing.append_facts(kind, at, payloads)
    rows: dict[Table, list[dict[str, Any]]] = defaultdict(list)
    for entry, fact in zip(entries, facts, strict=True):
        for table, row in fact.rows:
            rows[table].append({"organisation": writing.organisation, "entry": entry, **row})
    for table, mine in rows.items():
        writing.connection.execute(insert(table), mine)
