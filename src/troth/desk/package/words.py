"""Words of a package in the person's language."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Literal

from troth.desk.package.english import ENGLISH
from troth.desk.package.french import FRENCH

Language = Literal["en", "fr"]
LANGUAGES: tuple[Language, ...] = ("en", "fr")
_CATALOGUES: Mapping[Language, Mapping[str, str]] = {"en": ENGLISH, "fr": FRENCH}


@dataclass(frozen=True)
class Words:
    """The texts of one language; a key that is missing is a defect, so it raises `KeyError`."""

    language: Language

    def __call__(self, key: str, **values: object) -> str:
        return _CATALOGUES[self.language][key].format_map(values)

    def count(self, key: str, number: int) -> str:
        """The text for a number of things; in French 0 is one."""
        one = number < 2 if self.language == "fr" else number == 1
        return self(f"{key}.{'one' if one else 'many'}", n=self.number(number))

    def number(self, number: int) -> str:
        """A whole number with its thousands apart."""
        return f"{number:,}".replace(",", "\u202f" if self.language == "fr" else ",")

    def day(self, day: date | str) -> str:
        """A day in words: 3 May 2026, 1er mai 2026."""
        found = date.fromisoformat(day) if isinstance(day, str) else day
        first = "1er" if self.language == "fr" and found.day == 1 else str(found.day)
        return f"{first} {self('months').split()[found.month - 1]} {found.year}"

    def article(self, article: str) -> str:
        """An article of the GDPR as people read it."""
        return self("article", article=article.removeprefix("GDPR "))

    def until(self, first: date | None, last: date | None) -> str | None:
        """Until when something stays, from the first to the last day; None without a day."""
        if first is None or last is None:
            return None
        if first == last:
            return self("kept", day=self.day(first))
        return self("kept.range", first=self.day(first), last=self.day(last))

    def waits(self, what: str, events: Mapping[str, str]) -> str:
        """What something waits for: a code, and after a colon the event."""
        code, _, event = what.partition(":")
        return self(f"waits.{code}", event=events.get(event, event))

    def standing(self, one: Mapping[str, Any]) -> str:
        """Until when the values of a group in one row stay, or what stands against a day."""
        notes = [self(f"mark.{mark}") for mark in one["marks"]]
        if one["state"] == "supported":
            notes.insert(0, self.day(one["until"]) if one["until"] else self("until.open"))
        return "; ".join(notes)
