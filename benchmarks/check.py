"""`troth check` against the best hand-written SQL that gives the same answers.

python -m benchmarks.check [--sqlite] [--small] [--json] [--repeat=N] [--customers=N]

On PostgreSQL in seconds; with `--sqlite` on a file of SQLite, in seconds of this process's
processors, which do all the work there, with shops of two sizes to see how it grows.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial

import psycopg

from benchmarks import bench, other_stores
from benchmarks.handwritten_check import CHECKS, SQLITE_CHECKS, Answer
from benchmarks.retention import setting
from troth.apply.check import check
from troth.apply.promises import CheckReport
from troth.grounds.facts import Facts

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
TABLES = ("customer", "orders", "line", "invoice", "log")
GROWTH = 4  # the larger shop on SQLite has so many times the rows
PROMISES = {
    "customer": "sales-five-years",
    "orders": "sales-five-years",
    "invoice": "books-ten-years",
    "log": "logs-one-year",
}
ODD = """
INSERT INTO customer SELECT -i, 'n' || i || '@mail.example', 'New ' || i, NULL
  FROM generate_series(1, {some}) i;
UPDATE customer SET email = NULL, name = NULL, phone = NULL WHERE id <= {some} AND id % 5 <> 0;
UPDATE orders SET ordered_on = '1999-12-31' WHERE id % 1009 = 0;
UPDATE orders SET ordered_on = '2027-01-01' WHERE id % 1013 = 0;
UPDATE orders SET address = NULL WHERE id % 1019 = 0;
UPDATE invoice SET issued_on = '1999-12-31' WHERE id % 1009 = 0;
UPDATE invoice SET billed_to = NULL WHERE id % 1019 = 0;
UPDATE log SET at = '2027-01-01' WHERE id % 10007 = 0;
UPDATE log SET ip = NULL WHERE id % 10009 = 0;
"""
"""A thousandth of the rows is not as the others: erased already, without an order, past belief."""


def answers(report: CheckReport) -> dict[str, Answer]:
    """What a report says of each table, as the hand-written SQL says it."""
    found = {}
    for state in report.promises:
        for one in state.findings:
            assert state.promise.id == PROMISES[one.table]
            found[one.table] = Answer(one.rows, one.due, one.unknown, one.kept, one.oldest)
    return found


def peak(*, reset: bool = False) -> float:
    """The most memory that this process has held since the last reset, in MB (Linux)."""
    if reset:
        with open("/proc/self/clear_refs", "w") as refs:  # noqa: PTH123 - no file
            refs.write("5")
    with open("/proc/self/status") as status:  # noqa: PTH123 - no file
        return next(int(line.split()[1]) for line in status if line.startswith("VmHWM")) / 1024


def timed(
    work: Callable[[], dict[str, Answer]], clock: Callable[[], float]
) -> tuple[float, dict[str, Answer]]:
    """Seconds, and what came of them."""
    start = clock()
    found = work()
    return clock() - start, found


@dataclass(frozen=True)
class Measured:
    """The median seconds of each variant and of ours; our memory before and at its most, in MB."""

    times: dict[str, float]
    said: dict[str, Answer]
    before: float
    peak: float


def measure(uri: str, repeat: int) -> Measured:
    """Ours and each hand-written variant in turn, which must agree.

    They take turns, so that what else the machine does burdens all alike.
    """
    sqlite = uri.startswith("sqlite")
    checks, clock = (SQLITE_CHECKS, time.process_time) if sqlite else (CHECKS, time.perf_counter)
    times: dict[str, list[float]] = {name: [] for name in ("ours", *checks)}
    chosen = setting(uri, TABLES)
    before = peak(reset=True)
    for _ in range(repeat):
        seconds, said = timed(lambda: answers(check(chosen, Facts(), NOW)), clock)
        times["ours"].append(seconds)
        for name, variant in checks.items():
            seconds, found = timed(partial(variant, uri), clock)
            times[name].append(seconds)
            assert found == said, f"{name} says {found}, check says {said}"
    medians = {name: bench.median(runs) for name, runs in times.items()}
    return Measured(medians, said, before, peak())


def tell(
    label: str, found: Measured, ratios: dict[str, float], absolute: dict[str, object]
) -> None:
    """Adds what was measured to the result."""
    by_hand = {name: seconds for name, seconds in found.times.items() if name != "ours"}
    best = min(by_hand, key=lambda name: by_hand[name])
    ratios[label] = found.times["ours"] / by_hand[best]
    absolute[f"{label}: best variant"] = best
    absolute |= {f"{label}: {name} (s)": seconds for name, seconds in found.times.items()}
    absolute[f"{label}: memory before (MB)"] = found.before
    absolute[f"{label}: peak memory (MB)"] = found.peak


def spoil(uri: str, size: bench.Size) -> None:
    """Makes some rows odd; in each table a few."""
    with psycopg.connect(uri, autocommit=True) as connection:
        for statement in ODD.format(some=size.customers // 1000).split(";"):
            if statement.strip():
                connection.execute(statement.encode())
        connection.execute("VACUUM (ANALYZE)")


def on_sqlite(
    customers: int, repeat: int, ratios: dict[str, float], absolute: dict[str, object]
) -> None:
    """The same on SQLite, with shops of two sizes; the smaller has odd rows too."""
    ours = []
    for size in (customers // GROWTH, customers):
        with other_stores.sqlite() as uri:
            other_stores.build(uri, "sqlite", size)
            found = measure(uri, repeat)
            tell(f"check, {size} customers: ours / best by hand", found, ratios, absolute)
            ours.append(found.times["ours"])
            if size < customers:
                updates = (one for one in ODD.split(";") if "generate" not in one)
                other_stores.run(uri, ";".join(updates).format(some=size // 1000))
                odd = measure(uri, repeat)
                assert all(one.due and one.unknown and one.kept for one in odd.said.values())
                tell(f"check, {size} customers, unknown rows", odd, ratios, absolute)
    ratios[f"check: time of {GROWTH} times the rows / time of the rows"] = ours[1] / ours[0]


def main() -> None:
    given = next((a.split("=", 1)[1] for a in sys.argv if a.startswith("--customers=")), "")
    sys.argv = [a for a in sys.argv if not a.startswith("--customers=")]
    sqlite = "--sqlite" in sys.argv
    sys.argv = [a for a in sys.argv if a != "--sqlite"]
    asked = bench.options()
    size = bench.SMALL if asked.small else bench.FULL
    if given:
        size = bench.Size(customers=int(given), logs=int(given) * 10)
    ratios: dict[str, float] = {}
    absolute: dict[str, object] = {"customers": float(size.customers)}
    if sqlite:
        on_sqlite(size.customers, max(asked.repeat, 3), ratios, absolute)
        bench.report(asked, ratios, absolute)
        return
    with bench.server() as server:
        absolute["building the shop (s)"] = bench.timed(lambda: bench.build(server, size))
        uri = bench.address(server, "bench_source")
        repeat = max(asked.repeat, 3)
        tell("check: ours / best hand-written (<= 1.5)", measure(uri, repeat), ratios, absolute)
        spoil(uri, size)
        odd = measure(uri, repeat)
        assert all(one.due and one.unknown and one.kept for one in odd.said.values()), odd.said
        tell("check with unknown rows, and why they are: ours / by hand", odd, ratios, absolute)
    bench.report(asked, ratios, absolute)


if __name__ == "__main__":
    main()
