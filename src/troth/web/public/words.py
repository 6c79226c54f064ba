"""The words of the public pages in one language."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from troth.law.calendar import Period
from troth.postbox.window import Language
from troth.web.public.english import ENGLISH
from troth.web.public.french import FRENCH

CATALOGUES: dict[Language, dict[str, str]] = {"en": ENGLISH, "fr": FRENCH}


@dataclass(frozen=True)
class Words:
    """The texts of one language; a key that is missing is a defect, so it raises `KeyError`."""

    language: Language

    def __call__(self, key: str, **values: object) -> str:
        return CATALOGUES[self.language][key].format_map(values)

    def hint(self, key: str, right: str) -> str:
        """The hint for a field, where a right has one of its own that one."""
        texts = CATALOGUES[self.language]
        return texts.get(f"{key}.{right}", texts[key])

    def day(self, day: date) -> str:
        """A day in words: 3 May 2026, 1er mai 2026."""
        first = "1er" if self.language == "fr" and day.day == 1 else str(day.day)
        return f"{first} {self('months').split()[day.month - 1]} {day.year}"

    def term(self, term: str) -> str:
        """Until when an answer comes, as a sentence."""
        period = Period.parse(term)
        parts = (("year", period.years), ("month", period.months), ("day", period.days))
        words = [self(f"P.{unit}") if n == 1 else self(f"P.{unit}s", n=n) for unit, n in parts if n]
        return self("term", term=", ".join(words)) if words else self("term.none")

    def size(self, count: int) -> str:
        """A size of so many bytes in words: 812 kB, 3.4 Mo."""
        if count < 1_000_000:
            return self("kilobytes", n=max(1, round(count / 1_000)))
        text = f"{count / 1_000_000:.1f}"
        return self("megabytes", n=text.replace(".", ",") if self.language == "fr" else text)
