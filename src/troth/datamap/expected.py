"""What the policy's rules need from a table: the events, choices and conditions to bind there.

This is advice for the person who writes the map; it decides nothing about any value.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from troth.datamap.model import Role
from troth.datamap.spot import Spot
from troth.policy.model import Activity
from troth.policy.retention import ByChoice, Cap, Limit, RetentionRule


@dataclass(frozen=True)
class Need:
    """A name that a table should bind, and the rule or activity that waits for it."""

    kind: str  # 'events', 'choices' or 'conditions': the section of the table
    name: str
    because: str


def needs(spot: Spot) -> tuple[Need, ...]:
    """Everything that the rules and activities covering a column of the table look at."""
    found: dict[tuple[str, str], Need] = {}
    for need in _needs(spot):
        found.setdefault((need.kind, need.name), need)
    return tuple(found.values())


def _needs(spot: Spot) -> Iterator[Need]:
    for name, activity in spot.policy.activities.items():
        if spot.entry.activities and name not in spot.entry.activities:
            continue
        pairs = [pair for pair in _pairs(spot) if _covers(spot, activity, activity, *pair)]
        if not pairs:
            continue
        for condition in activity.conditions:
            if spot.policy.conditions[condition].unknown_means == "unknown":
                yield Need("conditions", condition, f"the activity '{name}'")
        counting = {id for pair in pairs for id in _counting(spot, activity, *pair)}
        for rule in activity.retention:
            if rule.id in counting:
                archived = rule.archive.when.limits if rule.archive else ()
                yield from _limits(rule.limits + archived, f"the rule '{rule.id}'")
    for cap in spot.policy.caps:
        if any(_capped(spot, cap, *pair) for pair in _pairs(spot)):
            yield from _limits(cap.limits, f"the cap '{cap.id}'")


def _counting(spot: Spot, activity: Activity, category: str, role: Role) -> Iterator[str]:
    """The rules of the activity that count there: a more specific one sets the others aside."""
    covering = [
        rule for rule in activity.retention if _covers(spot, activity, rule, category, role)
    ]
    for bounds in (("ceiling", "both"), ("floor", "both")):
        scored = [
            (_specificity(spot, activity, rule, category, role), rule.id)
            for rule in covering
            if rule.bound in bounds
        ]
        best = min((score for score, _ in scored), default=None)
        yield from (id for score, id in scored if score == best)


def _specificity(
    spot: Spot, activity: Activity, rule: RetentionRule, category: str, role: Role
) -> tuple[int, ...]:
    """Smaller is more specific: nearer names first, then names of the rule's own."""
    categories = rule.categories or activity.categories
    subjects = rule.subjects or activity.subjects
    place = spot.datamap.place_of(spot.store, spot.table)
    return (
        _nearest(spot.policy.lineage(category), categories),
        int(not rule.categories),
        _nearest(spot.policy.subject_lineage(role.subject), subjects),
        int(not rule.subjects),
        int(place not in rule.places),
    )


def _nearest(lineage: tuple[str, ...], names: tuple[str, ...]) -> int:
    """How far up the lineage the nearest of `names` stands, one of which does."""
    return next(step for step, name in enumerate(lineage) if name in names)


def _limits(limits: tuple[Limit, ...], because: str) -> Iterator[Need]:
    for limit in limits:
        yield Need("events", limit.after, because)
        if isinstance(limit.period, ByChoice):
            yield Need("choices", limit.period.chosen_by, because)


def _pairs(spot: Spot) -> Iterator[tuple[str, Role]]:
    """Each (category, role) of the table's personal columns."""
    for column in spot.entry.personal.values():
        for name, role in spot.entry.roles.items():
            if not column.roles or name in column.roles:
                categories = {column.category, *column.inside.values()} - {None}
                for category in sorted(filter(None, categories)):
                    yield category, role


def _covers(
    spot: Spot, activity: Activity, part: Activity | RetentionRule, category: str, role: Role
) -> bool:
    """Whether the activity, or its rule `part`, covers that category of that role in this place."""
    categories = part.categories or activity.categories
    subjects = part.subjects or activity.subjects
    place = spot.datamap.place_of(spot.store, spot.table)
    archive = part.archive if isinstance(part, RetentionRule) else None
    archived = any(rule.archive and rule.archive.place == place for rule in activity.retention)
    in_place = (
        place in part.places
        or (not part.places)
        or (archive is not None and archive.place == place)
        or (isinstance(part, Activity) and archived)
    )
    return in_place and _names(spot, categories, subjects, category, role)


def _capped(spot: Spot, cap: Cap, category: str, role: Role) -> bool:
    in_place = spot.datamap.place_of(spot.store, spot.table) in cap.places
    everything = tuple(spot.policy.categories)
    everybody = tuple(spot.policy.subjects)
    return in_place and _names(
        spot, cap.categories or everything, cap.subjects or everybody, category, role
    )


def _names(
    spot: Spot, categories: tuple[str, ...], subjects: tuple[str, ...], category: str, role: Role
) -> bool:
    """Whether a category and a role are among, or below, those that are named."""
    return any(name in categories for name in spot.policy.lineage(category)) and any(
        name in subjects for name in spot.policy.subject_lineage(role.subject)
    )
