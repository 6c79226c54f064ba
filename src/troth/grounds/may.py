"""Whether data may be used now: a ground of the purpose, and nothing that stands against it.

Plain and slow on purpose; `troth.desk.decide` answers the same from memory. Shapes are those of
`troth.grounds.use`; no clock is read.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date, datetime
from types import MappingProxyType

from troth.grounds.audience import informed, seen_by
from troth.grounds.disclosure import abroad, to_recipient
from troth.grounds.effects import in_force
from troth.grounds.facts import Facts
from troth.grounds.personal import Person, Spelling, person_of_facts, spelled
from troth.grounds.usable import basis_of, conditions, covered, kept, special
from troth.grounds.use import NOTHING, Answer, Deciding, Known, Missing, Question
from troth.grounds.versions import text_in_force
from troth.law.calendar import day_of
from troth.policy.model import Policy

_NONE: Mapping[str, Policy] = MappingProxyType({})
_EXACT: Spelling = MappingProxyType({})


def may(
    question: Question,
    policy: Policy,
    facts: Facts,
    now: datetime,
    known: Known = NOTHING,
    *,
    spelling: Spelling = _EXACT,
    earlier: Mapping[str, Policy] = _NONE,
) -> Answer:
    """The answer to one question at `now` (aware), with its ground or every missing part.

    `spelling`: how identifiers are compared. `earlier`: texts by the id of their version, for
    people who have not accepted a version that needs it.
    """
    named = tuple(each for each in question.persons if spelled(each, spelling)[1])
    question = replace(question, persons=named)
    person = person_of_facts(named, policy, facts, now, spelling)
    return decide(question, policy, person, known, day_of(now, policy.zoneinfo), earlier)


def decide(
    question: Question,
    policy: Policy,
    person: Person,
    known: Known,
    today: date,
    earlier: Mapping[str, Policy] = _NONE,
) -> Answer:
    """The answer for what is known of a person on a day (of the policy's zone)."""
    if question.instruction is not None:
        return _instructed(question, policy)
    text = text_in_force(policy, known, person, today, earlier)
    if isinstance(text, Missing):
        return Answer(False, None, (text,))
    ground, lacking = (
        _case(question, text, person)
        if question.case is not None
        else _purpose(question, text, person, known, today)
    )
    activity = text.activities.get(question.purpose or "")
    missing = [
        *([_NOBODY] if not question.persons else ()),
        *lacking,
        *seen_by(question, activity, text, known),
        *to_recipient(question, activity, text, person, known, today),
        *abroad(question, text, today),
        *informed(question, activity, text, known, today),
    ]
    if missing or ground is None:
        return Answer(False, None, tuple(sorted(set(missing), key=_by_code)))
    return Answer(True, ground)


_NOBODY = Missing("person-not-named", "nobody is named whose data it is", "GDPR 5(1)(a)")


def _by_code(missing: Missing) -> tuple[str, str]:
    return missing.code, missing.words


def _instructed(question: Question, policy: Policy) -> Answer:
    """Telling a recipient to delete or suspend passes whatever blocks the rest (Art. 19)."""
    recipient = policy.recipients.get(question.recipient or "")
    if recipient is None:
        words = "an instruction goes to a recipient of the policy"
        return Answer(False, None, (Missing("recipient-not-named", words, "GDPR 19"),))
    return Answer(True, Deciding(question.purpose, "instruction", "GDPR 19", recipient.clauses))


def _case(
    question: Question, policy: Policy, person: Person
) -> tuple[Deciding | None, tuple[Missing, ...]]:
    """A hold is a ground for its case alone; a restriction leaves legal claims (Art. 18(2))."""
    clauses = policy.holds.clauses if policy.holds is not None else ()
    for case in person.cases:
        within = not case.tables or question.table in case.tables
        if case.case == question.case and within:
            return Deciding(None, "hold", "GDPR 17(3)(e)", clauses, hold=case.case), ()
    words = f"no open hold of case {question.case} covers it"
    return None, (Missing("no-hold-for-case", words, "GDPR 17(3)(e)", clauses),)


def _purpose(
    question: Question, policy: Policy, person: Person, known: Known, today: date
) -> tuple[Deciding | None, tuple[Missing, ...]]:
    name = question.purpose or ""
    activity = policy.activities.get(name)
    if activity is None:
        words = f"the policy declares no purpose '{name}'"
        return None, (Missing("purpose-not-declared", words, "GDPR 5(1)(b)"),)
    missing = [
        *covered(name, activity, question, policy),
        *conditions(activity, policy, known),
        *special(activity, question, policy, person, known, today),
        *in_force(question, policy, person),
        *kept(name, activity, known),
    ]
    ground, lacking = basis_of(name, activity, question, policy, person, known, today)
    return ground, (*missing, *lacking)
