"""What the acts of a person do to one ground of a value, and which of them restrict the value."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime
from enum import Enum

from troth.grounds.bases import possible_bases
from troth.grounds.coverage import Spot
from troth.grounds.events import Look
from troth.grounds.facts import Act
from troth.grounds.limits import Kind, Outcome, latest
from troth.grounds.people import Name, names
from troth.grounds.phases import Phase
from troth.grounds.phases import phase as phase_of
from troth.law.calendar import day_of
from troth.policy.model import Activity, LegalBasis, Policy

WEIGHED = ("legitimate-interests", "public-task")
"""Bases to which a person may object (Art. 21(1)): the controller weighs, and bears the proof."""


def may_object(activity: Activity) -> bool:
    """Whether a person may object to an activity at all (Art. 21(1)-(2)).

    To what rests on a consent an objection is its withdrawal.
    """
    return activity.direct_marketing or any(
        basis.kind in (*WEIGHED, "consent") for basis in activity.legal_bases
    )


class Effect(Enum):
    """What an act does to a ground."""

    NOTHING = "nothing"
    UNKNOWN = "may have ended it"
    ENDS = "has ended it"


def phase(act: Act, activity: str, now: datetime, policy: Policy) -> Phase:
    """How far an act has come for an activity that is no direct marketing."""
    return phase_of(act, activity, False, now, day_of(now, policy.zoneinfo))


def in_force(act: Act, now: datetime, policy: Policy) -> bool:
    """Whether a restriction counts: it is neither lifted nor at its review day."""
    return act.kind == "restriction" and phase(act, "", now, policy) is Phase.EFFECTIVE


def within_scope(act: Act, category: str | None, place: str, policy: Policy) -> bool:
    """Whether an act's categories and places contain a value's."""
    if act.places and place not in act.places:
        return False
    if not act.categories:
        return True
    return category is not None and any(name in act.categories for name in policy.lineage(category))


def names_person(act: Act, person: Iterable[Name]) -> bool:
    """Whether one of the act's names is an identifier of the person."""
    return any(names(name, identifier) for name in person for identifier in act.persons)


def acts_on(name: str, spot: Spot, look: Look) -> Iterator[Act]:
    """The acts of the value's person, under the role looked at, that may touch an activity."""
    for act in look.facts.acts:
        if (
            act.kind != "restriction"
            and act.at <= look.now
            and (not act.activities or name in act.activities)
            and within_scope(act, spot.category, spot.place, spot.policy)
            and any(names_person(act, person) for person in look.persons)
        ):
            yield act


def asked_to_erase(name: str, spot: Spot, look: Look) -> bool:
    """Whether an erasure has taken effect for the activity: its archives begin at once."""
    return any(
        act.kind == "erasure" and phase(act, name, look.now, spot.policy) is Phase.EFFECTIVE
        for act in acts_on(name, spot, look)
    )


def effect_of_acts(
    name: str,
    activity: Activity,
    spot: Spot,
    look: Look,
    own: Outcome,
    floors: list[Outcome],
    overriding: list[Outcome],
) -> tuple[Effect, Act | None]:
    """What the person's acts together do to the ground of an activity, and the act that does it.

    `own`: the end of its rules by themselves; `floors`, `overriding`: those of its floors, and of
    the rules that withstand an erasure (Art. 17(3)).
    """
    acts = tuple(acts_on(name, spot, look))
    if not acts:
        return Effect.NOTHING, None

    def on(basis: LegalBasis, act: Act) -> Effect:
        if basis.consent is not None and _given_since(basis.consent, act, look):
            return Effect.NOTHING
        if activity.direct_marketing:  # nothing is weighed
            return Effect.ENDS
        return _on_basis(basis, act, name, look, own, floors, overriding)

    found = [
        _strongest((on(basis, act), act) for act in acts)
        for basis in possible_bases(activity, look)
    ]
    effects = {effect for effect, _ in found}
    if len(effects) > 1:
        act = next(act for effect, act in found if effect is not Effect.NOTHING)
        return Effect.UNKNOWN, act
    return found[0] if found else (Effect.NOTHING, None)


def _strongest(effects: Iterable[tuple[Effect, Act]]) -> tuple[Effect, Act | None]:
    """What several acts come to: the end, if one of them brings it."""
    told: dict[Effect, Act] = {}
    for effect, act in effects:
        told.setdefault(effect, act)
    for effect in (Effect.ENDS, Effect.UNKNOWN):
        if effect in told:
            return effect, told[effect]
    return Effect.NOTHING, None


def _on_basis(
    basis: LegalBasis,
    act: Act,
    name: str,
    look: Look,
    own: Outcome,
    floors: list[Outcome],
    overriding: list[Outcome],
) -> Effect:
    """What one act does to the ground if `basis` is what counts."""
    came = phase(act, name, look.now, look.evidence.policy)
    if act.kind in ("opt-out", "death") or came is Phase.VOID:
        return Effect.NOTHING
    erasure = act.kind == "erasure"
    withstanding = floors + overriding if erasure else floors
    if basis.kind == "consent":
        return Effect.ENDS if erasure or name in act.activities else Effect.NOTHING
    if basis.kind in WEIGHED:
        return _withstood(withstanding) if came is Phase.EFFECTIVE else Effect.NOTHING
    if basis.kind == "contract" and erasure:
        if own.kind is Kind.OPEN:
            return Effect.NOTHING
        ended = _withstood(withstanding)
        unsure = own.kind in (Kind.UNKNOWN, Kind.NEVER)
        return Effect.UNKNOWN if unsure and ended is Effect.ENDS else ended
    return Effect.NOTHING


def _given_since(consent: str, act: Act, look: Look) -> bool:
    """Whether everybody of the value whom the act names has given the consent after it."""
    named = [person for person in look.persons if names_person(act, person)]
    return all(
        any(
            (fact.consent, fact.by, fact.state) == (consent, "person", "given")
            and act.at < fact.at <= look.now
            and any(names(name, fact.person) for name in person)
            for fact in look.facts.consents
        )
        for person in named
    )


def _withstood(withstanding: list[Outcome]) -> Effect:
    """The end of a ground, unless a floor or an overriding rule still runs."""
    kind = latest(withstanding).kind if withstanding else Kind.ENDED
    if kind in (Kind.RUNNING, Kind.OPEN):
        return Effect.NOTHING
    return Effect.ENDS if kind is Kind.ENDED else Effect.UNKNOWN


def weighs(act: Act, name: str, activity: Activity, look: Look) -> bool:
    """Whether an act that is still undecided suspends what an activity covers (Art. 18(1)(d))."""
    return (
        act.kind in ("objection", "erasure")
        and not activity.direct_marketing
        and phase(act, name, look.now, look.evidence.policy) is Phase.PENDING
        and any(basis.kind in WEIGHED for basis in possible_bases(activity, look))
    )
