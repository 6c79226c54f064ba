"""The sheet of an answer: what Art. 15(1)-(2) asks to be told beside the data, for one person.

These models are also the published form of `data.json`.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any, Literal, Protocol

from pydantic import Field

from troth.desk.package.model import Masked
from troth.policy.base import Model

Value = Any
FORMAT_ACCESS = "troth-access/1"


class Disclosure(Model):
    """One occasion on which data of the person went to a recipient."""

    recipient: str
    at: datetime
    day: date = Field(description="Its day in the policy's time zone.")
    categories: tuple[str, ...] = ()
    purpose: str | None = None


class Disclosures(Protocol):
    """What knows to whom data of a person was actually disclosed."""

    def of(self, person: int) -> Sequence[Disclosure]:
        """The disclosures of a person of the run, by number, oldest first."""
        ...


class NoDisclosures:
    """Where nothing records disclosures."""

    def of(self, person: int) -> Sequence[Disclosure]:  # noqa: ARG002 - nobody's are known
        return ()


class Party(Model):
    """An organisation or an office, and how it is reached."""

    name: str
    details: tuple[str, ...] = Field(default=(), description="Address, e-mail, telephone, site.")


class Basis(Model):
    """A legal basis with its details; `counts`: it is one on which the person's data rests."""

    kind: str
    article: str
    details: tuple[str, ...] = ()
    counts: bool = True


class Kept(Model):
    """What a table holds for a purpose, until when; `waits`: what rows wait for, how many."""

    table: str
    columns: tuple[str, ...]
    categories: tuple[str, ...]
    rows: int
    until_first: date | None = None
    until_last: date | None = None
    waits: dict[str, int] = {}


class Purpose(Model):
    """One processing activity for which data of the person is kept."""

    activity: str
    purpose: str
    controllers: tuple[str, ...]
    bases: tuple[Basis, ...]
    special_conditions: tuple[str, ...] = ()
    categories: tuple[str, ...]
    sources: tuple[str, ...]
    recipients: tuple[str, ...]
    promises: tuple[str, ...] = Field(description="How long, in the policy's own words.")
    direct_marketing: bool = False
    automated_decision: bool = False
    kept: tuple[Kept, ...]


class ToldRecipient(Model):
    """Who receives data, in which role, where, and what allows it."""

    name: str
    role: str
    task: str
    country: str | None = None
    safeguard: str | None = None
    condition: str | None = None


class ToldTransfer(Model):
    """A transfer outside the Union, or the promise that there is none."""

    recipients: tuple[str, ...] = ()
    countries: tuple[str, ...] = ()
    allowed: bool
    safeguard: str | None = None
    condition: str | None = None


class Right(Model):
    """A right and how it is exercised."""

    right: str
    promise: str
    channels: tuple[str, ...] = ()


class MaskedHere(Model):
    """Values that are not shown, with the reason (Art. 15(4))."""

    table: str
    column: str
    category: tuple[str, ...]
    reason: Masked
    rows: int


class NotIncluded(Model):
    """What is left out until somebody decides or looks: a doubtful match, a table out of reach."""

    kind: Literal["doubtful", "table"]
    table: str
    reason: str
    mark: str | None = None

    @property
    def word(self) -> str:
        """The key of the text that tells a person why."""
        return f"left-out.{self.kind if self.kind == 'doubtful' else self.reason}"

    @property
    def waits(self) -> bool:
        """Whether somebody has to decide or to look: data that names nobody is nobody's."""
        return self.reason != "nobody-named"


class PolicyVersion(Model):
    """The policy in force; `digest`: the SHA-256 of the typed policy, in hexadecimal."""

    title: str
    version: str
    effective: date | None
    digest: str
    file: str


class ToldColumn(Model):
    """A column of a table: the labels of its categories, and where its values come from."""

    name: str
    categories: tuple[str, ...]
    provenance: tuple[str, ...]
    inside: dict[str, str] = {}


class ToldGround(Model):
    """A ground of values: an activity's rule, or without one a hold or a restriction."""

    activity: str | None
    rule: str | None
    role: str | None
    article: str
    clauses: tuple[str, ...]
    state: Literal["supported", "due", "unknown"]
    until: date | None
    waits_for: str | None
    event: str | None


class ToldStanding(Model):
    """The standing of some columns of a row; `marks`: held, restricted, due, undecided."""

    columns: tuple[str, ...]
    state: Literal["supported", "due", "unknown"]
    until: date | None
    marks: tuple[str, ...]
    grounds: tuple[ToldGround, ...]


class ToldRow(Model):
    """One row: its key, the person's values in it, what is masked and why, how long it stays."""

    key: dict[str, Value]
    values: dict[str, Value]
    masked: dict[str, Masked]
    standing: tuple[ToldStanding, ...]


class ToldTable(Model):
    """A table with rows of the person."""

    table: str
    place: str
    columns: tuple[ToldColumn, ...]
    rows: tuple[ToldRow, ...]


class Sheet(Model):
    """Everything of an answer but the rows themselves."""

    format: Literal["troth-access/1"] = "troth-access/1"
    organisation: str
    made_at: datetime
    day: date
    controllers: tuple[Party, ...]
    joint_controllers: tuple[Party, ...]
    officer: Party | None
    policy: PolicyVersion
    accepted: str | None = Field(
        default=None, description="The file of the text that the person accepted at collection."
    )
    purposes: tuple[Purpose, ...]
    recipients: tuple[ToldRecipient, ...]
    disclosures: tuple[Disclosure, ...]
    transfers: tuple[ToldTransfer, ...]
    rights: tuple[Right, ...]
    authorities: tuple[Party, ...]
    automated_decisions: tuple[str, ...]
    masked: tuple[MaskedHere, ...]
    not_included: tuple[NotIncluded, ...]


class AccessCopy(Sheet):
    """`data.json` of the answer to a request for access."""

    tables: tuple[ToldTable, ...]
