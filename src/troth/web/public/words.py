"""The words of the public pages in one language."""

from __future__ import annotations

from dataclasses import dataclass

from troth.language import Language, Texts
from troth.law.calendar import Period
from troth.web.public.english import ENGLISH
from troth.web.public.french import FRENCH

CATALOGUES: dict[Language, dict[str, str]] = {"en": ENGLISH, "fr": FRENCH}


@dataclass(frozen=True)
class Words(Texts):
    """The texts of one language."""

    catalogues = CATALOGUES

    def hint(self, key: str, right: str) -> str:
        """The hint for a field, where a right has one of its own that one."""
        texts = CATALOGUES[self.language]
        return texts.get(f"{key}.{right}", texts[key])

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
