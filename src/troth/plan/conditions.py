"""What must be true of the person: conditions, legal bases, consent."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from troth.datamap.model import Role
from troth.law.calendar import Period, cutoff
from troth.plan.days import Cut, event_limit, identity_columns, same_role
from troth.plan.frame import Frame
from troth.plan.predicate import FALSE, TRUE, KeyIn, Predicate, both, either, negation
from troth.plan.sets import ConsentPersons
from troth.policy.model import Activity, LegalBasis


@dataclass(frozen=True)
class Asked:
    """For whom a gate is asked: the person of a row of the frame, in a role."""

    frame: Frame
    role_name: str
    role: Role


@dataclass(frozen=True)
class Gate:
    """Rows for which something closes the ground, and rows for which that is unknown."""

    closed: Predicate = FALSE
    unknown: Predicate = FALSE


def activity_gate(frame: Frame, role_name: str, role: Role, activity: Activity) -> Gate:
    """Conditions and legal bases of an activity, for a person in `role`."""
    gates = [_condition_gate(frame, name) for name in activity.conditions]
    asked = Asked(frame, role_name, role)
    gates.append(_basis_gate(asked, activity.legal_bases))
    closed = either(*(gate.closed for gate in gates))
    return Gate(
        closed=closed,
        unknown=both(either(*(gate.unknown for gate in gates)), negation(closed)),
    )


def _condition(frame: Frame, name: str) -> Predicate | None:
    """The condition as a predicate; None where it is unknown."""
    bound = frame.entry.conditions.get(name)
    if bound is not None:
        return frame.filter(bound)
    declared = frame.context.policy.conditions[name]
    return None if declared.unknown_means == "unknown" else FALSE


def basis_condition(frame: Frame, basis: LegalBasis) -> Predicate | None:
    """The rows for which a basis' condition holds; None where that is unknown."""
    return TRUE if basis.when is None else _condition(frame, basis.when)


def _condition_gate(frame: Frame, name: str) -> Gate:
    if frame.context.policy.conditions[name].on_failure == "suspend":
        return Gate()
    holds = _condition(frame, name)
    return Gate(unknown=TRUE) if holds is None else Gate(closed=negation(holds))


def _basis_gate(asked: Asked, bases: tuple[LegalBasis, ...]) -> Gate:
    """The first basis whose condition holds counts; none closes the ground."""
    gate = Gate()
    before: Predicate = TRUE  # no basis so far counts
    for index, basis in enumerate(bases):
        holds = basis_condition(asked.frame, basis)
        if holds is None:
            rest = _undecided(asked, bases[index:])
            return Gate(
                closed=either(gate.closed, both(before, rest.closed)),
                unknown=either(gate.unknown, both(before, rest.unknown)),
            )
        consent = _consent_gate(asked, basis)
        counts = both(before, holds)
        gate = Gate(
            closed=either(gate.closed, both(counts, consent.closed)),
            unknown=either(gate.unknown, both(counts, consent.unknown)),
        )
        before = both(before, negation(holds))
    return Gate(closed=either(gate.closed, before), unknown=gate.unknown)


def _undecided(asked: Asked, bases: tuple[LegalBasis, ...]) -> Gate:
    """One of several bases counts and it is unknown which: it matters only if consent is needed."""
    needs = {basis.consent if basis.kind == "consent" else None for basis in bases}
    if len(needs) > 1:
        return Gate(unknown=TRUE)
    return _consent_gate(asked, bases[0])


def _consent_gate(asked: Asked, basis: LegalBasis) -> Gate:
    if basis.kind != "consent":
        return Gate()
    if basis.consent is None:
        return Gate(unknown=TRUE)
    given = consent_state(asked, basis.consent, "given")
    withdrawn = consent_state(asked, basis.consent, "withdrawn")
    if not asked.role.person:  # one row: at most one of them is true
        return Gate(closed=withdrawn, unknown=negation(either(given, withdrawn)))
    clear = either(both(given, negation(withdrawn)), both(withdrawn, negation(given)))
    return Gate(closed=both(withdrawn, negation(given)), unknown=negation(clear))


def consent_state(asked: Asked, consent: str, state: Literal["given", "withdrawn"]) -> Predicate:
    """Rows whose person's valid word about `consent` is `state`; of a child, the parent's too."""
    frame, role = asked.frame, asked.role
    person = frame.end(role.person)
    names = identity_columns(frame, asked.role_name, role)
    own = _said(frame, person, names, consent, state, "person")
    ages = _ages(asked, person, consent)
    if ages is None:
        return frame.along(role.person, own)
    parent = _said(frame, person, names, consent, state, "parent")
    together = both(own, parent) if state == "given" else either(own, parent)
    alike = both(own, parent) if state == "given" else own
    word = either(both(ages.adult, own), both(ages.child, together), both(ages.unknown, alike))
    return frame.along(role.person, word)


def _said(
    frame: Frame,
    person: Frame,
    names: tuple[str, ...],
    consent: str,
    state: Literal["given", "withdrawn"],
    by: Literal["person", "parent"],
) -> Predicate:
    """Person rows about whom the newest fact of `consent` by `by` is `state`."""
    key = person.require_key()
    name = frame.context.ask(
        ConsentPersons(
            name=f"consent-{person.label}-{consent}-{state}-{by}-{'+'.join(names)}",
            store=person.store,
            table=person.table,
            columns=key,
            identity=names,
            consent=consent,
            state=state,
            by=by,
        )
    )
    return KeyIn(set=name, columns=key)


@dataclass(frozen=True)
class _Ages:
    """Person rows by age, where a consent has a minimum age; every row is one of them."""

    adult: Predicate
    child: Predicate
    unknown: Predicate


def _ages(asked: Asked, person: Frame, consent: str) -> _Ages | None:
    """Who is a child for a consent (Art. 8); None where it makes no difference."""
    declared = person.context.policy.consents[consent]
    if declared.minimum_age is None or declared.born is None:
        return None
    role_name: str = asked.role_name
    role: Role | None = asked.role
    if asked.role.person:
        role_name, role = same_role(person, asked.role)
    day = cutoff(person.context.day, Period(years=declared.minimum_age))
    limit = event_limit(person, declared.born, Cut(day, role, role_name))
    taken = declared.unknown_age
    return _Ages(
        adult=either(limit.ended, limit.unknown if taken == "adult" else FALSE),
        child=negation(either(limit.ended, FALSE if taken == "child" else limit.unknown)),
        unknown=limit.unknown if taken == "unknown" else FALSE,
    )
