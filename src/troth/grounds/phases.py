"""The phase of a person's act for an activity: pending, effective or void (Art. 12, 18, 21)."""

from __future__ import annotations

from datetime import date, datetime
from enum import Enum

from troth.grounds.facts import Act, Decision


class Phase(Enum):
    """What an act does now: it waits and suspends, it has its effect, or it has none."""

    PENDING = "pending"
    EFFECTIVE = "effective"
    VOID = "void"


def phase(act: Act, activity: str | None, marketing: bool, now: datetime, today: date) -> Phase:
    """The phase of `act` for an activity at `now` (aware), `today` being its day in the zone.

    A restriction is effective while it is in force and void once it is lifted or reviewed. Before
    its own instant an act is void. `marketing`: the activity is direct marketing, where an
    objection takes effect at once and nothing is refused (Art. 21(3)).
    """
    if act.at > now:
        return Phase.VOID
    decided = _decision(act, activity, now)
    match act.kind:
        case "opt-out" | "death":
            return Phase.EFFECTIVE
        case "access" | "portability" | "rectification":
            return Phase.VOID
        case "restriction":
            reviewed = act.review_on is not None and act.review_on <= today
            lifted = any(each.outcome == "refused" and each.at <= now for each in act.decisions)
            return Phase.VOID if lifted or reviewed else Phase.EFFECTIVE
        case "objection" | "erasure":
            if marketing:
                return Phase.EFFECTIVE
            if decided is not None:
                return Phase.EFFECTIVE if decided.outcome == "accepted" else Phase.VOID
            silent = act.answer_by is not None and act.answer_by <= today
            return Phase.EFFECTIVE if silent else Phase.PENDING


def _decision(act: Act, activity: str | None, now: datetime) -> Decision | None:
    """The newest that names the activity, else the newest that names none; later wins a tie."""
    made = [decision for decision in act.decisions if decision.at <= now]
    named = [decision for decision in made if activity in decision.activities]
    general = [decision for decision in made if not decision.activities]
    newest: Decision | None = None
    for decision in named or general:
        if newest is None or decision.at >= newest.at:
            newest = decision
    return newest
