"""Which acts suspend every use of a value, and so its deletion too (Art. 18, Art. 21(1))."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime

from troth.grounds.acts import in_force, names_person, weighs, within_scope
from troth.grounds.coverage import covering, covers
from troth.grounds.evidence import Evidence, Value
from troth.grounds.facts import Act, Facts
from troth.grounds.looking import Looking, category, lookings_at, roles_of
from troth.grounds.people import Name, identifiers, persons_of
from troth.grounds.truth import holds

Persons = tuple[tuple[Name, ...], ...]
Concerns = Callable[[Act, Persons], bool]


def restricting(value: Value, evidence: Evidence, facts: Facts, now: datetime) -> tuple[Act, ...]:
    """The acts that restrict the value at the aware instant `now`."""

    def concerns(act: Act, persons: Persons) -> bool:
        return any(names_person(act, person) for person in persons)

    return _suspending(value, evidence, facts, now, concerns)


def restricting_nobody(
    value: Value, evidence: Evidence, facts: Facts, now: datetime
) -> tuple[Act, ...]:
    """The acts that name a person whom no store knows, and that could restrict the value."""
    nobodys = {act.id for act in facts.acts if not (act.resolved or _known(act, evidence))}

    def could_concern(act: Act, _persons: Persons) -> bool:
        return act.id in nobodys

    return _suspending(value, evidence, facts, now, could_concern)


def _suspending(
    value: Value, evidence: Evidence, facts: Facts, now: datetime, concerns: Concerns
) -> tuple[Act, ...]:
    found = [*_restrictions(value, evidence, facts, now, concerns)]
    found += _weighed(value, evidence, facts, now, concerns)
    return tuple(dict.fromkeys(found))


def _restrictions(
    value: Value, evidence: Evidence, facts: Facts, now: datetime, concerns: Concerns
) -> Iterator[Act]:
    """Restrictions in force on the person of the value, whichever of its roles hold."""
    place = evidence.map.place_of(value.row.store, value.row.table)
    for act in facts.acts:
        if (
            in_force(act, now, evidence.policy)
            and within_scope(act, category(value, evidence), place, evidence.policy)
            and any(
                concerns(act, persons_of(value.row, role, evidence))
                for role in roles_of(value, evidence)
            )
        ):
            yield act


def _weighed(
    value: Value, evidence: Evidence, facts: Facts, now: datetime, concerns: Concerns
) -> Iterator[Act]:
    """Undecided objections and erasures on an activity that covers the value."""
    pending = [act for act in facts.acts if act.at <= now and act.kind in ("objection", "erasure")]
    if not pending:
        return
    place = evidence.map.place_of(value.row.store, value.row.table)
    data = category(value, evidence)
    for looking in () if data is None else lookings_at(value, data, evidence, facts, now, place):
        for act in pending:
            if (
                concerns(act, looking.look.persons)
                and within_scope(act, data, place, evidence.policy)
                and _weighs_some(act, value, looking, evidence)
            ):
                yield act


def _weighs_some(act: Act, value: Value, looking: Looking, evidence: Evidence) -> bool:
    only = evidence.table(value.row).activities
    return any(
        (not only or name in only)
        and (not act.activities or name in act.activities)
        and bool(covers(activity, looking.spot) or covering(activity, looking.spot))
        and weighs(act, name, activity, looking.look)
        for name, activity in looking.spot.policy.activities.items()
    )


def concerned(value: Value, evidence: Evidence, acts: tuple[Act, ...]) -> bool:
    """Whether the value is data of a person of one of the acts, under a role that holds."""
    roles = evidence.table(value.row).roles
    return any(
        names_person(act, person)
        for name in roles_of(value, evidence)
        if holds(roles[name].when, value.row, evidence)
        for person in persons_of(value.row, name, evidence)
        for act in acts
    )


def _known(act: Act, evidence: Evidence) -> bool:
    """Some row of some store names the person."""
    return any(
        names_person(act, identifiers(row, evidence))
        for store, entry in evidence.map.stores.items()
        for table in entry.tables
        for row in evidence.all_of(store, table)
    )
