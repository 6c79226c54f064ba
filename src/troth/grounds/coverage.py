"""Which rules of an activity cover a value under a role, and which of them count there."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from troth.policy.model import Activity, Policy
from troth.policy.retention import Cap, RetentionRule


@dataclass(frozen=True)
class Spot:
    """Where a value is looked at: its category, the subject of its role, and its place."""

    policy: Policy
    category: str
    subject: str
    place: str


def covers(activity: Activity, spot: Spot) -> bool:
    """Whether the activity covers the value by its subjects, categories and places."""
    return _people_and_data(activity, spot) and _at(activity.places, spot)


def covering(activity: Activity, spot: Spot) -> tuple[RetentionRule, ...]:
    """The rules of the activity that cover the value."""
    if not _people_and_data(activity, spot):
        return ()
    return tuple(rule for rule in activity.retention if _rule_covers(rule, activity, spot))


def counting(activity: Activity, spot: Spot, *, floors: bool) -> tuple[RetentionRule, ...]:
    """The most specific floors (or ceilings) among the covering rules; several are equals."""
    bounds = ("floor", "both") if floors else ("ceiling", "both")
    candidates = [rule for rule in covering(activity, spot) if rule.bound in bounds]
    if not candidates:
        return ()
    best = min(_distance(rule, activity, spot) for rule in candidates)
    return tuple(rule for rule in candidates if _distance(rule, activity, spot) == best)


def capping(cap: Cap, spot: Spot) -> bool:
    """Whether a cap limits the value's place, for its category and subject."""
    return (
        spot.place in cap.places
        and _near(cap.categories, spot.policy.lineage(spot.category)) is not None
        and _near(cap.subjects, spot.policy.subject_lineage(spot.subject)) is not None
    )


def _people_and_data(activity: Activity, spot: Spot) -> bool:
    return (
        _near(activity.categories, spot.policy.lineage(spot.category)) is not None
        and _near(activity.subjects, spot.policy.subject_lineage(spot.subject)) is not None
    )


def _rule_covers(rule: RetentionRule, activity: Activity, spot: Spot) -> bool:
    archived = rule.archive is not None and rule.archive.place == spot.place
    return (
        _near(rule.categories, spot.policy.lineage(spot.category)) is not None
        and _near(rule.subjects, spot.policy.subject_lineage(spot.subject)) is not None
        and (archived or (_at(activity.places, spot) and _at(rule.places, spot)))
    )


def _at(places: Sequence[str], spot: Spot) -> bool:
    return not places or spot.place in places


def _near(named: Sequence[str], lineage: Sequence[str]) -> int | None:
    """The distance to the nearest of `named`; 0 where none is named; None where none matches."""
    if not named:
        return 0
    return next((far for far, name in enumerate(lineage) if name in named), None)


def _distance(
    rule: RetentionRule, activity: Activity, spot: Spot
) -> tuple[int, bool, int, bool, bool]:
    """How far the rule is from the value: the smaller the more specific."""
    category = _near(rule.categories or activity.categories, spot.policy.lineage(spot.category))
    subject = _near(rule.subjects or activity.subjects, spot.policy.subject_lineage(spot.subject))
    place = spot.place not in rule.places
    return category or 0, not rule.categories, subject or 0, not rule.subjects, place
