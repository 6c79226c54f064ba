"""The standing of a column's values as predicates: which rows are due, which unknown.

Every row of the table is exactly one of supported, due and unknown for each column.
"""

from __future__ import annotations

from dataclasses import dataclass

from troth.datamap.model import Column, Role
from troth.plan.conditions import activity_gate
from troth.plan.covering import Covering, capping, coverings, never_stored
from troth.plan.frame import Frame
from troth.plan.limits import UNKNOWN, Limit, latest
from troth.plan.predicate import (
    FALSE,
    TRUE,
    Flag,
    KeyIn,
    Predicate,
    both,
    either,
    negation,
)
from troth.plan.rules import cap_limit, rules_limit
from troth.plan.sets import HeldPersons, HeldRows


@dataclass(frozen=True)
class RulePart:
    """A rule that counts for the column under a role: where it applies and where it has ended."""

    activity: str
    rule: str
    role: str
    applies: Predicate
    ended: Predicate
    unknown: Predicate


@dataclass(frozen=True)
class ColumnStanding:
    """Which rows' value in a column is due, and which is unknown; elsewhere it is supported."""

    due: Predicate
    unknown: Predicate
    rules: tuple[RulePart, ...]
    undeclared: bool

    @property
    def supported(self) -> Predicate:
        return negation(either(self.due, self.unknown))


@dataclass(frozen=True)
class _GroundPart:
    covering: Covering
    holds: Predicate
    ended: Predicate
    unknown: Predicate


def role_holds(frame: Frame, role: Role) -> Predicate:
    """The rows for which a role holds."""
    return frame.filter(role.when) if role.when is not None else TRUE


def held(frame: Frame) -> Predicate:
    """The rows that an open hold names, by key or by person."""
    parts: list[Predicate] = []
    facts, now_holds = frame.context.facts, frame.context.facts.holds
    here = (frame.store, frame.table)
    if any((store, table) == here for hold in facts.holds for store, table, _ in hold.rows):
        key = frame.require_key()
        name = frame.context.ask(
            HeldRows(name=f"held-{frame.label}", store=frame.store, table=frame.table, columns=key)
        )
        parts.append(KeyIn(set=name, columns=key))
    scopes: set[tuple[str, str] | None] = set()
    for hold in now_holds:
        if hold.persons and not hold.tables:
            scopes.add(None)
        elif hold.persons and here in hold.tables:
            scopes.add(here)
    for role in frame.entry.roles.values():
        person = frame.end(role.person)
        for scope in sorted(scopes, key=str):
            label = ".".join(scope) if scope else "all"
            key = person.require_key()
            name = frame.context.ask(
                HeldPersons(
                    name=f"held-persons-{person.label}-{label}",
                    store=person.store,
                    table=person.table,
                    columns=key,
                    scope=scope,
                )
            )
            parts.append(frame.along(role.person, KeyIn(set=name, columns=key)))
    return either(*parts)


def unresolved(frame: Frame) -> Predicate:
    """A hold that could touch this table names persons whom no store knows."""
    here = (frame.store, frame.table)
    touching = any(
        hold.persons and (not hold.tables or here in hold.tables)
        for hold in frame.context.facts.holds
    )
    return Flag(name=f"unresolved-{frame.label}") if touching and frame.entry.roles else FALSE


def column_standing(frame: Frame, column: Column, place: str) -> ColumnStanding:
    """The standing of a column's values as if they lay in `place`."""
    category = column.category or ""
    roles = {
        name: role
        for name, role in frame.entry.roles.items()
        if not column.roles or name in column.roles
    }
    protected = frame.filter(frame.entry.protect) if frame.entry.protect is not None else FALSE
    kept = either(protected, held(frame))
    blocked = unresolved(frame)
    if never_stored(frame.context.policy, category):
        due = both(negation(kept), negation(blocked))
        return ColumnStanding(due, both(negation(kept), blocked), (), undeclared=False)
    parts = [
        _ground(frame, covering, role_holds(frame, covering.role), category, place, roles)
        for covering in coverings(frame, category, roles, place)
    ]
    counts = _counting(parts)
    supported = either(
        *(
            both(part.holds, count, negation(either(part.ended, part.unknown)))
            for part, count in zip(parts, counts, strict=True)
        )
    )
    doubtful = either(
        *(both(part.holds, count, part.unknown) for part, count in zip(parts, counts, strict=True))
    )
    covered = either(*(part.holds for part in parts))
    over = both(
        *(
            negation(both(part.holds, count, negation(part.ended)))
            for part, count in zip(parts, counts, strict=True)
        )
    )
    due = both(negation(kept), negation(blocked), covered, over)
    unknown = both(
        negation(kept),
        negation(supported),
        either(doubtful, negation(covered), blocked),
    )
    return ColumnStanding(due, unknown, _rule_parts(parts), undeclared=not parts)


def _counting(parts: list[_GroundPart]) -> list[Predicate]:
    """Where an exclusive rule counts, only the activities with one support the value."""
    exclusive = either(*(part.holds for part in parts if part.covering.exclusive))
    if exclusive == FALSE:
        return [TRUE] * len(parts)
    counts = []
    for part in parts:
        own = either(
            *(
                other.holds
                for other in parts
                if other.covering.exclusive
                and other.covering.activity_name == part.covering.activity_name
            )
        )
        counts.append(either(negation(exclusive), own))
    return counts


def _ground(
    frame: Frame,
    covering: Covering,
    holds: Predicate,
    category: str,
    place: str,
    roles: dict[str, Role],
) -> _GroundPart:
    role = covering.role
    ceiling = rules_limit(frame, role, place, covering.ceilings, floor=False)
    floor = rules_limit(frame, role, place, covering.floors, floor=True)
    limits = [limit for limit in (ceiling, floor) if limit is not None]
    limit = latest(limits).decided() if limits else UNKNOWN
    floor_holds = negation(floor.ended) if floor is not None else FALSE
    limit = _capped(frame, limit, floor_holds, category, place, roles)
    gate = activity_gate(frame, role, covering.activity)
    ended = either(limit.ended, gate.closed)
    return _GroundPart(
        covering=covering,
        holds=holds,
        ended=ended,
        unknown=both(either(limit.unknown, gate.unknown), negation(ended)),
    )


def _capped(
    frame: Frame,
    limit: Limit,
    floor_holds: Predicate,
    category: str,
    place: str,
    roles: dict[str, Role],
) -> Limit:
    """Every cap of the place ends the ground at the latest, except while a floor runs."""
    for role in roles.values():
        for cap in capping(frame, category, role.subject, place):
            capped = both(role_holds(frame, role), negation(floor_holds))
            capping_limit = cap_limit(frame, role, cap)
            ended = either(limit.ended, both(capped, capping_limit.ended))
            unknown = either(limit.unknown, both(capped, capping_limit.unknown))
            limit = Limit(ended=ended, unknown=both(unknown, negation(ended)))
    return limit


def _rule_parts(parts: list[_GroundPart]) -> tuple[RulePart, ...]:
    """Each counting rule by itself, for the report of promises."""
    found = []
    for part in parts:
        for rule in part.covering.rules:
            found.append(
                RulePart(
                    activity=part.covering.activity_name,
                    rule=rule.id,
                    role=part.covering.role_name,
                    applies=part.holds,
                    ended=part.ended,
                    unknown=part.unknown,
                )
            )
    return tuple(found)
