"""What finding a person is asked, and what it answers."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from typing import Literal

from troth.desk.find.facets import Facet
from troth.desk.find.looks import Likeness
from troth.grounds.facts import Identifier
from troth.plan.predicate import Predicate

Reason = Literal[
    "shared",
    "shared-mailbox",
    "no-name",
    "other-name",
    "crowded",
    "same-name",
    "transposed-name",
    "same-name-and-address",
    "same-address",
    "mentioned",
    Likeness,
]
"""Why a match is doubtful; each is told in words by `reasons.why`."""
MARK = 5  # hexadecimal digits by which a doubtful match is called


@dataclass(frozen=True)
class Asked:
    """Whom to look for: identifiers by namespace, names, postal addresses."""

    identifiers: tuple[Identifier, ...] = field(default=(), repr=False)
    names: tuple[str, ...] = field(default=(), repr=False)
    addresses: tuple[str, ...] = field(default=(), repr=False)


@dataclass(frozen=True)
class Face:
    """Rows of one table that say the same of a person: the texts of the facet's columns.

    `row` is the key, as texts, where the rows are told apart one by one, because nothing but a
    name or an address speaks for them.
    """

    facet: Facet = field(repr=False)
    cells: tuple[str | None, ...] = field(repr=False)
    row: tuple[str, ...] = field(default=(), repr=False)

    def texts(self, columns: tuple[str, ...]) -> tuple[str, ...]:
        """What these columns say, without NULL and blanks."""
        said = dict(zip(self.facet.columns, self.cells, strict=True))
        return tuple(text for name in columns if (text := (said[name] or "").strip()))

    @property
    def name(self) -> str:
        """The name of the person, its parts in the table's order; empty where there is none."""
        return " ".join(self.texts(self.facet.names))

    @property
    def address(self) -> str:
        return " ".join(self.texts((*self.facet.address, *self.facet.postcode)))

    @property
    def mark(self) -> str:
        """A short name of the face that stays the same from call to call."""
        told = repr((self.facet.label, self.facet.identity, self.cells, self.row))
        return hashlib.sha256(told.encode()).hexdigest()[:MARK]


@dataclass(frozen=True)
class Match:
    """A face, how many rows show it, and the identifiers that led to it: column and text."""

    face: Face
    rows: int
    by: tuple[tuple[str, str], ...] = field(default=(), repr=False)


@dataclass(frozen=True)
class Doubtful:
    """A match that is not taken unless a human confirms it.

    `beside` is how many other people's rows share what led to it, where that is the reason.
    """

    number: int
    match: Match
    reason: Reason

    @property
    def mark(self) -> str:
        return self.match.face.mark


@dataclass(frozen=True)
class Concern:
    """Rows of one table that concern persons under one role, as predicates over named sets.

    `concerned`: the row's person under the role is one of them (`when` is not asked).
    `shared_beyond`: it is so, and the row concerns somebody who is none of them: of one person it
    says what is somebody else's too, of many it does not (`Finder.shared` asks of one alone).
    `together_beyond`: the same, and that other one is the row's person under the very same role.
    `holding`: it is so, and the role holds. `protected`: it is so, and the map protects the row.
    `mine` are the personal columns of this role alone, `common` those that belong to several of
    the table's roles, `others` those of other roles: nobody may see or lose them here.
    """

    store: str
    table: str
    role: str
    facet: Facet = field(repr=False)
    concerned: Predicate = field(repr=False)
    shared_beyond: Predicate = field(repr=False)
    holding: Predicate = field(repr=False)
    protected: Predicate = field(repr=False)
    together_beyond: Predicate = field(repr=False)
    mine: tuple[str, ...]
    common: tuple[str, ...]
    others: tuple[str, ...]


@dataclass(frozen=True)
class RoleRows:
    """How many rows a concern has, and how many of them are shared, protected, or hold the role."""

    concern: Concern
    rows: int
    shared: int
    holding: int
    protected: int


@dataclass(frozen=True)
class TableRows:
    """How many rows of a table concern the person under any role; `roles` has those with rows."""

    store: str
    table: str
    rows: int
    roles: tuple[RoleRows, ...]

    @property
    def label(self) -> str:
        return f"{self.store}.{self.table}"


@dataclass(frozen=True)
class Hint:
    """Something that a reader of the answer should know, about one table or all."""

    code: str
    table: str
    message: str
    help: str = ""


@dataclass(frozen=True)
class Found:
    """The answer: who is sure, which identifiers name nobody else, what is doubtful, which rows.

    `identifiers` are what a fact in the ledger may name the person by: every row that shows one
    of them is this person's. `rows` has an entry for each table with rows.
    """

    persons: tuple[Match, ...] = ()
    identifiers: tuple[Identifier, ...] = field(default=(), repr=False)
    doubtful: tuple[Doubtful, ...] = ()
    rows: tuple[TableRows, ...] = ()
    hints: tuple[Hint, ...] = ()

    @property
    def total(self) -> int:
        """Rows of the person in all stores, each once."""
        return sum(one.rows for one in self.rows)
