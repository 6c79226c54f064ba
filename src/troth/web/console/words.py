"""The words of the console in one language."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from troth.project.model import Locale
from troth.web.console.english import ENGLISH
from troth.web.console.french import FRENCH

CATALOGUES: Mapping[Locale, Mapping[str, str]] = {"en": ENGLISH, "fr": FRENCH}


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
