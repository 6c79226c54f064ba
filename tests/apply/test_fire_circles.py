"""Rows that reference each other in a circle, their own table, or several owners."""

from __future__ import annotations

from typing import Any

import pytest

from apply.fire import NOW
from apply.two import AFTER, Place, policy
from troth.apply import batch as batching
from troth.apply import general as running
from troth.ledger.ledger import Ledger

POLICY = policy(["seen"], AFTER.format(event="seen", years=3))
MAP = """
troth: 1
stores:
  shop:
    tables:
      person:
        key: [id]
        roles: {customer: {subject: customer}}
        columns: {id: , boss: , team: , seen: , name: {category: contact}}
        relations:
          boss: {columns: [boss], references: person, declared: true}
          team: {columns: [team], references: team, declared: true}
        events: {seen: {column: seen}}
      team:
        key: [id]
        roles: {customer: {subject: customer}}
        columns: {id: , lead: , seen: , name: {category: contact}}
        relations:
          lead: {columns: [lead], references: person, declared: true}
        events: {seen: {column: seen}}
"""


def place(url: str, ledger: Ledger) -> Place:
    return Place({"shop": url}, POLICY, MAP, ledger, NOW)


def make(at: Place, *, null: str, deferred: str = "") -> None:
    """Both tables, with the foreign keys added last, so that no order of creation matters."""
    columns = "seen DATE, name VARCHAR(40)"
    team = f"CREATE TABLE team (id INTEGER PRIMARY KEY, lead INTEGER {null}, {columns}"
    person = (
        f"CREATE TABLE person (id INTEGER PRIMARY KEY, boss INTEGER {null}, team INTEGER {null}, "
        f"{columns}"
    )
    boss = f"FOREIGN KEY (boss) REFERENCES person (id) {deferred}"
    member = f"FOREIGN KEY (team) REFERENCES team (id) {deferred}"
    lead = f"FOREIGN KEY (lead) REFERENCES person (id) {deferred}"
    if at.urls["shop"].startswith("sqlite"):
        at.sql("shop", f"{team}, {lead})", f"{person}, {boss}, {member})")
    else:
        at.sql(
            "shop",
            f"{team})",
            f"{person}, {boss}, {member})",
            f"ALTER TABLE team ADD {lead}",
        )


def people(at: Place, *, last_seen: str) -> None:
    """Teams 1 and 2 of five persons in a chain of bosses, which spans batches; team 1 is old."""
    for team in (1, 2):
        seen = "2015-01-01" if team == 1 else last_seen
        ids = [team * 10 + n for n in range(5)]
        at.sql(
            "shop", f"INSERT INTO team (id, lead, seen, name) VALUES ({team}, NULL, '{seen}', 't')"
        )
        for person in ids:
            at.sql("shop", f"INSERT INTO person VALUES ({person}, NULL, {team}, '{seen}', 'p')")
        for number, person in enumerate(ids[:-1]):
            boss = ids[number + 1]
            at.sql("shop", f"UPDATE person SET boss = {boss} WHERE id = {person}")
        at.sql("shop", f"UPDATE team SET lead = {ids[2]} WHERE id = {team}")


def test_circles_of_optional_references_go_together(any_store_url: str, ledger: Ledger) -> None:
    at = place(any_store_url, ledger)
    make(at, null="NULL")
    people(at, last_seen="2026-01-01")

    outcome = at.apply()

    assert outcome.clean
    assert at.rows("shop", "SELECT id FROM team") == [(2,)]
    assert at.rows("shop", "SELECT count(*) FROM person WHERE team = 2 AND boss IS NOT NULL") == [
        (4,)
    ]
    assert at.rows("shop", "SELECT count(*) FROM person") == [(5,)]


def test_one_member_who_stays_keeps_the_circle(any_store_url: str, ledger: Ledger) -> None:
    at = place(any_store_url, ledger)
    make(at, null="NULL")
    people(at, last_seen="2015-01-01")
    at.sql("shop", "UPDATE person SET seen = '2026-01-01' WHERE id = 20")

    at.apply()

    assert at.rows("shop", "SELECT id FROM team") == [(2,)]
    # 20 stays, and with it the chain of its bosses and its team; their values are erased
    assert at.rows("shop", "SELECT id, name FROM person ORDER BY id") == [
        (20, "p"),
        (21, None),
        (22, None),
        (23, None),
        (24, None),
    ]
    assert at.rows("shop", "SELECT boss FROM person WHERE id = 20") == [(21,)]
    assert at.plan().steps == ()


DEFERRED = "DEFERRABLE INITIALLY DEFERRED"


def mandatory(at: Place, members: int = 5) -> None:
    """Everybody has a boss and a team and every team a lead; all of them are old."""
    own = at.urls["shop"].startswith(("mysql", "mariadb"))
    make(at, null="NOT NULL", deferred="" if own else DEFERRED)
    rows = [
        statement
        for n in range(1, members + 1)
        for statement in (
            f"INSERT INTO team VALUES ({n}, {n}, '2015-01-01', 't')",
            f"INSERT INTO person VALUES ({n}, {n % members + 1}, {n}, '2015-01-01', 'p')",
        )
    ]
    checks = ["SET SESSION foreign_key_checks = 0"] if own else []
    at.sql("shop", *checks, *rows)


def test_mandatory_circles_go_together(any_store_url: str, ledger: Ledger) -> None:
    at = place(any_store_url, ledger)
    mandatory(at)

    outcome = at.apply()

    assert outcome.stopped == []
    assert at.rows("shop", "SELECT count(*) FROM person") == [(0,)]
    assert at.rows("shop", "SELECT count(*) FROM team") == [(0,)]


def test_a_mandatory_circle_stays_whole_while_one_of_it_stays(
    any_store_url: str, ledger: Ledger
) -> None:
    at = place(any_store_url, ledger)
    mandatory(at)
    at.sql("shop", "UPDATE person SET seen = '2026-01-01' WHERE id = 3")

    outcome = at.apply()

    assert outcome.stopped == []
    assert at.rows("shop", "SELECT count(*) FROM person") == [(5,)]
    assert at.rows("shop", "SELECT count(*) FROM team") == [(5,)]


def test_a_reference_that_came_meanwhile_stops_a_mandatory_circle(
    any_store_url: str, ledger: Ledger, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A table that the map does not know refers to a person, after everything was decided."""
    at = place(any_store_url, ledger)
    mandatory(at)
    at.sql(
        "shop",
        "CREATE TABLE badge (id INTEGER PRIMARY KEY, person INTEGER NOT NULL, "
        "FOREIGN KEY (person) REFERENCES person (id))",
    )
    plan = at.plan()
    real = running.in_order

    def late(*arguments: Any) -> Any:
        at.sql("shop", "INSERT INTO badge VALUES (1, 3)")
        return real(*arguments)

    monkeypatch.setattr(running, "in_order", late)
    monkeypatch.setattr(batching, "prune", lambda *_, **__: 0)  # nobody notices in time

    outcome = at.apply(plan)

    assert at.rows("shop", "SELECT id FROM person WHERE id = 3") == [(3,)]
    assert at.rows("shop", "SELECT count(*) FROM badge") == [(1,)]
    assert not outcome.clean
    found = "SELECT count(*) FROM person p LEFT JOIN team t ON t.id = p.team WHERE t.id IS NULL"
    assert at.rows("shop", found) == [(0,)]
