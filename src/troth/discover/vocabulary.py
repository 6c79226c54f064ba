"""The names that a map uses for kinds of data and people: the policy's, else a standard tree."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from troth.discover.lexicon import Lexicon
from troth.discover.words import Phrase, contains
from troth.policy.model import Policy

# Where the policy has no word for a role, so that the draft still loads; the draft says so.
_NEXT_BEST = ("customer", "contact", "user", "member", "subscriber", "person", "visitor")
_LATER = 0.75  # how much each next phrase of a list counts, the first being the most exact
_IN_NAME, _WHOLE_NAME, _IN_EXAMPLE, _IN_LABEL = 1.0, 3.0, 2.5, 2.0
_LABEL_WORDS = 3  # a label longer than this speaks of several things, and counts for less
_LEAST = 0.25
_SURE = 0.9


@dataclass(frozen=True)
class Naming:
    """A name for the map, and whether it is the policy's or had to be taken from our own tree.

    `sure`: the policy's own words say it; else it is only the nearest that the policy has.
    """

    name: str
    found: Literal["policy", "standard", "missing"]
    sure: bool = True
    never_stored: bool = False


@dataclass(frozen=True)
class _Entry:
    """A category or data subject of the policy, as words."""

    name: Phrase
    label: Phrase
    examples: tuple[Phrase, ...]


class Vocabulary:
    """Chooses categories and data subjects by words, once for each kind."""

    def __init__(self, lexicon: Lexicon, policy: Policy | None) -> None:
        self._lexicon = lexicon
        self._policy = policy
        self._categories: dict[tuple[str, Phrase], Naming] = {}
        self._subjects: dict[str, Naming] = {}

    def category(self, kind: str, table: Phrase = ()) -> Naming:
        """The category for a kind of column, or of record (`transaction`…) in a table so named."""
        key = (kind, table if kind in self._lexicon.records else ())
        if key not in self._categories:
            self._categories[key] = self._find_category(*key)
        return self._categories[key]

    def subject(self, role: str) -> Naming:
        """The data subject category for a role of the word lists (`customer`, `patient`…)."""
        if role not in self._subjects:
            self._subjects[role] = self._find_subject(role)
        return self._subjects[role]

    def kind_of_words(self, words: Phrase) -> str | None:
        """The kind of personal data that words name without doubt; None if there is none."""
        for kind in self._lexicon.kinds.values():
            if any(contains(words, p) for p in kind.strong) and not kind.unless & set(words):
                return kind.name
        return None

    def _find_category(self, kind: str, table: Phrase) -> Naming:
        standard = self._lexicon.categories.get(kind, (kind, kind))[0]
        if self._policy is None:
            return Naming(standard, "standard")
        entries = {
            name: self._entry(name, category.label, category.examples)
            for name, category in self._policy.categories.items()
        }
        entry = self._lexicon.kinds.get(kind)
        if standard in entries:
            best, score = standard, _SURE
        elif entry is not None:
            exact = [_score([phrase], entries) for phrase in entry.strong if len(phrase) > 1]
            best, score = _better(_best(entries, entry.match), *map(_first, exact))
        else:
            words = [*((word,) for word in table), *self._lexicon.record_words.get(kind, ())]
            best, score = _best(entries, words)
        if score < _LEAST:
            return Naming(standard, "missing", sure=False)
        never = self._policy.categories[best].never_stored
        return Naming(best, "policy", sure=score >= _SURE and not never, never_stored=never)

    def _find_subject(self, role: str) -> Naming:
        if self._policy is None:
            return Naming(role, "standard")
        entries = {
            name: self._entry(name, subject.label, ())
            for name, subject in self._policy.subjects.items()
            if subject.scope == "inside"
        }
        if role in entries:
            return Naming(role, "policy")
        best, score = _best(entries, self._lexicon.subjects.get(role, ()))
        if score >= _LEAST:
            return Naming(best, "policy", sure=score >= _SURE)
        others = [name for name in _NEXT_BEST if name in entries]
        return Naming((others or list(entries) or [role])[0], "missing", sure=False)

    def _entry(self, name: str, label: str, examples: Sequence[str]) -> _Entry:
        words = self._lexicon.speller.words
        return _Entry(words(name), words(label), tuple(words(example) for example in examples))


Scores = Mapping[str, float]


def _best(entries: Mapping[str, _Entry], wanted: Sequence[Phrase]) -> tuple[str, float]:
    """The entry that the wanted phrases describe best, and how well; the first among equals."""
    return _first(_score(wanted, entries))


def _first(scores: Scores) -> tuple[str, float]:
    return max(scores.items(), key=lambda item: item[1], default=("", 0.0))


def _better(*found: tuple[str, float]) -> tuple[str, float]:
    return max(found, key=lambda item: item[1])


def _score(wanted: Sequence[Phrase], entries: Mapping[str, _Entry]) -> Scores:
    return {
        name: max(
            (_LATER**place * _fit(phrase, entry) for place, phrase in enumerate(wanted)),
            default=0.0,
        )
        for name, entry in entries.items()
    }


def _fit(phrase: Phrase, entry: _Entry) -> float:
    """How well a phrase describes an entry: best in its name, then as example, then label."""
    fit = 0.0
    if contains(entry.name, phrase):
        fit = _IN_NAME + _WHOLE_NAME * len(phrase) / len(entry.name)
    for example in entry.examples:
        if contains(example, phrase):
            fit = max(fit, _IN_EXAMPLE * len(phrase) / len(example))
    if contains(entry.label, phrase):
        fit = max(fit, _IN_LABEL * min(1.0, _LABEL_WORDS * len(phrase) / len(entry.label)))
    return fit
