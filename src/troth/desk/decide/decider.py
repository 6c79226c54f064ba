"""Decisions from memory: each question's answers by the few patterns that persons' facts make.

Two people of whom the facts say the same get the same answer. So a person is looked up as the
number of a pattern, and a question as the answers by that number; an answer is computed once, by
the reference (`troth.grounds.may.decide`), and then kept until the day ends or a fact changes it.
"""

from __future__ import annotations

from collections.abc import Callable, Container, Mapping, Set
from dataclasses import fields, replace
from datetime import datetime, timedelta
from types import MappingProxyType

from troth.desk.decide.index import Index, Key, Keys, each
from troth.grounds.facts import Facts, Identifier
from troth.grounds.may import decide
from troth.grounds.personal import Person, Spelling
from troth.grounds.use import NOTHING, Answer, Known, Question
from troth.law.calendar import day_begins, day_of
from troth.policy.model import Policy

MOST_QUESTIONS = 100_000  # different questions that are remembered; beyond, they begin anew
MOST_PERSONS = 1_000_000  # persons whose patterns are remembered; beyond, they begin anew
NOBODY: Keys = ()

_EXACT: Spelling = MappingProxyType({})
_NO_TEXTS: Mapping[str, Policy] = MappingProxyType({})
_NOTHING_KNOWN: Mapping[Key, Known] = MappingProxyType({})
_SOMEBODY = (Identifier("", ""),)
_TOLD_APART = [field.name for field in fields(Question) if field.name != "persons"]


class Patterns(dict[Keys, int]):
    """The pattern of each person; a stranger, whom no fact names, is told at once and not kept."""

    def __init__(self, named: Container[Keys], find: Callable[[Keys], int]) -> None:
        super().__init__()
        self._named, self._find = named, find
        self.stranger: int | None = None

    def __missing__(self, person: Keys) -> int:
        if person not in self._named:
            # A key is a pair of texts, the second not empty; all else is found out at length.
            if len(person) == 2 and person[1].__class__ is str and person[1]:
                if self.stranger is None:
                    self.stranger = self._find(person)
                return self.stranger
            return self._find(person)
        if len(self) >= MOST_PERSONS:
            self.clear()
        pattern = self[person] = self._find(person)
        return pattern

    def clear(self) -> None:
        super().clear()
        self.stranger = None


class Answers(dict[int, Answer]):
    """The answers to one question, by pattern, each computed when it is first asked for."""

    def __init__(self, compute: Callable[[int], Answer]) -> None:
        super().__init__()
        self._compute = compute

    def __missing__(self, pattern: int) -> Answer:
        answer = self[pattern] = self._compute(pattern)
        return answer


class Decider:
    """Answers of one policy for one ledger's facts; for one thread.

    `now` (aware) may go on with each question; it never goes back. `known` says what is known of
    people beside the ledger, by the key of any identifier that is asked with; `spelling` and
    `earlier` as in `may`.
    """

    def __init__(
        self,
        policy: Policy,
        facts: Facts,
        now: datetime,
        *,
        known: Mapping[Key, Known] = _NOTHING_KNOWN,
        spelling: Spelling = _EXACT,
        earlier: Mapping[str, Policy] = _NO_TEXTS,
    ) -> None:
        self._policy, self._earlier = policy, earlier
        self._known = dict(known)
        self._index = Index(policy, spelling)
        self._index.add_consents(facts.consents, now)
        self._index.set_acts_and_holds(facts.acts, facts.holds)
        self._named: set[Keys] = {*self._index.everybody(), *self._known}
        self._patterns = Patterns(self._named, self._pattern)
        self._numbers: dict[tuple[Person, Known, bool], int] = {}
        self._profiles: list[tuple[Person, Known, bool]] = []
        self._questions: dict[tuple[str | None, ...], Answers] = {}
        self._interned: dict[Answer, Answer] = {}
        self._from = self._until = now
        self._today = day_of(now, policy.zoneinfo)
        self._until = self._end(now)

    def may(
        self,
        now: datetime,
        purpose: str,
        category: str,
        person: Keys,
        recipient: str | None = None,
        country: str | None = None,
        role: str | None = None,
        region: str | None = None,
    ) -> Answer:
        """The answer to a common question about a person given by keys (`key`)."""
        if now >= self._until:
            self._roll(now)
        try:
            answers = self._questions[purpose, category, recipient, country, role, region]
        except KeyError:
            answers = self._ask(
                Question(
                    purpose,
                    category,
                    recipient=recipient,
                    country=country,
                    role=role,
                    region=region,
                ),
                (purpose, category, recipient, country, role, region),
            )
        return answers[self._patterns[person]]

    def answer(self, now: datetime, question: Question) -> Answer:
        """The answer to any question, with its persons as identifiers."""
        if now >= self._until:
            self._roll(now)
        keys = tuple(dict.fromkeys(self.key(person) for person in question.persons))
        answers = self.answers(question)
        return answers[self._patterns[keys[0] if len(keys) == 1 else keys]]

    def answers(self, question: Question) -> Answers:
        """The answers to a question by pattern; whose data it is, is left out."""
        plain = replace(question, persons=())
        name = ("", *(getattr(plain, field) for field in _TOLD_APART))
        found = self._questions.get(name)
        return self._ask(plain, name) if found is None else found

    def key(self, identifier: Identifier) -> Key:
        """The key by which a person is asked about: namespace and normal form."""
        return self._index.key(identifier)

    def pattern(self, person: Keys) -> int:
        """The number of the pattern that a person's facts make now."""
        return self._patterns[person]

    def everybody(self) -> Set[Keys]:
        """Every key of whom a fact or something else is known; all others are alike."""
        return self._named

    def learn(self, person: Key, known: Known) -> None:
        """What is known of a person beside the ledger, from now on."""
        self._known[person] = known
        self._forget({person})

    def refresh(self, change: Facts, now: datetime) -> None:
        """Take new facts in: `change.consents` are added, all acts and holds are replaced."""
        self.at(now)
        changed = self._index.add_consents(change.consents, now)
        changed |= self._index.set_acts_and_holds(change.acts, change.holds)
        self._forget(changed)
        self._from = max(self._from, now)  # what is new may count from an instant since then
        self._until = self._end(self._from)

    def at(self, now: datetime) -> None:
        """Go to another instant, as a question would."""
        if now >= self._until:
            self._roll(now)

    def _forget(self, changed: set[Key]) -> None:
        self._named |= changed
        for key in changed:
            self._patterns.pop(key, None)

    def _roll(self, now: datetime) -> None:
        """Answers hold for a day; patterns until a fact begins or ends to count."""
        today = day_of(now, self._policy.zoneinfo)
        if today != self._today:
            self._questions.clear()
            self._interned.clear()
            self._numbers.clear()
            self._profiles.clear()
        self._today, self._from = today, now
        self._patterns.clear()
        self._until = self._end(now)

    def _end(self, now: datetime) -> datetime:
        zone = self._policy.zoneinfo
        midnight = day_begins(day_of(now, zone) + timedelta(days=1), zone)
        following = self._index.next_instant(now)
        return midnight if following is None else min(midnight, following)

    def _pattern(self, person: Keys) -> int:
        keys = each(person)
        known = next((self._known[key] for key in keys if key in self._known), NOTHING)
        named = any(key[1] for key in keys)
        profile = (self._index.person(person, self._from, self._today), known, named)
        number = self._numbers.get(profile)
        if number is None:
            number = self._numbers[profile] = len(self._profiles)
            self._profiles.append(profile)
        return number

    def _ask(self, question: Question, name: tuple[str | None, ...]) -> Answers:
        if len(self._questions) >= MOST_QUESTIONS:
            self._questions.clear()

        def compute(pattern: int) -> Answer:
            person, known, named = self._profiles[pattern]
            asked = replace(question, persons=_SOMEBODY if named else ())
            answer = decide(asked, self._policy, person, known, self._today, self._earlier)
            return self._interned.setdefault(answer, answer)

        answers = self._questions[name] = Answers(compute)
        return answers
