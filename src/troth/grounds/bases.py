"""Whether an activity may count for a person: its conditions, its legal basis, its consent."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

from troth.grounds.events import Look
from troth.grounds.limits import Kind
from troth.grounds.people import Age, Valid, consent_of, person_rows
from troth.grounds.retention import limit_outcome
from troth.grounds.truth import holds
from troth.law.calendar import Period
from troth.policy.model import Activity, LegalBasis
from troth.policy.retention import Limit

ARTICLES = {
    "consent": "GDPR 6(1)(a)",
    "contract": "GDPR 6(1)(b)",
    "legal-obligation": "GDPR 6(1)(c)",
    "vital-interests": "GDPR 6(1)(d)",
    "public-task": "GDPR 6(1)(e)",
    "legitimate-interests": "GDPR 6(1)(f)",
}


class Truth(Enum):
    YES = "true"
    NO = "false"
    UNKNOWN = "unknown"


@dataclass(frozen=True)
class Lawful:
    """Whether the activity is lawful for this person now, the basis that counts, and why not."""

    valid: Valid
    basis: LegalBasis | None
    why: str = ""


def lawful(activity: Activity, look: Look) -> Lawful:
    """Conditions of the activity, then the first legal basis that counts, then its consent."""
    conditions = look.evidence.policy.conditions
    undecided = ""
    for name in activity.conditions:
        if conditions[name].on_failure == "suspend":  # it denies use, which is not retention
            continue
        truth = condition(name, look)
        if truth is Truth.NO:
            return Lawful(Valid.ENDED, None, f"condition {name} fails")
        if truth is Truth.UNKNOWN:
            undecided = f"condition {name} is unknown"
    found = _basis(activity, look)
    if undecided and found.valid is Valid.YES:
        return Lawful(Valid.UNKNOWN, found.basis, undecided)
    return found


def condition(name: str, look: Look) -> Truth:
    """What the map's filter of that name says of the value's row."""
    row = look.value_row
    bound = look.evidence.table(row).conditions.get(name)
    if bound is not None:
        return Truth.YES if holds(bound, row, look.evidence) else Truth.NO
    means = look.evidence.policy.conditions[name].unknown_means
    return Truth.NO if means == "fails" else Truth.UNKNOWN


def possible_bases(activity: Activity, look: Look) -> tuple[LegalBasis, ...]:
    """The bases that may count, up to the first that does; one where it is known which."""
    possible: list[LegalBasis] = []
    for basis in activity.legal_bases:
        truth = Truth.YES if basis.when is None else condition(basis.when, look)
        if truth is not Truth.NO:
            possible.append(basis)
        if truth is Truth.YES:
            break
    return tuple(possible)


def _basis(activity: Activity, look: Look) -> Lawful:
    possible = possible_bases(activity, look)
    if not possible:
        return Lawful(Valid.ENDED, None, "no legal basis counts")
    if len({(basis.kind == "consent", basis.consent) for basis in possible}) > 1:
        return Lawful(Valid.UNKNOWN, None, "which legal basis counts is unknown")
    return _valid(possible[0], look)


def _valid(basis: LegalBasis, look: Look) -> Lawful:
    if basis.kind != "consent":
        return Lawful(Valid.YES, basis)
    if basis.consent is None:
        return Lawful(Valid.UNKNOWN, basis, "the basis names no consent")
    if not any(look.persons):
        return Lawful(Valid.UNKNOWN, basis, "the person is not named")
    persons = zip(look.persons, _ages(basis.consent, look), strict=True)
    valid = consent_of(persons, basis.consent, look.facts, look.now)
    words = {Valid.ENDED: "is withdrawn", Valid.UNKNOWN: "is not recorded", Valid.YES: ""}
    return Lawful(valid, basis, words[valid] and f"consent {basis.consent} {words[valid]}")


def _ages(consent: str, look: Look) -> tuple[Age, ...]:
    """Whether each person row of the value is a child for the consent (Art. 8)."""
    declared, row = look.evidence.policy.consents[consent], look.value_row
    rows = person_rows(row, look.role, look.evidence)
    if declared.minimum_age is None or declared.born is None:
        return tuple(Age.ADULT for _ in rows)
    years = Limit(period=Period(years=declared.minimum_age), after=declared.born)
    elsewhere = bool(look.evidence.table(row).roles[look.role].person)
    found = []
    for person in rows:
        seen = look.at(person) if elsewhere else look
        kind = limit_outcome(years, seen, floor=False).kind
        if kind is Kind.UNKNOWN:
            found.append(_TAKEN_FOR[declared.unknown_age])
        else:
            found.append(Age.ADULT if kind is Kind.ENDED else Age.CHILD)
    return tuple(found)


_TAKEN_FOR = {"adult": Age.ADULT, "child": Age.CHILD, "unknown": Age.UNKNOWN}
