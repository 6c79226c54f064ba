"""Which activities and rules cover the values of a column, and which rules count; all static."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from troth.datamap.model import Role
from troth.plan.frame import Frame
from troth.plan.versions import Text, texts
from troth.policy.model import Activity, Policy
from troth.policy.retention import Cap, RetentionRule


@dataclass(frozen=True)
class Covering:
    """One activity that covers a column under one role, with the rules that count there.

    `text`: the text of which the activity is, with the frame in which its ground is compiled.
    """

    text: Text
    role_name: str
    role: Role
    activity_name: str
    activity: Activity
    ceilings: tuple[RetentionRule, ...]
    floors: tuple[RetentionRule, ...]

    @property
    def rules(self) -> tuple[RetentionRule, ...]:
        seen = {rule.id: rule for rule in (*self.ceilings, *self.floors)}
        return tuple(seen.values())

    @property
    def exclusive(self) -> bool:
        return any(rule.exclusive for rule in self.rules)


def coverings(
    frame: Frame, category: str, roles: dict[str, Role], place: str
) -> tuple[Covering, ...]:
    """Every (role, activity) that covers a value of `category` in `place`."""
    return tuple(
        covering
        for role_name, role in roles.items()
        for text in texts(frame, role_name, role)
        for covering in _under(text, category, role_name, role, place)
    )


def _under(text: Text, category: str, role_name: str, role: Role, place: str) -> Iterator[Covering]:
    """The activities of one text that cover a value under a role."""
    policy, named = text.frame.context.policy, text.frame.entry.activities
    for activity_name, activity in policy.activities.items():
        if named and activity_name not in named:
            continue
        if _distance(policy.lineage(category), activity.categories) is None:
            continue
        if _distance(policy.subject_lineage(role.subject), activity.subjects) is None:
            continue
        scored = _scored_rules(policy, activity, category, role.subject, place)
        if not scored and not _allows(activity.places, place):
            continue
        yield Covering(
            text=text,
            role_name=role_name,
            role=role,
            activity_name=activity_name,
            activity=activity,
            ceilings=_most_specific(scored, ("ceiling", "both")),
            floors=_most_specific(scored, ("floor", "both")),
        )


def capping(frame: Frame, category: str, subject: str, place: str) -> tuple[Cap, ...]:
    """The caps of the policy that limit a value of `category` of `subject` in `place`."""
    policy = frame.context.policy
    return tuple(
        cap
        for cap in policy.caps
        if place in cap.places
        and _covers(policy.lineage(category), cap.categories)
        and _covers(policy.subject_lineage(subject), cap.subjects)
    )


def never_stored(policy: Policy, category: str) -> bool:
    """The category, or one above it, must not exist at all."""
    return any(
        policy.categories[name].never_stored
        for name in policy.lineage(category)
        if name in policy.categories
    )


_Score = tuple[int, ...]


def _scored_rules(
    policy: Policy, activity: Activity, category: str, subject: str, place: str
) -> list[tuple[_Score, RetentionRule]]:
    """The rules that cover, each with its specificity: smaller is more specific."""
    scored: list[tuple[_Score, RetentionRule]] = []
    for rule in activity.retention:
        archived = rule.archive is not None and rule.archive.place == place
        allowed = _allows(activity.places, place) and _allows(rule.places, place)
        if not (archived or allowed):
            continue
        category_distance = _distance(
            policy.lineage(category), rule.categories or activity.categories
        )
        subject_distance = _distance(
            policy.subject_lineage(subject), rule.subjects or activity.subjects
        )
        if category_distance is None or subject_distance is None:
            continue
        score = (
            category_distance,
            int(not rule.categories),
            subject_distance,
            int(not rule.subjects),
            int(place not in rule.places),
        )
        scored.append((score, rule))
    return scored


def _most_specific(
    scored: list[tuple[_Score, RetentionRule]],
    bounds: tuple[Literal["ceiling", "floor", "both"], ...],
) -> tuple[RetentionRule, ...]:
    candidates = [(score, rule) for score, rule in scored if rule.bound in bounds]
    best = min((score for score, _ in candidates), default=None)
    return tuple(rule for score, rule in candidates if score == best)


def _allows(places: tuple[str, ...], place: str) -> bool:
    return not places or place in places


def _covers(lineage: tuple[str, ...], names: tuple[str, ...]) -> bool:
    return not names or _distance(lineage, names) is not None


def _distance(lineage: tuple[str, ...], names: tuple[str, ...]) -> int | None:
    """How far up the lineage the nearest of `names` stands."""
    return next((step for step, name in enumerate(lineage) if name in names), None)
