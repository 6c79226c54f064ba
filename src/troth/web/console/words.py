"""The words of the console in one language."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from troth.language import Language, Texts
from troth.web.console.english import ENGLISH
from troth.web.console.french import FRENCH
from troth.web.console.pages import english, french
from troth.web.console.pages.refusals_english import HELP
from troth.web.console.pages.refusals_french import FRENCH as REFUSALS

CATALOGUES: Mapping[Language, Mapping[str, str]] = {
    "en": {**ENGLISH, **english.ENGLISH},
    "fr": {**FRENCH, **french.FRENCH},
}
_MOST_COUNTED = 1_000
_DETAILS: Mapping[str, tuple[str, ...]] = {
    "right": ("right.",),
    "way": ("identity.", "way."),
    "letter": ("letter.",),
    "outcome": ("outcome.",),
}
"""Where the words of an event's codes are, by the name of the detail."""


@dataclass(frozen=True)
class Refusal:
    """What was refused, for a colleague at the console; `own`: the desk's own words, in English.

    `own` is empty where the sentence is theirs.
    """

    sentence: str
    help: str
    own: str = ""


@dataclass(frozen=True)
class Words(Texts):
    """The texts of one language."""

    catalogues = CATALOGUES
    zone: ZoneInfo

    def refusal(self, code: str, message: str, help: str) -> Refusal:
        """An error of the desk in this language; what is not translated stays in English."""
        if self.language == "en":
            return Refusal(message, HELP.get(code, help))
        if code not in REFUSALS:
            return Refusal("", "", f"{message} → {help}" if help else message)
        sentence, helps = REFUSALS[code]
        return Refusal(sentence, helps, message)

    def event_detail(self, name: str, value: object) -> str:
        """What an event of a request says, with the words that its codes have on the pages."""
        for prefix in _DETAILS.get(name, ()):
            if self.has(f"{prefix}{value}"):
                return self(f"{prefix}{value}")
        return str(value)

    def law(self, source: str) -> str:
        """A place in a law, by the name that the law has in this language."""
        return source.replace("GDPR", "RGPD") if self.language == "fr" else source

    def most(self, number: int) -> str:
        """A number that was not counted to its end."""
        return f"{self.number(min(number, _MOST_COUNTED))}+"

    def instant(self, at: datetime) -> str:
        """An instant in words, in the organisation's time zone, to the minute."""
        there = at.astimezone(self.zone)
        return f"{self.day(there.date())}, {there:%H:%M}"


def language_of(chosen: str | None, wanted: str, default: Language) -> Language:
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
