"""Two runs of one plan at once, at an interleaving that is chosen and not left to chance."""

from __future__ import annotations

import threading
from pathlib import Path

import pytest

from apply.fire import NOW, World, fill, must_stay
from apply.journaled import check_books
from apply.killing import PEOPLE
from apply.test_fire_kill import empty_sqlite
from troth.apply import general as running
from troth.apply.outcome import Progress
from troth.errors import Refused
from troth.ledger.ledger import open_ledger
from troth.plan.model import Plan

PATIENCE = 60.0  # seconds; a run that waits longer is stuck


class Older:
    """A run in a thread of its own, which pauses after so many batches until it may go on."""

    def __init__(self, urls: tuple[str, str], ledger: str, plan: Plan, batches: int) -> None:
        self.urls, self.ledger, self.plan, self.batches = urls, ledger, plan, batches
        self.began, self.paused, self.goes_on = (threading.Event() for _ in range(3))
        self.seen, self.end = 0, ""
        self.thread = threading.Thread(target=self._run)

    def _run(self) -> None:
        try:
            with open_ledger(self.ledger, at=NOW) as opened:
                outcome = World(*self.urls, opened).apply(self.plan, progress=self._pause)
            self.end = "clean" if outcome.clean else "not clean"
        except Refused as error:
            self.end = error.code
        finally:
            self.paused.set()

    def _pause(self, _: Progress) -> None:
        self.seen += 1
        if self.seen == 1:
            self.began.set()
            assert self.goes_on.wait(PATIENCE)
        if self.seen == self.batches:
            self.goes_on.clear()
            self.paused.set()
            assert self.goes_on.wait(PATIENCE)

    def goes_to(self) -> None:
        """Lets it work up to its pause."""
        self.goes_on.set()
        assert self.paused.wait(PATIENCE)

    def ends(self) -> str:
        self.goes_on.set()
        self.thread.join(PATIENCE)
        return self.end


@pytest.mark.parametrize("batches", [2, 6, 10, 11])  # of 12; it deletes orders first
def test_what_the_older_run_keeps_before_the_fence_the_newer_knows(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, batches: int
) -> None:
    """The older run goes on between the newer's start and its fences.

    It deletes rows that alone showed a day, and keeps the day in the ledger; without that day the
    newer run would leave the customer of those rows as unknown.
    """
    urls = empty_sqlite(tmp_path / "shop.db"), empty_sqlite(tmp_path / "crm.db")
    ledger = str(tmp_path / "ledger.sqlite")
    with open_ledger(ledger, at=NOW) as opened:
        world = World(*urls, opened)
        fill(world, PEOPLE)
        plan = world.approved()
        older = Older(urls, ledger, plan, batches)
        real = running.raise_fence

        def raise_fence(*arguments: object) -> None:
            if threading.current_thread() is not older.thread and not older.paused.is_set():
                older.goes_to()
            real(*arguments)  # type: ignore[arg-type]  # handed on as they came

        monkeypatch.setattr(running, "raise_fence", raise_fence)
        older.thread.start()
        assert older.began.wait(PATIENCE)
        try:
            outcome = world.apply(plan)
        finally:
            end = older.ends()

        assert outcome.clean, outcome.remaining
        assert (older.seen, end) == (batches, "another-run")
        assert world.ids() == must_stay(PEOPLE)
        check_books(world)
