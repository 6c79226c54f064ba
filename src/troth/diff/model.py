"""What changes for people between two versions of a policy."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Direction = Literal["better", "neutral", "lower"]

OPPOSITE: dict[Direction, Direction] = {"better": "lower", "neutral": "neutral", "lower": "better"}


@dataclass(frozen=True, order=True)
class Change:
    """One difference, and what it does to the protection of people.

    `path`: the element, as both versions write it; `code`: what kind of difference; `before`,
    `after`: what stood and stands there, in the policy's words; `unclear`: a program cannot say
    which way it goes, so a person has to look. `subjects`: data subject categories concerned;
    `activities`: those that it touches; `consents`: consents on which they rest.
    """

    path: str
    code: str
    direction: Direction
    before: str
    after: str
    article: str
    reason: str
    unclear: bool = False
    subjects: tuple[str, ...] = ()
    activities: tuple[str, ...] = ()
    consents: tuple[str, ...] = ()


@dataclass(frozen=True)
class Telling:
    """Who is to be told of the changes, and when: data subject categories, by their names.

    `further`: activities that are new purposes, told before their first use (Art. 13(3), 14(4)).
    """

    subjects: tuple[str, ...]
    articles: tuple[str, ...]
    further: tuple[str, ...] = ()


@dataclass(frozen=True)
class Flaw:
    """What is wrong with how the new version says that it is one."""

    code: str
    article: str
    message: str
    help: str


@dataclass(frozen=True)
class Difference:
    """Everything between two versions: changes in the policy's order, and what they ask for.

    `again`: consents that have to be given again. `acceptance`: the new version lowers protection,
    so that whoever does not accept it stays under the old one.
    """

    old: str
    new: str
    changes: tuple[Change, ...]
    telling: Telling
    again: tuple[str, ...]
    acceptance: bool
    flaws: tuple[Flaw, ...] = ()

    @property
    def lowers(self) -> bool:
        return any(change.direction == "lower" for change in self.changes)

    @property
    def unclear(self) -> bool:
        return any(change.unclear for change in self.changes)
