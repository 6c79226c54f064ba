"""What must be true of the person: conditions, legal bases, consent."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from troth.datamap.model import Role
from troth.plan.days import identity_columns
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
        holds = _condition(asked.frame, basis.when) if basis.when is not None else TRUE
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
    """The newest fact of the person about `consent` is `state`."""
    frame, role = asked.frame, asked.role
    person = frame.end(role.person)
    names = identity_columns(frame, asked.role_name, role)
    key = person.require_key()
    name = frame.context.ask(
        ConsentPersons(
            name=f"consent-{person.label}-{consent}-{state}-{'+'.join(names)}",
            store=person.store,
            table=person.table,
            columns=key,
            identity=names,
            consent=consent,
            state=state,
        )
    )
    return frame.along(role.person, KeyIn(set=name, columns=key))
