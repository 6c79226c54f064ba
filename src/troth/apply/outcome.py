"""What a run did: rows written and skipped by step, what stopped, and what remains due."""

from __future__ import annotations

from dataclasses import dataclass, field

from troth.apply.writing import BatchCounts
from troth.errors import TrothError
from troth.plan.model import DeleteRows, WholePartition


@dataclass(frozen=True)
class Progress:
    """How far a run is: rows written of rows picked."""

    store: str
    table: str
    done: int
    total: int


@dataclass(frozen=True)
class Stopped:
    """Steps that were not carried out to their end, and the error that says why."""

    store: str
    steps: tuple[str, ...]
    error: TrothError


@dataclass(frozen=True)
class Left:
    """A partition that was not dropped as planned, and the code that says why; batches took it."""

    store: str
    partition: str
    why: str


@dataclass
class Outcome:
    """What a run did, by step; what it skipped; and what a fresh look found still due.

    `archived` holds, by step, the rows of which an archive took a copy before they went or lost
    values. `between` holds, by step, the fewest and the most rows that a batch may have written
    where nothing can tell: a table without transactions, or a store that takes no receipts.
    `invited` letters left, `waiting` are in the outbox. `dropped` are the partitions that went as a
    whole, by step and with their rows, which `written` counts as well; `left` those that did not.
    """

    run: str
    written: dict[str, int] = field(default_factory=dict)
    skipped: dict[str, int] = field(default_factory=dict)
    archived: dict[str, int] = field(default_factory=dict)
    invited: int = 0
    waiting: int = 0
    remaining: dict[str, int] = field(default_factory=dict)
    batches: int = 0
    stopped: list[Stopped] = field(default_factory=list)
    between: dict[str, tuple[int, int]] = field(default_factory=dict)
    dropped: dict[str, dict[str, int]] = field(default_factory=dict)
    left: list[Left] = field(default_factory=list)

    def add(self, counts: BatchCounts) -> None:
        self.batches += 1
        for step, rows in counts.written.items():
            self.written[step] = self.written.get(step, 0) + rows
        self.skip(counts)

    def add_earlier(self, other: Outcome) -> None:
        """What the same run wrote before, in another way."""
        self.batches += other.batches
        for step, rows in other.written.items():
            self.written[step] = self.written.get(step, 0) + rows

    def skip(self, counts: BatchCounts) -> None:
        for step, rows in counts.skipped.items():
            self.skipped[step] = self.skipped.get(step, 0) + rows

    def dropped_whole(self, step: DeleteRows, partition: WholePartition, rows: int) -> None:
        """A partition with all its rows has gone, in a batch of its own."""
        self.batches += 1
        self.written[step.id] = self.written.get(step.id, 0) + rows
        self.dropped.setdefault(step.id, {})[partition.name] = rows

    def copied(self, rows: dict[str, int]) -> None:
        """So many rows by step are in an archive now, and their batch is committed."""
        for step, count in rows.items():
            self.archived[step] = self.archived.get(step, 0) + count

    def unsure(self, rows: dict[str, int]) -> None:
        """A batch of up to so many rows by step of which nobody knows how many it wrote."""
        for step, most in rows.items():
            low, high = self.between.get(step, (0, 0))
            self.between[step] = (low, high + most)

    @property
    def clean(self) -> bool:
        """Nothing of what the plan was for is still due, and nothing was stopped."""
        return not self.remaining and not self.stopped
