"""`troth apply`: approval, refusals, and what it tells afterwards."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta

import pytest

from apply.shop import customer, log, orders
from cli.project import Folder


def test_an_approved_plan_is_carried_out_and_told(folder: Folder) -> None:
    folder.make_plan()

    text = folder.run("apply", str(folder.plan), "--approve", "--by", "dpo")

    assert "delete 1 row of log" in text
    assert "Nothing of this plan is still due." in text
    assert (folder.ids(log), folder.ids(customer), folder.ids(orders)) == ([2], [2], [2])


def test_json_tells_rows_by_step(folder: Folder) -> None:
    digest = folder.make_plan()["digest"]

    found = folder.json("apply", str(folder.plan), "--approve")

    assert found["plan"] == digest
    assert found["written"]["delete:shop.log"] == 1
    assert (found["remaining"], found["stopped"]) == ({}, [])


def test_without_approval_nothing_happens(folder: Folder) -> None:
    folder.make_plan()

    assert folder.code("apply", str(folder.plan)) == "plan-not-approved"
    assert folder.ids(log) == [1, 2]


def test_the_approval_is_journaled_with_the_name(small: Folder) -> None:
    digest = small.make_plan()["digest"]
    small.run("apply", str(small.plan), "--approve", "--by", "Camille Roux")

    entries = small.run("journal", "export")
    approved = [line for line in entries.splitlines() if "plan-approved" in line]
    assert len(approved) == 1
    assert digest in approved[0]


def test_an_edited_plan_is_refused(folder: Folder) -> None:
    folder.make_plan()
    held = json.loads(folder.plan.read_text())
    held["plan"]["limits"]["tolerance_percent"] = 1000
    folder.plan.write_text(json.dumps(held))

    assert folder.code("apply", str(folder.plan), "--approve") == "plan-edited"
    assert folder.ids(log) == [1, 2]


def test_a_plan_of_tomorrow_is_refused(folder: Folder) -> None:
    tomorrow = (datetime.now(UTC) + timedelta(days=2)).date().isoformat()
    folder.run("plan", "--at", tomorrow, "--out", str(folder.plan))

    assert folder.code("apply", str(folder.plan), "--approve") == "plan-of-a-future-day"
    assert folder.ids(log) == [1, 2]


@pytest.mark.parametrize(
    "statement",
    ["ALTER TABLE log ADD COLUMN agent VARCHAR(40)", "CREATE INDEX log_ip ON log (ip)"],
)
def test_a_plan_of_another_schema_is_refused(folder: Folder, statement: str) -> None:
    folder.make_plan()
    folder.execute(statement)

    assert folder.code("apply", str(folder.plan), "--approve") == "plan-stale"
    assert folder.ids(log) == [1, 2]


def test_a_refused_plan_is_not_approved(small: Folder) -> None:
    """An approval of what cannot be carried out would stand in the journal for nothing."""
    small.make_plan()
    small.execute("CREATE INDEX log_ip ON log (ip)")
    small.code("apply", str(small.plan), "--approve")

    assert "plan-approved" not in small.run("journal", "export")


def test_a_plan_of_another_policy_is_refused(folder: Folder) -> None:
    folder.make_plan()
    text = (folder.path / "policy.yaml").read_text()
    (folder.path / "policy.yaml").write_text(text.replace("P12M", "P13M"))

    assert folder.code("apply", str(folder.plan), "--approve") == "plan-stale"


def test_a_row_that_became_due_meanwhile_goes_within_the_printed_tolerance(folder: Folder) -> None:
    folder.make_plan()
    folder.execute("INSERT INTO log (id, at, ip) VALUES (9, '2015-01-01 00:00:00', '192.0.2.9')")

    folder.run("apply", str(folder.plan), "--approve")

    assert folder.ids(log) == [2]


def test_far_more_rows_than_approved_stop_the_step_and_are_told(folder: Folder) -> None:
    folder.make_plan()
    rows = ", ".join(f"({n}, '2015-01-01 00:00:00', 'x')" for n in range(100, 300))
    folder.execute(f"INSERT INTO log (id, at, ip) VALUES {rows}")

    found = folder.json("apply", str(folder.plan), "--approve", status=1)

    assert [one["error"]["code"] for one in found["stopped"]] == ["more-rows-than-approved"]
    assert found["remaining"]["delete:shop.log"] == 201
    assert folder.ids(customer) == [2]  # the other steps went on
