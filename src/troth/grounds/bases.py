"""Whether an activity may count for a person: its conditions, its legal basis, its consent."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

from troth.grounds.events import Look
from troth.grounds.people import Valid, consent_of
from troth.grounds.truth import holds
from troth.policy.model import Activity, LegalBasis

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


def _basis(activity: Activity, look: Look) -> Lawful:
    possible: list[LegalBasis] = []
    for basis in activity.legal_bases:
        truth = Truth.YES if basis.when is None else condition(basis.when, look)
        if truth is not Truth.NO:
            possible.append(basis)
        if truth is Truth.YES:
            break
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
    valid = consent_of(look.persons, basis.consent, look.facts, look.now)
    words = {Valid.ENDED: "is withdrawn", Valid.UNKNOWN: "is not recorded", Valid.YES: ""}
    return Lawful(valid, basis, words[valid] and f"consent {basis.consent} {words[valid]}")
