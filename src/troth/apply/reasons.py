"""Why values are unknown: which event, consent or condition cannot be decided, and on what."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import sqlalchemy as sa

from troth.apply.governing import roles_of
from troth.apply.joined import Joined, joins
from troth.apply.promises import Reason
from troth.apply.states import Scope, TableStates
from troth.datamap.bindings import ColumnDay, EventOf, LedgerDay, RelatedDay
from troth.datamap.inside import columns_of
from troth.law.calendar import cutoff
from troth.plan.conditions import activity_gate
from troth.plan.covering import Covering, coverings
from troth.plan.days import Cut, event_limit
from troth.plan.frame import Frame
from troth.plan.predicate import FALSE, TRUE, IsNull, Predicate, both, negation
from troth.plan.standing import covering_holds, role_holds
from troth.policy.retention import ByChoice, Limit

Cause = tuple[str, dict[str, str], Predicate]
"""A reason's code, what it is about, and the rows for which it holds."""


def reasons_of(states: TableStates, at: int) -> Callable[[Scope], tuple[Reason, ...]]:
    """Why the unknown rows of a group are unknown, for any of the promises that govern them.

    A promise that is about some of these rows alone is told the reasons of its own.
    """
    group = states.groups[at]
    known: dict[Predicate, tuple[Reason, ...]] = {}

    def found(scope: Scope) -> tuple[Reason, ...]:
        if not scope.undecided:
            return ()
        part = scope.applies if scope.undecided < group.undecided else TRUE
        if part not in known:
            known[part] = _reasons(states, at, part, scope.undecided)
        return known[part]

    return found


def _reasons(states: TableStates, at: int, within: Predicate, undecided: int) -> tuple[Reason, ...]:
    """The reasons of the unknown rows of a part of a group, most rows first; one question."""
    group = states.groups[at]
    frame = states.table.frame
    causes = list(_causes(frame, states, at))
    flagged = f"unresolved-{frame.label}" in states.work.flags
    if flagged:
        causes.append(("hold-unresolved", {}, TRUE))
    parts = [states.settle(part) for _, _, part in causes]
    joined = joins(states, [group.unknown, within, *parts])
    asked = Joined(states.work, states.row) if joined else states
    conditions = [asked.condition(part) for part in parts]
    sums = [sa.func.sum(sa.case((condition, 1), else_=0)) for condition in conditions]
    if not sums:
        return (Reason("undecided", (("table", frame.label),), undecided),)
    unknown = asked.condition(states.settle(both(group.unknown, within)))
    where = sa.and_(unknown, states.present(at))
    select = sa.select(*sums).select_from(asked.source).where(where)
    found = states.work.connection.execute(select).one()
    reasons = [
        Reason(code, tuple(about.items()), int(rows))
        for (code, about, _), rows in zip(causes, found, strict=True)
        if rows
    ]
    reasons.sort(key=lambda reason: -(reason.rows or 0))
    return tuple(reasons) or (Reason("undecided", (("table", frame.label),), undecided),)


def _causes(frame: Frame, states: TableStates, at: int) -> Iterator[Cause]:
    sample = states.groups[at].asked.sample
    roles = roles_of(frame, sample)
    category = sample.category
    if not roles or category is None:
        yield "no-role", {"table": frame.label}, TRUE
        return
    group = states.groups[at].asked.group
    if group.standing.unreadable != FALSE:
        about = {"table": frame.label, "column": ", ".join(columns_of(group.columns))}
        yield "json-unreadable", about, group.standing.unreadable
    seen: set[tuple[str, str]] = set()
    found = coverings(frame, category, roles, frame.place)
    if not found:
        yield "no-activity", {"category": category, "table": frame.label}, TRUE
    for covering in found:
        for code, about, part in _of_covering(covering):
            label = (code, f"{sorted(about.items())}{covering.role_name}")
            if label not in seen and part != FALSE:
                seen.add(label)
                yield code, about, both(covering_holds(covering), part)
    whole = [role_holds(frame, role) for role in roles.values()]
    nobody = both(*(negation(part) for part in whole))
    if nobody != FALSE:
        yield "nobody", {"table": frame.label}, nobody


def _of_covering(covering: Covering) -> Iterator[Cause]:
    frame = covering.text.frame
    if not covering.rules:
        yield "no-period", {"activity": covering.activity_name}, TRUE
    for rule in covering.rules:
        limits = rule.limits
        if rule.archive is not None and rule.archive.place != frame.place:
            limits += rule.archive.when.limits
        for limit in limits:
            yield from _of_limit(frame, covering, limit)
        never = [event_limit(frame, limit.after, _cut(frame, covering, limit)) for limit in limits]
        about = {"rule": rule.id, "table": frame.label}
        yield "never-ends", about, both(*(limit.never for limit in never))
    gate = activity_gate(frame, covering.role_name, covering.role, covering.activity)
    for name in covering.activity.conditions:
        declared = frame.context.policy.conditions[name]
        unbound = name not in frame.entry.conditions and declared.unknown_means == "unknown"
        if unbound and declared.on_failure == "end":
            yield "condition-unbound", {"condition": name, "table": frame.label}, TRUE
    consents = [
        basis.consent or "" for basis in covering.activity.legal_bases if basis.kind == "consent"
    ]
    if consents:
        yield "consent-unknown", {"consent": consents[0]}, gate.unknown


def _of_limit(frame: Frame, covering: Covering, limit: Limit) -> Iterator[Cause]:
    choice = limit.period if isinstance(limit.period, ByChoice) else None
    if choice is not None and choice.chosen_by not in frame.entry.choices:
        yield "choice-unbound", {"choice": choice.chosen_by, "table": frame.label}, TRUE
    yield from _of_event(frame, limit.after, _cut(frame, covering, limit))


def _cut(frame: Frame, covering: Covering, limit: Limit) -> Cut:
    """The cutoff of a limit; where a column chooses the period, that of the first listed."""
    if isinstance(limit.period, ByChoice):
        period = next(iter(limit.period.periods.values()))
    else:
        period = frame.context.policy.period(limit.period)
    return Cut(cutoff(frame.context.day, period), covering.role, covering.role_name)


def _of_event(frame: Frame, event: str, cut: Cut) -> Iterator[Cause]:
    about = {"event": event, "table": frame.label}
    binding = frame.entry.events.get(event)
    unknown = event_limit(frame, event, cut).unknown
    match binding:
        case None:
            yield "event-unbound", about, TRUE
        case ColumnDay():
            yield from _of_column(about, binding, unknown)
        case RelatedDay():
            path = {**about, "path": " ".join(binding.related)}
            nothing = negation(frame.along(binding.related, TRUE))
            yield "event-without-row", path, both(unknown, nothing)
            yield "event-undecided", path, both(unknown, negation(nothing))
        case EventOf():
            parent = frame.end(binding.of)
            path = {**about, "path": " ".join(binding.of)}
            missing = negation(frame.along(binding.of, TRUE))
            yield "parent-missing", path, both(unknown, missing)
            path = {**about, "event": binding.event or event, "table": parent.label}
            yield "event-of-parent", path, both(unknown, negation(missing))
        case LedgerDay():
            yield "fact-missing", {**about, "fact": binding.fact}, unknown
        case _:
            yield "event-undecided", about, unknown


def _of_column(about: dict[str, str], binding: ColumnDay, unknown: Predicate) -> Iterator[Cause]:
    column = {**about, "column": binding.column}
    null = IsNull(column=binding.column, json_path=binding.json_path)
    yield "event-null", column, both(unknown, null)
    yield "event-unreadable", column, both(unknown, negation(null))
