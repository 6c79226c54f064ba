"""`troth restrict`: rows set aside and given back, as a person at a terminal does it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
import sqlalchemy as sa

from apply.shop import customer, log
from cli.conftest import small
from cli.project import Folder

__all__ = ["small"]


def today(days: int = 0) -> str:
    return (datetime.now(UTC) + timedelta(days=days)).date().isoformat()


def row(folder: Folder, id: int) -> dict[str, object]:
    with folder.engine.connect() as connection:
        found = connection.execute(sa.select(customer).where(customer.c.id == id)).one()
        return dict(found._mapping)


def test_rows_are_set_aside_and_given_back(small: Folder) -> None:
    before = row(small, 1)
    told = small.run("restrict", "on", "--rows", "shop.customer:1", "--ground", "unlawful")
    assert "enforced by quarantine: sqlite has no row-level security" in told
    assert row(small, 1)["name"] is None or "Do not use" in str(row(small, 1)["name"])
    assert "Old" not in told

    (found,) = small.json("restrict", "list")["restrictions"]
    assert found["rows"][0]["state"] == "enforced"
    assert "1 restrictions on 1 rows, 0 shortfalls" in small.run("restrict", "check")
    assert "1 restriction" in small.run("restrict", "list")

    id = found["id"]
    refused = small.json("restrict", "off", id, "--reason", "x", status=2)
    assert refused["code"] == "lift-without-notice"
    small.run("restrict", "off", id, "--reason", "settled", "--told-on", today(-1))
    assert row(small, 1) == before
    assert small.json("restrict", "list") == {"restrictions": []}
    assert "lifted" in small.run("restrict", "list", "--all")


@pytest.mark.clause("SMA-5e-4")
def test_a_restricted_row_is_no_step_of_a_plan(small: Folder) -> None:
    small.run("restrict", "on", "--rows", "shop.log:1", "--rows", "shop.customer:1")
    small.make_plan()
    outcome = small.json("apply", str(small.plan), "--approve")
    assert small.ids(log) == [1, 2]
    assert small.ids(customer) == [1, 2]
    assert "log" not in str(outcome["written"])


def test_a_column_alone_and_names_that_the_map_lacks(small: Folder) -> None:
    rows = ("--rows", "shop.customer:1")
    small.run("restrict", "on", *rows, "--column", "email")
    assert row(small, 1)["name"] == "Old"
    assert row(small, 1)["email"] != "old@mail.example"

    def code(*arguments: str) -> str:
        return small.code("restrict", "on", *arguments)

    assert code(*rows, "--column", "mail") == "unknown-column"
    assert code("--rows", "shop.customers:1") == "unknown-table"
    assert code() == "restriction-without-rows"
    assert code("--resume", "restriction-x") == "unknown-restriction"
    assert code(*rows, "--resume", "restriction-x") == "restriction-without-rows"


def test_what_is_not_enforced_is_exit_status_1(small: Folder) -> None:
    told = small.run("restrict", "on", "--rows", "shop.customer:99", status=1)
    assert "unknown" in told
    assert "not there" in told
    (found,) = small.json("restrict", "check", status=1)["shortfalls"]
    assert found["row"]["key"] == [99]

    id = small.json("restrict", "list")["restrictions"][0]["id"]
    small.execute("INSERT INTO customer (id, email, name) VALUES (99, 'z@mail.example', 'Zoe')")
    small.run("restrict", "on", "--resume", id)
    small.run("restrict", "check")
    assert row(small, 99)["email"] != "z@mail.example"


def test_a_review_day_that_has_come_is_told(small: Folder) -> None:
    rows = ("--rows", "shop.customer:1")
    small.run("restrict", "on", *rows, "--review-on", today(), "--mark", "Finger weg")
    assert "review" in small.run("restrict", "check", status=1)
    assert "Finger weg" in str(row(small, 1))
    assert "review on" in small.run("restrict", "list")


@pytest.mark.clause("SMA-5e-6")
def test_an_unlock_shows_the_values_to_whoever_asked(small: Folder) -> None:
    rows = ("--rows", "shop.customer:1")
    small.run("restrict", "on", *rows)
    id = small.json("restrict", "list")["restrictions"][0]["id"]
    asked = ("restrict", "unlock", id, *rows, "--by", "accountant")
    both = (*asked, "--approved-by", "dpo")
    assert "name: Old" in small.run(*both, "--code", "legal-obligation")
    assert small.code(*both, "--code", "sales-campaign") == "unlock-code"
    alone = (*asked, "--approved-by", "accountant", "--code", "consent")
    assert small.code(*alone) == "unlock-two-persons"
    (entry,) = small.json("journal", "show", "--kind", "restriction-unlocked")["entries"]
    assert entry["payload"]["code"] == "legal-obligation"
    assert "Old" not in str(entry)
