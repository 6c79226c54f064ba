"""Rows that reference each other in a circle, their own table, or several owners."""

from __future__ import annotations

import pytest

from apply.fire import NOW
from apply.two import AFTER, Place, policy
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


@pytest.mark.parametrize("kind", ["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def test_mandatory_circles_are_deferred(
    kind: str, request: pytest.FixtureRequest, ledger: Ledger
) -> None:
    at = place(request.getfixturevalue(f"{kind}_url"), ledger)
    make(at, null="NOT NULL", deferred="DEFERRABLE INITIALLY DEFERRED")
    at.sql(
        "shop",
        *(
            statement
            for n in range(1, 6)
            for statement in (
                f"INSERT INTO team VALUES ({n}, {n}, '2015-01-01', 't')",
                f"INSERT INTO person VALUES ({n}, {n % 5 + 1}, {n}, '2015-01-01', 'p')",
            )
        ),
    )
    outcome = at.apply()

    assert outcome.stopped == []
    assert at.rows("shop", "SELECT count(*) FROM person") == [(0,)]
    assert at.rows("shop", "SELECT count(*) FROM team") == [(0,)]
