"""What the ledger says of one person, as far as a use depends on it, free of names and instants."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal

from troth.datamap.model import Normaliser
from troth.grounds.facts import Act, ActKind, ConsentFact, Facts, Hold, Identifier
from troth.grounds.identity import normalise
from troth.grounds.phases import Phase, phase
from troth.law.calendar import add, day_of
from troth.policy.model import Policy

Said = Literal["given", "withdrawn", "expired"]
Spelling = Mapping[str, Normaliser]
"""How the identifiers of a namespace are compared; one that is not named is taken exactly."""


@dataclass(frozen=True)
class Applied:
    """An act as it stands on a day: what it is about, and its phase for each activity.

    `phases`: the activities that a decision names; `otherwise`: every other. Direct marketing
    knows no phase but effective. `given_since`: consents that the person gave after it.
    """

    kind: ActKind
    activities: tuple[str, ...]
    categories: tuple[str, ...]
    places: tuple[str, ...]
    phases: tuple[tuple[str, Phase], ...]
    otherwise: Phase
    given_since: frozenset[str] = frozenset()

    def phase(self, activity: str) -> Phase:
        return dict(self.phases).get(activity, self.otherwise)


@dataclass(frozen=True)
class Case:
    """An open hold on the person: its case, and the tables (`store.table`) that it is about."""

    case: str
    hold: str
    tables: tuple[str, ...]


@dataclass(frozen=True)
class Person:
    """A person's consents (by consent and who signs), acts and cases on one day."""

    consents: frozenset[tuple[str, str, Said]] = frozenset()
    acts: frozenset[Applied] = frozenset()
    cases: frozenset[Case] = frozenset()

    def said(self, consent: str, by: str) -> Said | None:
        """What the person, or the parent, says of a consent; None: nothing."""
        for name, whose, state in self.consents:
            if (name, whose) == (consent, by):
                return state
        return None


def spelled(identifier: Identifier, spelling: Spelling) -> tuple[str, str]:
    """The namespace and the value in the form in which equal identifiers are equal."""
    how = spelling.get(identifier.namespace, "exact")
    return identifier.namespace, normalise(identifier.value, how)


def person_of_facts(
    persons: Iterable[Identifier],
    policy: Policy,
    facts: Facts,
    now: datetime,
    spelling: Spelling,
) -> Person:
    """What the facts say at `now` (aware) of whoever bears any of the identifiers, none empty."""
    mine = {spelled(identifier, spelling) for identifier in persons}

    def named(identifiers: Iterable[Identifier]) -> bool:
        return any(spelled(identifier, spelling) in mine for identifier in identifiers)

    today = day_of(now, policy.zoneinfo)
    newest: dict[tuple[str, str], ConsentFact] = {}
    given: dict[str, datetime] = {}
    for fact in facts.consents:
        if fact.at <= now and named((fact.person,)):
            if (fact.by, fact.state) == ("person", "given"):
                given[fact.consent] = max(fact.at, given.get(fact.consent, fact.at))
            key = (fact.consent, fact.by)
            newest[key] = newer(newest.get(key), fact)
    return Person(
        frozenset((*key, said_of(fact, policy, today)) for key, fact in newest.items()),
        frozenset(
            applied(act, now, today, given)
            for act in facts.acts
            if act.at <= now and named(act.persons)
        ),
        frozenset(
            case_of(hold) for hold in facts.holds if hold.open_at(now) and named(hold.persons)
        ),
    )


def newer(one: ConsentFact | None, other: ConsentFact) -> ConsentFact:
    """The newer of two facts of one consent; at the same instant a withdrawal wins."""
    if one is None or other.at > one.at:
        return other
    return other if other.at == one.at and other.state == "withdrawn" else one


def said_of(fact: ConsentFact, policy: Policy, today: date) -> Said:
    """What a consent's newest fact comes to today: expiry ends use and collection, not storage."""
    if fact.state == "withdrawn":
        return "withdrawn"
    consent = policy.consents.get(fact.consent)
    expires = consent.expires if consent is not None else None
    given = day_of(fact.at, policy.zoneinfo)
    return "expired" if expires is not None and add(given, expires) <= today else "given"


def applied(act: Act, now: datetime, today: date, given: Mapping[str, datetime]) -> Applied:
    """An act with its phases at `now`, without the names of the person.

    `given`: when the person last gave each consent.
    """
    decided = sorted({name for decision in act.decisions for name in decision.activities})
    return Applied(
        act.kind,
        act.activities,
        act.categories,
        act.places,
        tuple((name, phase(act, name, False, now, today)) for name in decided),
        phase(act, None, False, now, today),
        frozenset(consent for consent, at in given.items() if at > act.at),
    )


def case_of(hold: Hold) -> Case:
    """A hold as an answer names it."""
    return Case(hold.case, hold.id, tuple(f"{store}.{table}" for store, table in hold.tables))
