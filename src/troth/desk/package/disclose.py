"""What of a row a person is shown: their own values, and neither other people's nor keys to doors.

A copy must not harm the rights of others (GDPR 15(4)); what is masked is named with its reason.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from troth.datamap.documents import alone, without
from troth.datamap.inside import name_inside, path_of
from troth.datamap.model import Column, Table
from troth.desk.package.model import Masked
from troth.grounds.cells import json_at, json_of
from troth.grounds.facts import Identifier
from troth.grounds.identity import normalise
from troth.policy.model import Policy

_SECRET = frozenset(
    {"credential", "credentials", "password", "passwords", "secret", "secrets", "mot-de-passe"}
)
"""Words of a category's name by which what it holds opens an account."""
_SECRET_COLUMN = re.compile(
    r"(^|_)(password|passwd|pwd|passphrase|mot_de_passe|api_key|secret|token|pass_hash)($|_)"
)
_ADDRESS = re.compile(r"[\w.+%'-]+@[\w-]+(?:\.[\w-]+)+")
NAMED_OTHER = "[…]"
"""What stands in a text in the place of another person's address."""


@dataclass(frozen=True)
class Told:
    """Which roles of a row are the person's, and which of them the row has with somebody else."""

    mine: frozenset[str]
    shared: bool
    protected: bool


@dataclass(frozen=True)
class Only:
    """What an order to hand over is about: categories with all below, and places; empty: all."""

    categories: tuple[str, ...] = ()
    places: tuple[str, ...] = ()


EVERYTHING = Only()


@dataclass(frozen=True)
class Disclosure:
    """What is shown of the rows of one table."""

    policy: Policy
    entry: Table
    only: Only = EVERYTHING

    def meant(self, name: str) -> bool:
        """Whether a value, or the rest of a JSON column, is of a category that is to be shown."""
        if not self.only.categories:
            return True
        category = self._described(name).category
        lineage = () if category is None else self.policy.lineage(category)
        return not set(lineage).isdisjoint(self.only.categories)

    def parts(self, column: str) -> tuple[str, ...]:
        """The names of what a column holds: its own, and of what lies inside."""
        return (column, *(name_inside(column, path) for path in self.entry.personal[column].inside))

    def shown(self, column: str, cell: Any, told: Told) -> tuple[Any, dict[str, Masked]]:
        """What is shown of a cell (None: nothing), and why other parts of it are not, by name."""
        whys: dict[str, Masked] = {}
        shut = []
        for name in self.parts(column):
            why = self.masked(name, told) if self.meant(name) else None
            if why is not None:
                whys[name] = why
            if why is not None or not self.meant(name):
                shut.append(name)
        if not shut:
            return cell, whys
        places = self.entry.personal[column].inside
        document = json_of(cell)
        if not places or not isinstance(document, dict):
            return None, {column: whys[shut[0]]} if shut[0] in whys else {}
        there = {name: why for name, why in whys.items() if self.holds(name, document)}
        hidden = [path for name in shut if (path := path_of(name)) is not None]
        if column in shut:
            left = alone(document, [path for path in places if path not in hidden])
        else:
            left = without(document, hidden)
        return left if any(_texts(left)) else None, there

    def holds(self, name: str, document: Any) -> bool:
        """Whether something of a value stands in a document, as it is or as far as it is shown."""
        path = path_of(name)
        if path is not None:
            return json_at(document, path) is not None
        places = self.entry.personal[name].inside
        return not places or any(_texts(without(json_of(document), places)))

    def _described(self, name: str) -> Column:
        return self.entry.values.get(name) or self.entry.personal[name]

    def masked(self, name: str, told: Told) -> Masked | None:
        """Why a value is not shown in a row; None where it is."""
        column = self._described(name)
        whose = frozenset(column.roles or self.entry.roles)
        if told.protected:
            return "protected"
        if self.is_secret(name):
            return "credential"
        if not whose & told.mine:
            return "others"
        if told.shared and whose - told.mine:
            return "shared"
        return None

    def is_secret(self, name: str) -> bool:
        """Whether a value opens an account: by its name, or by its category if it names nobody."""
        column = self._described(name)
        named = any(_SECRET_COLUMN.search(part) for part in re.split("#?/", name.lower()))
        if column.identity is not None or column.category is None:
            return named
        lines = self.policy.lineage(column.category)
        words = {part for line in lines for part in (line, *re.split(r"[.-]", line))}
        return bool(words & _SECRET) or named

    def shown_key(self, key: Mapping[str, Any], told: Told) -> dict[str, Any]:
        """The parts of a row's key that tell nothing of another person."""
        hidden = {
            column
            for name, role in self.entry.roles.items()
            if name not in told.mine and role.person
            for column in self._first_columns(role.person[0])
        }
        own = {
            column
            for name, role in self.entry.roles.items()
            if name in told.mine and role.person
            for column in self._first_columns(role.person[0])
        }
        return {
            name: cell
            for name, cell in key.items()
            if name not in hidden - own
            and not (name in self.entry.personal and self.masked(name, told))
        }

    def _first_columns(self, step: str) -> tuple[str, ...]:
        relation = self.entry.relations.get(step)
        return relation.columns if relation is not None else ()


def _texts(document: Any) -> Iterator[Any]:
    """Everything in a document that is neither an object nor null."""
    if isinstance(document, dict):
        for part in document.values():
            yield from _texts(part)
    elif document is not None:
        yield True


def without_others(cell: Any, own: frozenset[str]) -> tuple[Any, bool]:
    """A text without the e-mail addresses of others inside it, and whether any was there.

    `own` are the person's addresses, normalised. A text that is an address as a whole is no text
    that mentions one. JSON is looked through place by place.
    """
    if isinstance(cell, dict):
        pairs = {name: without_others(part, own) for name, part in cell.items()}
        return {n: part for n, (part, _) in pairs.items()}, any(hit for _, hit in pairs.values())
    if isinstance(cell, list):
        parts = [without_others(part, own) for part in cell]
        return [part for part, _ in parts], any(hit for _, hit in parts)
    if not isinstance(cell, str) or "@" not in cell or _ADDRESS.fullmatch(cell.strip()):
        return cell, False
    hit = False

    def hide(found: re.Match[str]) -> str:
        nonlocal hit
        if normalise(found[0], "email") in own:
            return found[0]
        hit = True
        return NAMED_OTHER

    return _ADDRESS.sub(hide, cell), hit


def addresses(identifiers: Iterable[Identifier]) -> frozenset[str]:
    """The e-mail addresses among identifiers, normalised."""
    return frozenset(normalise(one.value, "email") for one in identifiers if "@" in one.value)


def category_of(column: Column) -> tuple[str, ...]:
    """The categories of a column and of what lies inside it, each once."""
    return tuple(dict.fromkeys(c for c in (column.category, *column.inside.values()) if c))
