"""The names of a notice: which number each element has, and the id that its title gives it."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from pydantic import BaseModel

from troth.notice.kinds import Section
from troth.notice.sections import SECTIONS
from troth.policy.model import Policy

_LONGEST = 60  # characters of an id that is made from a title
_IDS = ("ages", "commitments", "readings")  # lists of which each element has an id of its own


@dataclass(frozen=True)
class Numbered:
    """An element with its number in the notice; `key` is its name or position in the policy."""

    section: Section
    key: str | int | None
    element: BaseModel
    number: str

    @property
    def path(self) -> tuple[str | int, ...]:
        return (self.section.field,) if self.key is None else (self.section.field, self.key)


def present(policy: Policy) -> list[tuple[int, Section, list[Numbered]]]:
    """The sections that have elements, numbered from 1, with these."""
    found: list[tuple[int, Section, list[Numbered]]] = []
    for section in SECTIONS:
        elements = list(_elements(section, getattr(policy, section.field)))
        if elements:
            number = len(found) + 1
            cards = [
                Numbered(section, key, element, f"{number}.{at}")
                for at, (key, element) in enumerate(elements, 1)
            ]
            found.append((number, section, cards))
    return found


def _elements(section: Section, held: Any) -> Iterator[tuple[str | int | None, BaseModel]]:
    if section.holds == "named":
        yield from held.items()
    elif section.holds == "listed":
        yield from enumerate(held)
    elif held is not None:
        yield None, held


class Ids:
    """Ids made from titles, each given once in its realm."""

    def __init__(self) -> None:
        self._taken: dict[str, set[str]] = {}

    def take(self, realm: str, title: str) -> str:
        """The id for a title: its letters and digits, with a number where it is taken."""
        base = slug(title) or "unnamed"
        taken = self._taken.setdefault(_REALMS.get(realm, realm), set())
        found, number = base, 1
        while found in taken:
            number += 1
            found = f"{base}-{number}"
        taken.add(found)
        return found


_REALMS = {"joint_controllers": "controllers", "caps": "rules"}
"""Sections whose ids are unlike those of another too."""


def has_id(section: Section) -> bool:
    """Whether an id is made for its elements; versions bear theirs in the text."""
    return section.holds == "named" or section.field in (*_IDS, "caps")


def slug(title: str) -> str:
    """Lower-case letters and digits joined by hyphens."""
    flat = unicodedata.normalize("NFKD", title.replace("’", " ").replace("œ", "oe"))
    kept = "".join(c for c in flat if not unicodedata.combining(c)).lower()
    return re.sub(r"[^a-z0-9]+", "-", kept)[:_LONGEST].strip("-")


@dataclass(frozen=True)
class Named:
    """How an element is referred to: what people read, and its number.

    `shared`: another element of its section is called the same, so the number must tell.
    """

    label: str
    number: str
    shared: bool = False


Names = Mapping[str, Mapping[str, Named]]
"""By section and id."""


def merged(names: dict[str, dict[str, Named]]) -> Names:
    """The names with joint controllers among the controllers, as activities name both."""
    both = {**names.get("controllers", {}), **names.get("joint_controllers", {})}
    every = {**names, "controllers": both}
    found: dict[str, dict[str, Named]] = {}
    for section, entries in every.items():
        counts = Counter(entry.label for entry in entries.values())
        found[section] = {
            name: replace(entry, shared=counts[entry.label] > 1) for name, entry in entries.items()
        }
    return found
