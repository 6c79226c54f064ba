"""Retention at speed: Troth against the best hand-written SQL, in one run on PostgreSQL.

python -m benchmarks.retention [--small] [--json] [--only=flat,tree,finding] [--customers=N]
"""

from __future__ import annotations

import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

import psycopg

from benchmarks import bench, handwritten, handwritten_orm
from troth.apply.planning import Setting, make_plan
from troth.apply.run import Outcome, apply_plan
from troth.datamap.load import parse_map
from troth.datamap.model import DataMap
from troth.grounds.facts import Facts
from troth.ledger.facts import read_facts
from troth.ledger.holds import add_hold
from troth.ledger.ledger import open_ledger
from troth.ledger.plans import approve_plan
from troth.policy.load import parse_policy
from troth.stores.opening import open_store

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
TURNS = 3  # of finding what is due; the median counts
SAMPLE = 500  # customers of each row-by-row baseline, whose time is scaled up


def setting(uri: str, tables: tuple[str, ...]) -> Setting:
    """The benchmark's shop as a setting, of the map only `tables`."""
    folder = bench.HERE / "shop"
    policy = parse_policy((folder / "policy.yaml").read_text(), "policy.yaml")
    whole, _ = parse_map((folder / "map.yaml").read_text(), "map.yaml", policy)
    store = whole.stores["shop"]
    kept = {name: table for name, table in store.tables.items() if name in tables}
    datamap = DataMap(troth=1, stores={"shop": store.model_copy(update={"tables": kept})})
    store = open_store("shop", uri, purpose="write")
    return Setting(policy, datamap, {"shop": store}, clocks=lambda _: NOW)


def keep(uri: str, tables: tuple[str, ...], holds: list[int]) -> tuple[float, Outcome]:
    """Seconds to apply an approved plan, journal and fresh look included; and what was done."""
    with (
        tempfile.TemporaryDirectory() as folder,
        open_ledger(str(Path(folder) / "ledger.sqlite"), at=NOW) as ledger,
    ):
        if holds:
            with ledger.writing("benchmark-shop") as writing:
                add_hold(
                    writing,
                    case="B-1",
                    reason="dispute",
                    by="dpo",
                    at=NOW,
                    rows=[("shop", "customer", (number,)) for number in holds],
                )
        chosen = setting(uri, tables)
        plan = make_plan(chosen, read_facts(ledger, "benchmark-shop", NOW), NOW)
        with ledger.writing("benchmark-shop") as writing:
            approve_plan(
                writing,
                plan.digest(),
                by="dpo",
                at=NOW,
                expires_at=datetime(2100, 1, 1, tzinfo=UTC),
            )
        start = time.perf_counter()
        outcome = apply_plan(plan, chosen, ledger, lambda: NOW, by="dpo")
        return time.perf_counter() - start, outcome


@contextmanager
def writer(uri: str, statement: str, top: int) -> Iterator[list[float]]:
    """An application that writes one row after the other; how long each write took (seconds)."""
    waits: list[float] = []
    stop = threading.Event()

    def work() -> None:
        with psycopg.connect(uri, autocommit=True) as connection:
            number = 0
            while not stop.is_set():
                number = (number * 7919 + 104729) % top
                start = time.perf_counter()
                connection.execute(statement, (number,))
                waits.append(time.perf_counter() - start)
                stop.wait(0.002)

    thread = threading.Thread(target=work)
    thread.start()
    try:
        yield waits
    finally:
        stop.set()
        thread.join()


def best(
    uri: str, variants: dict[str, Callable[[str], None]], before: str = ""
) -> tuple[str, float]:
    """The fastest variant, each on a fresh copy of the shop."""
    times = {}
    for name, variant in variants.items():
        with bench.fresh(uri) as copy:
            if before:
                with psycopg.connect(copy) as connection:
                    connection.execute(before)
            times[name] = bench.timed(lambda v=variant, c=copy: v(c))  # type: ignore[misc]  # bound at once
    name = min(times, key=lambda key: times[key])
    return name, times[name]


def flat(uri: str, size: bench.Size, ratios: dict[str, float], absolute: dict[str, object]) -> None:
    _, single = best(uri, {"single": handwritten.flat_single})
    variants: dict[str, Callable[[str], None]] = {
        f"keys {rows}": lambda copy, rows=rows: handwritten.flat_batched(copy, rows)  # type: ignore[misc]  # bound at once
        for rows in (10_000, 20_000)
    }
    variants |= {
        f"ranges {width}": lambda copy, width=width: handwritten.flat_ranges(copy, width)  # type: ignore[misc]  # as above
        for width in (50_000, 100_000)
    }
    by_key = best(uri, variants)
    by_page = best(
        uri,
        {
            f"pages {width}": lambda copy, width=width: handwritten.flat_pages(copy, width)  # type: ignore[misc]  # as above
            for width in (650, 1_300)
        },
    )
    name, batched = min(by_key, by_page, key=lambda found: found[1])
    with bench.fresh(uri) as copy:
        ours, outcome = keep(copy, ("log",), [])
    assert outcome.clean
    assert outcome.written["delete:shop.log"] == size.logs // 5
    with (
        bench.fresh(uri) as copy,
        writer(copy, "UPDATE log SET path = '/new' WHERE id = %s", size.logs) as waits,
    ):
        keep(copy, ("log",), [])
    ratios["flat: best hand-written batched / ours (>= 0.9)"] = batched / ours
    ratios["flat: best of those that go by the key / ours"] = by_key[1] / ours
    ratios["flat: single DELETE / ours (>= 0.5)"] = single / ours
    absolute |= {
        "flat: rows/s": size.logs / 5 / ours,
        "flat: ours (s)": ours,
        "flat: best batched (s)": batched,
        "flat: best variant": name,
        "flat: single DELETE (s)": single,
        "flat: longest wait of a writer (ms, <= 50)": max(waits) * 1000,
    }


def tree(uri: str, size: bench.Size, ratios: dict[str, float], absolute: dict[str, object]) -> None:
    held = list(range(5, size.customers, 500))
    holds = (
        "CREATE TABLE hold (customer_id bigint PRIMARY KEY);"
        f"INSERT INTO hold SELECT generate_series(5, {size.customers - 1}, 500)"
    )
    variants = {f"{n} parents": handwritten.tree_batched(n) for n in (2_000, 5_000, 20_000)}
    variants |= {
        f"{n} parents by index": handwritten.tree_batched(n, by_index=True) for n in (5_000, 20_000)
    }
    name, batched = best(uri, variants, holds)
    due = size.customers // 5 - len(held)
    with bench.fresh(uri) as copy:
        with psycopg.connect(copy) as connection:
            connection.execute(holds)
        rows = {name: each * due for name, each in by_row(copy).items()}
    by_orm = {name: rows[name] for name in handwritten_orm.BY_ROW}
    with bench.fresh(uri) as copy:
        with psycopg.connect(copy) as connection:
            connection.execute(holds)
        handwritten.tree_batched(5_000, by_index=True)(copy)
        left = handwritten.tree_rows(copy)
    tables = ("customer", "orders", "line", "invoice")
    with bench.fresh(uri) as copy:
        ours, outcome = keep(copy, tables, held)
        assert handwritten.tree_rows(copy) == left  # both took the same
    assert outcome.written["delete:shop.customer"] == due, outcome
    with (
        bench.fresh(uri) as copy,
        writer(copy, "UPDATE customer SET phone = 'x' WHERE id = %s", size.customers) as waits,
    ):
        keep(copy, tables, held)
    ratios["tree: best hand-written batched / ours (>= 0.9)"] = batched / ours
    ratios["tree: row by row with an ORM / ours (>= 40)"] = min(by_orm.values()) / ours
    ratios["tree: row by row by the bare driver / ours"] = rows["bare driver"] / ours
    ratios["tree: ORM that loads a hundred customers at once / ours"] = (
        rows["load and commit a hundred"] / ours
    )
    absolute |= {
        "tree: rows/s": sum(outcome.written.values()) / ours,
        "tree: ours (s)": ours,
        "tree: best batched (s)": batched,
        "tree: best variant": name,
        **{f"tree: {name}, scaled (s)": seconds for name, seconds in rows.items()},
        "tree: longest wait of a writer (ms, <= 1000)": max(waits) * 1000,
    }


def by_row(copy: str) -> dict[str, float]:
    """Seconds for a customer and all that hangs on them, one after the other, by each variant.

    Each variant takes the next customers of the same copy, after a few to warm up.
    """
    warm = SAMPLE // 10
    handwritten.tree_row_by_row(copy, warm)
    found = {"bare driver": bench.timed(lambda: handwritten.tree_row_by_row(copy, SAMPLE)) / SAMPLE}
    for name, variant in handwritten_orm.VARIANTS.items():
        keys = handwritten_orm.due_keys(copy, warm + SAMPLE)
        handwritten_orm.delete(copy, variant, keys[:warm])
        seconds = bench.timed(lambda v=variant, k=keys[warm:]: handwritten_orm.delete(copy, v, k))  # type: ignore[misc]  # bound at once
        found[name] = seconds / len(keys[warm:])
    return found


def finding(
    uri: str, size: bench.Size, ratios: dict[str, float], absolute: dict[str, object]
) -> None:
    sample, objects = min(5_000, size.customers), min(SAMPLE, size.customers)
    with bench.fresh(uri) as copy:
        rows = 0

        def loop(turn: int) -> None:
            nonlocal rows  # as a whole loop would, each turn meets persons whom nobody has read
            first = 1 + turn * sample % size.customers
            rows = handwritten.find_by_loop(copy, range(first, first + sample))

        chosen = setting(copy, ("customer", "orders", "line", "invoice"))
        plan = None

        def find() -> None:
            nonlocal plan
            plan = make_plan(chosen, Facts(), NOW)

        loops, finds = [], []
        for turn in range(TURNS):  # in turn, so that what else the machine does burdens both
            loops.append(bench.timed(lambda n=turn: loop(n)) / sample * size.customers)  # type: ignore[misc]  # bound at once
            finds.append(bench.timed(find))
        by_loop, ours = bench.median(loops), bench.median(finds)
        by_hand = bench.timed(lambda: handwritten.find_set_based(copy))
        assert handwritten_orm.find(copy, objects) * sample == rows * objects  # warm by now
        by_orm = bench.timed(lambda: handwritten_orm.find(copy, objects)) / objects
    assert plan is not None
    found = sum(step.counts.rows for step in plan.steps if step.counts is not None)
    assert found == rows * size.customers // sample, (found, rows)  # both found the same
    ratios["finding: loop over persons / ours (>= 20)"] = by_loop / ours
    ratios["finding: the same loop with an ORM / ours"] = by_orm * size.customers / ours
    absolute |= {
        "finding: ours, whole plan of 4 tables (s)": ours,
        "finding: loop over persons, scaled (s)": by_loop,
        "finding: hand-written, customers alone (s)": by_hand,
    }


PARTS = {"flat": flat, "tree": tree, "finding": finding}


def main() -> None:
    only = next((a.split("=", 1)[1] for a in sys.argv if a.startswith("--only=")), "")
    sys.argv = [a for a in sys.argv if not a.startswith("--only=")]
    given = next((a.split("=", 1)[1] for a in sys.argv if a.startswith("--customers=")), "")
    sys.argv = [a for a in sys.argv if not a.startswith("--customers=")]
    asked = bench.options()
    size = bench.SMALL if asked.small else bench.FULL
    if given:
        size = bench.Size(customers=int(given), logs=int(given) * 10)
    if "flat" not in (only or "flat").split(","):
        size = bench.Size(size.customers, logs=1)  # nothing reads the log
    ratios: dict[str, float] = {}
    absolute: dict[str, object] = {"customers": float(size.customers)}
    with bench.server() as uri:
        absolute["building the shop (s)"] = bench.timed(lambda: bench.build(uri, size))
        for name, part in PARTS.items():
            if not only or name in only.split(","):
                part(uri, size, ratios, absolute)
    bench.report(asked, ratios, absolute)


if __name__ == "__main__":
    main()
