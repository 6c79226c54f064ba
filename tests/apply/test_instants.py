"""Instants shortly before and after midnight: the day is that of the policy's zone, everywhere.

MariaDB keeps a TIMESTAMP in UTC, and its driver tells it without a zone. 23:30 UTC on 31 January is
half past midnight on 1 February in Paris; 22:30 UTC on 30 June is so on 1 July, in summer time.
"""

from __future__ import annotations

import sqlite3
from datetime import date
from pathlib import Path

import pytest

from apply.fire import NOW
from apply.test_fire_kill import empty_sqlite
from apply.two import AFTER, ORDERS_MAP, ORG, Place, policy
from troth.apply.check import check
from troth.ledger.facts import read_facts
from troth.ledger.ledger import Ledger

POLICY = policy(["last-order"], AFTER.format(event="last-order", years=2))
WINTER, SUMMER = "2024-01-31 23:30:00+00", "2023-06-30 22:30:00+00"
DAYS = {1: date(2024, 2, 1), 2: date(2023, 7, 1)}
TYPES = {"postgresql": "timestamptz", "mysql": "TIMESTAMP NULL", "mariadb": "TIMESTAMP NULL"}

SERVERS = [
    pytest.param("postgres", marks=pytest.mark.postgres),
    pytest.param("mariadb", marks=pytest.mark.mariadb),
]


@pytest.fixture(params=SERVERS)
def url(request: pytest.FixtureRequest) -> str:
    """A database with a type of instants."""
    found: str = request.getfixturevalue(f"{request.param}_url")
    return found


def kept_days(ledger: Ledger) -> dict[int, date]:
    return {int(day.key[0]): day.day for day in read_facts(ledger, ORG, NOW).kept}


def instant(url: str) -> str:
    return TYPES[url.partition("+")[0].partition(":")[0]]


def literal(url: str, moment: str) -> str:
    """PostgreSQL reads the offset, a MariaDB session in UTC needs none."""
    return f"'{moment}'" if url.startswith("postgresql") else f"'{moment.removesuffix('+00')}'"


def orders(at: Place, key: str = "id INTEGER PRIMARY KEY") -> None:
    url = at.urls["shop"]
    at.sql(
        "shop",
        f"CREATE TABLE orders ({key}, customer INTEGER, at {instant(url)}, address VARCHAR(9))",
        *(["SET time_zone = '+00:00'"] if "maria" in url or "mysql" in url else []),
        f"INSERT INTO orders VALUES (1, 1, {literal(url, WINTER)}, 'a')",
        f"INSERT INTO orders VALUES (2, 2, {literal(url, SUMMER)}, 'a')",
    )


IN_ONE_STORE = """
troth: 1
stores:
  shop:
    tables:
      orders:
        key: [id]
        roles: {customer: {subject: customer}}
        columns: {id: , customer: , at: , address: {category: contact}}
        relations:
          customer: {columns: [customer], references: customer}
        events: {last-order: {column: at}}
      customer:
        key: [id]
        roles: {customer: {subject: customer}}
        columns: {id: , name: {category: contact}, debt: }
        events:
          last-order: {related: ["<orders.customer"], day: {column: at}, none: unknown}
        protect: {column: debt, is: 1}
"""
IN_TWO_STORES = ORDERS_MAP.replace("{column: day}", "{column: at}").replace("day: , ", "at: , ")
CUSTOMERS = (
    "CREATE TABLE customer (id INTEGER PRIMARY KEY, name VARCHAR(9), debt INTEGER)",
    "INSERT INTO customer VALUES (1, 'c', 1)",
    "INSERT INTO customer VALUES (2, 'c', 1)",
)


def test_days_kept_in_one_store(url: str, ledger: Ledger) -> None:
    at = Place({"shop": url}, POLICY, IN_ONE_STORE, ledger, NOW)
    orders(at)
    at.sql("shop", *CUSTOMERS)
    at.apply()
    assert at.rows("shop", "SELECT count(*) FROM orders") == [(0,)]
    assert kept_days(ledger) == DAYS


def test_days_kept_across_stores(url: str, tmp_path: Path, ledger: Ledger) -> None:
    urls = {"shop": url, "crm": empty_sqlite(tmp_path / "crm.db")}
    at = Place(urls, POLICY, IN_TWO_STORES, ledger, NOW)
    orders(at)
    at.sql("crm", *CUSTOMERS)
    at.apply()
    assert kept_days(ledger) == DAYS


def test_the_oldest_day_that_check_tells(url: str, ledger: Ledger) -> None:
    at = Place({"shop": url}, POLICY, IN_ONE_STORE, ledger, NOW)
    orders(at)
    at.sql("shop", *CUSTOMERS)
    found = check(at.setting(), read_facts(ledger, ORG, NOW), NOW)
    oldest = {
        table.oldest for promise in found.promises for table in promise.tables if table.oldest
    }
    assert oldest == {date(2023, 7, 1)}


ARCHIVE = policy(
    ["end"],
    """
      - id: end-years
        promise: Data leaves everyday use after a year and goes after ten.
        period: P10Y
        after: end
        archive: {place: vault, when: {period: P1Y, after: end}, readers: [legal], clauses: [C-3]}
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
        columns: {id: , at: , name: {category: contact}}
        events: {end: {column: at}}
  vault:
    place: vault
    tables:
      file:
        key: [id]
        roles: {customer: {subject: customer}}
        columns: {id: , at: , name: {category: contact}, troth_day_end: }
        events: {end: {column: troth_day_end}}
archives:
  shop.file: {table: vault.file}
"""


def test_an_archive_keeps_the_day_and_the_instant(url: str, tmp_path: Path, ledger: Ledger) -> None:
    vault = tmp_path / "vault.db"
    at = Place({"shop": url, "vault": empty_sqlite(vault)}, ARCHIVE, ARCHIVE_MAP, ledger, NOW)
    at.sql(
        "shop",
        f"CREATE TABLE file (id INTEGER PRIMARY KEY, at {instant(url)}, name VARCHAR(9))",
        *(["SET time_zone = '+00:00'"] if not url.startswith("postgresql") else []),
        f"INSERT INTO file VALUES (1, {literal(url, WINTER)}, 'c')",
        f"INSERT INTO file VALUES (2, {literal(url, SUMMER)}, 'c')",
    )
    assert at.apply().clean
    with sqlite3.connect(vault) as connection:
        found = connection.execute("SELECT id, troth_day_end, at FROM file ORDER BY id").fetchall()
    assert found == [
        (1, "2024-02-01", "2024-01-31 23:30:00+00:00"),
        (2, "2023-07-01", "2023-06-30 22:30:00+00:00"),
    ]


@pytest.mark.mariadb
def test_an_archive_of_the_same_kind_keeps_the_type_and_null(
    new_mariadb,
    ledger: Ledger,  # type: ignore[no-untyped-def]  # the fixture's type is conftest's own
) -> None:
    with new_mariadb() as shop, new_mariadb() as vault:
        text = ARCHIVE_MAP.replace("{id: , at: , name", "{id: , at: , seen: , name")
        at = Place({"shop": shop, "vault": vault}, ARCHIVE, text, ledger, NOW)
        at.sql(
            "shop",
            "CREATE TABLE file (id INTEGER PRIMARY KEY, at TIMESTAMP NULL, seen TIMESTAMP NULL,"
            " name VARCHAR(9))",
            "SET time_zone = '+00:00'",
            f"INSERT INTO file VALUES (1, {literal(shop, WINTER)}, NULL, 'c')",
        )
        assert at.apply().clean
        kinds = at.rows(
            "vault",
            "SELECT column_name, data_type, is_nullable, extra FROM information_schema.columns"
            " WHERE table_schema = DATABASE() AND table_name = 'file'"
            " AND column_name IN ('at', 'seen') ORDER BY column_name",
        )
        assert kinds == [("at", "timestamp", "YES", ""), ("seen", "timestamp", "YES", "")]
        unix = "SELECT UNIX_TIMESTAMP(at), seen, troth_day_end FROM file"
        assert at.rows("vault", unix) == [(1706743800, None, date(2024, 2, 1))]


KEYED = (
    IN_ONE_STORE.replace("references: customer}", "references: customer, to: [id]}")
    .replace("{id: , name: {category", "{id: , since: , name: {category")
    .replace("customer:\n        key: [id]", "customer:\n        key: [id, since]")
)


def test_days_kept_for_rows_keyed_by_an_instant(url: str, ledger: Ledger) -> None:
    """What the ledger keeps under an instant finds the row again, in the next run."""
    at = Place({"shop": url}, POLICY, KEYED, ledger, NOW)
    orders(at)
    kind = instant(url).replace(" NULL", "")
    default = "" if url.startswith("postgresql") else " DEFAULT '2000-01-01'"
    at.sql(
        "shop",
        f"CREATE TABLE customer (id INTEGER, since {kind} NOT NULL{default}, name VARCHAR(9),"
        " debt INTEGER, PRIMARY KEY (id, since))",
        *(["SET time_zone = '+00:00'"] if not url.startswith("postgresql") else []),
        f"INSERT INTO customer VALUES (1, {literal(url, '2020-12-31 23:45:00+00')}, 'c', 1)",
        f"INSERT INTO customer VALUES (2, {literal(url, '2020-12-31 23:45:00+00')}, 'c', 1)",
    )
    at.apply()
    assert kept_days(ledger) == DAYS
    at.sql("shop", "UPDATE customer SET debt = 0")
    at.apply()
    assert at.rows("shop", "SELECT count(*) FROM customer") == [(0,)]
