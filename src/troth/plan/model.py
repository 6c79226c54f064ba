"""A plan: a flat, frozen list of typed steps that one reader shows and another carries out.

It holds predicates, names, counts and limits; never keys, values of persons or SQL text. What was
shown, approved and executed is the same object, with one digest.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from datetime import date, datetime
from typing import Annotated, Literal

from pydantic import Field

from troth.datamap.model import Erased, Normaliser
from troth.plan.predicate import Hop, Predicate
from troth.plan.sets import SetDefinition
from troth.policy.base import Model
from troth.policy.model import Policy

_SHOWS = "Sets of stores that read each other, which are made from what goes."
_BESIDE = "JSON columns of which what lies at these paths is no part of the value."


class Because(Model):
    """The promise behind a step: the rule that ended, its clauses and its sentence."""

    activity: str
    rule: str
    promise: str
    clauses: tuple[str, ...]
    statute: str | None = None


class Counts(Model):
    """What was found when the plan was measured."""

    rows: int
    oldest: date | None = None
    approximate: bool = False
    persons: int | None = Field(default=None, description="Invitations: one letter to each.")


class KeptEvidence(Model):
    """Before rows go: the day that they show for an event of another row is kept for it.

    `of`: the event of a parent is asked, through a path that crosses into another store.
    """

    store: str
    table: str
    key: tuple[str, ...]
    event: str
    path: tuple[str, ...] = Field(description="From the other table to what shows the day.")
    of: bool = False
    through: int = Field(default=0, description="Steps of the path to the rows that go; 0: all.")


class Child(Model):
    """Rows that reference a row that is to go: `hop` leads to them; `part_of` rows go with it."""

    table: str
    path: tuple[str, ...] = ()
    hop: Hop | None = None
    part_of: bool
    known: bool


class WholePartition(Model):
    """A partition of which every row is due: it is dropped as a whole, and fires no trigger.

    Only one whose range ends before everything that the rules keep, so that nothing is written to
    it any more. Where it cannot be dropped when its turn comes, its rows go in batches.
    """

    name: str = Field(description="As the store's schema writes it.")
    rows: int = Field(default=0, description="Those of the step's rows that it held.")


class DeleteRows(Model):
    """Delete the rows for which `due` holds and on which nothing that stays depends.

    Rows of a table that is part of others (`with_parent`) go as well where `free` holds and the
    rows that they belong to go.
    """

    kind: Literal["delete-rows"] = "delete-rows"
    id: str
    store: str
    table: str
    key: tuple[str, ...]
    columns: tuple[str, ...]
    due: Predicate
    children: tuple[Child, ...] = ()
    with_parent: tuple[str, ...] = Field(
        default=(), description="Relations to rows with which rows of this table go (part_of)."
    )
    owners: dict[str, Hop] = Field(default={}, description="Those relations, as hops.")
    free: Predicate | None = None
    archive_first: str | None = Field(default=None, description="Step that moves rows before.")
    keeps: tuple[KeptEvidence, ...] = ()
    shows: tuple[str, ...] = Field(default=(), description=_SHOWS)
    partitions: tuple[WholePartition, ...] = ()
    because: tuple[Because, ...] = ()
    counts: Counts | None = None
    reversible: Literal[False] = False


class EraseValues(Model):
    """Give due values of rows that stay their erased form.

    A value is a column, or a place inside a JSON column (`profile#/address/city`), which is taken
    out of it or has its erased form there. A column in `beside` loses all that lies beside places.
    """

    kind: Literal["erase-values"] = "erase-values"
    id: str
    store: str
    table: str
    key: tuple[str, ...]
    columns: dict[str, Erased]
    beside: dict[str, tuple[str, ...]] = Field(default={}, description=_BESIDE)
    due: Predicate
    archive_first: str | None = None
    keeps: tuple[KeptEvidence, ...] = ()
    shows: tuple[str, ...] = Field(default=(), description=_SHOWS)
    because: tuple[Because, ...] = ()
    counts: Counts | None = None
    reversible: Literal[False] = False


class ArchiveRows(Model):
    """Copy values that have left everyday use to the archive, before they leave the live table."""

    kind: Literal["archive-rows"] = "archive-rows"
    id: str
    store: str
    table: str
    key: tuple[str, ...]
    to_store: str
    to_table: str
    moves: dict[str, Predicate] = Field(description="By column: rows whose value moves.")
    columns: dict[str, Erased] = Field(
        default={}, description="By column: the form that a value has which has left already."
    )
    beside: dict[str, tuple[str, ...]] = Field(default={}, description=_BESIDE)
    keeps_columns: tuple[str, ...] = Field(description="Columns without personal data.")
    days: dict[str, str] = Field(default={}, description="Archive column -> event it records.")
    readers: tuple[str, ...] = ()
    because: tuple[Because, ...] = ()
    counts: Counts | None = None
    reversible: Literal[False] = False


class Bridge(Model):
    """A step of a path from one store into another, where what links two rows is compared apart."""

    links: tuple[str, ...] = Field(description="Columns of the row left.")
    store: str
    table: str
    other_links: tuple[str, ...]
    compare: Normaliser
    json_path: str | None = None
    json_side: Literal["source", "target"] = "source"
    source_when: Predicate | None = None
    target_when: Predicate | None = None
    hops: tuple[Hop, ...] = Field(default=(), description="Further, inside that store.")


class SendInvitations(Model):
    """Invite silent persons to act, before the delay of a warn-first rule begins."""

    kind: Literal["send-invitations"] = "send-invitations"
    id: str
    store: str
    table: str
    key: tuple[str, ...]
    rule: str
    role: str
    message: str
    delay: str
    hops: tuple[Hop, ...] = Field(description="To the row that holds the address, or to a bridge.")
    bridges: tuple[Bridge, ...] = Field(default=(), description="From there into other stores.")
    subject: str = "Your data"
    addresses: dict[str, Erased] = Field(
        description="Columns that may hold the address, with their erased forms."
    )
    due: Predicate
    because: tuple[Because, ...] = ()
    counts: Counts | None = None
    reversible: Literal[False] = False


Step = Annotated[
    DeleteRows | EraseValues | ArchiveRows | SendInvitations, Field(discriminator="kind")
]


class Notice(Model):
    """Something that a person should know before approving: a side effect, a limit, a risk."""

    code: str
    severity: Literal["info", "warning", "blocking"]
    store: str
    table: str | None
    message: str
    help: str = ""


class Limits(Model):
    """The limits within which a plan may be carried out."""

    batch_rows: int = Field(default=10_000, ge=1, description="Rows of a flat table per batch.")
    walk_rows: int = Field(
        default=20_000,
        ge=1,
        description="Rows per batch of a large flat table that is walked along, range after range: "
        "fewer where writing them takes longer than 25 ms.",
    )
    batch_parents: int = Field(default=5_000, ge=1, description="Rows of a tree's root per batch.")
    rows_at_once: int = Field(
        default=5_000,
        ge=1,
        description="Rows of one store that a plan about persons writes in one transaction.",
    )
    rows_together: int = Field(
        default=200_000,
        ge=1,
        description="Rows of one store that persons lose in one transaction by prepared "
        "statements; one person who has more is set aside first and loses them in batches.",
    )
    tolerance_percent: int = Field(
        default=10, ge=0, description="More rows than approved beyond this stop a step."
    )
    tolerance_rows: int = Field(default=100, ge=0, description="And never for fewer rows.")
    drop_partitions: bool = Field(
        default=True, description="Drop a partition of which every row is due (PostgreSQL)."
    )


class Digests(Model):
    """What a plan was made from; a change of any makes it stale."""

    policy: str
    map: str
    schemas: dict[str, str]
    facts_version: int


class Plan(Model):
    """What would change on `day`, in order."""

    format: Literal[1] = 1
    organisation: str
    made_at: datetime
    day: date
    zone: str
    scope: tuple[str, ...] = Field(
        default=(), description="Acts of the ledger whose persons it is about; empty: everybody."
    )
    restored_at: datetime | None = Field(
        default=None,
        description="Of when restored stores are: what was carried out since is undone there.",
    )
    digests: Digests
    limits: Limits
    sets: dict[str, SetDefinition]
    steps: tuple[Step, ...]
    notices: tuple[Notice, ...]

    @property
    def rows(self) -> int:
        """The rows that are deleted or that lose values; one that an archive takes counts once."""
        return _rows(step for step in self.steps if isinstance(step, DeleteRows | EraseValues))

    @property
    def archived(self) -> int:
        """The rows of which an archive takes a copy first."""
        return _rows(step for step in self.steps if isinstance(step, ArchiveRows))

    def digest(self) -> str:
        """SHA-256 over the canonical text of the plan, in hexadecimal."""
        return digest_of(self)


def _rows(steps: Iterable[Step]) -> int:
    return sum(step.counts.rows for step in steps if step.counts is not None)


def policy_digest(policy: Policy) -> str:
    """The digest of a policy with the earlier texts under which some people stay."""
    if not policy.earlier:
        return digest_of(policy)
    texts = [policy, *(policy.earlier[version] for version in sorted(policy.earlier))]
    return hashlib.sha256("".join(digest_of(text) for text in texts).encode()).hexdigest()


def digest_of(model: Model) -> str:
    """SHA-256 over a model's canonical JSON, in hexadecimal."""
    text = json.dumps(model.model_dump(mode="json"), sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()
