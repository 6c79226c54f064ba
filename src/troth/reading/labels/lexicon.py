"""The cues of a language, kept as data: which words, headings and lists speak of which item.

A lexicon is a TOML file. `[words]` are fragments that patterns name in angle brackets. `[topics]`
tell what a heading is about and `[leads]` what a line that opens a list announces; the first that
matches counts, and digits that end its name are left out. Each table named after an item holds
its cues, `name = [weight, pattern, …options]`, and under `where` what it gains or loses under a
topic or a lead. `[doubt]` holds patterns that let an item count as doubtful, though no passage
states it, and `[naming]` those by which the controller is named. Weights are chosen by hand.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Any

from troth.reading.labels.items import Item

_FRAGMENT = re.compile(r"(?<!\?P)<([a-z-]+)>")
_DIGITS = "123456789"
_TABLES = {"words", "topics", "leads", "doubt", "naming"}
_OPTIONS = frozenset({"each", "cased", "heading", "item", "prose", "title", "denies"})


@dataclass(frozen=True)
class Cue:
    """A pattern that speaks for an item (or, with a weight below zero, against it).

    `each`: every different match counts, up to `MOST_EACH`. `cased`: capitals matter. `heading`:
    read in headings too, where other cues are not; `title`: only there. `item`: only in list items
    and table rows; `prose`: only in paragraphs. `denies`: the passage says that it is not so.
    """

    name: str
    weight: float
    pattern: re.Pattern[str]
    options: frozenset[str]

    @property
    def at_end(self) -> bool:
        """Whether the end of a sentence counts in its pattern."""
        return "$" in self.pattern.pattern


@dataclass(frozen=True)
class Lexicon:
    """All cues of a language."""

    topics: tuple[tuple[str, re.Pattern[str]], ...]
    leads: tuple[tuple[str, re.Pattern[str]], ...]
    cues: Mapping[Item, tuple[Cue, ...]]
    where: Mapping[Item, Mapping[str, float]]
    doubt: Mapping[Item, tuple[tuple[str, re.Pattern[str]], ...]]
    naming: tuple[tuple[str, re.Pattern[str]], ...]


@cache
def lexicon(language: str) -> Lexicon:
    """The lexicon of a language, "en" or "fr"."""
    file = resources.files("troth.reading.labels") / "data" / f"{language}.toml"
    return read_lexicon(tomllib.loads(file.read_text(encoding="utf-8")))


def read_lexicon(written: Mapping[str, Any]) -> Lexicon:
    """A lexicon from its tables; a mistake in it raises KeyError, ValueError or re.error."""
    unknown = set(written) - {item.value for item in Item} - _TABLES
    if unknown:
        raise ValueError(f"no such item: {sorted(unknown)}")
    words: dict[str, str] = {}
    for name, fragment in written["words"].items():
        words[name] = f"(?:{_filled(fragment, words)})"
    cues: dict[Item, tuple[Cue, ...]] = {}
    where: dict[Item, Mapping[str, float]] = {}
    for item in Item:
        table = dict(written.get(item.value, {}))
        where[item] = _known(table.pop("where", {}), written)
        cues[item] = tuple(_cues(table, words))
    doubt = {
        item: tuple(_named(written.get("doubt", {}).get(item.value, {}), words)) for item in Item
    }
    topics, leads, naming = (
        tuple(_named(written.get(table, {}), words)) for table in ("topics", "leads", "naming")
    )
    return Lexicon(topics, leads, cues, where, doubt, naming)


def _known(weights: Mapping[str, float], written: Mapping[str, Any]) -> Mapping[str, float]:
    """The weights of topics and leads, each of which the lexicon must have."""
    leads = {f"lead-{name.rstrip(_DIGITS)}" for name in written["leads"]}
    unknown = set(weights) - set(written["topics"]) - leads
    if unknown:
        raise ValueError(f"no such topic or lead: {sorted(unknown)}")
    return weights


def _filled(pattern: str, words: Mapping[str, str]) -> str:
    return _FRAGMENT.sub(lambda found: words[found[1]], pattern)


def _named(table: Mapping[str, str], words: Mapping[str, str]) -> Iterator[tuple[str, Any]]:
    for name, pattern in table.items():
        yield name.rstrip(_DIGITS), re.compile(_filled(pattern, words))


def _cues(table: Mapping[str, list[Any]], words: Mapping[str, str]) -> Iterator[Cue]:
    for name, (weight, pattern, *options) in table.items():
        if not _OPTIONS.issuperset(options):
            raise ValueError(f"{name}: no such option in {options}")
        yield Cue(name, weight, re.compile(_filled(pattern, words)), frozenset(options))
