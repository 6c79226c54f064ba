"""What a store can do: yes, no and why, or not probed."""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import Literal


@dataclass(frozen=True)
class Capability:
    """One answer. A plan may rely on `yes` alone; `why` is a lower-case phrase for a person."""

    state: Literal["yes", "no", "not-probed"]
    why: str = ""

    @property
    def yes(self) -> bool:
        return self.state == "yes"


YES = Capability("yes")


def no(why: str) -> Capability:
    """The store cannot, and why."""
    return Capability("no", why)


def not_probed(why: str) -> Capability:
    """Nobody could find out without writing, and why."""
    return Capability("not-probed", why)


@dataclass(frozen=True)
class Capabilities:
    """What one store, reached as one user, can do.

    `own_schema`: receipts lie in a schema of their own (else in tables prefixed `troth_`).
    `row_locks`: SELECT … FOR UPDATE locks rows. `drop_partitions`: a partition goes in the
    transaction that decides its rows and leaves their receipt. `snapshot`: one consistent view for
    several statements. `snapshot_collecting`: INSERT … SELECT into a temporary table reads that
    view too.
    """

    transactional_ddl: Capability
    temporary_tables: Capability
    own_schema: Capability
    row_locks: Capability
    deferrable_constraints: Capability
    snapshot: Capability
    snapshot_collecting: Capability
    may_write: Capability
    may_create: Capability
    drop_partitions: Capability

    def gaps(self) -> dict[str, Capability]:
        """The answers other than yes, by name."""
        answers = {field.name: getattr(self, field.name) for field in fields(self)}
        return {name: answer for name, answer in answers.items() if not answer.yes}
