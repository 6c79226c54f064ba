"""Carrying out a plan that was kept and approved, with what follows for persons."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from troth.apply.outcome import Outcome, Progress
from troth.apply.run import apply_plan
from troth.desk.overview.plans import find_plan
from troth.desk.rights.carry_out import close_spent
from troth.desk.workflow.execution import tell_recipients
from troth.desk.workflow.office import Office
from troth.errors import Refused
from troth.ledger.kept_plans import drop_plan


def refuse_unapproved(office: Office, digest: str, now: datetime) -> None:
    """Refused (`unknown-plan`, `plan-not-approved`) for a plan that may not be carried out yet."""
    with office.ledger.reading(office.organisation) as reading:
        if find_plan(reading, digest, now).approval is None:
            raise Refused(
                "plan-not-approved",
                "nobody has approved this plan, or the approval has expired",
                help="a second person approves it on its page",
            )


def apply_kept(
    office: Office,
    digest: str,
    *,
    by: str,
    clock: Callable[[], datetime],
    progress: Callable[[Progress], None] = lambda _: None,
) -> Outcome:
    """Carry out exactly the plan that was approved; it is kept until nothing of it remains.

    Refused as `refuse_unapproved` and `apply_plan` refuse.
    """
    now = clock()
    refuse_unapproved(office, digest, now)
    with office.ledger.reading(office.organisation) as reading:
        plan = find_plan(reading, digest, now).plan
    outcome = apply_plan(
        plan,
        office.stores(),
        office.ledger,
        clock,
        by=by,
        mailer=office.mailer,
        progress=progress,
    )
    if plan.scope:
        tell_recipients(office, plan, outcome, by=by, now=clock())
    if outcome.clean:
        if plan.scope:
            close_spent(office.stores(), office.ledger, plan.scope, by=by, now=clock())
        with office.ledger.writing(office.organisation) as writing:
            drop_plan(writing, digest)
    return outcome
