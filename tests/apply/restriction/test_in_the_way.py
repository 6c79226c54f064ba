"""What databases do to the unwary: triggers, generated columns, constraints, engines, rights."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa

from apply.restriction.world import ANN, BEN, MAP, MARK, NOW, TABLE, World, insert, open_world
from troth.apply.restriction.check import check
from troth.apply.restriction.unlock import unlock
from troth.errors import Refused
from troth.ledger.ledger import Ledger
from troth.ledger.restrictions import RestrictedRow

STAMP = {
    "sqlite": [
        "CREATE TRIGGER stamp AFTER UPDATE ON customer WHEN NEW.status IS OLD.status "
        "BEGIN UPDATE customer SET status = 'moved' WHERE id = NEW.id; END"
    ],
    "postgresql": [
        "CREATE FUNCTION stamp() RETURNS trigger LANGUAGE plpgsql AS "
        "$$BEGIN NEW.status = 'moved'; RETURN NEW; END$$",
        "CREATE TRIGGER stamp BEFORE UPDATE ON customer FOR EACH ROW EXECUTE FUNCTION stamp()",
    ],
    "mysql": [
        "CREATE TRIGGER stamp BEFORE UPDATE ON customer FOR EACH ROW "
        "SET NEW.status = IF(NEW.status <=> OLD.status, 'moved', NEW.status)"
    ],
}
ALWAYS = {
    "sqlite": [
        "CREATE TRIGGER stamp AFTER UPDATE OF name, email, phone ON customer "
        "BEGIN UPDATE customer SET status = status || 'x' WHERE id = NEW.id; END"
    ],
    "mysql": [
        "CREATE TRIGGER stamp BEFORE UPDATE ON customer FOR EACH ROW SET NEW.status = 'moved'"
    ],
}


def made(url: str, ledger: Ledger, table: str, datamap: str = MAP, **more: Any) -> World:
    world = open_world(url, ledger, tables=[table], datamap=datamap)
    insert(world, ANN | more, BEN | more)
    return world


def test_a_trigger_that_moves_another_column_leaves_no_trace(world: World) -> None:
    """By a second write, or on PostgreSQL by letting the trigger stand aside."""
    world.execute(*STAMP[world.engine.dialect.name])
    before = world.rows()
    outcome = world.restrict(1)
    assert outcome.clean, outcome.rows[0].enforcement.why
    assert world.row(1)["status"] == "gold"
    assert any("trigger" in note for note in outcome.notes["shop.customer"])
    assert world.lift(outcome.restriction).clean
    assert world.rows() == before
    world.execute("UPDATE customer SET phone = '1' WHERE id = 2")
    assert world.row(2)["status"] == "moved", "the trigger stands again"


def test_a_trigger_that_cannot_be_kept_quiet_refuses(world: World) -> None:
    name = world.engine.dialect.name
    if name == "postgresql":
        pytest.skip("there the trigger stands aside")
    world.execute(*ALWAYS[name])
    if name == "sqlite":  # our second write does not fire it, so it is put back
        assert world.restrict(1).clean
        return
    before = world.rows()
    (row,) = world.restrict(1).rows
    assert row.enforcement.state == "unknown"
    assert "trigger changes status" in row.enforcement.why
    assert world.rows() == before


def test_a_trigger_that_suppresses_the_write_refuses(postgres_world: World) -> None:
    postgres_world.execute(
        "CREATE FUNCTION nothing() RETURNS trigger LANGUAGE plpgsql AS $$BEGIN RETURN NULL; END$$",
        "CREATE TRIGGER nothing BEFORE UPDATE ON customer FOR EACH ROW EXECUTE FUNCTION nothing()",
        "ALTER TABLE customer ENABLE ALWAYS TRIGGER nothing",
    )
    outcome = postgres_world.restrict(1)
    assert outcome.clean, "the owner lets it stand aside"
    with postgres_world.engine.connect() as connection:
        mode = connection.exec_driver_sql(
            "SELECT tgenabled::text FROM pg_trigger WHERE tgname = 'nothing'"
        ).scalar()
    assert mode == "A", "and it stands again as before"
    assert postgres_world.lift(outcome.restriction).clean


def test_generated_columns_follow(any_store_url: str, ledger: Ledger) -> None:
    table = TABLE[:-1] + ", short VARCHAR(20) GENERATED ALWAYS AS (substr(name, 1, 3)) STORED)"
    datamap = MAP.replace("          status:\n", "          status:\n          short: contact\n")
    world = made(any_store_url, ledger, table, datamap)
    before = world.rows()
    outcome = world.restrict(1)
    assert outcome.clean
    assert world.row(1)["short"] == "Do "
    assert any("'short'" in note for note in outcome.notes["shop.customer"])
    assert world.lift(outcome.restriction).clean
    assert world.rows() == before
    world.engine.dispose()


@pytest.mark.mariadb
def test_on_update_columns_stand_still(mariadb_url: str, ledger: Ledger) -> None:
    table = TABLE[:-1] + (
        ", changed_at TIMESTAMP(6) NULL DEFAULT NULL ON UPDATE CURRENT_TIMESTAMP(6))"
    )
    datamap = MAP.replace("          status:\n", "          status:\n          changed_at:\n")
    world = made(mariadb_url, ledger, table, datamap, changed_at="2020-01-01 00:00:00.000001")
    before = world.rows()
    id = world.restrict(1).restriction
    assert world.row(1)["changed_at"] == before[0]["changed_at"]
    assert world.lift(id).clean
    assert world.rows() == before
    world.engine.dispose()


def test_a_unique_value_taken_meanwhile_is_a_conflict(any_store_url: str, ledger: Ledger) -> None:
    world = made(any_store_url, ledger, TABLE[:-1] + ", UNIQUE (email))")
    id = world.restrict(1).restriction
    assert world.row(1)["email"] is None
    world.execute("UPDATE customer SET email = 'ann@mail.example' WHERE id = 2")
    outcome = world.lift(id)
    assert "another row may have taken" in outcome.rows[0].enforcement.why
    assert world.row(1)["name"] == MARK
    world.execute("UPDATE customer SET email = 'ben@mail.example' WHERE id = 2")
    assert world.lift(id).clean
    assert world.row(1)["email"] == "ann@mail.example"
    world.engine.dispose()


def test_checks_decide_about_the_mark_and_the_form(any_store_url: str, ledger: Ledger) -> None:
    world = made(any_store_url, ledger, TABLE[:-1] + ", CHECK (name <> 'Do not use'))")
    outcome = world.restrict(1)
    assert outcome.clean
    assert world.row(1)["name"] == "erased", "no mark where a check speaks of the column"
    assert world.row(1)["phone"] == MARK
    world.lift(outcome.restriction)
    world.engine.dispose()


def test_a_form_that_a_check_forbids_refuses(any_store_url: str, ledger: Ledger) -> None:
    world = made(any_store_url, ledger, TABLE[:-1] + ", CHECK (name <> 'erased'))")
    before = world.rows()
    (row,) = world.restrict(1).rows
    assert row.enforcement.state == "unknown"
    assert "constraint" in row.enforcement.why
    assert "`erased`" in row.enforcement.why
    assert world.rows() == before
    world.engine.dispose()


def test_a_mandatory_column_without_a_form_refuses(any_store_url: str, ledger: Ledger) -> None:
    datamap = MAP.replace(", erased: {form: value, value: erased}", "")
    world = made(any_store_url, ledger, TABLE, datamap)
    (row,) = world.restrict(1).rows
    assert (row.enforcement.mechanism, row.enforcement.state) == ("none", "unknown")
    assert "declare `erased` for shop.customer.name" in row.enforcement.why
    (found,) = check(world.office).shortfalls
    assert "not enforced" in found.why
    world.engine.dispose()


@pytest.mark.mariadb
def test_without_transactions_nothing_is_moved(mariadb_url: str, ledger: Ledger) -> None:
    world = made(mariadb_url, ledger, TABLE + " ENGINE=MyISAM")
    (row,) = world.restrict(1).rows
    assert "not transactional" in row.enforcement.why
    assert world.row(1)["name"] == "Ann Dupont"
    world.engine.dispose()


def test_without_a_key_no_row_can_be_named(any_store_url: str, ledger: Ledger) -> None:
    datamap = MAP.replace("        key: [id]\n", "").replace("        immutable: [born_as]\n", "")
    world = made(any_store_url, ledger, TABLE, datamap)
    (row,) = world.restrict(1).rows
    assert "names no key" in row.enforcement.why
    world.engine.dispose()


@pytest.mark.postgres
def test_without_the_right_to_a_place_nothing_is_moved(postgres_url: str, ledger: Ledger) -> None:
    world = made(postgres_url, ledger, TABLE)
    role = f"small_{sa.engine.make_url(postgres_url).database}"
    world.execute(
        f"CREATE ROLE {role} LOGIN PASSWORD 'x'",
        f"GRANT SELECT, UPDATE, DELETE ON customer TO {role}",
    )
    url = sa.engine.make_url(postgres_url).set(username=role, password="x")
    small = open_world(url.render_as_string(hide_password=False), ledger, tables=[])
    (row,) = small.restrict(1).rows
    assert "may not make its own tables" in row.enforcement.why
    assert world.row(1)["name"] == "Ann Dupont"
    for each in (small, world):
        each.engine.dispose()
    world.execute(f"DROP OWNED BY {role}", f"DROP ROLE {role}")


@pytest.mark.clause("SMA-5e-6")
def test_an_unlock_shows_the_values_and_never_writes_them(world: World) -> None:
    id = world.restrict(1).restriction
    rows = [RestrictedRow("shop", "customer", (1,))]
    until = NOW + timedelta(hours=8)

    def ask(**more: Any) -> Any:
        asked = {"code": "legal-obligation", "by": "accountant", "approved_by": "dpo"}
        return unlock(world.office, id, rows, **({"until": until} | asked | more))

    (found,) = ask()
    assert found.values == {name: ANN[name] for name in ("name", "email", "phone")}
    assert world.row(1)["name"] == MARK
    assert "Ann" not in str(world.journal("restriction-unlocked"))

    with pytest.raises(Refused, match="unlock-code"):
        ask(code="sales-campaign")
    with pytest.raises(Refused, match="unlock-two-persons"):
        ask(approved_by="Accountant ")
    with pytest.raises(Refused, match="unlock-too-long"):
        ask(until=NOW + timedelta(days=31))
    with pytest.raises(Refused, match="unlock-not-restricted"):
        unlock(
            world.office,
            id,
            [RestrictedRow("shop", "customer", (2,))],
            code="consent",
            by="a",
            approved_by="b",
            until=until,
        )
    assert len(world.journal("restriction-unlocked")) == 1
