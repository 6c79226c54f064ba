"""What databases do to a corrected value: keys, lengths, checks, triggers, and columns they set."""

from __future__ import annotations

import pytest
import sqlalchemy as sa

from desk.rectify.desk import DAY, Desk

NEW = "anna@new.example"


def unchanged(desk: Desk) -> None:
    assert desk.column("account", "email")[0] == "Anna@old.example"
    assert desk.column("orders", "mail")[0] == "ANNA@OLD.example"
    assert desk.column("reader", "address")[0] == "anna@old.example"
    assert desk.json("request", "rectify", "--resume") == {"run": None}


def test_a_value_that_another_row_has_is_refused(desk: Desk) -> None:
    found = desk.rectify("--set", "email=ben@mail.example", status=2)
    assert (found["code"], found["place"]) == ("rectify-not-unique", "shop.account.email")
    unchanged(desk)


def test_what_one_store_cannot_hold_is_refused_before_any_is_written(desk: Desk) -> None:
    found = desk.rectify("--set", f"email={'a' * 30}@new.example", status=2)
    assert (found["code"], found["place"]) == ("rectify-too-long", "news.reader.address")
    unchanged(desk)


def test_a_check_constraint_is_met_in_the_rehearsal(desk: Desk) -> None:
    if desk.engines["shop"].dialect.name == "sqlite":
        pytest.skip("SQLite adds no constraint to a table")
    desk.execute("ALTER TABLE orders ADD CONSTRAINT short CHECK (char_length(mail) < 18)")
    found = desk.rectify("--set", "email=anna.longer@new.example", status=2)
    assert found["code"] == "constraint-violation"
    unchanged(desk)
    assert b"rectification-recorded" not in desk.traces()


def test_our_own_write_moves_no_day_from_which_a_rule_counts(desk: Desk) -> None:
    dialect = desk.engines["shop"].dialect.name
    if dialect == "mysql":
        desk.execute(
            "ALTER TABLE account MODIFY changed DATETIME ON UPDATE CURRENT_TIMESTAMP",
        )
        desk.rectify("--set", f"email={NEW}")
        assert desk.column("account", "changed")[0] == DAY
        return
    if dialect == "sqlite":
        desk.execute(
            "CREATE TRIGGER touch AFTER UPDATE OF email ON account BEGIN "
            "UPDATE account SET changed = '2026-01-01 00:00:00' WHERE id = NEW.id; END"
        )
    else:
        desk.execute(
            "CREATE FUNCTION touch() RETURNS trigger LANGUAGE plpgsql AS "
            "'BEGIN NEW.changed = now(); RETURN NEW; END'",
            "CREATE TRIGGER touch BEFORE UPDATE ON account FOR EACH ROW EXECUTE FUNCTION touch()",
        )
    assert desk.code("--set", f"email={NEW}") == "rectify-day-moved"
    unchanged(desk)


def test_a_trigger_that_suppresses_the_write_is_found(desk: Desk) -> None:
    if desk.engines["shop"].dialect.name != "sqlite":
        pytest.skip("one dialect is enough: the look afterwards is the same")
    desk.execute(
        "CREATE TRIGGER back AFTER UPDATE OF email ON account BEGIN "
        "UPDATE account SET email = OLD.email WHERE id = NEW.id; END"
    )
    assert desk.code("--set", f"email={NEW}") == "affected-rows-differ"
    unchanged(desk)


MAP_OF_LOGINS = """\
      login:
        key: [mail]
        roles: {holder: {subject: customer}}
        columns: {mail: {category: contact, identity: email, compare: email}, seen: }
      session:
        key: [id]
        because: nothing of a person but the login
        columns: {id: , mail: , seen: }
        relations:
          login: {columns: [mail], references: login, declared: true}
"""


@pytest.mark.parametrize("action", ["", "ON UPDATE CASCADE"])
def test_an_email_that_is_a_key_takes_what_references_it_along(desk: Desk, action: str) -> None:
    quoted = "varchar(60)"
    desk.execute(
        f"CREATE TABLE login (mail {quoted} PRIMARY KEY, seen INTEGER)",
        f"CREATE TABLE session (id INTEGER PRIMARY KEY, mail {quoted}, seen INTEGER, "
        f"FOREIGN KEY (mail) REFERENCES login (mail) {action})",
        "INSERT INTO login VALUES ('anna@old.example', 1), ('ben@mail.example', 2)",
        "INSERT INTO session VALUES (1, 'anna@old.example', 1), (2, 'ben@mail.example', 2), "
        "(3, 'anna@old.example', 3)",
    )
    file = desk.path / "map.yaml"
    file.write_text(file.read_text().replace("  news:\n", MAP_OF_LOGINS + "  news:\n"))

    found = desk.rectify("--set", f"email={NEW}")

    assert found["remaining"] == []
    with desk.engines["shop"].connect() as connection:
        mails = connection.execute(sa.text("SELECT mail FROM session ORDER BY id")).scalars().all()
        logins = connection.execute(sa.text("SELECT mail FROM login ORDER BY seen")).scalars().all()
    assert mails == [NEW, "ben@mail.example", NEW]
    assert logins == [NEW, "ben@mail.example"]
