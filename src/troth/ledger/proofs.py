"""Proofs beside acts, such as a death certificate: what it is and where it lies, never a copy."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from troth.errors import Refused
from troth.ledger.recording import NewFact, record_facts
from troth.ledger.session import Reading, Writing
from troth.ledger.told_tables import act_proofs


@dataclass(frozen=True)
class Proof:
    """What proves an act, who saw it, and when."""

    act: str
    proof: str
    at: datetime
    by: str


def record_proof(writing: Writing, act: str, proof: str, *, by: str, at: datetime) -> None:
    """Record that an act is proven; Refused (`proof-empty`) for a proof that says nothing."""
    if not proof.strip():
        raise Refused(
            "proof-empty",
            "a proof says what it is and where it lies",
            help="for example --proof 'death certificate, file 2026-7'",
        )
    row = {"act": act, "proof": proof.strip(), "at": at, "done_by": by}
    record_facts(writing, "act-proven", at, [NewFact({"act": act}, [(act_proofs, row)])])


def read_proofs(reading: Reading, act: str) -> tuple[Proof, ...]:
    """The proofs of one act, in order."""
    table = act_proofs.c
    query = (
        select(act_proofs)
        .where(table.organisation == reading.organisation, table.act == act)
        .order_by(table.entry)
    )
    return tuple(
        Proof(row.act, row.proof, row.at, row.done_by) for row in reading.connection.execute(query)
    )
