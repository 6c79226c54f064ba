"""Which right a mail asks for, by words that people use for it; a person confirms it.

A file for each language: by right, patterns that are `sure` (it is named, or asked for plainly)
and those that are `likely`; `[not]` holds what makes a cue doubtful before it and what, anywhere,
speaks against a request. Patterns are read in lower case, without accents, with straight quotes and
single spaces.
"""

from __future__ import annotations

import re
import tomllib
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Literal

from troth.desk.intake.due import UNCLEAR
from troth.language import Language

Sureness = Literal["sure", "likely", "unknown"]
LANGUAGES: tuple[Language, ...] = ("en", "fr")
_BEFORE = 40  # characters in which a denial before a cue counts
_COMMON = re.compile(
    r"\b(?:(?P<fr>je|vous|les?|des?|une?|est|et|mes?|votre|vos|bonjour|merci|pour|que|qui|sur|avec|"
    r"dans|par|ce)|(?P<en>i|you|the|of|an?|is|and|my|your|hello|hi|dear|thanks?|please|for|that|"
    r"which|on|with|in|by|this|to))\b"
)


@dataclass(frozen=True)
class Read:
    """What a mail asks for: the right, how sure that is, others that it may mean, its language."""

    right: str
    sureness: Sureness
    others: tuple[str, ...]
    language: Language | None


@dataclass(frozen=True)
class Lexicon:
    """The cues of one language."""

    sure: Mapping[str, re.Pattern[str]]
    likely: Mapping[str, re.Pattern[str]]
    before: re.Pattern[str]
    against: re.Pattern[str]


def read_right(subject: str, text: str) -> Read:
    """The right that words ask for, read in both languages."""
    words = _plain(f"{subject}\n{text}")
    sure: dict[str, int] = {}
    likely: dict[str, int] = {}
    against = False
    for language in LANGUAGES:
        lexicon = lexicon_of(language)
        against = against or lexicon.against.search(words) is not None
        for right, at, denied in _found(lexicon.sure, words, lexicon):
            (likely if denied else sure).setdefault(right, at)
        for right, at, denied in _found(lexicon.likely, words, lexicon):
            if not denied:
                likely.setdefault(right, at)
    spoken = language_of(words)
    if sure and not against:
        first, *others = sorted(sure, key=sure.__getitem__)
        return Read(first, "likely" if others else "sure", tuple(others), spoken)
    found = {**likely, **sure}
    if found:
        first, *others = sorted(found, key=found.__getitem__)
        return Read(first, "unknown" if against else "likely", tuple(others), spoken)
    return Read(UNCLEAR, "unknown", (), spoken)


def language_of(words: str) -> Language | None:
    """English or French by their commonest words; None where neither prevails."""
    counts = {"fr": 0, "en": 0}
    for match in _COMMON.finditer(words[:5_000].lower()):
        counts["fr" if match["fr"] else "en"] += 1
    if counts["fr"] == counts["en"]:
        return None
    return "fr" if counts["fr"] > counts["en"] else "en"


@cache
def lexicon_of(language: Language) -> Lexicon:
    """The cues of a language, compiled."""
    file = resources.files("troth.desk.mailbox") / "cues" / f"{language}.toml"
    table = tomllib.loads(file.read_text(encoding="utf-8"))
    denying = table.pop("not")
    return Lexicon(
        sure={right: _one(cues["sure"]) for right, cues in table.items()},
        likely={right: _one(cues["likely"]) for right, cues in table.items()},
        before=re.compile(rf"(?:{'|'.join(denying['before'])})\W*(?:\w+\W+){{0,4}}$"),
        against=_one(denying["against"]),
    )


def _one(patterns: Iterable[str]) -> re.Pattern[str]:
    return re.compile(r"\b(?:" + "|".join(patterns) + ")")


def _found(
    cues: Mapping[str, re.Pattern[str]], words: str, lexicon: Lexicon
) -> list[tuple[str, int, bool]]:
    """Each right with its first cue that is not denied; or, if all are, with the first, denied."""
    found = []
    for right, pattern in cues.items():
        places = [match.start() for match in pattern.finditer(words)]
        if not places:
            continue
        free = [at for at in places if not lexicon.before.search(words[max(0, at - _BEFORE) : at])]
        found.append((right, (free or places)[0], not free))
    return found


def _plain(text: str) -> str:
    unmarked = "".join(
        sign for sign in unicodedata.normalize("NFD", text) if not unicodedata.combining(sign)
    )
    straight = unmarked.lower().replace("’", "'").replace("œ", "oe").replace("‑", "-")
    return re.sub(r"\s+", " ", straight)
