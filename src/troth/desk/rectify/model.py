"""What a rectification is asked to change, what it would change, and what stays."""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict, dataclass, field
from typing import Literal

from troth.datamap.inside import name_inside
from troth.datamap.model import Normaliser

Place = tuple[str, str, str]
"""Store, table and column, as the map names them."""
Why = Literal["paper", "shared", "protected", "other-category", "excepted"]
"""Why a copy stays as it is; each is told in words by `WHY`."""

WHY: dict[Why, str] = {
    "paper": "an issued paper is not rewritten",
    "shared": "it is somebody else's value too",
    "protected": "the map protects the row",
    "other-category": "it holds the same, and is data of another category",
    "excepted": "it was left out",
}


@dataclass(frozen=True)
class Asked:
    """One value to be corrected: what was named, the right value, and the wrong one if given.

    Exactly one of `category`, `namespace` and `column` is given.
    """

    new: str = field(repr=False)
    old: str | None = field(default=None, repr=False)
    category: str | None = None
    namespace: str | None = None
    column: Place | None = None

    @property
    def named(self) -> str:
        return ".".join(self.column) if self.column else self.category or self.namespace or ""


@dataclass(frozen=True)
class Change:
    """A value of some categories to be corrected wherever it stands; `old` None: it is missing.

    `how` are the ways in which copies are compared; `everywhere`: the value is an identifier, and
    a copy of it is one whatever its category.
    """

    named: str
    categories: tuple[str, ...]
    new: str = field(repr=False)
    old: str | None = field(repr=False)
    how: tuple[Normaliser, ...] = ("exact",)
    column: Place | None = None
    everywhere: bool = False
    namespaces: tuple[str, ...] = ()


@dataclass(frozen=True)
class Target:
    """One cell to be written: its row by key, and which change it is of.

    `path`: where inside a JSON column. `follows`: the row is not the person's own; it references
    by this value a row that is.
    """

    store: str
    table: str
    column: str
    key: tuple[object, ...] = field(repr=False)
    change: int
    path: str | None = None
    follows: bool = False

    @property
    def name(self) -> str:
        """The value's name in its row."""
        return self.column if self.path is None else name_inside(self.column, self.path)


@dataclass(frozen=True)
class Copies:
    """The rows of one column that would be written, or that stay and why.

    For a paper, `activity`, `rule`, `clauses` and `statute` are its ground.
    """

    store: str
    table: str
    column: str
    rows: int
    named: str
    path: str | None = None
    follows: bool = False
    why: Why | None = None
    activity: str | None = None
    rule: str | None = None
    promise: str | None = None
    clauses: tuple[str, ...] = ()
    statute: str | None = None

    @property
    def label(self) -> str:
        inside = f" at {self.path}" if self.path else ""
        return f"{self.store}.{self.table}.{self.column}{inside}"


@dataclass(frozen=True)
class Notice:
    """A side effect or a doubt that whoever approves should know."""

    code: str
    place: str
    message: str
    help: str = ""


@dataclass(frozen=True)
class Rectification:
    """What would be done; it holds names and counts, never a value.

    `at_once` is how many rows of a store one transaction takes. `about`: the sealed values of the
    request that it is of, so that no other plan has its digest.
    """

    organisation: str
    changes: tuple[Copies, ...]
    left: tuple[Copies, ...]
    notices: tuple[Notice, ...]
    at_once: int
    about: str = ""

    @property
    def rows(self) -> int:
        return sum(one.rows for one in self.changes)

    @property
    def stores(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys(one.store for one in self.changes))

    def digest(self) -> str:
        """SHA-256 over what is shown and approved, in hexadecimal."""
        text = json.dumps(asdict(self), sort_keys=True, separators=(",", ":"))
        return hashlib.sha256(text.encode()).hexdigest()


@dataclass(frozen=True)
class Looked:
    """A rectification with the cells it would write and the papers' cells that stay."""

    plan: Rectification
    targets: tuple[Target, ...] = field(repr=False)
    papers: tuple[Target, ...] = field(default=(), repr=False)
