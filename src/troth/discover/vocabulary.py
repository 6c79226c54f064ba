"""The names that a map uses for kinds of data and people: the policy's, else a standard tree."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from troth.discover.lexicon import Lexicon
from troth.discover.words import Phrase, contains
from troth.policy.model import Policy

# Where the policy has no word for a role, so that the draft still loads; the draft says so.
_NEXT_BEST = ("customer", "contact", "user", "member", "subscriber", "person", "visitor")
_NAME, _LABEL, _EXAMPLE = 3, 2, 1  # where a word was found counts in this order


@dataclass(frozen=True)
class Naming:
    """A name for the map, and whether the policy has it or it had to be taken from our own tree."""

    name: str
    found: Literal["policy", "standard", "missing"]


class Vocabulary:
    """Chooses categories and data subjects by words, once for each kind."""

    def __init__(self, lexicon: Lexicon, policy: Policy | None) -> None:
        self._lexicon = lexicon
        self._policy = policy
        self._categories: dict[str, Naming] = {}
        self._subjects: dict[str, Naming] = {}

    def category(self, kind: str) -> Naming:
        """The category for a kind of column, or of record (`transaction`, `communication`…)."""
        if kind not in self._categories:
            self._categories[kind] = self._find_category(kind)
        return self._categories[kind]

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

    def _find_category(self, kind: str) -> Naming:
        standard = self._lexicon.categories.get(kind, (kind, kind))[0]
        if self._policy is None:
            return Naming(standard, "standard")
        if standard in self._policy.categories:
            return Naming(standard, "policy")
        entry = self._lexicon.kinds.get(kind)
        wanted = entry.match if entry else self._lexicon.record_words.get(kind, ())
        fields: Mapping[str, Sequence[tuple[int, str]]] = {
            name: [(_NAME, name), (_LABEL, c.label), *((_EXAMPLE, e) for e in c.examples)]
            for name, c in self._policy.categories.items()
            if not c.never_stored
        }
        depth = {name: len(self._policy.lineage(name)) for name in fields}
        best = self._nearest(wanted, fields, lambda name: depth[name])
        return Naming(best, "policy") if best else Naming(standard, "missing")

    def _find_subject(self, role: str) -> Naming:
        if self._policy is None:
            return Naming(role, "standard")
        if role in self._policy.subjects:
            return Naming(role, "policy")
        wanted = self._lexicon.subjects.get(role, ())
        fields: Mapping[str, Sequence[tuple[int, str]]] = {
            name: [(_NAME, name), (_LABEL, subject.label)]
            for name, subject in self._policy.subjects.items()
            if subject.scope == "inside"
        }
        depth = {name: len(self._policy.subject_lineage(name)) for name in fields}
        best = self._nearest(wanted, fields, lambda name: -depth[name])
        if best is None and len(fields) == 1:
            best = next(iter(fields))
        if best:
            return Naming(best, "policy")
        others = [name for name in _NEXT_BEST if name in fields]
        return Naming((others or list(fields) or [role])[0], "missing")

    def _nearest(
        self,
        wanted: Sequence[Phrase],
        fields: Mapping[str, Sequence[tuple[int, str]]],
        tie: Callable[[str], int],
    ) -> str | None:
        """The name that holds the first of the wanted phrases; name before label before example."""
        spelled = {
            name: [(rank, self._lexicon.speller.words(text)) for rank, text in texts]
            for name, texts in fields.items()
        }
        for phrase in wanted:
            hits = [
                (max(ranks), tie(name), name)
                for name, texts in spelled.items()
                if (ranks := [rank for rank, words in texts if contains(words, phrase)])
            ]
            if hits:
                return max(hits)[2]
        return None
