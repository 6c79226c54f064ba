"""The categories of data of an activity, each with the time limits that count for it."""

from __future__ import annotations

from collections.abc import Sequence

from troth.law.calendar import Period
from troth.policy.model import Activity, Policy
from troth.policy.retention import ByChoice, Limit, RetentionRule
from troth.record.model import DataLine, Ending, TimeLimit


def data_lines(policy: Policy, activity: Activity) -> tuple[DataLine, ...]:
    """A line for each category that the activity names, and for each below it that differs.

    A category below differs where a rule names it, or where it is a special one (Art. 9, 10).
    What is never stored is there only where the activity names it: it is used and not kept.
    """
    named = [name for rule in activity.retention for name in rule.categories]
    shown = [
        name
        for name in policy.categories
        if name in activity.categories
        or (
            any(above in activity.categories for above in policy.lineage(name))
            and (name in named or policy.categories[name].special is not None)
        )
    ]
    return tuple(
        _line(policy, activity, name)
        for name in shown
        if name in activity.categories or not _never(policy, name)
    )


def _never(policy: Policy, name: str) -> bool:
    return any(policy.categories[each].never_stored for each in policy.lineage(name))


def _line(policy: Policy, activity: Activity, name: str) -> DataLine:
    entry, stored = policy.categories[name], not _never(policy, name)
    special = next(
        (kind for each in policy.lineage(name) if (kind := policy.categories[each].special)), None
    )
    rules = [
        rule
        for bounds in (("ceiling", "both"), ("floor", "both"))
        for rule in _nearest(policy, activity, name, bounds)
    ]
    kept = dict.fromkeys(rule.id for rule in rules)
    limits = tuple(_limit(policy, rule) for rule in activity.retention if rule.id in kept)
    return DataLine(name, entry.label, entry.examples, special, limits if stored else (), stored)


def _nearest(
    policy: Policy, activity: Activity, category: str, bounds: Sequence[str]
) -> list[RetentionRule]:
    """The rules of the bounds whose category is nearest above, for whomever they are."""
    scored = [
        (distance, rule)
        for rule in activity.retention
        if rule.bound in bounds and (distance := _distance(policy, rule, category)) is not None
    ]
    best = min((distance for distance, _ in scored), default=None)
    return [rule for distance, rule in scored if distance == best]


def _distance(policy: Policy, rule: RetentionRule, category: str) -> int | None:
    lineage = policy.lineage(category)
    if not rule.categories:
        return len(lineage)
    return next((step for step, name in enumerate(lineage) if name in rule.categories), None)


def _limit(policy: Policy, rule: RetentionRule) -> TimeLimit:
    return TimeLimit(
        rule.id,
        rule.bound,
        rule.combine,
        tuple(_ending(policy, limit) for limit in rule.limits),
        anonymised=rule.at_end == "anonymise",
        archived=rule.archive is not None,
        statute=rule.statute,
        subjects=tuple(policy.subjects[each].label for each in rule.subjects),
    )


def _ending(policy: Policy, limit: Limit) -> Ending:
    event = policy.events[limit.after].label
    source = limit.period
    if isinstance(source, ByChoice):
        listed: list[tuple[str | None, Period]] = [*source.periods.items()]
        if source.otherwise is not None:
            listed.append((None, source.otherwise))
        return Ending(event, choices=tuple(listed))
    return Ending(event, policy.period(source))
