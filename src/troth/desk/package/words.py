"""Words of a package in the person's language."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from troth.desk.package.english import ENGLISH
from troth.desk.package.french import FRENCH
from troth.language import Language, Texts

_CATALOGUES: Mapping[Language, Mapping[str, str]] = {"en": ENGLISH, "fr": FRENCH}


@dataclass(frozen=True)
class Words(Texts):
    """The texts of one language."""

    catalogues = _CATALOGUES

    def day(self, day: date | str) -> str:
        """A day in words: 3 May 2026, 1er mai 2026."""
        return super().day(date.fromisoformat(day) if isinstance(day, str) else day)

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
