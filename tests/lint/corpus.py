"""The sound policies and the defects that are put into them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML

from troth.lint.model import Flaw
from troth.lint.prose import examine
from troth.reading.documents.load import read_text
from troth.reading.text import Text

HERE = Path(__file__).parent
LANGUAGES = ("en", "fr")


@dataclass(frozen=True)
class Case:
    """A text with a defect, or a sound one; `absent`: what is dropped is the defect."""

    rule: str
    language: str
    number: int
    text: str
    drop: tuple[int, ...]
    also: tuple[str, ...]
    absent: bool

    def __str__(self) -> str:
        return f"{self.rule}-{self.language}-{self.number}"

    def written(self) -> str:
        """The sound policy without what is dropped, and the text behind it."""
        return f"{sound(self.language, self.drop)}\n\n## More\n\n{self.text}\n"


@cache
def sound(language: str, drop: tuple[int, ...] = ()) -> str:
    """The sound policy without some of its sections; 0 is the line with its date."""
    whole = (HERE / "sound" / f"policy.{language}.md").read_text(encoding="utf-8")
    parts = re.split(r"(?m)^(?=## )", whole)
    if 0 in drop:
        parts[0] = parts[0].splitlines()[0] + "\n\n"
    return "".join(part for number, part in enumerate(parts) if number == 0 or number not in drop)


def defects() -> dict[str, Any]:
    """Every entry of `defects/`, by rule."""
    found: dict[str, Any] = {}
    for file in sorted((HERE / "defects").glob("*.yaml")):
        found |= YAML(typ="safe").load(file)
    return found


def cases(*, faulty: bool) -> Iterator[Case]:
    """Every text with a defect, or every sound one."""
    for rule, entry in defects().items():
        for language in LANGUAGES:
            texts = entry[language] if faulty else entry["sound"][language]
            for number, text in enumerate(texts):
                drop, also = tuple(entry.get("drop", ())), tuple(entry.get("also", ()))
                yield Case(rule, language, number, text, drop, also, entry.get("absent", False))


def read(markdown: str) -> Text:
    return read_text(markdown.encode(), "policy.md")


def rules(flaws: tuple[Flaw, ...]) -> set[str]:
    return {f"{flaw.code}/{flaw.rule}" for flaw in flaws}


@cache
def before(language: str, drop: tuple[int, ...]) -> frozenset[str]:
    """What is found in the sound policy from which sections are taken."""
    return frozenset(rules(examine(read(sound(language, drop)))))
