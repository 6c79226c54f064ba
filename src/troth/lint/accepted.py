"""`lint.yaml`: findings that somebody has looked at and accepts, each with the reason."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Annotated, Literal

from pydantic import Field

from troth.documents.read import read_document
from troth.documents.validate import validate
from troth.lint.model import Flaw, Severity
from troth.policy.base import Model

FILE = "lint.yaml"
Words = Annotated[str, Field(min_length=1)]


class Accepted(Model):
    """A finding that is accepted: which one, why, and until when."""

    code: Words = Field(description="The code of the finding.")
    rule: Words | None = Field(default=None, description="The rule within the code; absent: any.")
    quote: Words | None = Field(
        default=None, description="Words that the finding quotes; absent: wherever it is found."
    )
    place: Words | None = Field(
        default=None, description="A path in policy.yaml or map.yaml; absent: wherever it is found."
    )
    reason: Annotated[str, Field(min_length=10)] = Field(description="Why it is accepted.")
    by: Words | None = Field(default=None, description="Who accepts it.")
    until: date | None = Field(default=None, description="The last day on which it is accepted.")


class AcceptedFile(Model):
    """The whole of `lint.yaml`."""

    troth: Literal[1] = Field(description="The version of this file format.")
    accepted: tuple[Accepted, ...] = Field(default=(), description="What is accepted.")


@dataclass(frozen=True)
class Sorted:
    """Findings that stand, those that an entry accepts, and entries that accept none."""

    standing: tuple[Flaw, ...]
    accepted: tuple[tuple[Flaw, Accepted], ...]
    idle: tuple[Accepted, ...]

    def of(self, least: Severity) -> Sorted:
        """The same with findings that are at least as severe as `least`."""
        standing = tuple(one for one in self.standing if one.severity.rank <= least.rank)
        accepted = tuple(one for one in self.accepted if one[0].severity.rank <= least.rank)
        return Sorted(standing, accepted, self.idle)


def parse_accepted(text: str | bytes, name: str = FILE) -> AcceptedFile:
    """The file's content; `Refused` or `Problems` with file and line for what is wrong in it."""
    return validate(read_document(text, name), AcceptedFile)


def sort(flaws: Sequence[Flaw], file: AcceptedFile | None, today: date) -> Sorted:
    """Findings parted by what `lint.yaml` accepts on the day `today`."""
    entries = file.accepted if file is not None else ()
    standing: list[Flaw] = []
    accepted: list[tuple[Flaw, Accepted]] = []
    used: set[int] = set()
    for flaw in flaws:
        number = next((n for n, one in enumerate(entries) if _meant(flaw, one, today)), None)
        if number is None:
            standing.append(flaw)
        else:
            used.add(number)
            accepted.append((flaw, entries[number]))
    idle = tuple(one for n, one in enumerate(entries) if n not in used)
    return Sorted(tuple(standing), tuple(accepted), idle)


def _meant(flaw: Flaw, one: Accepted, today: date) -> bool:
    if one.code != flaw.code or one.rule not in (None, flaw.rule):
        return False
    if one.until is not None and one.until < today:
        return False
    if one.place is not None and one.place not in flaw.places:
        return False
    return one.quote is None or any(_plain(one.quote) in _plain(e.quote) for e in flaw.evidence)


def _plain(text: str) -> str:
    return " ".join(text.split()).casefold()
