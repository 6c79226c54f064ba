"""Whether a purpose may use a value: what it covers, its conditions, its basis (Art. 6, 9)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from troth.grounds.bases import ARTICLES
from troth.grounds.effects import on_basis, on_marketing
from troth.grounds.personal import Person
from troth.grounds.signing import unsigned
from troth.grounds.standing import State
from troth.grounds.use import Deciding, Known, Missing, Question
from troth.policy.model import Activity, LegalBasis, Policy


def covered(name: str, activity: Activity, question: Question, policy: Policy) -> Iterator[Missing]:
    """The activity covers the category, the subject and the place, and may begin (Art. 35)."""
    lineage = policy.lineage(question.category)
    never = [each for each in lineage if each in policy.categories]
    if not never:
        words = f"the policy declares no category '{question.category}'"
        yield Missing("category-not-declared", words, "GDPR 5(1)(c)")
    for each in never:
        if policy.categories[each].never_stored:
            words = f"{each} is never stored, so there is nothing to use"
            yield Missing("never-stored", words, "GDPR 5(1)(c)", policy.categories[each].clauses)
    if not set(activity.categories) & set(lineage):
        words = f"{name} does not use {question.category}"
        yield Missing("category-not-covered", words, "GDPR 5(1)(b)", activity.clauses)
    subject = question.subject
    if subject and not set(activity.subjects) & set(policy.subject_lineage(subject)):
        words = f"{name} is not about {subject}"
        yield Missing("subject-not-covered", words, "GDPR 5(1)(b)", activity.clauses)
    if question.place and activity.places and question.place not in activity.places:
        words = f"{name} does not take place in {question.place}"
        yield Missing("place-not-covered", words, "GDPR 5(1)(b)", activity.clauses)
    if activity.impact_assessment == "needed":
        words = f"the impact assessment of {name} is not done"
        yield Missing("assessment-not-done", words, "GDPR 35(1)", activity.clauses)


def _truth(condition: str, policy: Policy, known: Known) -> bool | None:
    if condition in known.true:
        return True
    fails = policy.conditions[condition].unknown_means == "fails"
    return False if condition in known.false or fails else None


def conditions(activity: Activity, policy: Policy, known: Known) -> Iterator[Missing]:
    """Each condition must be known to be true, also one whose failure only suspends use."""
    for name in activity.conditions:
        condition = policy.conditions[name]
        if _truth(name, policy, known) is None:
            words = f"condition {name} is unknown: {condition.label}"
            yield Missing("condition-unknown", words, "GDPR 5(1)(a)", condition.clauses)
        elif name not in known.true:
            words = f"condition {name} is not met: {condition.label}"
            yield Missing("condition-not-met", words, "GDPR 5(1)(a)", condition.clauses)


def special(
    activity: Activity,
    question: Question,
    policy: Policy,
    person: Person,
    known: Known,
    today: date,
) -> Iterator[Missing]:
    """Special categories need one condition of Art. 9(2), and its consent where it names one."""
    entries = [policy.categories.get(each) for each in policy.lineage(question.category)]
    special = next((entry for entry in entries if entry is not None and entry.special), None)
    if special is None:
        return
    article = "GDPR 10" if special.special == "criminal-offences" else "GDPR 9(1)"
    lacking = [
        unsigned(each.consent, policy, person, known, today) if each.consent else ()
        for each in activity.special_conditions
    ]
    if not lacking:
        words = f"{question.category} is a special category, and no condition allows it here"
        yield Missing("special-category", words, article, special.clauses)
    elif all(lacking):
        for each in lacking:
            yield from each


def kept(name: str, activity: Activity, known: Known) -> Iterator[Missing]:
    """What retention says of the purpose's own ground, where it was looked at."""
    if known.state is State.DUE:
        words = f"the ground of {name} for this value has ended"
        yield Missing("ground-ended", words, "GDPR 5(1)(e)", activity.clauses)
    elif known.state is State.UNKNOWN:
        words = f"whether {name} still has a ground for this value is unknown"
        yield Missing("ground-unknown", words, "GDPR 5(1)(e)", activity.clauses)


def basis_of(
    name: str,
    activity: Activity,
    question: Question,
    policy: Policy,
    person: Person,
    known: Known,
    today: date,
) -> tuple[Deciding | None, tuple[Missing, ...]]:
    """The first basis that counts; where others may count before it, all of them must hold."""
    possible: list[LegalBasis] = []
    sure = False
    for basis in activity.legal_bases:
        truth = True if basis.when is None else _truth(basis.when, policy, known)
        if truth is not False:
            possible.append(basis)
        if truth is True:
            sure = True
            break
    if not sure:
        unknown = "which basis counts is unknown" if possible else "no legal basis counts"
        words = f"{unknown} for {name}"
        lacking = Missing("no-legal-basis", words, "GDPR 6(1)", activity.clauses)
        return None, (lacking, *on_marketing(name, activity, question, policy, person))
    missing: list[Missing] = []
    for basis in possible:
        if basis.kind == "consent" and basis.consent is None:
            words = f"{name} rests on a consent that the policy does not name"
            missing.append(Missing("consent-not-declared", words, "GDPR 6(1)(a)", basis.clauses))
        elif basis.kind == "consent" and basis.consent is not None:
            missing += unsigned(basis.consent, policy, person, known, today)
        missing += on_basis(basis, name, activity, question, policy, person, known)
    last = possible[-1]
    clauses = tuple(dict.fromkeys((*last.clauses, *activity.clauses)))
    return Deciding(name, last.kind, ARTICLES[last.kind], clauses), tuple(missing)
