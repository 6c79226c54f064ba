"""The terms within which requests under a right are answered: the laws', and the policy's own."""

from __future__ import annotations

from collections.abc import Container, Iterable
from datetime import date
from functools import cache

import holidays

from troth.law.calendar import add
from troth.law.deadlines import MEDICAL, MEDICAL_OLD, MONTH, SWISS, Term
from troth.policy.model import Policy
from troth.policy.people import Contact
from troth.policy.terms import RightTerms

_COMPARED_FROM = date(2001, 1, 1)  # terms of unlike units are compared as of a common year


def answer_terms(
    policy: Policy, right: str, categories: Iterable[str] = (), *, old_file: bool = False
) -> tuple[Term, ...]:
    """Every term that binds an answer about these categories (none: all); the law's month first.

    A promise of the law's own month restates it; one that is shorter is a term of its own, and one
    that is longer binds nobody. It may be extended where the policy says so. `old_file`: the
    medical information asked for is older than five years.
    """
    asked = tuple(categories)
    granted = [
        terms
        for terms in policy.rights.values()
        if terms.right == right and _about(terms, asked, policy)
    ]
    found = [MONTH]
    if "ch-nlpd" in policy.laws:
        found.append(SWISS)
    for terms in granted:
        if terms.medical_file:
            found.append(MEDICAL_OLD if old_file else MEDICAL)
        elif terms.deadline is not None and _shorter(terms):
            source = f"the policy ({', '.join(terms.clauses)})"
            found.append(Term(terms.deadline, source, longer=terms.extension))
    return tuple(found)


def every_answer_term(policy: Policy) -> tuple[Term, ...]:
    """The terms of all rights: they bind an answer while it is not known which right is meant."""
    rights = dict.fromkeys(terms.right for terms in policy.rights.values())
    found = [term for right in rights for term in answer_terms(policy, right)]
    return tuple(dict.fromkeys([*answer_terms(policy, ""), *found]))


def contacts_for(policy: Policy, right: str) -> tuple[Contact, ...]:
    """The contacts by which the policy says that a right is exercised.

    Where it names none for that right, those of any right; empty where it names none at all.
    """
    of_right = [
        name for terms in policy.rights.values() if terms.right == right for name in terms.channels
    ]
    named = of_right or [name for terms in policy.rights.values() for name in terms.channels]
    return tuple(policy.contacts[name] for name in dict.fromkeys(named))


def holidays_of(policy: Policy) -> Container[date]:
    """Public holidays of the country in which the first controller is established."""
    countries = (controller.country for controller in policy.controllers.values())
    country = next((found for found in countries if found), None)
    return frozenset() if country is None else _holidays(country)


@cache
def _holidays(country: str) -> Container[date]:
    """Kept, because a year's holidays are worked out when one of its days is first asked for."""
    if country not in holidays.list_supported_countries():
        return frozenset()
    found: Container[date] = holidays.country_holidays(country)
    return found


def _about(terms: RightTerms, asked: tuple[str, ...], policy: Policy) -> bool:
    """Whether a request about these categories is one about what the terms name, in part."""
    if not (asked and terms.categories):
        return True
    return any(
        one in policy.lineage(other) or other in policy.lineage(one)
        for one in asked
        for other in terms.categories
    )


def _shorter(terms: RightTerms) -> bool:
    assert terms.deadline is not None
    return add(_COMPARED_FROM, terms.deadline) < add(_COMPARED_FROM, MONTH.period)
