"""The words of the console in one language."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from troth.project.model import Locale
from troth.web.console.english import ENGLISH
from troth.web.console.french import FRENCH
from troth.web.console.pages import english, french

CATALOGUES: Mapping[Locale, Mapping[str, str]] = {
    "en": {**ENGLISH, **english.ENGLISH},
    "fr": {**FRENCH, **french.FRENCH},
}
_NARROW_SPACE = "\u202f"
_MOST_COUNTED = 1_000


@dataclass(frozen=True)
class Words:
    """The texts of one language; a key that is missing is a defect, so it raises `KeyError`."""

    language: Locale
    zone: ZoneInfo

    def __call__(self, key: str, **values: object) -> str:
        return CATALOGUES[self.language][key].format_map(values)

    def has(self, key: str) -> bool:
        """Whether there is such a text."""
        return key in CATALOGUES[self.language]

    def count(self, key: str, number: int) -> str:
        """The text for a number of things: `key.one` or `key.many`; in French 0 is one."""
        one = number < 2 if self.language == "fr" else number == 1
        return self(f"{key}.{'one' if one else 'many'}", number=self.number(number))

    def number(self, number: int) -> str:
        """A whole number with its thousands apart."""
        return f"{number:,}".replace(",", _NARROW_SPACE if self.language == "fr" else ",")

    def most(self, number: int) -> str:
        """A number that was not counted to its end."""
        return f"{self.number(min(number, _MOST_COUNTED))}+"

    def day(self, day: date) -> str:
        """A day in words: 3 May 2026, 1er mai 2026."""
        first = "1er" if self.language == "fr" and day.day == 1 else str(day.day)
        return f"{first} {self('months').split()[day.month - 1]} {day.year}"

    def instant(self, at: datetime) -> str:
        """An instant in words, in the organisation's time zone, to the minute."""
        there = at.astimezone(self.zone)
        return f"{self.day(there.date())}, {there:%H:%M}"


def language_of(chosen: str | None, wanted: str, default: Locale) -> Locale:
    """The language to answer in: the one chosen, else the browser's first that there is."""
    for one in CATALOGUES:
        if one == chosen:
            return one
    for part in wanted.split(","):
        asked = part.split(";")[0].strip()[:2].lower()
        for one in CATALOGUES:
            if one == asked:
                return one
    return default
