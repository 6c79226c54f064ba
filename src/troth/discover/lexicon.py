"""The word lists of this package: data files, read once per scan and passed along."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from importlib.resources import files
from typing import Any

from ruamel.yaml import YAML

from troth.discover.words import Phrase, Speller, phrase, singular


@dataclass(frozen=True)
class Kind:
    """What a column may hold, by which names and values it is recognised; see `data/kinds.yaml`."""

    name: str
    label: str
    strong: tuple[Phrase, ...]
    weak: tuple[Phrase, ...]
    unless: frozenset[str]
    types: frozenset[str]
    values: str | None
    person: bool
    rough: bool
    special: str | None
    match: tuple[Phrase, ...]


@dataclass(frozen=True)
class Concept:
    """A trigger event as words tell it, and what NULL usually means for it."""

    name: str
    phrases: tuple[Phrase, ...]
    absent: str
    future: bool
    skip: str | None


@dataclass(frozen=True)
class FrameworkPattern:
    """Names of tables that a framework writes for itself, and why they are left alone."""

    pattern: str
    why: str


@dataclass(frozen=True)
class Lexicon:
    """All word lists, parsed."""

    speller: Speller
    kinds: Mapping[str, Kind]
    subjects: Mapping[str, tuple[Phrase, ...]]
    things: tuple[Phrase, ...]
    records: Mapping[str, tuple[Phrase, ...]]
    framework: tuple[FrameworkPattern, ...]
    sessions: str
    categories: Mapping[str, tuple[str, str]]
    record_words: Mapping[str, tuple[Phrase, ...]]
    concepts: tuple[Concept, ...]
    words: Mapping[str, frozenset[str]]
    date_words: frozenset[str]
    synonyms: tuple[frozenset[str], ...]
    first_names: frozenset[str]
    cities: frozenset[str]
    short_words: Mapping[str, tuple[str, str]]


def load_lexicon() -> Lexicon:
    """The word lists shipped with the package."""
    kinds = _yaml("kinds.yaml")
    tables = _yaml("tables.yaml")
    categories = _yaml("categories.yaml")
    events = _yaml("events.yaml")
    words = _yaml("words.yaml")
    return Lexicon(
        speller=Speller(_vocabulary(kinds, tables, events, {"structure": words["structure"]})),
        kinds={name: _kind(name, entry) for name, entry in kinds.items()},
        subjects={name: _phrases(words) for name, words in tables["subjects"].items()},
        things=_phrases(tables["things"]),
        records={name: _phrases(words) for name, words in tables["records"].items()},
        framework=tuple(FrameworkPattern(e["pattern"], e["why"]) for e in tables["framework"]),
        sessions=tables["sessions"],
        categories={n: (e["name"], e["parent"]) for n, e in categories["kinds"].items()},
        record_words={n: _phrases(words) for n, words in categories["records"].items()},
        concepts=tuple(_concept(name, entry) for name, entry in events["concepts"].items()),
        words={name: frozenset(map(str, words)) for name, words in words.items()},
        date_words=frozenset(events["date_words"]),
        synonyms=tuple(frozenset(group) for group in events["synonyms"]),
        first_names=frozenset(_text("first_names.txt").split()),
        cities=frozenset(_text("cities.txt").splitlines()),
        short_words={
            short: (meant, meant) if isinstance(meant, str) else (meant[0], meant[1])
            for short, meant in _yaml("short_words.yaml").items()
        },
    )


def _text(name: str) -> str:
    return (files("troth.discover") / "data" / name).read_text(encoding="utf-8")


def _yaml(name: str) -> dict[str, Any]:
    loaded: dict[str, Any] = YAML(typ="safe", pure=True).load(_text(name))
    return loaded


def _phrases(words: list[Any]) -> tuple[Phrase, ...]:
    return tuple(phrase(str(word)) for word in words)


def _kind(name: str, entry: Mapping[str, Any]) -> Kind:
    return Kind(
        name=name,
        label=entry["label"],
        strong=_phrases(entry.get("strong", [])),
        weak=_phrases(entry.get("weak", [])),
        unless=frozenset(singular(str(word)) for word in entry.get("unless", [])),
        types=frozenset(entry["types"]),
        values=entry.get("values"),
        person=entry.get("person", False),
        rough=entry.get("rough", False),
        special=entry.get("special"),
        match=_phrases(entry["match"]),
    )


def _concept(name: str, entry: Mapping[str, Any]) -> Concept:
    return Concept(
        name=name,
        phrases=_phrases(entry["words"]),
        absent=entry.get("absent", "unknown"),
        future=entry.get("future", False),
        skip=entry.get("skip"),
    )


def _vocabulary(*parts: Mapping[str, Any]) -> frozenset[str]:
    """Every single word of the lists: what glued names (`datenaissance`) are cut into."""
    words: set[str] = set()
    for part in parts:
        _collect(part, words)
    return frozenset(words)


_TEXT_KEYS = frozenset({"label", "why", "skip", "pattern", "sessions", "special", "values"})


def _collect(value: Any, words: set[str]) -> None:
    if isinstance(value, dict):
        for key, inner in value.items():
            if key not in _TEXT_KEYS:
                _collect(inner, words)
    elif isinstance(value, list):
        for inner in value:
            _collect(inner, words)
    elif isinstance(value, str):
        words.update(value.split())
