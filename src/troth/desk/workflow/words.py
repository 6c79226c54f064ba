"""Words of letters to a person, in their language: plain, short, with what they may do next."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Literal

from troth.desk.workflow.english import ENGLISH
from troth.desk.workflow.french import FRENCH
from troth.ledger.requests import Request
from troth.policy.model import Policy

Language = Literal["en", "fr"]
_CATALOGUES: Mapping[Language, Mapping[str, str]] = {"en": ENGLISH, "fr": FRENCH}


@dataclass(frozen=True)
class Words:
    """The texts of one language; a key that is missing is a defect, so it raises `KeyError`."""

    language: Language

    def __call__(self, key: str, **values: object) -> str:
        return _CATALOGUES[self.language][key].format_map(values)

    def has(self, key: str) -> bool:
        return key in _CATALOGUES[self.language]

    def day(self, day: date) -> str:
        """A day in words: 3 May 2026, 1er mai 2026."""
        first = "1er" if self.language == "fr" and day.day == 1 else str(day.day)
        return f"{first} {self('months').split()[day.month - 1]} {day.year}"

    def code(self, policy: Policy, number: str, code: str, minutes: int) -> tuple[str, str]:
        """Subject and body of the mail with a code."""
        name = name_of(policy)
        return (
            self("code.subject", name=name),
            self("code.body", name=name, number=number, code=code, minutes=minutes),
        )


def language_of(request: Request, policy: Policy) -> Language:
    """The person's language, where letters are written in it; else the policy's first."""
    known: dict[str, Language] = {"en": "en", "fr": "fr"}
    return known.get(request.language, known.get(policy.languages[0], "en"))


def name_of(policy: Policy) -> str:
    """Whose letter it is."""
    controller = next(iter(policy.controllers.values()))
    return controller.name or policy.title
