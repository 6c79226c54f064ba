"""When an act of a person is closed, and whether it still protects its person: pure, on its facts.

Only what is closed can be forgotten at the end of its own period; what protects stays until its
person is erased, for without it what it stopped would begin again.
"""

from __future__ import annotations

from datetime import date, datetime

from troth.grounds.acts import in_force, phase
from troth.grounds.facts import Act
from troth.grounds.phases import Phase
from troth.law.calendar import day_of
from troth.policy.model import Policy

_ANSWERED = ("access", "portability", "rectification")


def closed_on(act: Act, policy: Policy, now: datetime) -> date | None:
    """The day on which an act was decided, by somebody or by silence; None while it is open."""
    days = [day_of(act.at, policy.zoneinfo)]
    if act.kind in _ANSWERED and not act.decisions:
        return None
    if act.kind == "restriction":
        if in_force(act, now, policy):
            return None
        days += [act.review_on] if act.review_on and not act.decisions else []
    if act.kind in ("objection", "erasure"):
        if Phase.PENDING in phases(act, policy, now):
            return None
        days += [act.answer_by] if act.answer_by and not act.decisions else []
    days += [day_of(decision.at, policy.zoneinfo) for decision in act.decisions]
    return max(days)


def phases(act: Act, policy: Policy, now: datetime) -> set[Phase]:
    """The phases of an act for the activities that it is about."""
    return {phase(act, name, now, policy) for name in act.activities or policy.activities}


def erases_all(act: Act, policy: Policy, now: datetime) -> bool:
    """An erasure of the whole person that has taken effect."""
    whole = not (act.activities or act.categories or act.places)
    return act.kind == "erasure" and whole and Phase.EFFECTIVE in phases(act, policy, now)


def protects(act: Act, policy: Policy, now: datetime) -> bool:
    """Whether grounds still end by the act: without it, what it stopped would begin again."""
    if act.kind in ("opt-out", "death"):
        return True
    return act.kind == "objection" and Phase.EFFECTIVE in phases(act, policy, now)
