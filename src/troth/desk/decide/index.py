"""The facts of the ledger by the person whom they name, as decisions look them up."""

from __future__ import annotations

from bisect import bisect_right, insort
from collections import defaultdict
from collections.abc import Iterable
from datetime import date, datetime
from typing import TypeVar

from troth.grounds.facts import Act, ConsentFact, Hold, Identifier
from troth.grounds.personal import Person, Said, Spelling, applied, case_of, spelled
from troth.law.calendar import add, day_of
from troth.policy.model import Policy

Key = tuple[str, str]
"""A namespace and an identifier in normal form (`spelled`)."""
Keys = Key | tuple[Key, ...]
"""One identifier of a person, or several of the same person."""
T = TypeVar("T")


class Index:
    """Facts by key. Consents are only ever added; acts and holds, few, are replaced together."""

    def __init__(self, policy: Policy, spelling: Spelling) -> None:
        self._policy = policy
        self._spelling = spelling
        self._consents: defaultdict[Key, list[ConsentFact]] = defaultdict(list)
        self._acts: dict[Key, tuple[Act, ...]] = {}
        self._holds: dict[Key, tuple[Hold, ...]] = {}
        self._instants: list[datetime] = []  # at which acts, holds and future consents change
        self._moments: list[datetime] = []  # those of acts and holds, which are replaced

    def key(self, identifier: Identifier) -> Key:
        """The key of an identifier as facts, maps and questions spell it."""
        return spelled(identifier, self._spelling)

    def add_consents(self, facts: Iterable[ConsentFact], now: datetime) -> set[Key]:
        """Take consents in; whose they are. Those after `now` are known as instants to come."""
        found = set()
        for fact in facts:
            key = self.key(fact.person)
            if key[1]:  # an empty name is nobody's
                self._consents[key].append(fact)
                found.add(key)
                if fact.at > now:
                    insort(self._instants, fact.at)
        return found

    def set_acts_and_holds(self, acts: Iterable[Act], holds: Iterable[Hold]) -> set[Key]:
        """Replace acts and holds; every key whose acts or holds differ from those before."""
        acts, holds = tuple(acts), tuple(holds)
        before = (self._acts, self._holds)
        self._acts = self._by_key((act, act.persons) for act in acts)
        self._holds = self._by_key((hold, hold.persons) for hold in holds)
        instants = [act.at for act in acts]
        instants += [decision.at for act in acts for decision in act.decisions]
        instants += [hold.opened_at for hold in holds]
        instants += [hold.lifted_at for hold in holds if hold.lifted_at is not None]
        self._moments = sorted(instants)
        return _changed(before[0], self._acts) | _changed(before[1], self._holds)

    def next_instant(self, now: datetime) -> datetime | None:
        """The first instant after `now` at which a fact begins or ends to count."""
        following = [
            instants[at]
            for instants in (self._instants, self._moments)
            if (at := bisect_right(instants, now)) < len(instants)
        ]
        return min(following, default=None)

    def everybody(self) -> set[Key]:
        """Every key that a fact names."""
        return {*self._consents, *self._acts, *self._holds}

    def person(self, keys: Keys, now: datetime, today: date) -> Person:
        """What the facts of the keys say at `now`."""
        newest: dict[tuple[str, str], tuple[datetime, bool]] = {}
        given: dict[str, datetime] = {}
        acts: set[Act] = set()
        holds: set[Hold] = set()
        for key in each(keys):
            for fact in self._consents.get(key, ()):
                if fact.at <= now:
                    # True sorts after False: at the same instant a withdrawal wins.
                    mine = (fact.at, fact.state == "withdrawn")
                    name = (fact.consent, fact.by)
                    newest[name] = max(newest.get(name, mine), mine)
                    if (fact.by, fact.state) == ("person", "given"):
                        given[fact.consent] = max(fact.at, given.get(fact.consent, fact.at))
            acts.update(self._acts.get(key, ()))
            holds.update(self._holds.get(key, ()))
        return Person(
            frozenset((*name, self._said(name[0], *said, today)) for name, said in newest.items()),
            frozenset(applied(act, now, today, given) for act in acts if act.at <= now),
            frozenset(case_of(hold) for hold in holds if hold.open_at(now)),
        )

    def _said(self, consent: str, at: datetime, withdrawn: bool, today: date) -> Said:
        if withdrawn:
            return "withdrawn"
        entry = self._policy.consents.get(consent)
        if entry is None or entry.expires is None:
            return "given"
        ends = add(day_of(at, self._policy.zoneinfo), entry.expires)
        return "given" if today < ends else "expired"

    def _by_key(
        self, named: Iterable[tuple[T, tuple[Identifier, ...]]]
    ) -> dict[Key, tuple[T, ...]]:
        found: defaultdict[Key, list[T]] = defaultdict(list)
        for fact, persons in named:
            for key in {self.key(person) for person in persons}:
                if key[1]:
                    found[key].append(fact)
        return {key: tuple(facts) for key, facts in found.items()}


def each(keys: Keys) -> tuple[Key, ...]:
    """The single keys of one or several."""
    if not keys:
        return ()
    return (keys,) if isinstance(keys[0], str) else keys


def _changed(before: dict[Key, tuple[T, ...]], after: dict[Key, tuple[T, ...]]) -> set[Key]:
    return {key for key in {*before, *after} if before.get(key) != after.get(key)}
