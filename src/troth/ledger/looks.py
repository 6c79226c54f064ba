"""Looks at personal data: who looked at what, when, and for which purpose. Facts, in the journal.

What was looked at is told by the number of a record, or by a keyed hash; never by a name.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from troth.ledger.account_tables import account_looks
from troth.ledger.recording import NewFact, record_facts
from troth.ledger.session import Reading, Writing


@dataclass(frozen=True)
class Look:
    """An account looked at something; `reference` is a number of ours, or a keyed hash."""

    account: str
    what: str
    reference: str
    purpose: str
    at: datetime


def record_look(writing: Writing, look: Look) -> None:
    """Record a look before what is looked at is shown."""
    row = {
        "account": look.account,
        "what": look.what,
        "reference": look.reference,
        "purpose": look.purpose,
        "at": look.at,
    }
    payload = {"what": look.what, "reference": look.reference, "purpose": look.purpose}
    record_facts(writing, "data-looked-at", look.at, [NewFact(payload, [(account_looks, row)])])


def read_looks(reading: Reading, *, most: int, reference: str | None = None) -> tuple[Look, ...]:
    """The newest looks, newest first; all, or those at one record."""
    table = account_looks.c
    query = select(account_looks).where(table.organisation == reading.organisation)
    if reference is not None:
        query = query.where(table.reference == reference)
    rows = reading.connection.execute(query.order_by(table.entry.desc()).limit(most))
    return tuple(Look(r.account, r.what, r.reference, r.purpose, r.at) for r in rows)
