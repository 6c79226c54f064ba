"""What counts as erased is told to the letter, whatever the collation of the column."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pymysql
import pytest
from sqlalchemy.engine import make_url

from apply.shop import POLICY
from troth.apply.planning import Setting, make_plan
from troth.apply.run import apply_plan
from troth.datamap.load import parse_map
from troth.ledger.facts import read_facts
from troth.ledger.ledger import open_ledger
from troth.ledger.plans import approve_plan
from troth.policy.load import parse_policy
from troth.stores.opening import open_store

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


@pytest.mark.mariadb
def test_a_collation_that_ignores_case_hides_no_value(mariadb_url: str, tmp_path: Path) -> None:
    url = make_url(mariadb_url)
    connection = pymysql.connect(
        host=url.host,
        port=url.port or 3306,
        user=url.username,
        password=url.password or "",
        database=url.database,
        autocommit=True,
    )
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
