"""Materialised views over what a plan writes are named, with the statement that refreshes them."""

from __future__ import annotations

import pytest
import sqlalchemy as sa

from apply.fire import NOW, ORG
from apply.scenarios import apply, fill_old
from apply.shop import Shop, open_shop
from troth.apply.planning import make_plan
from troth.ledger.facts import read_facts
from troth.ledger.ledger import Ledger
from troth.plan.model import Plan

pytestmark = pytest.mark.postgres

VIEWS = """
CREATE VIEW named AS SELECT id, name FROM customer;
CREATE MATERIALIZED VIEW directory AS SELECT * FROM named;
CREATE UNIQUE INDEX ON directory (id);
CREATE SCHEMA reports;
CREATE MATERIALIZED VIEW reports."by Name" AS SELECT name, count(*) FROM directory GROUP BY name;
CREATE MATERIALIZED VIEW lately AS SELECT max(ordered_on) FROM orders;
CREATE TABLE beside (id int);
CREATE MATERIALIZED VIEW of_beside AS SELECT * FROM beside;
"""


def execute(shop: Shop, ddl: str) -> None:
    with shop.engine.begin() as connection:
        for statement in filter(str.strip, ddl.split(";")):
            connection.exec_driver_sql(statement)


def told(plan: Plan) -> list[tuple[str | None, str, str]]:
    return [
        (one.table, one.message.split()[2], one.help.removeprefix("after the run: "))
        for one in plan.notices
        if one.code == "materialised-view"
    ]


def plan_of(shop: Shop) -> Plan:
    return make_plan(shop.setting, read_facts(shop.ledger, ORG, shop.now), shop.now)


def test_the_views_that_read_what_is_written_are_named(postgres_url: str, ledger: Ledger) -> None:
    shop = open_shop(postgres_url, ledger, NOW)
    fill_old(shop)
    execute(shop, VIEWS)
    plan = shop.approve(plan_of(shop))
    directory = 'REFRESH MATERIALIZED VIEW CONCURRENTLY "directory"'
    by_name = 'REFRESH MATERIALIZED VIEW "reports"."by Name"'
    lately = 'REFRESH MATERIALIZED VIEW "lately"'
    assert set(told(plan)) == {
        ("customer", "directory", directory),
        ("customer", "reports.by", by_name),
        ("orders", "lately", lately),
    }
    of_customer = [one[1] for one in told(plan) if one[0] == "customer"]
    assert of_customer == ["directory", "reports.by"], "in the order of their refreshing"

    assert apply(shop, plan).clean

    def shown() -> list[object]:
        with shop.engine.connect() as connection:
            return list(connection.execute(sa.text("SELECT name FROM directory")).scalars())

    assert len(shown()) == 5, "the view still shows who has gone"
    for _, _, statement in told(plan):
        with shop.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.exec_driver_sql(statement)
    assert shown() == []
    shop.engine.dispose()


def test_a_view_of_a_partition_reads_the_table(postgres_url: str, ledger: Ledger) -> None:
    shop = open_shop(postgres_url, ledger, NOW)
    execute(
        shop,
        """DROP TABLE log;
        CREATE TABLE log (id int, at timestamp, ip varchar(40)) PARTITION BY RANGE (at);
        CREATE TABLE log_old PARTITION OF log FOR VALUES FROM (MINVALUE) TO ('2024-01-01');
        CREATE MATERIALIZED VIEW ips AS SELECT ip FROM log_old;
        INSERT INTO log VALUES (1, '2023-01-01', 'a')""",
    )
    plan = plan_of(shop)
    assert told(plan) == [("log", "ips", 'REFRESH MATERIALIZED VIEW "ips"')]
    shop.engine.dispose()
