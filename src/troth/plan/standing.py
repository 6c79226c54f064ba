"""The standing of a column's values as predicates: which rows are due, which unknown.

Every row of the table is exactly one of supported, due and unknown for each column.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property

from troth.datamap.model import Column, Role
from troth.plan import acts
from troth.plan.conditions import Asked, activity_gate
from troth.plan.covering import Covering, capping, coverings, never_stored
from troth.plan.days import identity_columns
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
from troth.plan.simplify import simplified
from troth.plan.versions import texts
from troth.policy.retention import Cap


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
class GroundPart:
    """The ground of an activity under a role for values of one category, row by row.

    `holds`: the role holds. `counts`: no exclusive rule of another activity sets it aside. Where
    both do and neither `ended` nor `unknown` holds, it supports the value. `asked`: its person's
    erasure has taken effect, so that an archive begins at once. `capped_by` are the caps of the
    place, each with the role under which it is looked at.
    """

    covering: Covering
    category: str
    holds: Predicate
    ended: Predicate
    unknown: Predicate
    counts: Predicate = TRUE
    asked: Predicate = FALSE
    capped_by: tuple[tuple[str, Cap], ...] = ()


@dataclass(frozen=True)
class Excepted:
    """Rows that stay for another reason than an activity: protected, held, or restricted."""

    protected: Predicate
    held: Predicate
    restricted: Predicate


@dataclass(frozen=True)
class ColumnStanding:
    """Which rows' value in a column is due, and which is unknown; elsewhere it is supported.

    `unreadable`: rows in which a value inside JSON cannot be told from what is around it.
    `spelled` are both as they were put together; each is simplified when it is asked for.
    """

    spelled: tuple[Predicate, Predicate]
    grounds: tuple[GroundPart, ...]
    excepted: Excepted
    undeclared: bool
    unreadable: Predicate = FALSE

    @cached_property
    def rules(self) -> tuple[RulePart, ...]:
        """Each counting rule by itself, for the report of promises."""
        return _rule_parts(self.grounds)

    @cached_property
    def due(self) -> Predicate:
        return simplified(self.spelled[0])

    @cached_property
    def unknown(self) -> Predicate:
        return simplified(self.spelled[1])


@dataclass(frozen=True)
class _Side:
    """What the activities alone say of the values of one category."""

    due: Predicate
    unknown: Predicate
    grounds: tuple[GroundPart, ...] = ()
    undeclared: bool = False

    @property
    def supported(self) -> Predicate:
        return negation(either(self.due, self.unknown))


def role_holds(frame: Frame, role: Role) -> Predicate:
    """The rows for which a role holds."""
    return frame.filter(role.when) if role.when is not None else TRUE


def covering_holds(covering: Covering) -> Predicate:
    """The rows for which a covering's role holds, and whose person is under its text."""
    return both(role_holds(covering.text.frame, covering.role), covering.text.when)


def held(frame: Frame) -> Predicate:
    """The rows that an open hold names, by key or by person.

    The sets are asked for whether or not a hold exists today: one opened after the plan was made
    applies all the same.
    """
    parts: list[Predicate] = []
    if frame.entry.key:
        rows = HeldRows(
            name=f"held-{frame.label}",
            store=frame.store,
            table=frame.table,
            columns=frame.entry.key,
        )
        parts.append(KeyIn(set=frame.context.ask(rows), columns=frame.entry.key))
    for role_name, role in frame.entry.roles.items():
        person = frame.end(role.person)
        names = identity_columns(frame, role_name, role)
        if not names:
            continue
        key = person.require_key()
        for scope in (None, (frame.store, frame.table)):
            label = ".".join(scope) if scope else "all"
            persons = HeldPersons(
                name=f"held-persons-{person.label}-{label}-{'+'.join(names)}",
                store=person.store,
                table=person.table,
                columns=key,
                identity=names,
                scope=scope,
            )
            found = KeyIn(set=frame.context.ask(persons), columns=key)
            parts.append(frame.along(role.person, found))
    return either(*parts)


def unresolved(frame: Frame) -> Predicate:
    """A hold that could touch this table resolves to no row."""
    return Flag(name=f"unresolved-{frame.label}") if frame.entry.roles else FALSE


def column_standing(
    frame: Frame, column: Column, place: str, unreadable: Predicate = FALSE
) -> ColumnStanding:
    """The standing of a value as if it lay in `place`; it is not due where it is `unreadable`."""
    roles = roles_of(frame, column)
    side = _category_standing(frame, column.category, roles, place)
    protected = frame.filter(frame.entry.protect) if frame.entry.protect is not None else FALSE
    restricted, blind = _restricted(frame, column, roles)
    kept = either(protected, held(frame), restricted, side.supported)
    blocked = either(unresolved(frame), blind, unreadable)
    # "not kept and not unknown", said in a way that a database plans better
    excused = negation(either(protected, held(frame), restricted, blocked))
    return ColumnStanding(
        (both(excused, side.due), both(negation(kept), either(side.unknown, blocked))),
        grounds=side.grounds,
        excepted=Excepted(protected, held(frame), restricted),
        undeclared=side.undeclared,
        unreadable=unreadable,
    )


def _restricted(
    frame: Frame, column: Column, roles: dict[str, Role]
) -> tuple[Predicate, Predicate]:
    """Values that an act suspends in their own place, and those that one may (Art. 18)."""
    category = column.category
    found = [
        acts.restricted(Asked(frame, name, role), category, frame.place)
        for name, role in roles.items()
    ]
    if category is not None:
        covered = coverings(frame, category, roles, frame.place)
        touched = [_touched(each, category, frame.place) for each in covered]
        found.append(acts.suspended(touched, [covering_holds(each) for each in covered]))
    return either(*(one for one, _ in found)), either(*(other for _, other in found))


def _touched(covering: Covering, category: str, place: str) -> acts.Touched:
    frame = covering.text.frame
    return acts.Touched(Asked(frame, covering.role_name, covering.role), covering, category, place)


def archived(frame: Frame, column: Column, place: str) -> Predicate:
    """Rows whose value a rule that archives in `place` supports there, or may."""
    category = column.category
    if category is None or never_stored(frame.context.policy, category):
        return FALSE
    roles = roles_of(frame, column)
    here = _grounds(frame, category, roles, frame.place)
    live = {
        (part.covering.text.version, part.covering.role_name, rule.id): count
        for part, count in zip(here, _counting(here), strict=True)
        for rule in part.covering.rules
        if rule.archive is not None and rule.archive.place == place
    }
    found: Predicate = FALSE
    parts = _grounds(frame, category, roles, place)
    for part, count in zip(parts, _counting(parts), strict=True):
        whose = (part.covering.text.version, part.covering.role_name)
        names = [(*whose, rule.id) for rule in part.covering.rules]
        asked = either(*(live[name] for name in names if name in live))
        found = either(found, both(part.holds, count, asked, negation(part.ended)))
    return found


def roles_of(frame: Frame, column: Column) -> dict[str, Role]:
    """The roles of a column: its own, or all of its table."""
    return {
        name: role
        for name, role in frame.entry.roles.items()
        if not column.roles or name in column.roles
    }


def _grounds(frame: Frame, category: str, roles: dict[str, Role], place: str) -> list[GroundPart]:
    return [
        _ground(frame, covering, category, place, roles)
        for covering in coverings(frame, category, roles, place)
        if not never_stored(covering.text.frame.context.policy, category)
    ]


def _category_standing(
    frame: Frame, category: str | None, roles: dict[str, Role], place: str
) -> _Side:
    """What the activities alone say of values of one category."""
    if category is None:
        return _Side(FALSE, TRUE, undeclared=True)
    if never_stored(frame.context.policy, category):
        return _Side(TRUE, FALSE)
    parts = _grounds(frame, category, roles, place)
    parts = [
        replace(part, counts=count) for part, count in zip(parts, _counting(parts), strict=True)
    ]
    supported = either(
        *(
            both(part.holds, part.counts, negation(either(part.ended, part.unknown)))
            for part in parts
        )
    )
    doubtful = either(*(both(part.holds, part.counts, part.unknown) for part in parts))
    covered = either(*(part.holds for part in parts))
    over = both(*(negation(both(part.holds, part.counts, negation(part.ended))) for part in parts))
    return _Side(
        due=both(covered, over),
        unknown=both(negation(supported), either(doubtful, negation(covered))),
        grounds=tuple(parts),
        undeclared=not parts,
    )


def _counting(parts: list[GroundPart]) -> list[Predicate]:
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
    category: str,
    place: str,
    roles: dict[str, Role],
) -> GroundPart:
    role, name, here = covering.role, covering.role_name, covering.text.frame
    touched = _touched(covering, category, place)
    asked = acts.asked_to_erase(touched)
    ceiling = rules_limit(here, name, role, place, covering.ceilings, floor=False, asked=asked)
    floor = rules_limit(here, name, role, place, covering.floors, floor=True, asked=asked)
    limits = [limit for limit in (ceiling, floor) if limit is not None]
    limit = latest(limits).decided() if limits else UNKNOWN
    gate = activity_gate(here, name, role, covering.activity)
    acted = acts.act_gate(touched)
    ended = either(limit.ended, gate.closed, acted.closed)
    unknown = both(either(limit.unknown, gate.unknown, acted.unknown), negation(ended))
    bare = Limit(ended=ended, unknown=unknown)
    capped = _capped(frame, bare, floor, category, place, roles)
    caps = tuple(
        (other, cap)
        for other, each in roles.items()
        for text in texts(frame, other, each)
        for cap in capping(text.frame, category, each.subject, place)
    )
    holds = covering_holds(covering)
    return GroundPart(
        covering, category, holds, capped.ended, capped.unknown, asked=asked, capped_by=caps
    )


def _capped(
    frame: Frame,
    limit: Limit,
    floor: Limit | None,
    category: str,
    place: str,
    roles: dict[str, Role],
) -> Limit:
    """Every cap of the place ends the ground at the latest, except while a floor runs.

    Where the floor is unknown, a cap that has ended leaves the ground unknown.
    """
    floor = (floor or Limit(ended=TRUE)).decided()
    yields = either(floor.ended, floor.unknown)
    looked_at = [
        (name, role, text) for name, role in roles.items() for text in texts(frame, name, role)
    ]
    for name, role, text in looked_at:
        for cap in capping(text.frame, category, role.subject, place):
            capped = both(role_holds(frame, role), text.when, yields)
            end = cap_limit(text.frame, name, role, cap)
            ended = either(limit.ended, both(capped, end.ended, negation(floor.unknown)))
            doubt = either(end.unknown, both(end.ended, floor.unknown))
            unknown = either(limit.unknown, both(capped, doubt))
            limit = Limit(ended=ended, unknown=both(unknown, negation(ended)))
    return limit


def _rule_parts(parts: Sequence[GroundPart]) -> tuple[RulePart, ...]:
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
