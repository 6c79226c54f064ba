"""The record's words in French and English: headings, periods, kinds; keys are the same in both."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from troth.language import Language, Texts
from troth.law.calendar import Period
from troth.record.english import ENGLISH
from troth.record.french import FRENCH
from troth.record.model import Ending, TimeLimit

_CATALOGUES: Mapping[Language, Mapping[str, str]] = {"en": ENGLISH, "fr": FRENCH}


@dataclass(frozen=True)
class Words(Texts):
    """The texts of one language."""

    catalogues = _CATALOGUES

    def period(self, period: Period) -> str:
        """A period in words: 3 years, 18 months and 1 day; at once where it is zero."""
        parts = [
            self.count(unit, count)
            for unit, count in (
                ("year", period.years),
                ("month", period.months),
                ("day", period.days),
            )
            if count
        ]
        return self.listed(parts) if parts else self("period.zero")

    def listed(self, parts: Sequence[str]) -> str:
        """Parts joined as a sentence joins them."""
        if len(parts) < 2:
            return "".join(parts)
        return self("and", first=", ".join(parts[:-1]), last=parts[-1])

    def day(self, day: date | None) -> str:
        """A day as a form has it: 31/01/2026, or 2026-01-31; nothing without a day."""
        if day is None:
            return ""
        return day.strftime("%d/%m/%Y") if self.language == "fr" else day.isoformat()

    def limit(self, limit: TimeLimit) -> str:
        """A time limit as one line."""
        endings = [self._ending(ending) for ending in limit.endings]
        text = endings[0] if len(endings) == 1 else self(limit.combine, all="; ".join(endings))
        if limit.bound != "ceiling":
            text = self(f"bound.{limit.bound}", text=text)
        notes = [
            *([self("for", who=", ".join(limit.subjects))] if limit.subjects else []),
            *([self("archived")] if limit.archived else []),
            *([self("anonymised")] if limit.anonymised else []),
            *([limit.statute] if limit.statute else []),
        ]
        return f"{text} ({'; '.join(notes)})" if notes else text

    def _ending(self, ending: Ending) -> str:
        if ending.period is not None:
            if ending.period.is_zero:
                return self("until", event=ending.event)
            return self("after", period=self.period(ending.period), event=ending.event)
        chosen = [
            f"{self('otherwise') if value is None else value}: {self.period(period)}"
            for value, period in ending.choices
        ]
        return self("chosen", choices=", ".join(chosen), event=ending.event)
