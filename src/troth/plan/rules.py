"""Retention rules, archives, warnings and caps compiled to limits."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta

from troth.datamap.model import Role
from troth.law.calendar import Period, add, cutoff, day_of
from troth.plan.days import Cut, event_limit
from troth.plan.frame import Frame
from troth.plan.limits import UNKNOWN, Limit, earliest, latest, union
from troth.plan.predicate import FALSE, KeyIn, Predicate, TextIs, both, either, negation
from troth.plan.sets import Warned
from troth.policy.retention import ByChoice, Cap, RetentionRule, Until, Warn
from troth.policy.retention import Limit as PolicyLimit


def rules_limit(
    frame: Frame,
    role_name: str,
    role: Role,
    place: str,
    rules: Sequence[RetentionRule],
    *,
    floor: bool,
    asked: Predicate = FALSE,
) -> Limit | None:
    """The limit of equally specific rules (they combine as latest); None without rules."""
    if not rules:
        return None
    return latest(
        [
            rule_limit(frame, role_name, role, place, rule, floor=floor, asked=asked)
            for rule in rules
        ]
    )


def own_limit(
    frame: Frame, role_name: str, role: Role, rule: RetentionRule, *, floor: bool
) -> Limit:
    """A rule's end by itself, without invitation and archive."""
    return until_limit(frame, role_name, role, rule, frame.context.day, floor=floor)


def rule_limit(
    frame: Frame,
    role_name: str,
    role: Role,
    place: str,
    rule: RetentionRule,
    *,
    floor: bool,
    asked: Predicate = FALSE,
) -> Limit:
    """One rule in one place: its end, the start of its archive, and its invitation.

    Where the person has `asked` for erasure, everyday use ends at once.
    """
    limit = bare = own_limit(frame, role_name, role, rule, floor=floor)
    day = frame.context.day
    if rule.warn is not None:
        ended = both(limit.ended, _warned(frame, role_name, role, rule, rule.warn))
        waits = negation(either(ended, limit.never, limit.unknown))
        limit = Limit(ended=ended, open=waits, never=limit.never, unknown=limit.unknown)
    if rule.archive is not None and place != rule.archive.place:
        limit = earliest(
            [limit, until_limit(frame, role_name, role, rule.archive.when, day, floor=False)]
        )
        limit = _at_once(limit, both(asked, bare.running))
    return limit


def _at_once(limit: Limit, where: Predicate) -> Limit:
    """The limit, ended where `where` holds."""
    if where == FALSE:
        return limit
    other = negation(where)
    return Limit(
        ended=either(limit.ended, where),
        open=both(limit.open, other),
        never=both(limit.never, other),
        unknown=both(limit.unknown, other),
    )


def cap_limit(frame: Frame, role_name: str, role: Role, cap: Cap) -> Limit:
    """When a cap ends."""
    return until_limit(frame, role_name, role, cap, frame.context.day, floor=False).decided()


def until_limit(
    frame: Frame, role_name: str, role: Role, until: Until, day: date, *, floor: bool
) -> Limit:
    """Whether `until` has ended on `day`: a ceiling on its anniversary, a floor the day after."""
    asked = day - timedelta(days=1) if floor else day
    parts = [_limit(frame, role_name, role, limit, asked) for limit in until.limits]
    return latest(parts) if until.combine == "latest" else earliest(parts)


def _limit(frame: Frame, role_name: str, role: Role, limit: PolicyLimit, day: date) -> Limit:
    source = limit.period
    if isinstance(source, ByChoice):
        return _chosen(frame, role_name, role, limit.after, source, day)
    period = frame.context.policy.period(source)
    return event_limit(frame, limit.after, Cut(cutoff(day, period), role, role_name))


def _chosen(
    frame: Frame, role_name: str, role: Role, event: str, choice: ByChoice, day: date
) -> Limit:
    """One cutoff per listed value of the column that chooses."""
    column = frame.entry.choices.get(choice.chosen_by)
    if column is None:
        return UNKNOWN

    def with_period(period: Period) -> Limit:
        return event_limit(frame, event, Cut(cutoff(day, period), role, role_name))

    chosen = {value: TextIs(column=column, value=value) for value in choice.periods}
    branches = [with_period(period).when(chosen[value]) for value, period in choice.periods.items()]
    unlisted = negation(either(*chosen.values()))
    rest = UNKNOWN if choice.otherwise is None else with_period(choice.otherwise)
    return union([*branches, rest.when(unlisted)])


def _warned(frame: Frame, role_name: str, role: Role, rule: RetentionRule, warn: Warn) -> Predicate:
    """An invitation was sent once the period was complete, and its delay has passed.

    The end is monotone, so of a row's invitations whose delay has passed the newest decides; rows
    are grouped by its day, which makes one cutoff for each day on which invitations left.
    """
    context = frame.context
    newest: dict[tuple[int | str, ...], date] = {}
    for warning in context.facts.warnings:
        if (warning.rule, warning.store, warning.table) != (rule.id, frame.store, frame.table):
            continue
        sent = day_of(warning.sent_at, context.policy.zoneinfo)
        if add(sent, warn.delay) <= context.day:
            newest[warning.key] = max(sent, newest.get(warning.key, sent))
    found: Predicate = FALSE
    for sent in sorted(set(newest.values())):
        key = frame.require_key()
        name = context.ask(
            Warned(
                name=f"warned-{frame.label}-{rule.id}-{sent}-by-{context.day}",
                store=frame.store,
                table=frame.table,
                columns=key,
                rule=rule.id,
                sent=sent,
                ready_by=context.day,
            )
        )
        complete = until_limit(frame, role_name, role, rule, sent, floor=False).ended
        found = either(found, both(KeyIn(set=name, columns=key), complete))
    return found
