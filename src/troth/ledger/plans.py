"""Approvals of plans: somebody said yes to exactly one digest, until an instant."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import insert, select

from troth.errors import Refused
from troth.ledger.binding import bound, fact_text
from troth.ledger.quick import Quick
from troth.ledger.session import Reading, Writing
from troth.ledger.tables import approvals


@dataclass(frozen=True)
class Approval:
    """Who approved a plan (by its digest), when, and until when that counts (exclusive)."""

    plan: str
    approved_by: str
    approved_at: datetime
    expires_at: datetime


_APPROVED = Quick(insert(approvals), approvals.c.keys())


def approve_plan(
    writing: Writing, plan: str, *, by: str, at: datetime, expires_at: datetime
) -> Approval:
    """Approve the plan with the digest `plan`; journaled against that digest."""
    if expires_at <= at:
        raise Refused("approval-without-time", "an approval ends after it begins")
    row = {"plan": plan, "approved_by": by, "approved_at": at, "expires_at": expires_at}
    payload = {"plan": plan, "expires_at": expires_at.isoformat()}
    fact = bound(payload, fact_text([(approvals, row)]))
    entry = writing.append("plan-approved", at, fact)
    own = {"organisation": writing.organisation, "entry": entry.seq}
    _APPROVED.write(writing.connection, {**own, **row})
    return Approval(plan, by, at, expires_at)


def approval_of(reading: Reading, plan: str, at: datetime) -> Approval | None:
    """The approval of a plan that counts at the instant `at` and lasts longest; None without."""
    table = approvals.c
    row = reading.connection.execute(
        select(table.plan, table.approved_by, table.approved_at, table.expires_at)
        .where(
            table.organisation == reading.organisation,
            table.plan == plan,
            table.approved_at <= at,
            table.expires_at > at,
        )
        .order_by(table.expires_at.desc())
        .limit(1)
    ).one_or_none()
    return None if row is None else Approval(*row)
