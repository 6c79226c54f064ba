"""Which version of the text is in force for a person (Art. 13(3), 5(1)(a))."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime

from troth.grounds.facts import Facts
from troth.grounds.people import Name, has_given
from troth.grounds.personal import Person
from troth.grounds.use import Known, Missing
from troth.law.calendar import day_of
from troth.policy.model import Policy, Version
from troth.policy.versions import acceptance, in_force, latest, text_before, thresholds


def text_of(
    persons: Sequence[Sequence[Name]], policy: Policy, facts: Facts, now: datetime
) -> Policy:
    """The text in force for whoever a value is about under a role.

    Whoever has not accepted a version that needs it stays under the one before; where a value is
    about several, all must have. A person whom nothing names can have accepted nothing.
    """
    today = day_of(now, policy.zoneinfo)
    for threshold in thresholds(policy, today):
        reached = bool(persons) and all(
            any(has_given(person, acceptance(id), facts, now) for id in threshold.accepting)
            for person in persons
        )
        if not reached:
            return text_before(policy, threshold)
    return latest(policy, today)


def text_in_force(
    policy: Policy, known: Known, person: Person, today: date, earlier: Mapping[str, Policy]
) -> Policy | Missing:
    """The text in force for a person whose use is asked about, or that it is not at hand.

    What they accepted is what the asker knows, or what the ledger does. Texts come from `earlier`,
    else from those that the policy has with it.
    """
    texts = {**policy.earlier, **earlier}
    versions = {version.id: version for version in policy.versions}
    for threshold in thresholds(policy, today):
        if any(_accepted(id, known, person) for id in threshold.accepting):
            continue
        return texts.get(threshold.before) or _not_accepted(versions[threshold.accepting[0]])
    first = policy.versions[0]
    begun = first.effective is None or first.effective <= today
    if begun and first.needs_acceptance and not _accepted_any(policy, known, person, today):
        return _not_accepted(first)
    return latest(policy, today)


def _accepted(version: str, known: Known, person: Person) -> bool:
    return known.accepted == version or person.said(acceptance(version), "person") == "given"


def _accepted_any(policy: Policy, known: Known, person: Person, today: date) -> bool:
    return any(_accepted(version.id, known, person) for version in in_force(policy, today))


def _not_accepted(version: Version) -> Missing:
    words = f"the person did not accept version {version.id}, and the version before is not at hand"
    return Missing("version-not-accepted", words, "GDPR 5(1)(a), 13(3)", version.clauses)
