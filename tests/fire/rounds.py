"""Worlds in which workers are killed, cut off and starved at random, and what holds after each."""

from __future__ import annotations

import itertools
import os
import random
import signal
import time
from collections import Counter
from collections.abc import Callable
from contextlib import AbstractContextManager, suppress
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

import psycopg

from apply.journaled import receipts
from fire import application, tasks
from fire.expected import TABLES, lost, person_of, unfinished
from fire.house import NOW, ORG, House, State, email_of, fill, kind_of
from fire.moments import Pace, left
from fire.tasks import AGAIN, ANOTHER, DONE, NOT_CLEAN, Desk
from troth.desk.find.find import finder
from troth.errors import TrothError
from troth.ledger.acts import list_acts
from troth.ledger.entries import read_entries
from troth.ledger.ledger import open_ledger
from troth.ledger.restrictions import list_restrictions, read_states
from troth.ledger.verify import verify

Worlds = Callable[[int], AbstractContextManager[House]]
"""Makes a fresh house of a seed; on PostgreSQL or on files alone."""
TROUBLES = (*["kill"] * 7, "cut", "full", "away")
TOLD_EVERY = 10  # kills
LONGEST = 300.0  # seconds that a worker may take
OK_IN_TROUBLE = {DONE, NOT_CLEAN, AGAIN, ANOTHER}


@dataclass
class Tally:
    """What was done to workers, in how many worlds, and what was wrong in which of them."""

    kills: int = 0
    worlds: int = 0
    troubles: Counter[str] = field(default_factory=Counter)
    wrong: list[str] = field(default_factory=list)

    def __str__(self) -> str:
        others = ", ".join(f"{n} {what}" for what, n in sorted(self.troubles.items()))
        return f"{self.kills} killed, {self.worlds} worlds to their end ({others})"

    def add(self, other: Tally) -> None:
        """Takes in what was done elsewhere."""
        self.kills += other.kills
        self.worlds += other.worlds
        self.troubles += other.troubles
        self.wrong += other.wrong


class LostError(AssertionError):
    """Something was lost, done twice, or left over; says in which round of the world."""


class StoppedError(Exception):
    """Somebody wants the run to end: the world was left before its own end."""


def under_fire(worlds: Worlds, kills: int, seed: int) -> Tally:
    """Kills so many workers in world after world; `LostError` names the seed of the world."""
    tally, pace = Tally(), Pace()
    for world in itertools.count(seed):
        tally.add(one_world(worlds, world, kills - tally.kills, pace=pace))
        if tally.wrong:
            raise LostError(tally.wrong[0])
        if tally.kills >= kills:
            break
    return tally


def one_world(
    worlds: Worlds,
    seed: int,
    kills: int,
    told: Callable[[str], None] = lambda _: None,
    stopping: Callable[[], bool] = lambda: False,
    pace: Pace | None = None,
) -> Tally:
    """Kills at most about so many workers in the world of a seed, and brings it to its end.

    `wrong` of the tally says what was lost; `StoppedError` as soon as `stopping` says so. `pace`:
    how long tasks took in worlds before.
    """
    tally = Tally()
    with worlds(seed) as house:
        try:
            _World(house, seed, tally, kills, told, stopping, pace or Pace()).run()
            tally.worlds = 1
        except LostError as error:
            tally.wrong.append(f"seed {seed}: {error}")
    return tally


class _World:
    """One house from its first day to its end; its seed decides what happens to whom."""

    def __init__(
        self,
        house: House,
        seed: int,
        tally: Tally,
        kills: int,
        told: Callable[[str], None],
        stopping: Callable[[], bool],
        pace: Pace,
    ) -> None:
        self.told, self.stopping = told, stopping
        self.chance = random.Random(seed)
        self.house = house
        self.tally, self.kills = tally, kills
        self.book = house.folder / "book"
        self.apps = 0
        self.pace = pace
        self.before: State = {}
        self.rounds: list[str] = []

    def run(self) -> None:
        with open_ledger(self.house.ledger, at=NOW) as ledger:
            self.before = fill(self.house, ledger)
        with finder(self.house.setting()):
            pass  # what every worker would read again: policy, map, word lists, drivers
        first = ["retention", "requests", "set-aside", "rectify"]
        self.chance.shuffle(first)
        app = self._application()
        try:
            self._until_done(first)
            self._until_done(["lift", "nightly"])
        finally:
            kill(app)
        self._settle()
        self._replay()

    def _application(self) -> int:
        self.apps += 1
        first = application.FIRST * self.apps
        return application.start(self.house, self.book, self.chance.randrange(10**9), first)

    def _until_done(self, todo: list[str]) -> None:
        """Each task is run again until it ends by itself without trouble."""
        left = list(todo)
        while left:
            if self.stopping():
                raise StoppedError
            task = self.chance.choice(left)
            both = [task]
            if self.chance.random() < 0.3:
                both.append(self.chance.choice(todo))
            trouble = self._trouble()
            self.rounds.append(f"{'+'.join(both)}/{trouble}")
            ends = self._round(both, trouble)
            alone = trouble == "none" and len(both) == 1  # what remains is the application's
            if ends[0] == DONE or (alone and ends[0] == NOT_CLEAN):
                left.remove(task)
            self._look()

    def _trouble(self) -> str:
        """What befalls the round; none once enough have been killed."""
        if self.tally.kills >= self.kills or self.chance.random() < 0.1:
            return "none"
        return self.chance.choice(TROUBLES)

    def _round(self, names: list[str], trouble: str) -> list[int | None]:
        """Workers with these tasks at once; how each ended, None where it was killed."""
        full = None
        if trouble == "full":
            full = self.chance.choice([self.house.ledger, self._file("crm"), self._file("attic")])
        moment = self.pace.moment(names[0], self.chance)
        workers = [tasks.start(self.house, name, full) for name in names]
        ends: list[int | None] = []
        try:
            begun, dots = time.monotonic(), 0
            if trouble in ("kill", "cut", "away"):
                dots = moment.wait(workers[0][1])
                if trouble == "kill":
                    os.kill(workers[0][0], signal.SIGKILL)
                else:
                    self._cut(away=trouble == "away")
            ends.append(self._wait(workers[0][0]))
            if ends[0] == DONE:
                self.pace.learn(names[0], time.monotonic() - begun, dots + left(workers[0][1]))
            for child, _ in workers[1:]:
                ends.append(self._wait(child))
        finally:
            for child, _ in workers[len(ends) :]:
                kill(child)
            for _, reader in workers:
                os.close(reader)
        if trouble == "away":
            self._back()
        self._count(ends, trouble)
        return ends

    def _wait(self, child: int) -> int | None:
        """How a worker ended; None where it was killed."""
        until = time.monotonic() + LONGEST
        while time.monotonic() < until:
            done, status = os.waitpid(child, os.WNOHANG)
            if done:
                return None if os.WIFSIGNALED(status) else os.WEXITSTATUS(status)
            if self.stopping():
                raise StoppedError
            time.sleep(0.005)
        raise LostError(f"a worker hung for more than {LONGEST:.0f} s")

    def _count(self, ends: list[int | None], trouble: str) -> None:
        killed = sum(end is None for end in ends)
        self.tally.kills += killed
        if killed and self.tally.kills % TOLD_EVERY == 0:
            self.told(f"{self.tally}")
        self.tally.troubles[trouble if trouble != "kill" or killed else "too late"] += 1
        if any(end is not None and end not in OK_IN_TROUBLE for end in ends):
            self._fail("a worker ended with an error")

    def _file(self, store: str) -> str:
        return self.house.urls[store].removeprefix("sqlite:///")

    def _server(self) -> str | None:
        url = self.house.urls["shop"]
        return url if url.startswith("postgresql") else None

    def _cut(self, *, away: bool) -> None:
        """Ends every connection to the shop; `away`: and lets nobody in until it is back."""
        url = self._server()
        if url is None:
            return
        name, server = _database(url), _postgres(url)
        with psycopg.connect(server, autocommit=True) as connection:
            if away:
                connection.execute(f"ALTER DATABASE {name} ALLOW_CONNECTIONS false".encode())
            connection.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s", (name,)
            )

    def _back(self) -> None:
        """The store is back an hour later."""
        url = self._server()
        if url is not None:
            with psycopg.connect(_postgres(url), autocommit=True) as connection:
                name = _database(url)
                connection.execute(f"ALTER DATABASE {name} ALLOW_CONNECTIONS true".encode())
        if self.house.now < NOW + timedelta(hours=10):
            self.house = self.house.at(self.house.now + timedelta(hours=1))

    def _look(self) -> None:
        """After every round: nothing lost, nothing twice, and the journal verifies."""
        book = self._booked()  # first: what is committed while the stores are read is not in it
        for wrong in lost(self.house, self.before, self.house.state(), book):
            self._fail(wrong)
        self._books(whole=False)

    def _booked(self) -> list[application.Committed]:
        return application.read(self.book)

    def _settle(self) -> None:
        """The next runs, with nobody disturbing them: everything is as it must be in the end."""
        for task in ("set-aside", "requests", "nightly", "lift", "rectify"):
            (end,) = self._round([task], "none")
            if end != DONE:
                self._fail(f"the undisturbed run of {task} ended with {end}")
        self._look()
        self._restrictions_hold()
        with open_ledger(self.house.ledger, at=self.house.now) as ledger:
            desk = Desk(self.house, ledger, lambda: None)
            if not tasks.lift(desk, "restricted"):
                self._fail("what was set aside is not given back")
        self._ended("at the end")
        self._books(whole=True)

    def _ended(self, when: str) -> None:
        state = self.house.state()
        for wrong in lost(self.house, self.before, state, self._booked()):
            self._fail(f"{when}: {wrong}")
        for wrong in unfinished(self.before, state, self._booked(), self._spent()):
            self._fail(f"{when}: {wrong}")

    def _spent(self) -> set[int]:
        """The persons whose erasure is carried out: whoever comes in their name later is new."""
        with open_ledger(self.house.ledger, at=self.house.now) as ledger, ledger.reading(ORG) as r:
            spent = {
                record.act.persons[0].value
                for record in list_acts(r, self.house.now)
                for verdict in record.verdicts
                if verdict.decision.outcome == "carried-out"
            }
        return {person for person in range(self.house.people) if email_of(person) in spent}

    def _restrictions_hold(self) -> None:
        acts = set(self.house.acts()["restricted"])
        with open_ledger(self.house.ledger, at=self.house.now) as ledger, ledger.reading(ORG) as r:
            for one in list_restrictions(r):
                states = read_states(r, one.id)
                if one.act in acts and {each.state for each in states.values()} != {"enforced"}:
                    self._fail("a restriction is not enforced")

    def _replay(self) -> None:
        """A backup brings erased persons back: they go again, however often it is killed."""
        now = self.house.state()
        self.house.insert(
            {
                table: [
                    row
                    for key, row in self.before[table].items()
                    if kind_of(person_of(table, key)) == "erased" and key not in now[table]
                ]
                for table in TABLES
            }
        )
        self._until_done(["replay"])
        (end,) = self._round(["replay"], "none")
        if end != DONE:
            self._fail(f"the undisturbed replay ended with {end}")
        self._ended("after the replay")
        self._books(whole=True)

    def _books(self, *, whole: bool) -> None:
        """The journal verifies; it has each receipt at most once, and nothing without a receipt."""
        with open_ledger(self.house.ledger, at=self.house.now) as ledger, ledger.reading(ORG) as r:
            if not verify(r).ok:
                self._fail("the journal does not verify")
            entries = [e.payload for e in read_entries(r, kind="batch-applied") if e.payload]
        for store, url in self.house.urls.items():
            stored = Counter((run, batch) for run, batch, _ in receipts(url).elements())
            told = Counter((e["run"], e["batch"]) for e in entries if e["step"] == store)
            if max(stored.values(), default=1) > 1 or max(told.values(), default=1) > 1:
                self._fail(f"a batch of {store} was done twice")
            if not told <= stored or (whole and told != stored):
                self._fail(f"journal and receipts of {store} differ")

    def _fail(self, why: str) -> None:
        raise LostError(f"round {len(self.rounds)} ({', '.join(self.rounds[-6:])}): {why}")


def kill(child: int) -> None:
    """Ends a process of ours at once, if it has not ended yet."""
    with suppress(ProcessLookupError, ChildProcessError):
        os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)


def _database(url: str) -> str:
    return str(psycopg.conninfo.conninfo_to_dict(url)["dbname"])


def _postgres(url: str) -> str:
    """The same server, connected to a database that nobody takes away."""
    parts: dict[str, Any] = psycopg.conninfo.conninfo_to_dict(url)
    return psycopg.conninfo.make_conninfo(**{**parts, "dbname": "postgres"})


__all__ = ["LostError", "StoppedError", "Tally", "TrothError", "Worlds", "one_world", "under_fire"]
