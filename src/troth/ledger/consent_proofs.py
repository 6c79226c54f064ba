"""How consents were given (Art. 7(1)): which words were shown, where, and what the person did.

Beside the consent's own entry, and without anybody's name.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from troth.grounds.facts import Identifier
from troth.ledger.api_tables import consent_proofs
from troth.ledger.recording import NewFact, record_facts
from troth.ledger.session import Reading, Writing
from troth.ledger.tables import consents


@dataclass(frozen=True)
class ConsentProof:
    """The version of the words, the form or page that showed them, and what the person did."""

    words: str
    shown_in: str
    act: str


def record_consent_proofs(
    writing: Writing, entries: Sequence[int], proof: ConsentProof, *, by: str, at: datetime
) -> None:
    """Record how the consents of these journal entries were given."""
    facts = [
        NewFact(
            {"consent_entry": entry},
            [
                (
                    consent_proofs,
                    {
                        "of_entry": entry,
                        **vars(proof),
                        "recorded_at": at,
                        "recorded_by": by,
                    },
                )
            ],
        )
        for entry in entries
    ]
    record_facts(writing, "consent-proven", at, facts)


def consent_proofs_of(
    reading: Reading, person: Identifier
) -> Mapping[tuple[str, str, datetime], ConsentProof]:
    """How a person's consents were given, by consent, state and instant."""
    proofs, theirs = consent_proofs.c, consents.c
    query = (
        select(theirs.consent, theirs.state, theirs.at, proofs.words, proofs.shown_in, proofs.act)
        .where(theirs.organisation == reading.organisation)
        .where(theirs.namespace == person.namespace, theirs.value == person.value)
        .where(proofs.organisation == reading.organisation, proofs.of_entry == theirs.entry)
        .order_by(proofs.entry)
    )
    return {
        (row.consent, row.state, row.at): ConsentProof(row.words, row.shown_in, row.act)
        for row in reading.connection.execute(query)
    }
