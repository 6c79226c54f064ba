"""Retention on SQLite and MariaDB: how it grows with the rows, and against deleting by hand.

python -m benchmarks.other_stores --store=sqlite|mariadb [--small] [--json] [--only=flat,tree]

Not against the best there is: by hand everything goes in one transaction, without looking twice.
SQLite makes a file; MariaDB is the server of TROTH_BENCH_MARIADB, or this machine's own.
"""

from __future__ import annotations

import os
import sys
import tempfile
import uuid
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path

import sqlalchemy as sa

from benchmarks import bench
from benchmarks.handwritten import INVOICE_CUTOFF, LOG_CUTOFF, ORDER_CUTOFF
from benchmarks.retention import keep
from troth.stores.address import parse_address

MARIADB = "mariadb://root@127.0.0.1:3306/?ssl_disabled=true"
TREE = ("customer", "orders", "line", "invoice")
GROWTH = 4  # the larger shop has so many times the rows

_meta = sa.MetaData()
sa.Table(
    "customer",
    _meta,
    sa.Column("id", sa.Integer, primary_key=True),
    *(sa.Column(name, sa.String(80)) for name in ("email", "name", "phone")),
)
sa.Table(
    "orders",
    _meta,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("customer_id", sa.ForeignKey("customer.id"), nullable=False, index=True),
    sa.Column("ordered_on", sa.Date, nullable=False),
    sa.Column("total", sa.Numeric(10, 2)),
    sa.Column("address", sa.String(80)),
)
sa.Table(
    "line",
    _meta,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("order_id", sa.ForeignKey("orders.id"), nullable=False, index=True),
    sa.Column("goods", sa.String(80)),
    sa.Column("quantity", sa.Integer),
)
sa.Table(
    "invoice",
    _meta,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("customer_id", sa.ForeignKey("customer.id"), nullable=False, index=True),
    sa.Column("issued_on", sa.Date, nullable=False, index=True),
    sa.Column("total", sa.Numeric(10, 2)),
    sa.Column("billed_to", sa.String(80)),
)
sa.Table(
    "log",
    _meta,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("at", sa.DateTime, nullable=False, index=True),
    sa.Column("path", sa.String(80)),
    sa.Column("ip", sa.String(80)),
)

_FILL = """
INSERT INTO customer SELECT i, 'c@mail.example', 'Customer', '+3319900' FROM {customers};
INSERT INTO orders SELECT i, (i + 4) / 5,
    CASE WHEN ((i + 4) / 5) % 5 = 0 THEN {old} ELSE {new} END, 10, 'Example Street' FROM {orders};
INSERT INTO line SELECT i, (i + 1) / 2, 'goods', 1 FROM {lines};
INSERT INTO invoice SELECT id, customer_id, ordered_on, total, 'Customer' FROM orders;
INSERT INTO log SELECT i,
    CASE WHEN i % 5 = 0 THEN '2024-03-01 00:00:00' ELSE '2026-03-01 00:00:00' END,
    '/page', '192.0.2.1' FROM {logs};
"""
_DIALECTS = {
    "sqlite": {
        "series": "(WITH RECURSIVE s (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM s WHERE i < {n})"
        " SELECT i FROM s) s",
        "day": "date('{day}', '+' || (i % 700) || ' days')",
    },
    "mariadb": {
        "series": "(SELECT seq AS i FROM seq_1_to_{n}) s",
        "day": "DATE_ADD('{day}', INTERVAL i % 700 DAY)",
    },
}
_BY_HAND = f"""
CREATE TABLE due (id INTEGER PRIMARY KEY);
INSERT INTO due SELECT id FROM customer c
    WHERE EXISTS (SELECT 1 FROM orders o WHERE o.customer_id = c.id)
    AND NOT EXISTS (SELECT 1 FROM orders o WHERE o.customer_id = c.id
        AND o.ordered_on > '{ORDER_CUTOFF}')
    AND NOT EXISTS (SELECT 1 FROM invoice i WHERE i.customer_id = c.id
        AND i.issued_on > '{INVOICE_CUTOFF}');
DELETE FROM line WHERE order_id IN (SELECT o.id FROM orders o JOIN due ON due.id = o.customer_id);
DELETE FROM orders WHERE customer_id IN (SELECT id FROM due);
DELETE FROM invoice WHERE customer_id IN (SELECT id FROM due);
DELETE FROM customer WHERE id IN (SELECT id FROM due);
"""


@contextmanager
def sqlite() -> Iterator[str]:
    """A new file."""
    with tempfile.TemporaryDirectory(prefix="troth-bench-") as folder:
        path = Path(folder) / "shop.sqlite"
        path.touch()
        with bench_engine(f"sqlite:///{path}", missing=True).connect() as connection:
            connection.exec_driver_sql("PRAGMA journal_mode = WAL")
        yield f"sqlite:///{path}"


@contextmanager
def mariadb() -> Iterator[str]:
    """A new database, dropped at the end."""
    server = sa.make_url(os.environ.get("TROTH_BENCH_MARIADB", MARIADB))
    name = f"bench_{uuid.uuid4().hex[:8]}"
    engine = sa.create_engine(server.set(drivername="mysql+pymysql"))
    with engine.connect() as connection:
        connection.exec_driver_sql(f"CREATE DATABASE {name} CHARACTER SET utf8mb4")
        try:
            yield server.set(database=name).render_as_string(hide_password=False)
        finally:
            connection.exec_driver_sql(f"DROP DATABASE {name}")


STORES: dict[str, Callable[[], AbstractContextManager[str]]] = {
    "sqlite": sqlite,
    "mariadb": mariadb,
}


def bench_engine(uri: str, *, missing: bool = False) -> sa.Engine:
    """An engine with the address's driver."""
    return sa.create_engine(uri if missing else parse_address(uri).url)


def run(uri: str, statements: str) -> None:
    """Statements in one transaction."""
    with bench_engine(uri).begin() as connection:
        if connection.dialect.name == "sqlite":
            connection.exec_driver_sql("PRAGMA foreign_keys = ON")
        else:  # the driver takes % for a parameter
            statements = statements.replace("%", "%%")
        for statement in statements.split(";"):
            if statement.strip():
                connection.exec_driver_sql(statement)


def build(uri: str, store: str, customers: int) -> None:
    """The shop of the PostgreSQL benchmark, in another store."""
    series, day = _DIALECTS[store]["series"], _DIALECTS[store]["day"]
    _meta.create_all(bench_engine(uri))
    sizes = {"customers": 1, "orders": 5, "lines": 10, "logs": 10}
    rows = {name: series.format(n=customers * each) for name, each in sizes.items()}
    whole = "DIV" if store == "mariadb" else "/"
    filled = _FILL.replace(") / ", f") {whole} ").format(
        **rows, old=day.format(day="2012-01-01"), new=day.format(day="2024-01-01")
    )
    run(uri, filled)
    with bench_engine(uri).begin() as connection:
        names = ", ".join(_meta.tables)
        statement = "ANALYZE" if store == "sqlite" else f"ANALYZE TABLE {names}"
        connection.exec_driver_sql(statement)


def measure(
    store: str, part: str, customers: int, ratios: dict[str, float], absolute: dict[str, object]
) -> float:
    """Seconds of ours, and the ratio to deleting by hand."""
    by_hand = _BY_HAND if part == "tree" else f"DELETE FROM log WHERE at < '{LOG_CUTOFF}'"
    with STORES[store]() as uri:
        build(uri, store, customers)
        hand = bench.timed(lambda: run(uri, by_hand))
    with STORES[store]() as uri:
        build(uri, store, customers)
        ours, outcome = keep(uri, TREE if part == "tree" else ("log",), [])
    assert outcome.clean, outcome
    due = customers // 5
    wanted = (
        {"customer": due, "orders": due * 5, "line": due * 10, "invoice": due * 5}
        if part == "tree"
        else {"log": customers * 2}
    )
    assert outcome.written == {f"delete:shop.{name}": n for name, n in wanted.items()}, outcome
    label = f"{store}, {part}, {customers} customers"
    ratios[f"{label}: by hand in one transaction / ours"] = hand / ours
    absolute[f"{label}: ours (s)"] = ours
    absolute[f"{label}: rows/s"] = sum(wanted.values()) / ours
    return ours


def main() -> None:
    chosen = {
        name: next((a.split("=", 1)[1] for a in sys.argv if a.startswith(f"--{name}=")), default)
        for name, default in (("store", "sqlite,mariadb"), ("only", "flat,tree"))
    }
    sys.argv = [a for a in sys.argv if not a.startswith(("--store=", "--only="))]
    asked = bench.options()
    customers = 5_000 if asked.small else 25_000
    ratios: dict[str, float] = {}
    absolute: dict[str, object] = {}
    for store in chosen["store"].split(","):
        for part in chosen["only"].split(","):
            few = measure(store, part, customers, ratios, absolute)
            many = measure(store, part, customers * GROWTH, ratios, absolute)
            label = f"{store}, {part}: seconds a row, of {GROWTH} times the rows / of the rows"
            ratios[label] = many / few / GROWTH
    bench.report(asked, ratios, absolute)


if __name__ == "__main__":
    main()
