"""Partitions of which every row is due are dropped as a whole, and only then."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from io import StringIO
from typing import Any

import psycopg
import pytest
import sqlalchemy as sa
from rich.console import Console

from apply.fire import NOW, ORG
from apply.shop import Shop, customer, log, open_shop
from troth.apply import dropping
from troth.apply.outcome import Outcome
from troth.apply.planning import make_plan
from troth.apply.run import apply_plan
from troth.apply.sql_text import sql_of_plan
from troth.cli.apply import outcome_json
from troth.cli.plan import plan_json
from troth.cli.show_outcome import show_outcome
from troth.cli.show_plan import show_plan
from troth.errors import Transient
from troth.ledger.entries import read_entries
from troth.ledger.facts import read_facts
from troth.ledger.holds import add_hold
from troth.ledger.ledger import Ledger
from troth.plan.model import DeleteRows, Limits, Plan
from troth.stores.opening import open_store

# The shop keeps log lines for twelve months; on 22 November 2026 what is of 22 November 2025 or
# earlier is due.
PARTITIONED = """
DROP TABLE log;
CREATE TABLE log (id int NOT NULL, at timestamp, ip varchar(40)) PARTITION BY RANGE (at);
CREATE TABLE log_2023 PARTITION OF log FOR VALUES FROM (MINVALUE) TO ('2024-01-01');
CREATE TABLE log_2024 PARTITION OF log FOR VALUES FROM ('2024-01-01') TO ('2025-01-01');
CREATE TABLE log_2025 PARTITION OF log FOR VALUES FROM ('2025-01-01') TO ('2025-12-01');
CREATE TABLE log_late PARTITION OF log FOR VALUES FROM ('2025-12-01') TO (MAXVALUE);
CREATE TABLE log_none PARTITION OF log DEFAULT;
INSERT INTO log VALUES
  (1, '2023-05-01', 'a'), (2, '2023-06-01', 'b'),
  (3, '2024-05-01', 'c'), (4, '2024-12-31 23:59', 'd'), (5, '2024-02-29', 'e'),
  (6, '2025-02-01', 'f'), (7, '2025-03-01', 'g'),
  (8, '2026-05-01', 'h'), (9, NULL, 'i');
"""
STEP = "delete:shop.log"

pytestmark = pytest.mark.postgres


@pytest.fixture
def shop(postgres_url: str, ledger: Ledger) -> Iterator[Shop]:
    found = open_shop(
        postgres_url, ledger, NOW, limits=Limits(batch_rows=2, walk_rows=2, batch_parents=2)
    )
    execute(found, PARTITIONED)
    yield found
    found.engine.dispose()


def execute(shop: Shop, ddl: str) -> None:
    with shop.engine.begin() as connection:
        for statement in filter(str.strip, ddl.split(";")):
            connection.exec_driver_sql(statement)


def plan_of(shop: Shop) -> Plan:
    plan = make_plan(shop.setting, read_facts(shop.ledger, ORG, shop.now), shop.now)
    return shop.approve(plan)


def apply(shop: Shop, plan: Plan, **options: Any) -> Outcome:
    options.setdefault("pause", lambda _: None)
    return apply_plan(plan, shop.setting, shop.ledger, shop.clock, by="dpo", **options)


def whole(plan: Plan) -> dict[str, int]:
    (step,) = (each for each in plan.steps if isinstance(each, DeleteRows) and each.id == STEP)
    return {part.name: part.rows for part in step.partitions}


def partitions(shop: Shop) -> list[str]:
    with shop.engine.connect() as connection:
        found = connection.exec_driver_sql(
            "SELECT oid::regclass::text FROM pg_class "
            "WHERE relispartition AND relkind IN ('r', 'p') ORDER BY 1"
        )
        return list(found.scalars())


def by_rows(plan: Plan) -> list[str]:
    return [one.message for one in plan.notices if one.code == "partitions-by-rows"]


def test_what_is_wholly_due_is_dropped_and_the_rest_goes_by_rows(shop: Shop) -> None:
    plan = plan_of(shop)
    assert whole(plan) == {"log_2023": 2, "log_2024": 3}
    (step,) = plan.steps
    assert step.counts is not None
    assert step.counts.rows == 7
    assert not step.reversible

    outcome = apply(shop, plan)

    assert outcome.clean
    assert outcome.dropped == {STEP: {"log_2023": 2, "log_2024": 3}}
    assert outcome.written == {STEP: 7}
    assert outcome.left == []
    assert shop.ids(log) == [8, 9]
    # the range of log_2025 reaches beyond the cutoff: the application may write to it
    assert partitions(shop) == ["log_2025", "log_late", "log_none"]
    assert plan_of(shop).steps == ()


def test_every_drop_has_its_receipt_and_its_entry(shop: Shop) -> None:
    apply(shop, plan_of(shop))
    with shop.engine.connect() as connection:
        receipts = connection.exec_driver_sql("SELECT counts FROM troth.receipt ORDER BY batch")
        counts = list(receipts.scalars())
    assert counts[:2] == [
        '{"delete:shop.log partition log_2023": 2}',
        '{"delete:shop.log partition log_2024": 3}',
    ]
    entries = journaled(shop)
    assert entries[:2] == [
        {"delete:shop.log partition log_2023": 2},
        {"delete:shop.log partition log_2024": 3},
    ]
    assert sum(rows for counted in entries for rows in counted.values()) == 7


def test_the_statements_are_shown(shop: Shop) -> None:
    facts = read_facts(shop.ledger, ORG, shop.now)
    (one,) = sql_of_plan(plan_of(shop), shop.setting, facts, shop.now)
    assert "LOCK TABLE log_2023 IN SHARE MODE;" in one.statements
    assert "DROP TABLE log_2024;" in "\n".join(one.statements)
    assert "log_2025" not in "\n".join(one.statements)


def test_plan_and_outcome_name_the_partitions(shop: Shop) -> None:
    plan = plan_of(shop)
    told = Console(record=True, width=100, file=StringIO())
    show_plan(plan, None, shop.now.date(), told)
    text = told.export_text()
    assert "delete 7 rows of log" in text
    assert "drop partition log_2023, 2 rows of these" in text
    assert "drop partition log_2024, 3 rows of these" in text
    (step,) = plan_json(plan, None, applicable=True)["steps"]
    assert step["partitions"] == [
        {"name": "log_2023", "rows": 2},
        {"name": "log_2024", "rows": 3},
    ]

    with using(shop, "SELECT count(*) FROM log_2024"):
        outcome = apply(shop, plan)

    told = Console(record=True, width=100, file=StringIO())
    show_outcome(plan, outcome, told)
    text = " ".join(told.export_text().split())
    assert "drop partition log_2023, 2 rows of these" in text
    assert "partition shop.log_2024 was not dropped (lock-timeout)" in text
    assert outcome_json(plan, outcome)["left"] == [
        {"store": "shop", "partition": "log_2024", "why": "lock-timeout"}
    ]


def test_a_partition_that_references_others_goes_before_them(
    postgres_url: str, ledger: Ledger
) -> None:
    """The person whom its rows alone kept goes as well, and nobody else."""
    shop = open_shop(postgres_url, ledger, NOW)
    execute(
        shop,
        """DROP TABLE log;
        CREATE TABLE log (id int, at timestamp, ip varchar(40), who int REFERENCES customer)
          PARTITION BY RANGE (at);
        CREATE INDEX ON log (who);
        CREATE TABLE log_old PARTITION OF log FOR VALUES FROM (MINVALUE) TO ('2024-01-01');
        CREATE TABLE log_new PARTITION OF log FOR VALUES FROM ('2024-01-01') TO (MAXVALUE);
        INSERT INTO customer VALUES (1, 'a@mail.example', 'A'), (2, 'b@mail.example', 'B');
        INSERT INTO orders VALUES (1, 1, '2015-05-05', 'a'), (2, 2, '2015-05-05', 'b');
        INSERT INTO log VALUES (1, '2023-01-01', 'a', 1), (2, '2023-01-01', 'a', 2),
          (3, '2026-10-10', 'b', 2)""",
    )
    plan = plan_of(shop)
    assert whole(plan) == {"log_old": 2}

    outcome = apply(shop, plan)

    assert outcome.clean
    assert partitions(shop) == ["log_new"]
    assert shop.ids(log) == [3]
    assert [(row["id"], row["name"]) for row in shop.rows(customer)] == [(2, None)]
    shop.engine.dispose()


def journaled(shop: Shop) -> list[dict[str, int]]:
    """The rows of each batch in the journal, by what was written."""
    with shop.ledger.reading(ORG) as reading:
        entries = read_entries(reading, kind="batch-applied")
        return [entry.payload["counts"] for entry in entries if entry.payload is not None]


def hold(shop: Shop, *ids: str) -> None:
    with shop.ledger.writing(ORG) as writing:
        rows = [("shop", "log", (id_,)) for id_ in ids]
        add_hold(writing, case="1", reason="claim", by="dpo", at=shop.now, rows=rows)


def test_a_held_row_keeps_its_partition(shop: Shop) -> None:
    hold(shop, "4")
    plan = plan_of(shop)
    assert whole(plan) == {"log_2023": 2}
    apply(shop, plan)
    assert shop.ids(log) == [4, 8, 9]
    assert "log_2024" in partitions(shop)


def test_a_hold_after_the_plan_keeps_the_partition(shop: Shop) -> None:
    plan = plan_of(shop)
    hold(shop, "4")
    outcome = apply(shop, plan)
    assert [(one.partition, one.why) for one in outcome.left] == [("log_2024", "not-all-due")]
    assert shop.ids(log) == [4, 8, 9]
    assert outcome.written == {STEP: 6}


def test_a_hold_in_the_middle_of_the_drop_wins(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    plan = plan_of(shop)
    real, done = dropping.write_receipt, []

    def then_held(*arguments: Any, **options: Any) -> None:
        real(*arguments, **options)
        if not done:
            done.append(True)
            hold(shop, "2")

    monkeypatch.setattr(dropping, "write_receipt", then_held)
    outcome = apply(shop, plan)
    assert [(one.partition, one.why) for one in outcome.left] == [("log_2023", "not-all-due")]
    assert shop.ids(log) == [2, 8, 9]
    assert outcome.dropped == {STEP: {"log_2024": 3}}


@contextmanager
def using(shop: Shop, statement: str) -> Iterator[psycopg.Connection[Any]]:
    """The application in the middle of a transaction of its own."""
    url = shop.engine.url.set(drivername="postgresql").render_as_string(hide_password=False)
    with psycopg.connect(url) as connection:
        connection.execute(statement.encode())
        yield connection
        connection.rollback()


def test_a_long_reader_is_not_waited_for_and_nobody_waits_behind(shop: Shop) -> None:
    plan = plan_of(shop)
    waited: list[float] = []

    def ask(_: float) -> None:
        with using(shop, "SET lock_timeout = '2s'") as other:
            other.execute("SELECT count(*) FROM log")
            waited.append(1)

    with using(shop, "SELECT count(*) FROM log"):
        outcome = apply(shop, plan, pause=ask)

    assert [(one.partition, one.why) for one in outcome.left] == [
        ("log_2023", "lock-timeout"),
        ("log_2024", "lock-timeout"),
    ]
    assert waited, "between the tries everybody else goes on"
    assert outcome.clean, "the rows went in batches all the same"
    assert shop.ids(log) == [8, 9]
    assert "log_2023" in partitions(shop)


def test_a_row_that_comes_while_it_is_decided_waits(shop: Shop) -> None:
    """A writer is kept out from the decision on, so no undecided row goes with the partition."""
    plan = plan_of(shop)
    late = using(shop, "INSERT INTO log VALUES (10, '2024-07-07', 'z')")
    with late as writer:
        outcome = apply(shop, plan, pause=lambda _: None)
        writer.commit()
    assert ("log_2024", "lock-timeout") in [(one.partition, one.why) for one in outcome.left]
    assert 10 in shop.ids(log)


def test_a_short_reader_is_waited_out(shop: Shop) -> None:
    plan = plan_of(shop)
    with using(shop, "SELECT count(*) FROM log") as reader:
        outcome = apply(shop, plan, pause=lambda _: reader.rollback())
    assert outcome.left == []
    assert outcome.dropped == {STEP: {"log_2023": 2, "log_2024": 3}}


def test_a_crash_between_two_drops_is_resumed(shop: Shop) -> None:
    plan = plan_of(shop)
    seen: list[object] = []

    def die(progress: object) -> None:
        seen.append(progress)
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        apply(shop, plan, progress=die)
    assert "log_2023" not in partitions(shop)
    assert "log_2024" in partitions(shop)

    outcome = apply(shop, plan)  # the very plan: a partition that has gone does not make it stale

    assert outcome.clean
    assert outcome.dropped == {STEP: {"log_2024": 3}}
    entries = journaled(shop)
    assert sum(rows for counted in entries for rows in counted.values()) == 7


def test_a_crash_before_the_commit_loses_nothing(
    shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    plan = plan_of(shop)

    def die(*_: object, **__: object) -> None:
        raise Transient("connection-lost", "gone")

    with monkeypatch.context() as patch:
        patch.setattr(dropping, "write_receipt", die)
        with pytest.raises(Transient):
            apply(shop, plan)
    assert shop.ids(log) == list(range(1, 10))
    assert apply(shop, plan).dropped == {STEP: {"log_2023": 2, "log_2024": 3}}


def test_more_rows_than_approved_drop_nothing(postgres_url: str, ledger: Ledger) -> None:
    strict = Limits(tolerance_percent=0, tolerance_rows=0)
    shop = open_shop(postgres_url, ledger, NOW, limits=strict)
    execute(shop, PARTITIONED)
    plan = plan_of(shop)
    rows = ", ".join(f"({100 + n}, '2024-03-03', 'x')" for n in range(8))
    execute(shop, f"INSERT INTO log VALUES {rows}")

    outcome = apply(shop, plan)

    assert "log_2024" in partitions(shop)
    assert ("log_2024", "more-rows-than-approved") in [(o.partition, o.why) for o in outcome.left]
    assert [one.error.code for one in outcome.stopped] == ["more-rows-than-approved"]
    shop.engine.dispose()


def test_dropping_can_be_switched_off(postgres_url: str, ledger: Ledger) -> None:
    shop = open_shop(postgres_url, ledger, NOW, limits=Limits(drop_partitions=False))
    execute(shop, PARTITIONED)
    plan = plan_of(shop)
    assert whole(plan) == {}
    assert by_rows(plan) == []
    assert apply(shop, plan).clean
    assert "log_2023" in partitions(shop)
    shop.engine.dispose()


HINDRANCES = {
    "trigger told would not run": """
        CREATE TRIGGER told AFTER DELETE ON log FOR EACH STATEMENT EXECUTE FUNCTION nothing()""",
    "subscribers of its publication would keep the rows": """
        CREATE PUBLICATION p FOR TABLE log WITH (publish = 'insert')""",
    "view old reads a partition": "CREATE VIEW old AS SELECT * FROM log_2023",
    "kept references a partition": """
        ALTER TABLE log_2023 ADD UNIQUE (id);
        CREATE TABLE kept (id int PRIMARY KEY REFERENCES log_2023 (id))""",
    "kept references its rows": """
        ALTER TABLE log ADD UNIQUE (id, at);
        CREATE TABLE kept (id int, at timestamp, FOREIGN KEY (id, at) REFERENCES log (id, at))""",
    "it is divided further": """
        DROP TABLE log_2023;
        CREATE TABLE log_2023 PARTITION OF log FOR VALUES FROM (MINVALUE) TO ('2024-01-01')
          PARTITION BY RANGE (id);
        CREATE TABLE log_2023_a PARTITION OF log_2023 DEFAULT;
        INSERT INTO log VALUES (1, '2023-05-01', 'a'), (2, '2023-06-01', 'b')""",
}


@pytest.mark.parametrize("why", HINDRANCES)
def test_what_hinders_a_drop_is_told_and_the_rows_go_in_batches(shop: Shop, why: str) -> None:
    with shop.engine.begin() as connection:
        connection.exec_driver_sql(
            "CREATE FUNCTION nothing() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NULL; END'"
        )
    execute(shop, HINDRANCES[why])
    plan = plan_of(shop)
    assert by_rows(plan) == [f"partitions of which every row is due are emptied row by row: {why}"]
    assert "log_2023" not in whole(plan)
    assert apply(shop, plan).clean
    assert "log_2023" in partitions(shop)
    assert shop.ids(log) == [8, 9]


def test_whoever_does_not_own_the_partitions_empties_them(
    shop: Shop, postgres_url: str, ledger: Ledger
) -> None:
    name = f"w_{shop.engine.url.database}"
    execute(
        shop,
        f"""CREATE ROLE {name} LOGIN; GRANT USAGE ON SCHEMA public TO {name};
        GRANT SELECT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO {name};
        CREATE SCHEMA troth AUTHORIZATION {name}""",
    )
    url = sa.make_url(postgres_url).set(username=name)
    store = open_store("shop", url.render_as_string(hide_password=False), purpose="write")
    writer = replace(shop, setting=replace(shop.setting, stores={"shop": store}))
    try:
        plan = plan_of(writer)
        assert whole(plan) == {}
        assert [text.rpartition(": ")[2] for text in by_rows(plan)] == [
            "its owner alone may drop it"
        ]
        assert apply(writer, plan).clean
        assert "log_2023" in partitions(shop)

        execute(shop, PARTITIONED.replace("DROP TABLE log", "DROP TABLE log CASCADE"))
        execute(shop, f"GRANT SELECT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO {name}")
        outcome = apply(writer, plan_of(shop))  # planned by the owner, carried out by another
        assert [one.why for one in outcome.left] == ["changed-since", "changed-since"]
        assert outcome.clean
    finally:
        execute(shop, f"DROP OWNED BY {name}; DROP ROLE {name}")


@pytest.mark.parametrize(
    ("kind", "until", "goes"),
    [
        ("timestamp", "2025-11-23", True),  # the cutoff is 22 November, in Paris
        ("timestamp", "2025-11-23 00:00:01", False),
        ("date", "2025-11-23", True),
        ("date", "2025-11-24", False),
        ("timestamptz", "2025-11-23 00:00+01", True),
        ("timestamptz", "2025-11-23 00:00+00", False),
        ("timestamp", "infinity", False),
    ],
)
def test_only_a_range_that_is_over_is_dropped(
    postgres_url: str, ledger: Ledger, kind: str, until: str, goes: bool
) -> None:
    shop = open_shop(postgres_url, ledger, NOW)
    execute(
        shop,
        f"""DROP TABLE log;
        CREATE TABLE log (id int, at {kind}, ip varchar(40)) PARTITION BY RANGE (at);
        CREATE TABLE log_old PARTITION OF log FOR VALUES FROM ('2020-01-01') TO ('{until}');
        INSERT INTO log VALUES (1, '2021-01-01', 'a')""",
    )
    assert whole(plan_of(shop)) == ({"log_old": 1} if goes else {})
    shop.engine.dispose()


def test_a_table_whose_rows_decide_over_others_keeps_its_partitions(
    postgres_url: str, ledger: Ledger
) -> None:
    """Orders show when a customer last ordered: they are emptied in batches, days kept."""
    shop = open_shop(postgres_url, ledger, NOW)
    execute(
        shop,
        """DROP TABLE line; DROP TABLE orders;
        CREATE TABLE orders (id int, customer_id int REFERENCES customer, ordered_on date,
          address varchar(40)) PARTITION BY RANGE (ordered_on);
        CREATE TABLE orders_old PARTITION OF orders FOR VALUES FROM (MINVALUE) TO ('2015-01-01');
        CREATE TABLE line (id int PRIMARY KEY, order_id int, goods varchar(40));
        INSERT INTO customer VALUES (1, 'a@mail.example', 'A');
        INSERT INTO orders VALUES (1, 1, '2012-03-04', 'b')""",
    )
    plan = plan_of(shop)
    assert not any(step.partitions for step in plan.steps if isinstance(step, DeleteRows))
    assert apply(shop, plan).clean
    assert "orders_old" in partitions(shop)
    shop.engine.dispose()


@pytest.mark.mariadb
def test_mariadb_says_why_it_goes_by_rows(mariadb_url: str, ledger: Ledger) -> None:
    shop = open_shop(mariadb_url, ledger, NOW)
    execute(
        shop,
        """DROP TABLE log;
        CREATE TABLE log (id int, at datetime, ip varchar(40)) PARTITION BY RANGE COLUMNS (at)
          (PARTITION p1 VALUES LESS THAN ('2024-01-01'), PARTITION p2 VALUES LESS THAN (MAXVALUE));
        INSERT INTO log VALUES (1, '2023-01-01', 'a'), (2, '2026-06-01', 'b')""",
    )
    plan = plan_of(shop)
    assert [text.rpartition(": ")[2] for text in by_rows(plan)] == [
        "the database commits by itself when a partition is dropped"
    ]
    assert shop.setting.stores["shop"].capabilities.drop_partitions.why
    assert apply(shop, plan).clean
    assert shop.ids(log) == [2]
    shop.engine.dispose()
