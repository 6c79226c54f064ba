"""Overlap: while one batch becomes durable, the next is written in a second session.

A batch is committed after the one before it, never beside it: what compares a batch with the run
(tolerance, fence, receipt, the facts' version) comes when the store has acknowledged the batch
before. So receipts have no gap, and a crash leaves what it left without overlap: batches that are
done, with their receipts, and nothing of the others.
"""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass, field
from typing import Self

from troth.apply.picked import Component
from troth.apply.ranges import reads_sets
from troth.apply.work import Work
from troth.errors import Transient, TrothError
from troth.stores.store import Session

AGAIN = ("deadlock", "lock-timeout", "serialization-conflict")  # what passes by itself


class FactsMovedError(Exception):
    """The ledger has a newer version than the sets of this session."""


@dataclass(frozen=True)
class UnderWay:
    """A batch that is being committed; `note` is called once the store has acknowledged it.

    Rows of the next batch are locked by then: `note` waits for nothing.
    """

    session: Session
    committed: Future[None]
    note: Callable[[], None]


@dataclass
class Commits:
    """The commits of a run, of which at most one is under way; closed when the run ends."""

    under_way: UnderWay | None = None
    seconds: dict[str, Session | None] = field(default_factory=dict)
    _closing: ExitStack = field(default_factory=ExitStack)
    _pool: ThreadPoolExecutor = field(default_factory=lambda: ThreadPoolExecutor(1))

    def __enter__(self) -> Self:
        self._closing.callback(self._pool.shutdown)
        return self

    def __exit__(self, *_exception: object) -> None:
        self._closing.close()

    def free(self, work: Work) -> Session:
        """The session of a store in which no commit is under way."""
        second = self.seconds.get(work.name)
        if self.under_way is not None and self.under_way.session is work.session and second:
            return second
        return work.session

    def may_overlap(self, work: Work, component: Component) -> bool:
        """Whether the commit of a batch can go on beside the next batch.

        The rows are found by their key alone, since temporary tables belong to one session, and
        leave no evidence in the ledger before they go. One file with one lock cannot do it.
        """
        return (
            component.ranges is not None
            and component.has(1)
            and not component.alone
            and not reads_sets(work, component.ranges)
            and work.store.capabilities.row_locks.yes
            and self._second(work) is not None
        )

    def begin(
        self,
        session: Session,
        transaction: ExitStack,
        finish: Callable[[], None],
        note: Callable[[], None],
    ) -> None:
        """Commits by `finish` and closing `transaction`, in a thread, and returns at once."""
        assert self.under_way is None
        committed = self._pool.submit(_finished, transaction, finish)
        self.under_way = UnderWay(session, committed, note)

    def settle(self) -> bool:
        """Awaits the commit under way; False where it was refused, and the batch rolled back.

        `Transient` where nobody can tell, or the store has gone.
        """
        under_way, self.under_way = self.under_way, None
        if under_way is None:
            return True
        try:
            under_way.committed.result()
        except FactsMovedError:
            return False
        except TrothError as error:
            if isinstance(error, Transient) and error.code not in AGAIN:
                raise
            return False
        under_way.note()
        return True

    def _second(self, work: Work) -> Session | None:
        """A second session; None where the store does not grant one."""
        if work.name not in self.seconds:
            try:
                opened = self._closing.enter_context(work.store.session())
            except TrothError:
                self.seconds[work.name] = None
            else:
                self.seconds[work.name] = opened
        return self.seconds[work.name]


def _finished(transaction: ExitStack, finish: Callable[[], None]) -> None:
    with transaction:
        finish()
