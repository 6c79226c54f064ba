"""After a restore: what went at a person's request goes again, and nothing else does."""

from __future__ import annotations

import shutil
import sqlite3
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
import sqlalchemy as sa

from apply.shop import POLICY
from desk.rectify.desk import Desk, news, shop
from troth.apply.marking import oldest_backup
from troth.law.calendar import Period
from troth.ledger.ledger import open_ledger
from troth.ledger.marks import destroy_expired, read_marks
from troth.policy.load import parse_policy
from troth.policy.model import Place

Backup = Mapping[str, list[dict[str, Any]]]
ANNA = "email=anna@old.example"


def backed_up(desk: Desk) -> Backup:
    """A copy of every row of both databases."""
    found = {}
    for store, metadata in (("shop", shop), ("news", news)):
        with desk.engines[store].connect() as connection:
            for name, table in metadata.tables.items():
                rows = connection.execute(sa.select(table).order_by(*table.primary_key))
                found[name] = [dict(row._mapping) for row in rows]
    return found


def restore(desk: Desk, backup: Backup) -> None:
    """Both databases as they were."""
    for store, metadata in (("shop", shop), ("news", news)):
        with desk.engines[store].begin() as connection:
            for name, table in metadata.tables.items():
                connection.execute(sa.delete(table))
                if backup[name]:
                    connection.execute(sa.insert(table), backup[name])


def now() -> str:
    return datetime.now(UTC).isoformat()


def erased(desk: Desk) -> None:
    id = desk.json("request", "new", "erasure", "--person", ANNA)["id"]
    desk.run("request", "decide", id, "--accept")
    desk.json("request", "run", id, "--approve")
    assert desk.column("account", "email") == [None, "ben@mail.example"]  # for her invoice


@pytest.fixture
def old(desk: Desk) -> Desk:
    """All her orders are long past, so that nothing but the law keeps anything of hers."""
    desk.execute("UPDATE account SET changed = '2010-01-01 00:00:00'")
    return desk


def test_erased_values_and_rows_go_again(old: Desk) -> None:
    before = backed_up(old)
    erased(old)
    after = backed_up(old)
    restore(old, before)

    found = old.json("replay", "--store", "shop", "--store", "news", "--approve")

    assert found["outcome"]["remaining"] == {}
    assert backed_up(old) == after
    assert old.json("replay", "--store", "shop", "--store", "news")["outcome"] is None


def test_a_row_is_known_by_its_mark_when_its_person_is_not(old: Desk) -> None:
    before = backed_up(old)
    erased(old)
    restore(old, before)
    # of another address since the backup: her request no longer names her row
    old.execute("UPDATE account SET email = 'z@z.example', number = 'Z', phone = NULL WHERE id = 1")
    old.execute("UPDATE account SET mobile = NULL WHERE id = 1")

    old.json("replay", "--store", "shop", "--approve")

    assert old.column("account", "email") == [None, "ben@mail.example"]
    assert old.column("account", "full_name") == [None, "Anna Bergh"]


def erased_by_night(desk: Desk) -> None:
    """Retention finds what her erasure has ended before anybody has run the request."""
    id = desk.json("request", "new", "erasure", "--person", ANNA)["id"]
    desk.run("request", "decide", id, "--accept")
    plan = str(desk.path / "night.json")
    desk.run("plan", "--out", plan)
    desk.run("apply", plan, "--approve")
    desk.json("request", "run", id, "--approve")  # nothing is left, and the request is closed
    assert desk.column("account", "email") == [None, "ben@mail.example"]


def test_what_the_nightly_run_erased_goes_again_as_well(desk: Desk) -> None:
    desk.execute("UPDATE account SET changed = '2026-01-01 00:00:00'")  # nothing is overdue
    before, instant = backed_up(desk), now()
    erased_by_night(desk)
    after = backed_up(desk)
    restore(desk, before)
    stores = ("--store", "shop", "--store", "news")

    unknown = desk.json("replay", *stores, "--approve", status=1)
    assert unknown["named_again"] > 0, "hers, or a newcomer's: a human says of when the copy is"
    assert backed_up(desk) == before

    found = desk.json("replay", *stores, "--restored-at", instant, "--approve")
    assert found["outcome"]["remaining"] == {}
    assert found["named_again"] == 0
    assert backed_up(desk) == after


def test_whoever_came_back_before_the_copy_is_new(small: Desk) -> None:
    before = backed_up(small)
    erased_by_night(small)
    newcomer = {**before["account"][0], "id": 9, "number": "C-9"}
    small.put("account", newcomer)
    copy, instant = backed_up(small), now()

    small.json("replay", "--store", "shop", "--restored-at", instant, "--approve")
    assert backed_up(small) == copy


def test_a_reissued_key_is_somebody_else(old: Desk) -> None:
    before = backed_up(old)
    erased(old)
    account = {**before["account"][0], "email": "new@mail.example", "number": "C-9"}
    account |= {"phone": None, "mobile": None, "joined": date(2025, 6, 1), "full_name": "Newcomer"}
    restore(old, {**before, "account": [account, before["account"][1]]})

    old.json("replay", "--store", "shop", "--approve", status=0)

    assert old.column("account", "email") == ["new@mail.example", "ben@mail.example"]
    assert old.column("account", "full_name") == ["Newcomer", "Anna Bergh"]


def test_tables_without_immutable_columns_are_said(old: Desk) -> None:
    erased(old)
    found = old.json("replay", "--store", "shop", "--approve")
    assert found["undecidable"] == {"shop.orders": 2}


def test_what_went_before_the_copy_is_not_asked_about(old: Desk) -> None:
    erased(old)
    copied = backed_up(old)
    instant = now()
    account = {**copied["account"][0], "email": "again@mail.example"}
    restore(old, {**copied, "account": [account, copied["account"][1]]})

    old.json("replay", "--store", "shop", "--restored-at", instant, "--approve")
    assert old.column("account", "email")[0] == "again@mail.example"


def test_a_hold_keeps_what_came_back(old: Desk) -> None:
    before, instant = backed_up(old), now()
    erased(old)
    restore(old, before)
    old.run("hold", "add", "--case", "7", "--reason", "claim", "--person", ANNA)

    old.run("replay", "--store", "shop", "--restored-at", instant, "--approve")

    assert old.column("account", "email")[0] == "Anna@old.example"


def test_a_restriction_still_holds_and_is_told(old: Desk) -> None:
    id = old.json("request", "new", "restriction", "--person", ANNA)["id"]
    before = backed_up(old)
    restore(old, before)
    found = old.json("replay", "--store", "shop", "--approve")
    assert found["restrictions"] == [{"id": id, "rows": 7}]
    assert backed_up(old) == before


def test_a_correction_is_written_again_where_the_copy_is_older(desk: Desk) -> None:
    before, instant = backed_up(desk), now()
    desk.rectify("--set", "shop.account.full_name=Zelda Unmistakable")
    restore(desk, before)

    unknown = desk.json("replay", "--store", "shop", "--approve", status=1)
    assert unknown["tasks"] == {"shop.account.full_name": 1}
    assert unknown["undecidable"] == {"shop.orders": 1}
    assert desk.column("account", "full_name")[0] == "Anna Bergh"

    found = desk.json("replay", "--store", "shop", "--restored-at", instant, "--approve")
    assert found["corrected"] == {"shop.account.full_name": 1}
    assert desk.column("account", "full_name")[0] == "Zelda Unmistakable"
    assert b"Anna Bergh" not in desk.traces()
    assert b"Unmistakable" not in desk.traces()


def test_a_value_changed_after_the_copy_stays(desk: Desk) -> None:
    desk.rectify("--set", "shop.account.mobile=+33677777777")
    instant = now()
    desk.execute("UPDATE account SET mobile = '+33688888888' WHERE id = 1")
    desk.json("replay", "--store", "shop", "--restored-at", instant, "--approve")
    assert desk.column("account", "mobile")[0] == "+33688888888"


def test_without_approval_nothing_happens(small: Desk) -> None:
    small.execute("UPDATE account SET changed = '2010-01-01 00:00:00'")
    before = backed_up(small)
    erased(small)
    restore(small, before)
    assert "nobody approved" in small.run("replay", "--store", "shop", status=1)
    assert backed_up(small) == before


@contextmanager
def anchored(small: Desk) -> Iterator[None]:
    """An anchor of the journal's end, kept outside; then the ledger of before comes back."""
    copy, ledger = small.path / "copy.db", small.path / "ledger.sqlite"
    with sqlite3.connect(ledger) as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    connection.close()
    shutil.copy(ledger, copy)
    yield
    small.run("journal", "export", "--anchor", str(small.path / "anchor.yaml"))
    for more in ("-wal", "-shm"):
        (small.path / f"ledger.sqlite{more}").unlink(missing_ok=True)
    shutil.copy(copy, ledger)


def test_a_ledger_older_than_its_anchor_refuses_to_run(small: Desk) -> None:
    small.json("request", "new", "restriction", "--person", ANNA)
    with anchored(small):
        small.json("request", "new", "opt-out", "--person", ANNA)
    with (small.path / "troth.yaml").open("a") as file:
        file.write("anchor: anchor.yaml\n")

    for command in (
        ("replay", "--store", "shop", "--approve"),
        ("request", "rectify", "--person", ANNA, "--set", "email=a@new.example", "--approve"),
    ):
        assert small.json(*command, status=2)["code"] == "ledger-older-than-anchor"
    small.json("plan", "--out", str(small.path / "plan.json"))
    assert small.json("apply", str(small.path / "plan.json"), "--approve", status=2)["code"] == (
        "ledger-older-than-anchor"
    )
    (small.path / "anchor.yaml").unlink()
    missing = small.json("replay", "--store", "shop", "--approve", status=2)
    assert missing["code"] == "file-missing"


def test_marks_go_once_no_backup_is_left(small: Desk) -> None:
    small.execute("UPDATE account SET changed = '2010-01-01 00:00:00'")
    erased(small)
    later = datetime.now(UTC) + timedelta(days=3)
    with open_ledger(str(small.path / "ledger.sqlite"), at=later) as ledger:

        def standing() -> int:
            with ledger.reading("corner-shop") as reading:
                recall = read_marks(reading, "shop")
            return sum(len(marks) for epoch in recall.epochs for marks in epoch.marks.values())

        assert standing() > 0
        with ledger.writing("corner-shop") as writing:
            assert destroy_expired(writing, datetime.now(UTC).date(), at=later) == 0
            assert destroy_expired(writing, later.date() + timedelta(days=31), at=later) > 0
        assert standing() == 0


@pytest.mark.parametrize(
    ("rotations", "day"),
    [((), date(2025, 3, 31)), (("P30D",), date(2026, 3, 1)), (("P30D", "P6M"), date(2025, 9, 30))],
)
def test_the_longest_rotation_counts(rotations: tuple[str, ...], day: date) -> None:
    policy = parse_policy(POLICY, "policy.yaml")
    places = {
        f"tapes-{number}": Place(
            label="Tapes", kind="backup", rotation=Period.parse(rotation), clauses=("A-1",)
        )
        for number, rotation in enumerate(rotations)
    }
    found = oldest_backup(policy.model_copy(update={"places": places}), date(2026, 3, 31))
    assert found == day


def test_bad_input_gets_one_clear_error(small: Desk) -> None:
    assert small.json("replay", "--store", "shp", status=2)["code"] == "unknown-store"
    at = ("--restored-at", "yesterday")
    assert small.json("replay", "--store", "shop", *at, status=2)["code"] == "not-an-instant"
    at = ("--restored-at", (datetime.now(UTC) + timedelta(days=1)).isoformat())
    found = small.json("replay", "--store", "shop", *at, status=2)
    assert found["code"] == "restored-in-the-future"
