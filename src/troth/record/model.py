"""The record of processing activities as values, free of language and file format (Art. 30)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Literal

from troth.law.calendar import Period

RecipientKind = Literal["internal", "processor", "outside"]


@dataclass(frozen=True)
class Party:
    """Somebody whom the record names, and how they are reached; None: the policy does not say."""

    id: str
    name: str | None
    address: str | None = None
    country: str | None = None
    emails: tuple[str, ...] = ()
    phones: tuple[str, ...] = ()
    urls: tuple[str, ...] = ()

    @property
    def reachable(self) -> bool:
        return bool(self.address or self.emails or self.phones or self.urls)


@dataclass(frozen=True)
class Representing:
    """A representative in the Union, and the names in the policy for whom it stands (Art. 27)."""

    party: Party
    controllers: tuple[str, ...]


@dataclass(frozen=True)
class Ending:
    """One limit of a period: how long after which event; several periods where a column chooses.

    `choices`: by the column's value, with None for any other. `event`: the label that people read.
    """

    event: str
    period: Period | None = None
    choices: tuple[tuple[str | None, Period], ...] = ()


@dataclass(frozen=True)
class TimeLimit:
    """When data is erased: the first or the last of its endings (Art. 30(1)(f)).

    `archived`: it leaves everyday use before. `statute`: the text that sets the period.
    """

    rule: str
    bound: Literal["ceiling", "floor", "both"]
    combine: Literal["earliest", "latest"]
    endings: tuple[Ending, ...]
    anonymised: bool = False
    archived: bool = False
    statute: str | None = None
    subjects: tuple[str, ...] = ()


@dataclass(frozen=True)
class DataLine:
    """One category of personal data of an activity, with its time limits.

    `stored` False: the policy promises that no value of it is kept.
    """

    category: str
    label: str
    examples: tuple[str, ...]
    special: str | None
    limits: tuple[TimeLimit, ...]
    stored: bool = True


@dataclass(frozen=True)
class RecipientLine:
    """One recipient of an activity; `sub_processors` are those whom it engages itself."""

    party: Party
    kind: RecipientKind
    role: str
    task: str
    sub_processors: tuple[str, ...] = ()
    instructions: tuple[str, ...] = ()


@dataclass(frozen=True)
class TransferLine:
    """Data that leaves the Union: to whom, where, with which guarantee (Art. 30(1)(e)).

    `country` None: not recorded. `safeguard`: its kind; None: none is recorded.
    """

    recipient: Party
    country: str | None
    safeguard: str | None
    document: str | None = None


@dataclass(frozen=True)
class Basis:
    """A legal basis of an activity, with what it names: a statute, an interest, a consent."""

    kind: str
    detail: str | None
    conditional: bool = False


@dataclass(frozen=True)
class Means:
    """A system in which the data lies: a store of the map, and its tables."""

    store: str
    tables: tuple[str, ...]


@dataclass(frozen=True)
class Entry:
    """One processing activity of the record; `number` counts from 1 in the policy's order."""

    number: int
    id: str
    purpose: str
    direct_marketing: bool
    automated_decision: bool
    controllers: tuple[Party, ...]
    joint_controllers: tuple[Party, ...]
    subjects: tuple[str, ...]
    data: tuple[DataLine, ...]
    special_conditions: tuple[tuple[str, str], ...]
    bases: tuple[Basis, ...]
    sources: tuple[str, ...]
    collected: tuple[str, ...]
    recipients: tuple[RecipientLine, ...]
    readers: tuple[str, ...]
    transfers: tuple[TransferLine, ...]
    means: tuple[Means, ...]
    places: tuple[str, ...]
    clauses: tuple[str, ...]


@dataclass(frozen=True)
class Behalf:
    """What a processor does for one controller: the activities, its tasks, its instructions."""

    controller: Party
    activities: tuple[str, ...]
    task: str
    instructions: tuple[str, ...]


@dataclass(frozen=True)
class ProcessorEntry:
    """The record of one processor (Art. 30(2))."""

    number: int
    processor: Party
    behalf: tuple[Behalf, ...]
    categories: tuple[str, ...]
    sub_processors: tuple[str, ...]
    transfers: tuple[TransferLine, ...]
    certification: str | None


@dataclass(frozen=True)
class Lacking:
    """What Art. 30 requires and the policy lacks; nothing is filled in for it.

    `code` names what lacks, `path` where it belongs in the policy, `where` whom or what it is
    about, in the policy's words.
    """

    code: str
    article: str
    path: str
    where: str


@dataclass(frozen=True)
class Record:
    """The whole record, as the policy (and the map, where there is one) has it.

    `created`, `updated`: the first and the latest dated version of the policy.
    """

    organisation: str
    title: str
    created: date | None
    updated: date | None
    controllers: tuple[Party, ...]
    joint_controllers: tuple[Party, ...]
    representatives: tuple[Representing, ...]
    officer: Party | None
    entries: tuple[Entry, ...]
    processors: tuple[ProcessorEntry, ...]
    security: tuple[str, ...]
    lacking: tuple[Lacking, ...] = ()
