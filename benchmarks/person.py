"""Requests of persons: Troth against prepared, pipelined and set-based SQL by hand.

python -m benchmarks.person [--small] [--json] [--only=few,many,heavy,bulk] [--persons=N] [--cpu]
"""

from __future__ import annotations

import os
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import psycopg

from benchmarks import bench, handwritten_person, person_world
from benchmarks.check import peak
from benchmarks.person_world import World
from troth.apply.planning import Setting
from troth.apply.prepared import desk as desk_module
from troth.apply.prepared import direct as direct_module
from troth.apply.prepared.carry import Carrying
from troth.apply.prepared.desk import Desk, prepared
from troth.datamap.load import parse_map
from troth.grounds.facts import Act, Decision, Identifier
from troth.ledger.acts import Verdict, record_acts, record_verdicts
from troth.ledger.ledger import Ledger, open_ledger
from troth.ledger.watch import Watch
from troth.policy.load import parse_policy
from troth.stores.opening import open_store

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
WARM = 8  # persons of each kind before the first is timed


@contextmanager
def at_desk(address: str, world: World) -> Iterator[tuple[Desk, Ledger]]:
    """A prepared desk on the made-up database, with an empty ledger in a file."""
    policy = parse_policy(person_world.POLICY, "policy.yaml")
    datamap, _ = parse_map(person_world.map_text(world), "map.yaml", policy)
    store = open_store("people", address, purpose="write")
    setting = Setting(policy, datamap, {"people": store}, clocks=lambda _: NOW)
    with (
        tempfile.TemporaryDirectory() as folder,
        open_ledger(str(Path(folder) / "ledger.sqlite"), at=NOW) as ledger,
        prepared(setting, ledger, lambda: NOW) as desk,
    ):
        yield desk, ledger


def requests(ledger: Ledger, organisation: str, numbers: Sequence[str]) -> list[str]:
    """Requests for erasure, received and accepted; their names."""
    asked = [
        Act(
            id="",
            kind="erasure",
            persons=(Identifier("customer-number", number),),
            at=NOW - timedelta(days=2),
        )
        for number in numbers
    ]
    with ledger.writing(organisation) as writing:
        acts = record_acts(writing, asked, by="dpo", at=NOW)
        done = Verdict(Decision("accepted", NOW), decided_by="dpo")
        record_verdicts(writing, [(act.id, done) for act in acts], at=NOW)
    return [act.id for act in acts]


WATCHED: list[int] = []
"""What tells how long the store's processes have worked: open files, read at each question.

Where there are any, time on processors counts instead of the wall's. To ask takes some
microseconds, and so does not weigh on what is asked about more often.
"""


def seconds() -> float:
    """The time on the wall; with --cpu that which this process and the store's have worked."""
    if not WATCHED:
        return time.perf_counter()
    theirs = sum(int(os.pread(one, 64, 0).split()[0]) for one in WATCHED)
    return time.process_time() + theirs / 1e9


def watch(desk: Desk, connection: psycopg.Connection[Any]) -> None:
    """The servers' processes of both sessions are those to watch, if any are."""
    if WATCHED:
        ours = desk.at.works["people"].connection.exec_driver_sql("SELECT pg_backend_pid()")
        watched = (int(ours.scalar_one()), connection.info.backend_pid)
        WATCHED[:] = [os.open(f"/proc/{pid}/schedstat", os.O_RDONLY) for pid in watched]


@dataclass
class Clock:
    """Seconds by name; what is timed inside another counts for itself alone."""

    seconds: dict[str, float] = field(default_factory=dict)

    def of(self, name: str, work: Callable[..., Any]) -> Callable[..., Any]:
        def timed(*given: Any, **named: Any) -> Any:
            start = seconds()
            try:
                return work(*given, **named)
            finally:
                self.seconds[name] = self.seconds.get(name, 0.0) + seconds() - start

        return timed


@contextmanager
def watched(clock: Clock, places: Sequence[tuple[Any, str, str]]) -> Iterator[None]:
    """The functions at these places are timed, each under a name."""
    before = [(owner, name, getattr(owner, name)) for owner, name, _ in places]
    for owner, name, label in places:
        setattr(owner, name, clock.of(label, getattr(owner, name)))
    try:
        yield
    finally:
        for owner, name, work in before:
            setattr(owner, name, work)


LEDGER = (
    (desk_module, "read_facts", "apart"),
    (desk_module, "with_newer_acts", "apart"),
    (Watch, "version", "apart"),
)
"""What a read asks the ledger: who is meant."""


APART = (
    *LEDGER,
    (Carrying, "_announce", "apart"),
    (direct_module.Direct, "unchanged", "apart"),
    (direct_module.Direct, "verify", "apart"),
)
"""What is journal and verification, inside the store's transaction."""


@dataclass
class Times:
    """Seconds of each turn, by what was timed."""

    turns: dict[str, list[float]] = field(default_factory=dict)

    def add(self, name: str, seconds: float) -> None:
        self.turns.setdefault(name, []).append(seconds)

    def median(self, name: str) -> float:
        return bench.median(self.turns[name])

    def timed(self, name: str, work: Callable[[], Any]) -> Any:
        start = seconds()
        found = work()
        self.add(name, seconds() - start)
        return found


def ours(desk: Desk, ledger: Ledger, number: str, times: Times) -> tuple[int, int]:
    """One person read, then erased by Troth; how many rows were read and written."""
    (act,) = requests(ledger, desk.organisation, [number])
    clock = Clock()
    with watched(clock, LEDGER):
        start = seconds()
        read = sum(len(found.rows) for found in desk.held([act]))
        whole = seconds() - start
    times.add("read, all in", whole)
    times.add("read", whole - clock.seconds["apart"])
    asked = times.timed("asked", lambda: desk.ask([act]))
    assert not asked.why, asked.why
    clock = Clock()
    transaction = (Carrying, "_transaction", "transaction")
    with watched(clock, [*APART, transaction]):
        start = seconds()
        outcome = desk.carry_out(asked, by="dpo", approved_by="dpo")
        whole = seconds() - start
    assert outcome.clean, outcome
    inside = {"transaction": clock.seconds["transaction"], "apart": clock.seconds["apart"]}
    before_it = clock.seconds.get("look", 0.0)
    times.add("write", inside["transaction"] - inside["apart"] - before_it)
    times.add("write, all in", whole)
    return read, sum(outcome.written.values())


def one_person(address: str, world: World, turns: int) -> Times:
    """Persons one after the other, ours and by hand in turn; each time another, like the others."""
    times = Times()
    numbers = iter(f"N{n}" for n in range(1, world.customers) if n % person_world.WITHOUT_PAPERS)
    with (
        at_desk(address, world) as (desk, ledger),
        psycopg.connect(address, autocommit=True) as connection,
    ):
        connection.prepared_max = 10_000
        watch(desk, connection)
        for turn in range(WARM + turns):
            kept = times if turn >= WARM else Times()
            seen = {"ours": ours(desk, ledger, next(numbers), kept)}
            for name, way in handwritten_person.WAYS.items():
                number = next(numbers)
                read = kept.timed(
                    f"read by hand, {name}",
                    lambda n=number, w=way: handwritten_person.read(connection, world, n, w),  # type: ignore[misc]  # bound at once
                )
                written = kept.timed(
                    f"write by hand, {name}",
                    lambda n=number, w=way: handwritten_person.erase(connection, world, n, w),  # type: ignore[misc]  # as above
                )
                seen[name] = read, written
            assert len(set(seen.values())) == 1, seen  # all did the same
    return times


def people(
    uri: str,
    tables: int,
    turns: int,
    most: float,
    ratios: dict[str, float],
    absolute: dict[str, Any],
) -> None:
    """One person over some tables: reads and writes, with journal and verification apart."""
    world = World(tables=tables, customers=(WARM + turns) * 6)
    times = one_person(person_world.build(uri, world), world, turns)
    label = f"one person, {tables} tables"
    best = {
        what: min(times.median(f"{what} by hand, {way}") for way in handwritten_person.WAYS)
        for what in ("read", "write")
    }
    ratios[f"{label}: reads / best by hand (<= {most})"] = times.median("read") / best["read"]
    ratios[f"{label}: writes / best by hand (<= {most})"] = times.median("write") / best["write"]
    for what in ("read", "write"):
        hand = min(min(times.turns[f"{what} by hand, {way}"]) for way in handwritten_person.WAYS)
        ratios[f"{label}: {what}s / by hand, the quickest of each"] = min(times.turns[what]) / hand
    apart = times.median("write, all in") - times.median("write")
    ratios[f"{label}: journal and verification / writes by hand (<= 1)"] = apart / best["write"]
    absolute |= {f"{label}: {name} (ms)": times.median(name) * 1000 for name in times.turns}


def few(uri: str, small: bool, ratios: dict[str, float], absolute: dict[str, Any]) -> None:
    people(uri, 6, 20 if small else 200, 1.3, ratios, absolute)


def many(uri: str, small: bool, ratios: dict[str, float], absolute: dict[str, Any]) -> None:
    people(uri, 200, 12 if small else 60, 1.4, ratios, absolute)


ORDERS = 100_010


def heavy(uri: str, small: bool, ratios: dict[str, float], absolute: dict[str, Any]) -> None:
    """A person with very many rows in one table: seconds, and memory at its most."""
    turns = 1 if small else 3
    numbers = [n for n in range(1, 100) if n % person_world.WITHOUT_PAPERS][: 2 * turns]
    world = World(tables=6, customers=200, heavy=ORDERS, heavies=tuple(numbers))
    address = person_world.build(uri, world)
    times, most = Times(), 0.0
    with (
        at_desk(address, world) as (desk, ledger),
        psycopg.connect(address, autocommit=True) as connection,
    ):
        watch(desk, connection)
        for number in (100, 101, 103, 104):  # warm, and nothing is prepared for the first time
            ours(desk, ledger, f"N{number}", Times())
        before = peak(reset=True)
        for mine, theirs in zip(numbers[::2], numbers[1::2], strict=True):
            by_hand = times.timed(
                "by hand",
                lambda n=theirs: handwritten_person.erase(  # type: ignore[misc]  # bound at once
                    connection, world, f"N{n}", handwritten_person.pipelined
                ),
            )
            (act,) = requests(ledger, desk.organisation, [f"N{mine}"])
            asked = times.timed("asked", lambda a=act: desk.ask([a]))  # type: ignore[misc]  # as above
            clock = Clock()
            peak(reset=True)
            with watched(clock, APART):
                outcome = times.timed(
                    "ours",
                    lambda a=asked: desk.carry_out(a, by="dpo", approved_by="dpo"),  # type: ignore[misc]  # as above
                )
            most = max(most, peak())
            times.add(
                "ours, journal and marks apart", times.turns["ours"][-1] - clock.seconds["apart"]
            )
            assert outcome.clean, outcome
            assert sum(outcome.written.values()) == by_hand, (outcome, by_hand)
    label = f"a person with {ORDERS} orders"
    hand = times.median("by hand")
    ratios[f"{label}: ours / SQL by hand (<= 2)"] = times.median("ours") / hand
    name = "ours, journal and marks apart"
    ratios[f"{label}: {name} / SQL by hand"] = times.median(name) / hand
    absolute |= {f"{label}: {name} (s)": times.median(name) for name in times.turns}
    absolute |= {f"{label}: memory before (MB)": before, f"{label}: peak (MB, < 200)": most}


PERSONS = 0  # of a bulk run, where the command says
EXPORTED_AT_ONCE = 100  # persons whose rows are in memory together


def bulk(uri: str, small: bool, ratios: dict[str, float], absolute: dict[str, Any]) -> None:
    """Many persons in one run: decided, exported and erased, against a joined temporary table."""
    many = PERSONS or (300 if small else 10_000)
    single = 12
    world = World(tables=200, customers=many * 3)
    address = person_world.build(uri, world)
    numbers = [f"N{n}" for n in range(1, world.customers + 1) if n % person_world.WITHOUT_PAPERS]
    mine, theirs, rest = (
        numbers[:many],
        numbers[many : 2 * many - 2 * single],
        numbers[-2 * single :],
    )
    share = len(mine) / len(theirs)
    hand, times, clock = handwritten_person, Times(), Clock()
    with (
        at_desk(address, world) as (desk, ledger),
        psycopg.connect(address, autocommit=True) as connection,
    ):
        connection.prepared_max = 10_000
        watch(desk, connection)
        for number in rest[: single - 3]:
            ours(desk, ledger, number, times)
        few = requests(ledger, desk.organisation, rest[single - 3 : single])
        first = desk.ask(few)  # statements about several persons are written once
        assert desk.carry_out(first, by="dpo", approved_by="dpo").clean
        for number in rest[single:]:
            times.timed(
                "one by hand",
                lambda n=number: hand.erase(connection, world, n, hand.pipelined),  # type: ignore[misc]  # bound at once
            )
        acts = requests(ledger, desk.organisation, mine)
        desk.ask(acts[: direct_module.LISTED_MOST + 1])  # and so are those about very many
        times.timed(
            "exported by hand", lambda: sum(1 for _ in hand.read_many(connection, world, theirs))
        )
        rows = times.timed("exported", lambda: _exported(desk, acts))
        due = times.timed("decided by hand", lambda: hand.decide_many(connection, world, theirs))
        asked = times.timed("decided", lambda: desk.ask(acts))
        with watched(clock, APART):
            outcome = times.timed(
                "erased", lambda: desk.carry_out(asked, by="dpo", approved_by="dpo")
            )
        written = times.timed("erased by hand", lambda: hand.erase_many(connection, world, theirs))
    assert outcome.clean
    assert abs(asked.rows - due * share) < 1, (asked.rows, due)
    assert abs(sum(outcome.written.values()) - written * share) < 1, (outcome, written)
    apart = times.median("erased") - clock.seconds["apart"]
    label = f"{many} persons, 200 tables"
    each = {name: times.median(name) * share for name in times.turns if name.endswith("by hand")}
    ratios |= {
        f"{label}: erasure by hand / ours, journal apart (>= 0.8)": each["erased by hand"] / apart,
        f"{label}: erasure by hand / ours, all in": each["erased by hand"] / times.median("erased"),
        f"{label}: export by hand / ours (>= 0.8)": each["exported by hand"]
        / times.median("exported"),
        f"{label}: decision by hand / ours (>= 0.8)": each["decided by hand"]
        / times.median("decided"),
        f"{label}: one after the other / ours, all in (>= 15)": times.median("write, all in")
        * many
        / times.median("erased"),
        f"{label}: one after the other by hand / ours, journal apart": times.median("one by hand")
        * many
        / apart,
    }
    absolute |= {f"{label}: {name} (s)": times.median(name) for name in times.turns}
    absolute |= {f"{label}: rows": float(rows), f"{label}: erased, journal apart (s)": apart}


def _exported(desk: Desk, acts: Sequence[str]) -> int:
    rows = 0
    for at in range(0, len(acts), EXPORTED_AT_ONCE):
        rows += sum(len(found.rows) for found in desk.held(acts[at : at + EXPORTED_AT_ONCE]))
    return rows


PARTS = {"few": few, "many": many, "heavy": heavy, "bulk": bulk}


def main() -> None:
    only = next((a.split("=", 1)[1] for a in sys.argv if a.startswith("--only=")), "")
    sys.argv = [a for a in sys.argv if not a.startswith("--only=")]
    global PERSONS
    PERSONS = int(next((a.split("=", 1)[1] for a in sys.argv if a.startswith("--persons=")), "0"))
    sys.argv = [a for a in sys.argv if not a.startswith("--persons=")]
    if "--cpu" in sys.argv:
        sys.argv.remove("--cpu")
        WATCHED.append(os.open("/proc/self/schedstat", os.O_RDONLY))  # others come with sessions
    asked = bench.options()
    ratios: dict[str, float] = {}
    absolute: dict[str, Any] = {}
    with bench.server() as uri:
        for name, part in PARTS.items():
            if not only or name in only.split(","):
                part(uri, asked.small, ratios, absolute)
    bench.report(asked, ratios, absolute)


if __name__ == "__main__":
    main()
