"""Plans that wait for a second person: the frozen plan as text, by its digest.

A plan holds predicates and counts and no personal data. It is no fact: what binds is its approval,
which names the digest.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import delete, select
from sqlalchemy.dialects import postgresql, sqlite

from troth.ledger.desk_tables import kept_plans
from troth.ledger.session import Reading, Writing


@dataclass(frozen=True)
class KeptPlan:
    """A plan of one day, as its file holds it, and who made it when."""

    digest: str
    day: date
    made_at: datetime
    made_by: str
    plan: str


def keep_plan(writing: Writing, kept: KeptPlan) -> None:
    """Keep a plan to be approved; those of earlier days, which nobody can apply, go."""
    table = kept_plans.c
    writing.connection.execute(
        delete(kept_plans).where(table.organisation == writing.organisation, table.day < kept.day)
    )
    dialect = postgresql if writing.connection.dialect.name == "postgresql" else sqlite
    writing.connection.execute(
        dialect.insert(kept_plans)
        .values(
            organisation=writing.organisation,
            digest=kept.digest,
            day=kept.day,
            made_at=kept.made_at,
            made_by=kept.made_by,
            plan=kept.plan,
        )
        .on_conflict_do_nothing()
    )


def drop_plan(writing: Writing, digest: str) -> None:
    """Take out a plan that was carried out, or that nobody wants."""
    table = kept_plans.c
    writing.connection.execute(
        delete(kept_plans).where(table.organisation == writing.organisation, table.digest == digest)
    )


def plan_kept(reading: Reading, digest: str) -> KeptPlan | None:
    """One plan by its digest."""
    return next((one for one in read_plans(reading) if one.digest == digest), None)


def read_plans(reading: Reading) -> tuple[KeptPlan, ...]:
    """The plans that are kept, the newest first."""
    table = kept_plans.c
    rows = reading.connection.execute(
        select(table.digest, table.day, table.made_at, table.made_by, table.plan)
        .where(table.organisation == reading.organisation)
        .order_by(table.made_at.desc())
    )
    return tuple(KeptPlan(*row) for row in rows)
