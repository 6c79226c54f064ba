"""A name that went to the archive while its row stayed: later acts of the person find the row."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import select

from apply.two import ORG, Place, policy
from troth.datamap.load import parse_map
from troth.desk.find.find import finder
from troth.desk.find.model import Asked
from troth.grounds.evidence import Evidence, Row
from troth.grounds.facts import Act, Decision, Identifier, MovedName
from troth.grounds.people import Name, identifiers
from troth.ledger.acts import Verdict, record_acts, record_verdicts
from troth.ledger.facts import read_facts
from troth.ledger.ledger import Ledger
from troth.ledger.moved import ask_moved
from troth.ledger.tables import moved_names
from troth.policy.load import parse_policy

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
ANN, BEN = Identifier("email", "ann@people.example"), Identifier("email", "ben@people.example")
POLICY = (
    policy(
        ["ended", "seen"],
        """
      - id: contacts
        promise: Contact data leaves everyday use after a year and goes after nine.
        period: P9Y
        after: ended
        archive:
          place: vault
          when: {period: P1Y, after: ended}
          readers: [legal]
          clauses: [C-3]
        clauses: [C-2]
""",
    ).replace(
        "categories:\n  contact: {label: Contact data, clauses: [A-3]}",
        "categories:\n  contact: {label: Contact data, clauses: [A-3]}\n"
        "  taste: {label: Taste, clauses: [A-3]}",
    )
    + """
  statistics:
    purpose: Knowing what people like
    controllers: [shop]
    subjects: [customer]
    categories: [taste]
    legal_bases: [{kind: legitimate-interests, interest: a better shop, clauses: [D-1]}]
    retention:
      - id: tastes
        promise: Tastes stay twenty years.
        period: P20Y
        after: ended
        clauses: [D-2]
    clauses: [D-1]
"""
)
MAP = """
troth: 1
stores:
  shop:
    tables:
      customer:
        key: [id]
        roles: {customer: {subject: customer}}
        columns:
          id:
          email: {category: contact, identity: email, compare: email}
          likes: {category: taste}
          ended:
        events: {ended: {column: ended}}
  vault:
    place: vault
    tables:
      customer:
        key: [id]
        roles: {customer: {subject: customer}}
        columns: {id: , email: {category: contact, identity: email, compare: email}, ended: ,
                  likes: {category: taste}, troth_day_ended: }
        events: {ended: {column: troth_day_ended}}
archives:
  shop.customer: {table: vault.customer}
"""


@pytest.fixture
def at(any_store_url: str, tmp_path: Path, ledger: Ledger) -> Place:
    """Two customers whose e-mail addresses have gone to the archive, and whose tastes stay."""
    vault = tmp_path / "vault.db"
    vault.touch()
    urls = {"shop": any_store_url, "vault": f"sqlite:///{vault}"}
    found = Place(urls, POLICY, MAP, ledger, NOW)
    found.sql(
        "vault",
        "CREATE TABLE customer (id INTEGER PRIMARY KEY, email TEXT, likes TEXT, ended DATE,"
        " troth_day_ended DATE)",
    )
    found.sql(
        "shop",
        "CREATE TABLE customer (id INTEGER PRIMARY KEY, email VARCHAR(40), likes VARCHAR(9),"
        " ended DATE)",
        "INSERT INTO customer VALUES (1, 'Ann@People.example', 'tea', '2024-06-01')",
        "INSERT INTO customer VALUES (2, 'ben@people.example', 'oil', '2024-06-01')",
    )
    assert found.apply().clean
    rows = "SELECT id, email, likes FROM customer ORDER BY id"
    assert found.rows("shop", rows) == [(1, None, "tea"), (2, None, "oil")]
    return found


def hashes(at: Place) -> list[object]:
    with at.ledger.reading(ORG) as reading:
        return list(reading.connection.execute(select(moved_names.c.digest)).scalars())


def erase(at: Place, person: Identifier) -> None:
    with at.ledger.writing(ORG) as writing:
        act = Act("", "erasure", (person,), NOW)
        (made,) = record_acts(writing, [act], by="dpo", at=NOW)
        verdict = Verdict(Decision("accepted", NOW), decided_by="dpo")
        record_verdicts(writing, [(made.id, verdict)], at=NOW)


def test_an_erasure_finds_the_row_that_lost_its_name(at: Place) -> None:
    assert len(hashes(at)) == 2
    assert not any("ann" in str(one).lower() for one in hashes(at))
    erase(at, ANN)
    at.apply()
    rows = dict(at.rows("shop", "SELECT id, likes FROM customer"))  # type: ignore[arg-type]  # pairs
    assert rows.get(1) is None
    assert rows[2] == "oil"


def test_a_row_that_took_the_key_over_is_nobody_by_it(at: Place) -> None:
    at.sql("shop", "DELETE FROM customer WHERE id = 1")
    at.sql("shop", "INSERT INTO customer VALUES (1, 'zoe@people.example', 'gin', '2026-10-01')")
    erase(at, ANN)
    at.apply()
    assert at.rows("shop", "SELECT likes FROM customer WHERE id = 1") == [("gin",)]


def test_the_person_is_found_in_everyday_use_too(at: Place) -> None:
    with finder(at.setting(), ask_moved(at.ledger, ORG)) as desk:
        found = desk.find(Asked((ANN,)))
    assert {one.label: one.rows for one in found.rows} == {"shop.customer": 1, "vault.customer": 1}


def test_the_hash_goes_with_the_archive_s_copy(at: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("troth.apply.refusals.check_clocks", lambda *_: None)
    late = Place(at.urls, POLICY, MAP, at.ledger, NOW.replace(year=2033, month=12))
    assert len(hashes(at)) == 2
    late.apply()
    assert late.rows("vault", "SELECT count(*) FROM customer WHERE email IS NOT NULL") == [(0,)]
    assert hashes(late) == []
    facts = read_facts(late.ledger, ORG, late.now)
    assert facts.moved == ()


def test_the_meaning_knows_a_moved_name_while_its_column_is_empty() -> None:
    """The interpreter says of such a row what the database's sets say."""
    promise = parse_policy(POLICY, "policy.yaml")
    datamap, _ = parse_map(MAP, "map.yaml", promise)
    moved = (MovedName("shop", "customer", (1,), "email", ANN),)

    def named(email: str | None, key: int) -> tuple[Name, ...]:
        cells = {"id": key, "email": email, "likes": "tea", "ended": None}
        evidence = Evidence(promise, datamap, {("shop", "customer"): [cells]}, moved=moved)
        return identifiers(Row("shop", "customer", 0), evidence)

    assert named(None, 1) == (("email", "email", ANN.value),)
    assert named(None, 2) == ()
    assert named(BEN.value, 1) == (("email", "email", BEN.value),)  # the key was given anew
