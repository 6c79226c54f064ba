"""Names as words: `dateNaissance` and `date_naissance` both say *date naissance*."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence

Phrase = tuple[str, ...]

_BOUNDARY = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])|[^A-Za-z0-9]+")
_DIGITS = re.compile(r"(?<=[a-z])(?=\d)|(?<=\d)(?=[a-z])")
_SHORTEST_PART = 3  # shorter pieces would cut almost any word; the few below are exceptions
_SHORT_PARTS = frozenset({"id", "ip", "fk", "nb", "at", "cp", "no"})
_WHOLE = frozenset({"ipv4", "ipv6", "address1", "address2", "line1", "line2", "last4"})
_LONGEST_GLUED = 40
_MOST_REMEMBERED = 20_000  # names read, kept because each is asked for again and again
_IES_WITHOUT_Y = frozenset({"cookies", "movies", "series", "calories"})
_IRREGULAR = {
    "people": "person",
    "children": "child",
    "men": "man",
    "women": "woman",
    "journaux": "journal",
    "animaux": "animal",
}
_NOISE = frozenset({"de", "du", "des", "la", "l", "d", "of", "the", "et", "and"})


def plain(text: str) -> str:
    """Lower case without accents."""
    decomposed = unicodedata.normalize("NFKD", text.casefold())
    return "".join(char for char in decomposed if not unicodedata.combining(char))


def phrase(text: str) -> Phrase:
    """A phrase of a word list: its plain words, singular, in order."""
    return tuple(singular(word) for word in plain(text).split())


def singular(word: str) -> str:
    """The word without its plural ending; good enough to compare English and French names."""
    if word in _IRREGULAR:
        return _IRREGULAR[word]
    if len(word) <= 3 or word.endswith(("ss", "us", "is")):
        return word
    if word in _IES_WITHOUT_Y:
        return word[:-1]
    if word.endswith("ies") and len(word) > 4:
        return word[:-3] + "y"
    if word.endswith(("sses", "xes", "ches", "shes")):
        return word[:-2]
    return word[:-1] if word.endswith(("s", "x")) else word


class Speller:
    """Cuts an identifier into plain singular words, with a vocabulary for glued ones."""

    def __init__(
        self, vocabulary: Collection[str], short: Mapping[str, tuple[str, str]] | None = None
    ) -> None:
        self._vocabulary = frozenset(vocabulary) | {singular(word) for word in vocabulary}
        self._short = short or {}
        self._read: dict[str, Phrase] = {}

    def with_short_words(self, short: Mapping[str, tuple[str, str]]) -> Speller:
        """One that also reads cut words (`DATNAI`): by cut word, what it means first and later."""
        return Speller(self._vocabulary, short)

    def words(self, identifier: str) -> Phrase:
        """The words of a column's or table's name, without articles and prepositions."""
        if identifier not in self._read:
            if len(self._read) >= _MOST_REMEMBERED:
                self._read.clear()
            self._read[identifier] = self._words(identifier)
        return self._read[identifier]

    def _words(self, identifier: str) -> Phrase:
        found: list[str] = []
        for piece in _BOUNDARY.split(_unaccented(identifier)):
            word = piece.lower()
            if not word:
                continue
            if word in _WHOLE:
                found.append(word)
                continue
            for part in _DIGITS.split(word):
                found.extend(self._cut(part))
        return tuple(singular(word) for word in found if word not in _NOISE)

    def knows(self, word: str) -> bool:
        """Whether the word is one of ours (and so may be written without telling any value)."""
        return word in self._vocabulary

    def _cut(self, word: str) -> list[str]:
        if word in self._vocabulary or singular(word) in self._vocabulary:
            return [word]
        if word in self._short:
            return [self._short[word][0]]
        if not 5 <= len(word) <= _LONGEST_GLUED:
            return [word]
        if found := self._segment(word, self._is_part):
            return found
        if self._short and (pieces := self._segment(word, self._is_piece)):
            return [self._meant(piece, place) for place, piece in enumerate(pieces)]
        return [self._begun(word) if self._short else word]

    def _is_piece(self, part: str) -> bool:
        return part in self._short or self._is_part(part)

    def _meant(self, piece: str, place: int) -> str:
        return self._short[piece][min(place, 1)] if piece in self._short else piece

    def _begun(self, word: str) -> str:
        """The only word of ours that begins so: `UTILIS` is `utilisateur`."""
        roots = {singular(known) for known in self._vocabulary if known.startswith(word)}
        shortest = min(roots, key=len, default=word)
        return shortest if all(root.startswith(shortest[:-1]) for root in roots) else word

    def _segment(self, word: str, is_part: Callable[[str], bool]) -> list[str] | None:
        """The fewest parts that make up the whole of `word`, or None."""
        best: list[list[str] | None] = [[], *([None] * len(word))]
        for end in range(2, len(word) + 1):
            for start in range(max(0, end - 20), end - 1):
                head, part = best[start], word[start:end]
                if head is None or not is_part(part):
                    continue
                shortest = best[end]
                if shortest is None or len(head) + 1 < len(shortest):
                    best[end] = [*head, part]
        return best[len(word)]

    def _is_part(self, part: str) -> bool:
        if part in _SHORT_PARTS:
            return True
        return len(part) >= _SHORTEST_PART and (
            part in self._vocabulary or singular(part) in self._vocabulary
        )


def _unaccented(text: str) -> str:
    decomposed = unicodedata.normalize("NFKD", text)
    return "".join(char for char in decomposed if not unicodedata.combining(char))


def contains(words: Sequence[str], wanted: Phrase) -> bool:
    """Whether the words hold the phrase, as neighbours and in order."""
    if wanted[0] not in words:  # nearly always; the rest is dear
        return False
    size = len(wanted)
    return any(tuple(words[i : i + size]) == wanted for i in range(len(words) - size + 1))


def ends_with(words: Sequence[str], wanted: Phrase) -> bool:
    return len(words) >= len(wanted) and tuple(words[len(words) - len(wanted) :]) == wanted


def longest(words: Sequence[str], phrases: Iterable[Phrase]) -> Phrase | None:
    """The longest of the phrases that the words hold."""
    found = [wanted for wanted in phrases if contains(words, wanted)]
    return max(found, key=len, default=None)


def kebab(words: Sequence[str]) -> str:
    """The words as a name of the map: lower case, joined by hyphens."""
    return "-".join(words)
