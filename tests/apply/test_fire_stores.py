"""Evidence and archives across stores, with a crash in between."""

from __future__ import annotations

from datetime import date, datetime
from pathlib import Path
from typing import Any

import pytest

from apply.fire import NOW
from apply.test_fire_kill import empty_sqlite
from apply.two import AFTER, ORDERS_MAP, ORG, Place, policy
from troth.apply import batches as running
from troth.apply import before
from troth.apply import general as applying
from troth.ledger.facts import read_facts
from troth.ledger.ledger import Ledger

ORDERS = policy(["last-order"], AFTER.format(event="last-order", years=5))


def test_the_last_order_outlives_its_store(
    any_store_url: str, tmp_path: Path, ledger: Ledger, monkeypatch: pytest.MonkeyPatch
) -> None:
    urls = {"shop": any_store_url, "crm": empty_sqlite(tmp_path / "crm.db")}
    at = Place(urls, ORDERS, ORDERS_MAP, ledger, NOW)
    at.sql(
        "shop",
        "CREATE TABLE orders (id INTEGER PRIMARY KEY, customer INTEGER, day DATE, address TEXT)",
        *(f"INSERT INTO orders VALUES ({n}, {n}, '2018-03-04', 'a')" for n in range(1, 7)),
        "INSERT INTO orders VALUES (7, 6, '2026-01-02', 'a')",
    )
    at.sql(
        "crm",
        "CREATE TABLE customer (id INTEGER PRIMARY KEY, name TEXT, debt INTEGER)",
        *(f"INSERT INTO customer VALUES ({n}, 'c', {int(n == 3)})" for n in range(1, 7)),
    )
    real, calls = running.write_receipt, []

    def dies(*arguments: object, **named: object) -> None:
        calls.append(True)
        if len(calls) == 2:  # the second batch dies before its commit, its evidence kept
            raise KeyboardInterrupt
        real(*arguments, **named)  # type: ignore[arg-type]  # handed on as they came

    monkeypatch.setattr(running, "write_receipt", dies)
    plan = at.plan()
    with pytest.raises(KeyboardInterrupt):
        at.apply(plan)
    monkeypatch.setattr(running, "write_receipt", real)
    assert at.rows("shop", "SELECT count(*) FROM orders") != [(0,)]
    at.apply(plan)

    assert at.rows("shop", "SELECT id FROM orders") == [(7,)]
    assert at.rows("crm", "SELECT id FROM customer ORDER BY id") == [(3,), (6,)]
    kept = {(day.key, day.day) for day in read_facts(ledger, ORG, NOW).kept}
    assert ((3,), date(2018, 3, 4)) in kept
    assert {key for key, _ in kept} <= {(3,), (6,)}  # those of rows that went are forgotten

    at.sql("crm", "UPDATE customer SET debt = 0")
    at.apply()
    assert at.rows("crm", "SELECT id FROM customer") == [(6,)]


ARCHIVE = policy(
    ["end"],
    """
      - id: end-years
        promise: Data leaves everyday use after two years and goes after ten.
        period: P10Y
        after: end
        archive: {place: vault, when: {period: P2Y, after: end}, readers: [legal], clauses: [C-3]}
        clauses: [C-2]
""",
)
ARCHIVE_MAP = """
troth: 1
stores:
  shop:
    tables:
      file:
        key: [id]
        roles: {customer: {subject: customer}}
        columns:
          {id: , ended: , at: , price: , scan: {category: contact}, name: {category: contact}}
        events: {end: {column: ended}}
  vault:
    place: vault
    tables:
      file:
        key: [id]
        roles: {customer: {subject: customer}}
        columns:
          {id: , ended: , at: , price: , scan: {category: contact}, name: {category: contact}}
        events: {end: {column: ended}}
archives:
  shop.file: {table: vault.file}
"""
TYPES = {
    "sqlite": ("DATETIME", "BLOB"),
    "postgresql": ("timestamp", "bytea"),
    "mysql": ("DATETIME(6)", "LONGBLOB"),
    "mariadb": ("DATETIME(6)", "LONGBLOB"),
}


def archive_place(live: str, vault: str, ledger: Ledger) -> Place:
    at = Place({"shop": live, "vault": vault}, ARCHIVE, ARCHIVE_MAP, ledger, NOW)
    for name, url in at.urls.items():
        instant, blob = TYPES[url.partition(":")[0]]
        at.sql(
            name,
            f"CREATE TABLE file (id INTEGER PRIMARY KEY, ended DATE, at {instant}, "
            f"price DECIMAL(12,2), scan {blob}, name VARCHAR(80))",
        )
    scan = "decode('00ff', 'hex')" if live.startswith("postgresql") else "X'00ff'"
    for n, year in ((1, 2023), (2, 2023), (3, 2023), (4, 2026), (5, 2010)):
        at.sql(
            "shop",
            f"INSERT INTO file VALUES ({n}, '{year}-01-02', '{year}-01-02 03:04:05', 12.34, "
            f"{scan}, 'José')",
        )
    return at


@pytest.mark.parametrize("into", ["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def test_rows_move_to_the_archive_once_and_whole(
    any_store_url: str,
    into: str,
    request: pytest.FixtureRequest,
    tmp_path: Path,
    ledger: Ledger,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    if into == "postgres" and "postgres" in any_store_url:
        pytest.skip("both would be one database")
    vault = (
        empty_sqlite(tmp_path / "vault.db")
        if into == "sqlite"
        else request.getfixturevalue("postgres_url")
    )
    at = archive_place(any_store_url, vault, ledger)
    plan = at.plan()
    real, moved = before.move_batch, []

    def copied_then_dead(*arguments: object) -> int:
        moved.append(real(*arguments))  # type: ignore[arg-type]  # handed on as they came
        monkeypatch.setattr(before, "move_batch", real)
        raise KeyboardInterrupt

    monkeypatch.setattr(before, "move_batch", copied_then_dead)
    with pytest.raises(KeyboardInterrupt):
        at.apply(plan)
    assert moved == [2]  # a batch is copied and not deleted
    assert at.rows("shop", "SELECT count(*) FROM file") == [(5,)]
    outcome = at.apply(plan)

    assert outcome.stopped == []
    assert sum(outcome.archived.values()) == 3
    assert at.rows("shop", "SELECT id FROM file") == [(4,)]
    found = at.rows("vault", "SELECT id, ended, at, price, scan, name FROM file ORDER BY id")
    assert [row[0] for row in found] == [1, 2, 3]  # 5 is beyond its end everywhere
    for row in found:
        assert str(row[1]) == "2023-01-02"
        assert datetime.fromisoformat(str(row[2])) == datetime(2023, 1, 2, 3, 4, 5)  # noqa: DTZ001 - naive, as stored
        assert float(str(row[3])) == 12.34
        assert bytes(row[4]) == b"\x00\xff"  # type: ignore[call-overload]  # a blob
        assert row[5] == "José"

    later = Place(at.urls, ARCHIVE, ARCHIVE_MAP, ledger, NOW.replace(year=2034))
    monkeypatch.setattr("troth.apply.refusals.check_clocks", lambda *_: None)
    later.apply()
    assert later.rows("shop", "SELECT id FROM file") == []
    assert later.rows("vault", "SELECT id FROM file") == [(4,)]  # moved in 2028, there until 2036


def test_an_archive_that_is_missing_is_made_and_the_plan_resumes(
    tmp_path: Path, ledger: Ledger, monkeypatch: pytest.MonkeyPatch
) -> None:
    live, vault = empty_sqlite(tmp_path / "live.db"), empty_sqlite(tmp_path / "vault.db")
    at = archive_place(live, vault, ledger)
    at.sql("vault", "DROP TABLE file")
    plan = at.plan()
    real = running.write_receipt

    def dies(*_: object, **__: object) -> None:
        monkeypatch.setattr(running, "write_receipt", real)
        raise KeyboardInterrupt

    monkeypatch.setattr(running, "write_receipt", dies)
    with pytest.raises(KeyboardInterrupt):
        at.apply(plan)
    assert at.apply(plan).clean  # the archive's new table does not make the plan stale
    assert at.rows("vault", "SELECT id, price FROM file ORDER BY id") == [
        (1, 12.34),
        (2, 12.34),
        (3, 12.34),
    ]
    assert at.rows("shop", "SELECT id FROM file") == [(4,)]
    assert at.plan().steps == ()


def test_another_worker_may_make_the_archive_first(
    tmp_path: Path, ledger: Ledger, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its table is there since the schemas were read."""
    live, vault = empty_sqlite(tmp_path / "live.db"), empty_sqlite(tmp_path / "vault.db")
    at = archive_place(live, vault, ledger)
    at.sql("vault", "DROP TABLE file")
    plan = at.plan()
    real = applying.prepare_archives

    def twice(*given: Any) -> Any:
        real(*given)
        return real(*given)

    monkeypatch.setattr(applying, "prepare_archives", twice)
    assert at.apply(plan).clean
    assert at.rows("shop", "SELECT id FROM file") == [(4,)]
