"""What counts as erased is told to the letter, whatever the collation of the column."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from uuid import UUID

import psycopg
import pymysql
import pytest
from sqlalchemy.engine import make_url

from apply.shop import POLICY
from troth.apply.check import check
from troth.apply.planning import Setting, make_plan
from troth.apply.run import apply_plan
from troth.apply.sql_text import sql_of_plan
from troth.datamap.load import parse_map
from troth.errors import Refused
from troth.ledger.facts import read_facts
from troth.ledger.ledger import open_ledger
from troth.ledger.plans import approve_plan
from troth.plan.model import Plan
from troth.policy.load import parse_policy
from troth.stores.opening import open_store

NUMBER = "{form: value, value: 0}"
OBJECT = '{form: value, value: "{}"}'
LONG_AGO = '{form: value, value: "1971-01-01"}'
NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)

MAP = """
troth: 1
stores:
  shop:
    tables:
      reader:
        key: [id]
        row: keep
        roles: {customer: {subject: customer}}
        columns:
          id:
          seen:
          login: {category: log, erased: {form: pattern, value: "erased-{key}"}}
          secret: {category: log, erased: {form: value, value: "gone"}}
          about: {category: log, erased: empty}
        events:
          log-entry: {column: seen}
"""

SCHEMA = """
CREATE TABLE reader (
  id bigint unsigned NOT NULL PRIMARY KEY,
  seen date NOT NULL,
  login varchar(60) NOT NULL UNIQUE,
  secret varchar(60) NOT NULL,
  about text NOT NULL
) DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_520_ci
"""


def connected(address: str) -> pymysql.Connection:
    """Each statement is a transaction of its own."""
    url = make_url(address)
    return pymysql.connect(
        host=url.host,
        port=url.port or 3306,
        user=url.username,
        password=url.password or "",
        database=url.database,
        autocommit=True,
    )


@pytest.mark.mariadb
def test_a_collation_that_ignores_case_hides_no_value(mariadb_url: str, tmp_path: Path) -> None:
    connection = connected(mariadb_url)
    with connection.cursor() as cursor:
        cursor.execute(SCHEMA)
        cursor.execute(
            "INSERT INTO reader VALUES (1, '2020-01-01', 'Erased-1', 'Gone', '  '),"
            " (2, '2020-01-01', 'erased-2', 'gone', '')"
        )
    policy = parse_policy(POLICY, "policy.yaml")
    datamap, _ = parse_map(MAP, "map.yaml", policy)
    store = open_store("shop", mariadb_url, purpose="write")
    setting = Setting(policy, datamap, {"shop": store}, clocks=lambda _: NOW)

    with open_ledger(str(tmp_path / "ledger.sqlite"), at=NOW) as ledger:
        plan = make_plan(setting, read_facts(ledger, "corner-shop", NOW), NOW)
        assert [step.counts.rows for step in plan.steps if step.counts] == [1]
        with ledger.writing("corner-shop") as writing:
            later = datetime(2100, 1, 1, tzinfo=UTC)
            approve_plan(writing, plan.digest(), by="dpo", at=NOW, expires_at=later)
        assert apply_plan(plan, setting, ledger, lambda: NOW, by="dpo").clean

    with connection.cursor() as cursor:
        cursor.execute("SELECT id, login, secret, about FROM reader ORDER BY id")
        assert list(cursor.fetchall()) == [(1, "erased-1", "gone", ""), (2, "erased-2", "gone", "")]
    connection.close()


TYPED = """
troth: 1
stores:
  shop:
    tables:
      thing:
        key: [id]
        row: keep
        roles: {customer: {subject: customer}}
        columns:
          id:
          seen:
%s
        events:
          log-entry: {column: seen}
"""

# Type, its erased form in the map, a value, and what SQL says of an erased one.
ON_POSTGRES = {
    "json": ("json", OBJECT, """'{"a": 1}'""", "json::text = '{}'"),
    "jsonb": ("jsonb", OBJECT, """'{"a": 1}'""", "jsonb = '{}'"),
    "bytes": ("bytea", "empty", "'x'", "bytes = ''"),
    "named": ("bytea", '{form: value, value: "gone"}', "'x'", "named = 'gone'"),
    "token": ("bytea UNIQUE", '{form: pattern, value: "t-{key}"}', "'x'", "token = 't-1'"),
    "digits": ("varchar(9)", NUMBER, "'12abc'", "digits = '0'"),
    "ip": ("inet", '{form: value, value: "::"}', "'192.0.2.1'", "ip = '::'"),
    "mood": ("mood", "{form: value, value: gone}", "'sad'", "mood = 'gone'"),
    "number": (
        "uuid",
        f'{{form: value, value: "{UUID(int=0)}"}}',
        f"'{UUID(int=1)}'",
        f"number = '{UUID(int=0)}'",
    ),
    "list": ("text[]", OBJECT, "'{a}'", "list = '{}'"),
    "at": ("timestamptz", LONG_AGO, "'2020-02-02'", "at = '1971-01-01'"),
    "flag": ("boolean", NUMBER, "true", "NOT flag"),
}
ON_MARIADB = {
    "json": ("json", OBJECT, """'{"a": 1}'""", "json = '{}'"),
    "bytes": ("blob", "empty", "'x'", "bytes = ''"),
    "digits": ("varchar(9)", NUMBER, "'abc'", "BINARY digits = '0'"),
    "stamp": ("timestamp", LONG_AGO, "'2020-02-02'", "stamp = '1971-01-01 00:00:00'"),
    "moment": ("datetime", LONG_AGO, "'2020-02-02'", "moment = '1971-01-01 00:00:00'"),
}


def _typed(store: str, forms: dict[str, str], tmp_path: Path) -> tuple[Plan, bool, int]:
    """What is planned, whether all of it was done, and how many rows are due again afterwards."""
    columns = "\n".join(f"          {n}: {{category: log, erased: {f}}}" for n, f in forms.items())
    policy = parse_policy(POLICY, "policy.yaml")
    datamap, _ = parse_map(TYPED % columns, "map.yaml", policy)
    opened = open_store("shop", store, purpose="write")
    setting = Setting(policy, datamap, {"shop": opened}, clocks=lambda _: NOW)
    with open_ledger(str(tmp_path / "ledger.sqlite"), at=NOW) as ledger:
        facts = read_facts(ledger, "corner-shop", NOW)
        plan = make_plan(setting, facts, NOW)
        assert sql_of_plan(plan, setting, facts, NOW)  # constants of all types can be shown
        with ledger.writing("corner-shop") as writing:
            later = datetime(2100, 1, 1, tzinfo=UTC)
            approve_plan(writing, plan.digest(), by="dpo", at=NOW, expires_at=later)
        clean = apply_plan(plan, setting, ledger, lambda: NOW, by="dpo").clean
        report = check(setting, read_facts(ledger, "corner-shop", NOW), NOW)
    return plan, clean, sum(group.due + group.unknown for group in report.groups)


def test_every_type_of_postgresql_takes_its_erased_form(postgres_url: str, tmp_path: Path) -> None:
    names = ", ".join(f"{name} {typed[0]} NOT NULL" for name, typed in ON_POSTGRES.items())
    values = ", ".join(typed[2] for typed in ON_POSTGRES.values())
    with psycopg.connect(postgres_url, autocommit=True) as connection:
        connection.execute("CREATE TYPE mood AS ENUM ('sad', 'gone')")
        connection.execute(f"CREATE TABLE thing (id int PRIMARY KEY, seen date, {names})".encode())
        connection.execute(f"INSERT INTO thing VALUES (1, '2020-01-01', {values})".encode())
        _, clean, due = _typed(postgres_url, {n: t[1] for n, t in ON_POSTGRES.items()}, tmp_path)
        holds = ", ".join(typed[3] for typed in ON_POSTGRES.values())
        erased = connection.execute(f"SELECT {holds} FROM thing".encode()).fetchone()

    assert (clean, due, erased) == (True, 0, (True,) * len(ON_POSTGRES))


@pytest.mark.mariadb
def test_every_type_of_mariadb_takes_its_erased_form(mariadb_url: str, tmp_path: Path) -> None:
    connection = connected(mariadb_url)
    names = ", ".join(f"{name} {typed[0]} NOT NULL" for name, typed in ON_MARIADB.items())
    with connection.cursor() as cursor:
        cursor.execute(f"CREATE TABLE thing (id int PRIMARY KEY, seen date, {names})")
        values = ", ".join(typed[2] for typed in ON_MARIADB.values())
        cursor.execute(f"INSERT INTO thing VALUES (1, '2020-01-01', {values})")

        _, clean, due = _typed(mariadb_url, {n: t[1] for n, t in ON_MARIADB.items()}, tmp_path)

        cursor.execute(f"SELECT {', '.join(typed[3] for typed in ON_MARIADB.values())} FROM thing")
        assert (clean, due, cursor.fetchall()) == (True, 0, ((1,) * len(ON_MARIADB),))
    connection.close()


@pytest.mark.parametrize(
    ("typed", "form"),
    [
        ("integer", "empty"),
        ("integer", "{form: value, value: none}"),
        ("date", "empty"),
        ("date", NUMBER),
        ("uuid", "{form: value, value: gone}"),
        ("jsonb", "empty"),
        ("boolean", '{form: pattern, value: "{key}"}'),
        ("bytea", NUMBER),
        ("inet", '{form: pattern, value: "{key}"}'),
    ],
)
def test_a_form_that_the_type_cannot_hold_is_refused_by_name(
    postgres_url: str, tmp_path: Path, typed: str, form: str
) -> None:
    with psycopg.connect(postgres_url, autocommit=True) as connection:
        connection.execute(
            f"CREATE TABLE thing (id int PRIMARY KEY, seen date, v {typed})".encode()
        )

    with pytest.raises(Refused, match=r"column v of thing .* cannot hold its erased form") as told:
        _typed(postgres_url, {"v": form}, tmp_path)

    assert told.value.code == "erased-form-not-of-type"
