"""Words of a report in the reader's language: a small catalogue, numbers and days."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Literal

from troth.apply.promises import Promise, Reason, Silence, Undeclared, Waiting
from troth.law.calendar import Period
from troth.report.english import ENGLISH
from troth.report.french import FRENCH

Language = Literal["en", "fr"]
LANGUAGES: tuple[Language, ...] = ("en", "fr")
_NARROW_SPACE = "\u202f"
_CATALOGUES: Mapping[Language, Mapping[str, str]] = {"en": ENGLISH, "fr": FRENCH}


@dataclass(frozen=True)
class Words:
    """The texts of one language. A key that is missing is a defect, so it raises `KeyError`."""

    language: Language

    def __call__(self, key: str, **values: object) -> str:
        """The text of a key, with its values put in."""
        return _CATALOGUES[self.language][key].format_map(values)

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
        return f"{first} {self(f'month.{day.month}')} {day.year}"

    def month(self, day: date) -> str:
        """The month of a day in words: May 2026."""
        return f"{self(f'month.{day.month}')} {day.year}"

    def period(self, period: Period) -> str:
        """A period in words: 3 years, 18 months, 1 year 30 days."""
        parts = (("year", period.years), ("months", period.months), ("days", period.days))
        told = [self.count(unit, number) for unit, number in parts if number]
        return " ".join(told) or self("period.zero")

    def sentence(self, promise: Promise) -> str:
        """The promise in one sentence; a rule's own is in the policy's language."""
        if promise.kind == "never-stored":
            return self("promise.never-stored", label=promise.sentence)
        return promise.sentence

    def why(self, reason: Reason) -> str:
        """Why something is unknown, in one line."""
        return self(f"why.{reason.code}", **dict(reason.about))

    def how(self, reason: Reason) -> str:
        """How to make it known, in one line."""
        return self(f"how.{reason.code}", **dict(reason.about))

    def undeclared(self, found: Undeclared) -> str:
        """What the map or the policy does not mention, in one line."""
        columns = ", ".join(found.columns)
        return self(
            f"undeclared.{found.kind}",
            table=f"{found.store}.{found.table}",
            columns=columns,
            category=found.category,
        )

    def waiting(self, one: Waiting) -> str:
        """Whom an invitation has not reached yet, in one line."""
        rows = self.count("rows", one.rows)
        return self("waiting.text", rows=rows, table=f"{one.store}.{one.table}", rule=one.rule)

    def unreachable(self, one: Waiting) -> str:
        """Those whom no invitation can reach, and how to mend it, in one line."""
        way = "no-value" if one.columns else "no-column"
        columns = ", ".join(one.columns)
        how = self(f"waiting.{way}", columns=columns, role=one.role)
        return f"{self('waiting.unreachable', rows=self.count('rows', one.unreachable))}; {how}"

    def silent(self, one: Silence) -> str:
        """That a rule governs nothing any more, in one line."""
        return self(
            "silent.text",
            rule=one.promise,
            table=one.table,
            rows=self.count("rows", one.rows),
            last=self.day(one.last),
            since=self.day(one.matched_since),
        )
