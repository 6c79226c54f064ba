"""What restricting says to its caller: how each row is enforced, what stands against it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

from troth.apply.planning import Setting
from troth.datamap.model import Table
from troth.ledger.ledger import Ledger
from troth.ledger.restrictions import Enforcement, Mechanism, RestrictedRow
from troth.plan.schema import TableSchema

Conflicts = Literal["report", "application", "restricted"]
"""Where the application wrote to a restricted row: tell it, or its values win, or ours."""


@dataclass(frozen=True)
class Office:
    """What restricting stands on: the project's stores and ledger, and the instant (UTC).

    `roles`: by store, the database roles under which applications work.
    """

    setting: Setting
    ledger: Ledger
    organisation: str
    now: datetime
    roles: Mapping[str, tuple[str, ...]] = field(default_factory=dict)


@dataclass(frozen=True)
class Verdict:
    """Which mechanism holds for a table, and why; `way_out` where none does.

    `hidden`: the columns that a quarantine empties, in the map's order. `notes`: what a person
    should know although it stands in nobody's way.
    """

    mechanism: Mechanism
    why: str
    way_out: str = ""
    hidden: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()


@dataclass(frozen=True)
class Target:
    """One table of a store as map and database have it."""

    store: str
    name: str
    entry: Table
    schema: TableSchema

    @property
    def label(self) -> str:
        return f"{self.store}.{self.name}"


@dataclass(frozen=True)
class RowOutcome:
    """What became of one row of a restriction."""

    position: int
    row: RestrictedRow
    enforcement: Enforcement


@dataclass(frozen=True)
class Outcome:
    """What became of a restriction: its rows, and the notes on their tables."""

    restriction: str
    rows: tuple[RowOutcome, ...]
    notes: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    def count(self, state: str) -> int:
        return sum(each.enforcement.state == state for each in self.rows)

    @property
    def clean(self) -> bool:
        """Every row is enforced, or released."""
        return all(each.enforcement.state in ("enforced", "released") for each in self.rows)


class NotPossible(Exception):  # noqa: N818 - no error: an answer, with its reason
    """A row cannot be restricted (or given back) as it is; nothing of it was changed.

    `why` and `way_out` name tables and columns, never a value.
    """

    def __init__(self, why: str, way_out: str = "") -> None:
        super().__init__(why)
        self.why = why
        self.way_out = way_out
