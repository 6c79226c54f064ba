"""What must be true of the person: conditions, legal bases, consent."""

from __future__ import annotations

from dataclasses import dataclass

from troth.datamap.model import Role
from troth.plan.frame import Frame
from troth.plan.predicate import FALSE, TRUE, KeyIn, Predicate, both, either, negation
from troth.plan.sets import ConsentPersons
from troth.policy.model import Activity, LegalBasis


@dataclass(frozen=True)
class Gate:
    """Rows for which something closes the ground, and rows for which that is unknown."""

    closed: Predicate = FALSE
    unknown: Predicate = FALSE


def activity_gate(frame: Frame, role: Role, activity: Activity) -> Gate:
    """Conditions and legal bases of an activity, for a person in `role`."""
    gates = [_condition_gate(frame, name) for name in activity.conditions]
    gates.append(_basis_gate(frame, role, activity.legal_bases))
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


def _basis_gate(frame: Frame, role: Role, bases: tuple[LegalBasis, ...]) -> Gate:
    """The first basis whose condition holds counts; none closes the ground."""
    gate = Gate()
    before: Predicate = TRUE  # no basis so far counts
    for index, basis in enumerate(bases):
        holds = _condition(frame, basis.when) if basis.when is not None else TRUE
        if holds is None:
            rest = _undecided(frame, role, bases[index:])
            return Gate(
                closed=either(gate.closed, both(before, rest.closed)),
                unknown=either(gate.unknown, both(before, rest.unknown)),
            )
        consent = _consent_gate(frame, role, basis)
        counts = both(before, holds)
        gate = Gate(
            closed=either(gate.closed, both(counts, consent.closed)),
            unknown=either(gate.unknown, both(counts, consent.unknown)),
        )
        before = both(before, negation(holds))
    return Gate(closed=either(gate.closed, before), unknown=gate.unknown)


def _undecided(frame: Frame, role: Role, bases: tuple[LegalBasis, ...]) -> Gate:
    """One of several bases counts and it is unknown which: it matters only if consent is needed."""
    needs = {basis.consent if basis.kind == "consent" else None for basis in bases}
    if len(needs) > 1:
        return Gate(unknown=TRUE)
    return _consent_gate(frame, role, bases[0])


def _consent_gate(frame: Frame, role: Role, basis: LegalBasis) -> Gate:
    if basis.kind != "consent":
        return Gate()
    if basis.consent is None:
        return Gate(unknown=TRUE)
    given = consent_state(frame, role, basis.consent, "given")
    withdrawn = consent_state(frame, role, basis.consent, "withdrawn")
    return Gate(closed=withdrawn, unknown=negation(either(given, withdrawn)))


def consent_state(frame: Frame, role: Role, consent: str, state: str) -> Predicate:
    """The newest fact of the person in `role` about `consent` is `state`."""
    person = frame.end(role.person)
    key = person.require_key()
    name = frame.context.ask(
        ConsentPersons(
            name=f"consent-{person.label}-{consent}-{state}",
            store=person.store,
            table=person.table,
            columns=key,
            consent=consent,
            state="given" if state == "given" else "withdrawn",
        )
    )
    return frame.along(role.person, KeyIn(set=name, columns=key))
