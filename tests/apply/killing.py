"""Runs that are killed with SIGKILL at random moments, and what must be true after each."""

from __future__ import annotations

import os
import random
import signal
import sys
import time
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path

from apply.fire import NOW, ORG, World, fill, must_stay
from apply.journaled import check_books, journaled, receipts
from troth.ledger.ledger import open_ledger
from troth.ledger.verify import verify
from troth.plan.model import Plan

PEOPLE = 10
MOST_LINES = 6  # batches that a run may report before it is killed
MOST_SECONDS = 0.05  # and how much longer it may live

Stores = Callable[[], AbstractContextManager[tuple[str, str, Path]]]
"""Addresses of two fresh stores, and of a folder for the ledger."""


@dataclass
class Tally:
    """How many runs were killed, and how many came to their end."""

    kills: int = 0
    finished: int = 0


def under_fire(stores: Stores, kills: int, seed: int) -> Tally:
    """Kills `kills` runs, world after world; raises AssertionError where something is lost."""
    chance, tally = random.Random(seed), Tally()
    while tally.kills < kills:
        with stores() as (shop_url, crm_url, folder):
            _one_world(shop_url, crm_url, str(folder / "ledger.sqlite"), chance, tally, kills)
    return tally


def _one_world(
    shop_url: str, crm_url: str, ledger: str, chance: random.Random, tally: Tally, kills: int
) -> None:
    with open_ledger(ledger, at=NOW) as opened:
        world = World(shop_url, crm_url, opened)
        fill(world, PEOPLE)
        plan = world.approved()
    done = False
    while not done:
        lines = chance.randrange(MOST_LINES) if tally.kills < kills else None
        done = run_and_kill(shop_url, crm_url, ledger, plan, lines, chance.uniform(0, MOST_SECONDS))
        with open_ledger(ledger, at=NOW) as opened:
            world = World(shop_url, crm_url, opened)
            _nothing_lost(world)
            if done:
                assert world.ids() == must_stay(PEOPLE)
                check_books(world)
                assert world.plan().steps == ()
                tally.finished += 1
            else:
                _books_so_far(world)
                tally.kills += 1


def run_and_kill(
    shop_url: str, crm_url: str, ledger: str, plan: Plan, lines: int | None, wait: float
) -> bool:
    """Applies the plan in a process of its own, killed after so many batches and a moment.

    Whether it came to its end before.
    """
    child, reader = start(shop_url, crm_url, ledger, plan)
    try:
        if lines is not None:
            seen = 0
            while seen <= lines and os.read(reader, 1):
                seen += 1
            time.sleep(wait)
            os.kill(child, signal.SIGKILL)
        _, status = os.waitpid(child, 0)
    finally:
        os.close(reader)
    if os.WIFSIGNALED(status):
        assert os.WTERMSIG(status) == signal.SIGKILL
        return False
    assert os.WEXITSTATUS(status) == 0, "a run ended with an error"
    return True


def start(shop_url: str, crm_url: str, ledger: str, plan: Plan) -> tuple[int, int]:
    """A process that applies the plan: its number, and a pipe that gets a dot for each batch.

    It ends with 0 for a clean outcome, 4 for another, 5 where another run has taken over and 3
    for any other error. A forked process needs no time to import anything.
    """
    reader, writer = os.pipe()
    child = os.fork()
    if child:
        os.close(writer)
        return child, reader
    os.close(reader)
    status = 3
    try:
        with open_ledger(ledger, at=NOW) as opened:
            world = World(shop_url, crm_url, opened)
            outcome = world.apply(plan, progress=lambda _: os.write(writer, b"."))
        status = 0 if outcome.clean else 4
        if not outcome.clean:
            print(f"not clean: {outcome.stopped} {outcome.remaining}", file=sys.stderr, flush=True)
    except BaseException as error:
        status = 5 if getattr(error, "code", "") == "another-run" else 3
        print(f"the run failed: {error!r}", file=sys.stderr, flush=True)
    os._exit(status)


def _nothing_lost(world: World) -> None:
    there = world.ids()
    for table, keys in must_stay(PEOPLE).items():
        assert set(keys) <= set(there[table]), f"rows of {table} that must stay are gone"


def _books_so_far(world: World) -> None:
    """The journal verifies, and says nothing of which no store has a receipt, and nothing twice."""
    with world.ledger.reading(ORG) as reading:
        assert verify(reading).ok
    for store, url in (("shop", world.shop_url), ("crm", world.crm_url)):
        stored = receipts(url)
        assert max(stored.values(), default=1) == 1
        assert journaled(world, store) <= stored
