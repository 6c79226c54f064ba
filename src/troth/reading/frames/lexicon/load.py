"""The lexicon of a language, compiled, and what of it a text contains."""

from __future__ import annotations

import re
import tomllib
from bisect import bisect_left
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache, cached_property
from importlib.resources import files
from typing import Any

_QUOTES = str.maketrans(
    {"’": "'", "‘": "'", "“": '"', "”": '"', "«": '"', "»": '"', "\u00a0": " ", "\u202f": " "}
)


@dataclass(frozen=True)
class Hit:
    """A word of the lexicon in a text: the characters `start` to `end` show `name`."""

    start: int
    end: int
    name: str


@dataclass(frozen=True)
class Entry:
    """One name of a group: its patterns as written, and what else the lexicon says of it."""

    name: str
    written: tuple[str, ...]
    label: str = ""
    more: Mapping[str, str] = field(default_factory=dict)

    @cached_property
    def patterns(self) -> tuple[re.Pattern[str], ...]:
        """The patterns; compiled when they are first looked for, for that is slow."""
        return tuple(map(re.compile, self.written))


@dataclass(frozen=True)
class Lexicon:
    """The groups of a language; in each the names stand in order of precedence."""

    language: str
    groups: Mapping[str, Mapping[str, Entry]]
    numbers: Mapping[str, Any]
    months: Mapping[str, int]

    def entry(self, group: str, name: str) -> Entry | None:
        """What the lexicon says of a name; None where it has no such name."""
        return self.groups[group].get(name)


def folded(characters: str) -> str:
    """The characters in lower case with straight quotes and plain spaces, as many as before."""
    lowered = characters.translate(_QUOTES).lower()
    if len(lowered) != len(characters):  # a few capitals have two small letters
        lowered = "".join(c.lower() if len(c.lower()) == 1 else c for c in characters)
        lowered = lowered.translate(_QUOTES)
    return lowered


@cache
def lexicon(language: str) -> Lexicon:
    """The lexicon of "en" or "fr"."""
    text = files(__package__).joinpath(f"{language}.toml").read_text(encoding="utf-8")
    data = tomllib.loads(text)
    numbers, months = data.pop("numbers"), data.pop("months")["names"]
    macros = _nested(data.pop("macros"))
    numbers["words"] = _counted(numbers)
    groups = {
        group: {name: _entry(name, value, macros) for name, value in entries.items()}
        for group, entries in data.items()
    }
    return Lexicon(language, groups, numbers, months)


def _counted(numbers: Mapping[str, Any]) -> dict[str, int]:
    """The numbers up to a hundred in words: "seventy-five", "soixante-quinze", "vingt et un"."""
    small = {word: value for value, word in enumerate(numbers["small"], 1)}
    words = {**small, **numbers["tens"], **numbers["others"]}
    for ten, base in numbers["tens"].items():
        for unit, value in small.items():
            for joined in (f"{ten}-{unit}", f"{ten} {unit}", f"{ten} et {unit}"):
                words.setdefault(joined, base + value)
    return words


def _nested(macros: Mapping[str, str]) -> dict[str, str]:
    """The parts of patterns that several share, each with those before it put in."""
    known: dict[str, str] = {}
    for name, pattern in macros.items():
        known[name] = _with(pattern, known)
    return known


def _with(pattern: str, macros: Mapping[str, str]) -> str:
    """A pattern with the shared part `x` in the place of each `%x%`."""
    return re.sub(r"%([a-z]+)%", lambda match: macros[match.group(1)], pattern)


def _entry(name: str, value: list[str] | dict[str, Any], macros: Mapping[str, str]) -> Entry:
    written = value if isinstance(value, list) else value["is"]
    patterns = tuple(_with(pattern, macros) for pattern in written)
    if isinstance(value, list):
        return Entry(name, patterns)
    more = {key: text for key, text in value.items() if key not in ("is", "label")}
    return Entry(name, patterns, value["label"], more)


class Found:
    """What a text contains of the lexicon; each group is looked for once, in the whole text."""

    def __init__(self, characters: str, words: Lexicon) -> None:
        self.folded = folded(characters)
        self.words = words
        self._hits: dict[tuple[str, str], tuple[Hit, ...]] = {}
        self._groups: dict[str, tuple[Hit, ...]] = {}

    def of(self, group: str, name: str, start: int, end: int) -> Iterator[Hit]:
        """Where `start` to `end` shows that name, in order."""
        key = (group, name)
        if key not in self._hits:
            entry = self.words.entry(group, name)
            self._hits[key] = self._search(entry) if entry else ()
        yield from _between(self._hits[key], start, end)

    def has(self, group: str, name: str, start: int, end: int) -> bool:
        """Whether `start` to `end` shows that name."""
        return next(self.of(group, name, start, end), None) is not None

    def cue(self, name: str, start: int, end: int) -> Hit | None:
        """The first place where `start` to `end` shows a cue."""
        return next(self.of("cues", name, start, end), None)

    def names(self, group: str, start: int, end: int) -> tuple[Hit, ...]:
        """Every name of a group that `start` to `end` shows, each once, by its first place."""
        if group not in self._groups:
            every = [hit for name in self.words.groups[group] for hit in self._all(group, name)]
            self._groups[group] = tuple(sorted(every, key=lambda hit: (hit.start, -hit.end)))
        seen: dict[str, Hit] = {}
        for hit in _between(self._groups[group], start, end):
            seen.setdefault(hit.name, hit)
        return tuple(seen.values())

    def first(self, group: str, start: int, end: int) -> Hit | None:
        """The first name of a group, in the lexicon's order of precedence, that is shown."""
        for name in self.words.groups[group]:
            hit = next(self.of(group, name, start, end), None)
            if hit is not None:
                return hit
        return None

    def covering(self, group: str, start: int, end: int, place: tuple[int, int]) -> Hit | None:
        """The first name of a group, in order of precedence, whose words touch a place."""
        for name in self.words.groups[group]:
            for hit in self.of(group, name, start, end):
                if hit.start < place[1] and hit.end > place[0]:
                    return hit
        return None

    def _all(self, group: str, name: str) -> tuple[Hit, ...]:
        next(self.of(group, name, 0, 0), None)
        return self._hits[(group, name)]

    def _search(self, entry: Entry) -> tuple[Hit, ...]:
        hits = {
            (match.start(), match.end())
            for pattern in entry.patterns
            for match in pattern.finditer(self.folded)
            if match.start() == 0 or not self.folded[match.start() - 1].isalnum()
        }
        return tuple(Hit(start, end, entry.name) for start, end in sorted(hits))


def _between(hits: tuple[Hit, ...], start: int, end: int) -> Iterator[Hit]:
    position = bisect_left(hits, start, key=lambda hit: hit.start)
    while position < len(hits) and hits[position].start < end:
        if hits[position].end <= end:
            yield hits[position]
        position += 1
