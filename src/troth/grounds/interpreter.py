"""The standing of one value: every ground that was considered, and what they come to together."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime

from troth.grounds.activities import Considered, capped, consider
from troth.grounds.coverage import capping
from troth.grounds.evidence import Evidence, Row, Value
from troth.grounds.facts import Act, Facts, Hold
from troth.grounds.inside import readable
from troth.grounds.looking import category, lookings_at
from troth.grounds.people import holding, unresolved
from troth.grounds.restriction import restricting, restricting_nobody
from troth.grounds.retention import until_outcome
from troth.grounds.standing import Ground, Standing, State, Waiting
from troth.grounds.truth import holds
from troth.policy.model import Policy

_NOBODY = "it names a person whom no store knows"


def standing(value: Value, evidence: Evidence, facts: Facts, now: datetime) -> Standing:
    """Whether a value may stay at the aware instant `now`, by which grounds, and until when.

    GDPR 5(1)(e) and 17(1)(a): without a ground it is due; what cannot be decided is unknown.
    """
    if is_protected(value.row, evidence):
        return Standing(State.SUPPORTED, (), None, protected=True)
    held = tuple(_hold_ground(hold) for hold in holding(value.row, evidence, facts, now))
    held += tuple(_act_ground(act) for act in restricting(value, evidence, facts, now))
    place = evidence.map.place_of(value.row.store, value.row.table)
    grounds = held + _grounds(value, category(value, evidence), evidence, facts, now, place)
    state = _state(grounds)
    if state is State.DUE:
        blind = tuple(_blind_ground(h) for h in unresolved(value.row, evidence, facts, now))
        blind += tuple(
            replace(_act_ground(act), state=State.UNKNOWN, waiting=Waiting.UNKNOWN, why=_NOBODY)
            for act in restricting_nobody(value, evidence, facts, now)
        )
        if not readable(value, evidence):
            blind += (_unreadable_ground(),)
        grounds, state = grounds + blind, _state(grounds + blind)
    return Standing(state, grounds, _end(grounds) if state is State.SUPPORTED else None)


def is_protected(row: Row, evidence: Evidence) -> bool:
    """Whether the map protects the row: staff, system and test rows are never touched."""
    protect = evidence.table(row).protect
    return protect is not None and holds(protect, row, evidence)


def never_stored(category: str, policy: Policy) -> bool:
    """Whether no value of the category, or of an ancestor of it, may exist."""
    return any(
        policy.categories[name].never_stored
        for name in policy.lineage(category)
        if name in policy.categories
    )


def consider_all(
    value: Value, data: str, evidence: Evidence, facts: Facts, now: datetime, place: str
) -> tuple[Considered, ...]:
    """Every activity's ground for a value of the category `data`, as if it lay in `place`; capped.

    An exclusive rule that counts leaves no other activity's ground.
    """
    lookings = lookings_at(value, data, evidence, facts, now, place)
    only = evidence.table(value.row).activities
    caps = [
        until_outcome(cap, each.look, floor=False)
        for each in lookings
        for cap in each.spot.policy.caps
        if capping(cap, each.spot)
    ]
    found = [
        capped(considered, caps)
        for each in lookings
        if not never_stored(data, each.spot.policy)
        for name, activity in each.spot.policy.activities.items()
        if (not only or name in only)
        and (considered := consider(name, activity, each.spot, each.look)) is not None
    ]
    return _exclusively(found)


def _grounds(
    value: Value,
    data: str | None,
    evidence: Evidence,
    facts: Facts,
    now: datetime,
    place: str,
) -> tuple[Ground, ...]:
    """The grounds of a value of a category; a value that no activity covers is unknown."""
    if data is None:
        return (_undeclared("the map gives it no category"),)
    if never_stored(data, evidence.policy):
        return ()
    found = consider_all(value, data, evidence, facts, now, place)
    if not found:
        return (_undeclared("no activity covers it under any role that holds"),)
    return tuple(considered.ground for considered in found)


def _exclusively(found: Sequence[Considered]) -> tuple[Considered, ...]:
    keep = {considered.ground.activity for considered in found if considered.exclusive}
    if not keep:
        return tuple(found)
    return tuple(
        considered
        if considered.ground.activity in keep
        else replace(considered, ground=_excluded(considered.ground), set_aside=True)
        for considered in found
    )


def _excluded(ground: Ground) -> Ground:
    why = "an exclusive rule of another activity counts"
    return replace(ground, state=State.DUE, ends=None, waiting=None, why=why)


def _state(grounds: Sequence[Ground]) -> State:
    states = {ground.state for ground in grounds}
    if State.SUPPORTED in states:
        return State.SUPPORTED
    return State.UNKNOWN if State.UNKNOWN in states else State.DUE


def _end(grounds: Sequence[Ground]) -> date | None:
    """The latest end of the supporting grounds; None if any of them is open."""
    ends = [ground.ends for ground in grounds if ground.state is State.SUPPORTED]
    known = [end for end in ends if end is not None]
    return max(known) if len(known) == len(ends) else None


def _undeclared(why: str) -> Ground:
    return Ground(
        None, None, None, (), "GDPR 5(1)(e)", State.UNKNOWN, None, Waiting.UNKNOWN, why=why
    )


def _unreadable_ground() -> Ground:
    return _undeclared("its column holds no JSON, or something else than an object on the way")


def _hold_ground(hold: Hold) -> Ground:
    return Ground(
        None,
        None,
        None,
        (),
        hold.article,
        State.SUPPORTED,
        None,
        Waiting.HOLD,
        hold=hold.id,
        why=hold.reason,
    )


def _blind_ground(hold: Hold) -> Ground:
    return replace(
        _hold_ground(hold),
        state=State.UNKNOWN,
        waiting=Waiting.UNKNOWN,
        why="the hold names a person whom no store knows",
    )


def _act_ground(act: Act) -> Ground:
    return Ground(
        None,
        None,
        None,
        (),
        "GDPR 18(1)(d)" if act.kind == "objection" else "GDPR 18(1)",
        State.SUPPORTED,
        None,
        Waiting.RESTRICTION,
        act=act.id,
        why=f"{act.kind}: every use is suspended, deletion too",
    )
