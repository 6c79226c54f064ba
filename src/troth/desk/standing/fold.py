"""Where a request stands, as one narrow value: the workflow's fold, and to whom it was assigned."""

from __future__ import annotations

from datetime import datetime

from troth.desk.workflow.progress import progress_of
from troth.ledger.requests import Request
from troth.ledger.standings import Standing
from troth.policy.model import Policy


def standing_of(request: Request, policy: Policy, now: datetime) -> Standing:
    """Where a request stands by its events up to `now`; recipients' answers are not looked at."""
    found = progress_of(request, policy, now)
    return Standing(
        number=request.number,
        right=found.right,
        channel=request.channel,
        received_at=request.received_at,
        due_on=found.clock.due,
        stage=found.stage,
        turn=found.turn,
        assigned=assigned_to(request, now),
        tasks=len(found.open_tasks),
    )


def assigned_to(request: Request, now: datetime) -> str:
    """The account that works on a request by its events; empty where nobody does."""
    events = (one for one in request.events if one.kind == "assigned" and one.at <= now)
    return next((one.detail.get("to", "") for one in reversed(list(events))), "")
