"""Whether a consent is valid for a use now: given, not withdrawn, not expired, fully signed."""

from __future__ import annotations

from datetime import date

from troth.grounds.personal import Person
from troth.grounds.use import Known, Missing
from troth.law.calendar import Period, add
from troth.policy.model import Consent, Policy

_CHILD = "GDPR 8(1)"
_FRENCH_CHILD = "GDPR 8(1), Loi 78-17 art. 45"


def unsigned(
    name: str, policy: Policy, person: Person, known: Known, today: date
) -> tuple[Missing, ...]:
    """What is missing for a named consent to be valid; nothing where it is (Art. 7, 8).

    A child's needs the person and the parent. A person of unknown age is taken for what the
    consent says; as `unknown` they need both, so that it is valid whichever they are.
    """
    consent = policy.consents.get(name)
    if consent is None:
        words = f"the policy has no consent '{name}'"
        return (Missing("consent-not-declared", words, "GDPR 6(1)(a)"),)
    missing = list(_signature(name, consent, person, "person", "GDPR 6(1)(a)"))
    age = _age(consent, known, today)
    if age != "adult":
        article = _FRENCH_CHILD if "fr-loi-78-17" in policy.laws else _CHILD
        missing += _signature(name, consent, person, "parent", article)
        if missing and age == "unknown":
            words = f"the person's age is unknown, on which consent {name} depends"
            missing.append(Missing("age-unknown", words, article, consent.clauses))
    return tuple(missing)


def _age(consent: Consent, known: Known, today: date) -> str:
    if consent.minimum_age is None:
        return "adult"
    if known.birth is None:
        return consent.unknown_age
    of_age = add(known.birth, Period(years=consent.minimum_age)) <= today
    return "adult" if of_age else "child"


def _signature(
    name: str, consent: Consent, person: Person, by: str, article: str
) -> tuple[Missing, ...]:
    whose = f"consent {name}" if by == "person" else f"the parent's consent {name}"
    prefix = "consent" if by == "person" else "parent-consent"
    match person.said(name, by):
        case "given":
            return ()
        case "withdrawn":
            missing = Missing(
                f"{prefix}-withdrawn", f"{whose} was withdrawn", "GDPR 7(3)", consent.clauses
            )
        case "expired":
            words = f"{whose} has expired: {consent.expires} have passed since it was given"
            missing = Missing(f"{prefix}-expired", words, "GDPR 5(1)(e), 7(1)", consent.clauses)
        case None:
            words = f"{whose} was never given"
            missing = Missing(f"{prefix}-missing", words, article, consent.clauses)
    return (missing,)
