"""Words of a report in the reader's language: a small catalogue, numbers and days."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from troth.apply.promises import Promise, Reason, Silence, Undeclared, Waiting
from troth.language import Language, Texts
from troth.law.calendar import Period
from troth.report.english import ENGLISH
from troth.report.french import FRENCH

_CATALOGUES: Mapping[Language, Mapping[str, str]] = {"en": ENGLISH, "fr": FRENCH}


@dataclass(frozen=True)
class Words(Texts):
    """The texts of one language."""

    catalogues = _CATALOGUES

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
