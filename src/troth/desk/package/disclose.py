"""What of a row a person is shown: their own values, and neither other people's nor keys to doors.

A copy must not harm the rights of others (GDPR 15(4)); what is masked is named with its reason.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from troth.datamap.model import Column, Table
from troth.desk.package.model import Masked
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
        """Whether all that a column holds is of the categories that are to be shown."""
        if not self.only.categories:
            return True
        held = category_of(self.entry.personal[name])
        return bool(held) and all(
            set(self.policy.lineage(one)) & set(self.only.categories) for one in held
        )

    def masked(self, name: str, told: Told) -> Masked | None:
        """Why a column's value is not shown in a row; None where it is."""
        column = self.entry.personal[name]
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
        """Whether a column opens an account: by its name, or by its category if it names nobody."""
        column = self.entry.personal[name]
        if column.identity is not None:
            return _SECRET_COLUMN.search(name.lower()) is not None
        categories = [one for one in (column.category, *column.inside.values()) if one]
        lines = {above for one in categories for above in self.policy.lineage(one)}
        words = {part for line in lines for part in (line, *re.split(r"[.-]", line))}
        return bool(words & _SECRET) or _SECRET_COLUMN.search(name.lower()) is not None

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
