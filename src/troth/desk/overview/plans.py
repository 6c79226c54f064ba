"""Plans that wait for a yes: shown by their steps and counts, approved by their digest."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime, timedelta

from pydantic import ValidationError

from troth.errors import Refused
from troth.ledger.kept_plans import KeptPlan, keep_plan, plan_kept, read_plans
from troth.ledger.plans import Approval, approval_of, approve_plan
from troth.ledger.session import Reading, Writing
from troth.plan.model import Plan

APPROVED_FOR = timedelta(days=7)


@dataclass(frozen=True)
class WaitingPlan:
    """A plan that was kept, and its approval if it has one that counts."""

    kept: KeptPlan
    plan: Plan
    approval: Approval | None

    @property
    def digest(self) -> str:
        return self.kept.digest

    @property
    def blocked(self) -> bool:
        """Something stands against carrying it out."""
        return any(notice.severity == "blocking" for notice in self.plan.notices)


def keep(writing: Writing, plan: Plan, *, by: str, at: datetime) -> KeptPlan:
    """Keep a measured plan so that somebody can look at it and approve it."""
    text = json.dumps(plan.model_dump(mode="json"), ensure_ascii=False)
    kept = KeptPlan(plan.digest(), plan.day, at, by, text)
    keep_plan(writing, kept)
    writing.append("plan-kept", at, {"plan": kept.digest, "by": by})
    return kept


def waiting_plans(reading: Reading, now: datetime) -> tuple[WaitingPlan, ...]:
    """The plans that are kept, the newest first; one that cannot be read is left out."""
    found = (_waiting(reading, one, now) for one in read_plans(reading))
    return tuple(one for one in found if one is not None)


def find_plan(reading: Reading, digest: str, now: datetime) -> WaitingPlan:
    """One plan by its digest; Refused (`unknown-plan`)."""
    kept = plan_kept(reading, digest)
    found = _waiting(reading, kept, now) if kept is not None else None
    if found is None:
        raise Refused(
            "unknown-plan",
            "there is no such plan any more",
            help="plans are kept for their day: make a new one",
        )
    return found


def approve(writing: Writing, digest: str, *, by: str, at: datetime) -> Approval:
    """Approve exactly that plan; Refused (`unknown-plan`, `own-plan`).

    Whoever made a plan by hand does not approve it: two people stand behind every purge.
    """
    found = find_plan(writing, digest, at)
    if found.kept.made_by == by:
        raise Refused(
            "own-plan",
            "whoever made a plan does not approve it",
            help="ask a second person",
        )
    return approve_plan(writing, digest, by=by, at=at, expires_at=at + APPROVED_FOR)


def _waiting(reading: Reading, kept: KeptPlan, now: datetime) -> WaitingPlan | None:
    try:
        plan = Plan.model_validate(json.loads(kept.plan))
    except (ValueError, ValidationError):
        return None
    if plan.digest() != kept.digest:
        return None
    return WaitingPlan(kept, plan, approval_of(reading, kept.digest, now))
