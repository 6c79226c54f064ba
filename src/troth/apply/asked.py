"""Which acts of persons a set of a plan asks for, at an instant."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from troth.grounds.facts import Act, Decision, Facts
from troth.law.calendar import day_of
from troth.plan.sets import ActPersons
from troth.policy.model import Policy

SUSPENDING = ("pending", "restriction")


def acts_asked(
    definition: ActPersons, policy: Policy, facts: Facts, now: datetime
) -> Iterator[Act]:
    """The acts at the aware instant `now` that put their persons into the set."""
    for act in facts.acts:
        if act.at <= now and _about(act, definition, policy):
            if definition.touch == "restriction":
                if act.kind == "restriction" and in_force(act, policy, now):
                    yield act
            elif any(
                _touches(act, name, definition, policy, now) for name in definition.activities
            ):
                yield act


def _about(act: Act, definition: ActPersons, policy: Policy) -> bool:
    """The act's own scope has the category and the place."""
    if act.places and definition.place not in act.places:
        return False
    if not act.categories:
        return True
    lineage = policy.lineage(definition.category) if definition.category is not None else ()
    return not set(lineage).isdisjoint(act.categories)


def _touches(
    act: Act, activity: str, definition: ActPersons, policy: Policy, now: datetime
) -> bool:
    if act.kind == "restriction" or (act.activities and activity not in act.activities):
        return False
    if definition.touch == "marketing":
        return True
    if act.kind not in ("objection", "erasure"):
        return False
    came = _came(act, activity, policy, now)
    match definition.touch:
        case "named-objection":
            return act.kind == "objection" and activity in act.activities and came != "refused"
        case "objected":
            return act.kind == "objection" and came == "accepted"
        case "erased":
            return act.kind == "erasure" and came == "accepted"
        case "erasure":
            return act.kind == "erasure" and came != "refused"
        case _:
            return came == "pending"


def _came(act: Act, activity: str, policy: Policy, now: datetime) -> str:
    """Accepted, refused or pending: by the newest decision on it, else by the deadline."""
    counting = [each for each in act.decisions if each.at <= now]
    named = [each for each in counting if activity in each.activities]
    general = [each for each in counting if not each.activities]
    decided: Decision | None = None
    for each in sorted(named or general, key=lambda decision: decision.at):
        decided = each  # sorting is stable: of two at the same instant the later one stays
    if decided is not None:
        return "accepted" if decided.outcome == "accepted" else "refused"
    if act.answer_by is not None and day_of(now, policy.zoneinfo) >= act.answer_by:
        return "accepted"
    return "pending"


def in_force(act: Act, policy: Policy, now: datetime) -> bool:
    """A restriction is neither lifted nor at its day of review."""
    if act.review_on is not None and day_of(now, policy.zoneinfo) >= act.review_on:
        return False
    return all(each.outcome != "refused" or each.at > now for each in act.decisions)
