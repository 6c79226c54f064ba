"""What catalogues of words share: the two languages, and numbers and days as people write them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import ClassVar, Literal

Language = Literal["en", "fr"]
LANGUAGES: tuple[Language, ...] = ("en", "fr")
_NARROW_SPACE = "\u202f"
_MONTHS: Mapping[Language, tuple[str, ...]] = {
    "en": (
        *("January", "February", "March", "April", "May", "June"),
        *("July", "August", "September", "October", "November", "December"),
    ),
    "fr": (
        *("janvier", "février", "mars", "avril", "mai", "juin"),
        *("juillet", "août", "septembre", "octobre", "novembre", "décembre"),
    ),
}


@dataclass(frozen=True)
class Texts:
    """The texts of one catalogue in one language.

    A key that is missing is a defect, so it raises `KeyError`.
    """

    catalogues: ClassVar[Mapping[Language, Mapping[str, str]]]
    language: Language

    def __call__(self, key: str, **values: object) -> str:
        """The text of a key, with its values put in."""
        return self.catalogues[self.language][key].format_map(values)

    def has(self, key: str) -> bool:
        """Whether there is such a text."""
        return key in self.catalogues[self.language]

    def count(self, key: str, number: int, **values: object) -> str:
        """The text for a number of things: `key.one` or `key.many`; in French 0 is one."""
        one = number < 2 if self.language == "fr" else number == 1
        form = f"{key}.{'one' if one else 'many'}"
        return self(form, number=self.number(number), **values)

    def number(self, number: int) -> str:
        """A whole number with its thousands apart."""
        return f"{number:,}".replace(",", _NARROW_SPACE if self.language == "fr" else ",")

    def day(self, day: date) -> str:
        """A day in words: 3 May 2026, 3 mai 2026, 1er mai 2026."""
        first = "1er" if self.language == "fr" and day.day == 1 else str(day.day)
        return f"{first} {self.month(day)}"

    def month(self, day: date) -> str:
        """The month of a day in words: May 2026."""
        return f"{_MONTHS[self.language][day.month - 1]} {day.year}"
