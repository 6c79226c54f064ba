"""`troth plan`: what is shown, written, and said of plans that cannot be applied."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta

from cli.project import Folder


def test_a_plan_is_shown_with_counts_and_reasons_and_written(folder: Folder) -> None:
    text = folder.run("plan", "--out", str(folder.plan))

    assert "delete 1 row of log" in text
    assert "Log lines go after twelve months. (E-2)" in text
    assert "Nothing of this can be undone." in text
    digest = json.loads(folder.plan.read_text())["digest"]
    assert f"digest {digest[:12]}\n" in text
    assert f"troth apply {folder.plan}\n" in text, "in one line, to be copied"


def test_the_file_holds_no_value_of_a_row(folder: Folder) -> None:
    folder.run("plan", "--out", str(folder.plan))

    text = folder.plan.read_text()
    assert "mail.example" not in text
    assert "192.0.2" not in text


def test_json_tells_every_step(folder: Folder) -> None:
    found = folder.make_plan()

    steps = {step["id"]: step for step in found["steps"]}
    assert steps["delete:shop.log"]["rows"] == 1
    assert steps["delete:shop.log"]["reversible"] is False
    assert steps["delete:shop.log"]["because"][0]["clauses"] == ["E-2"]
    assert found["applicable"] is True


def test_sql_is_what_would_run_without_keys_of_rows(folder: Folder) -> None:
    text = folder.run("plan", "--sql", "--out", str(folder.plan))

    assert "CREATE TEMPORARY TABLE due_log AS" in text
    assert "DELETE FROM log" in text
    assert "DELETE FROM customer" in text
    assert "mail.example" not in text


def test_a_future_day_shows_more_and_writes_nothing_by_itself(folder: Folder) -> None:
    day = (datetime.now(UTC) + timedelta(days=4000)).date().isoformat()
    found = folder.json("plan", "--at", day)

    assert {step["id"]: step["rows"] for step in found["steps"]}["delete:shop.log"] == 2
    assert (found["file"], found["applicable"]) == (None, False)
    assert "it cannot be applied" in folder.run("plan", "--at", day)


def test_nothing_due_is_said(folder: Folder) -> None:
    folder.execute("DELETE FROM log")
    folder.execute("DELETE FROM orders")
    folder.execute("DELETE FROM customer")

    assert "there is nothing to do" in folder.run("plan", "--out", str(folder.plan))


def test_a_column_that_does_not_exist_is_told(folder: Folder) -> None:
    folder.execute("ALTER TABLE log DROP COLUMN at")

    assert folder.code("plan", "--out", str(folder.plan)) == "unknown-column"
    assert not folder.plan.exists()


def test_what_blocks_is_said_with_exit_status_1(small: Folder) -> None:
    small.execute(
        "CREATE TABLE invoice_new (id INTEGER PRIMARY KEY, customer_id INTEGER, "
        "issued_on DATE, billed_to VARCHAR(120) NOT NULL)"
    )
    small.execute("DROP TABLE invoice")
    small.execute("ALTER TABLE invoice_new RENAME TO invoice")
    small.execute("INSERT INTO invoice VALUES (1, 1, '2010-01-01', 'x')")
    text = (small.path / "map.yaml").read_text()
    (small.path / "map.yaml").write_text(
        text.replace(
            "      invoice:\n        key: [id]\n",
            "      invoice:\n        key: [id]\n        row: keep\n",
        )
    )

    found = small.json("plan", "--out", str(small.plan), status=1)

    assert [n["code"] for n in found["notices"] if n["severity"] == "blocking"] == [
        "erased-form-not-null"
    ]
    assert small.code("apply", str(small.plan), "--approve") == "plan-blocked-erased-form-not-null"


def test_a_missing_index_is_offered_as_it_can_be_run(folder: Folder) -> None:
    def missing() -> list[str]:
        notices = folder.make_plan()["notices"]
        return [one["help"] for one in notices if one["code"] == "foreign-key-without-index"]

    folder.execute("DROP INDEX ix_orders_customer_id")
    offered = missing()
    assert offered
    with folder.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        for statement in offered:
            connection.exec_driver_sql(statement)
    assert missing() == []
