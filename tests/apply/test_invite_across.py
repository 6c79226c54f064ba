"""Warn first where the person's address lies in another store than the rows of the rule."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from apply.fire import NOW
from apply.sink import Sink, sink
from apply.test_fire_kill import empty_sqlite
from apply.two import ORG, Place, policy
from troth.apply.check import check
from troth.apply.outcome import Outcome
from troth.apply.run import apply_plan
from troth.ledger.facts import read_facts
from troth.ledger.ledger import Ledger
from troth.report.as_json import check_json

POLICY = policy(
    ["seen"],
    """
      - id: silent-3-years
        promise: We write to you before we delete what has been silent for three years.
        period: P3Y
        after: seen
        places: [shop]
        warn: {delay: P30D, message: Sign in to keep your data., clauses: [C-4]}
        clauses: [C-2]
      - id: crm-10-years
        promise: Contacts go after ten years.
        period: P10Y
        after: seen
        places: [crm]
        clauses: [C-2]
""",
)
MAP = """
troth: 1
stores:
  shop:
    tables:
      profile:
        key: [id]
        roles: {customer: {subject: customer, person: [member, customer]}}
        columns: {id: , member: , seen: , nickname: {category: contact}}
        relations: {member: {columns: [member], references: member}}
        events: {seen: {column: seen}}
      member:
        key: [id]
        row: keep
        because: It holds numbers alone.
        columns: {id: , number: }
        relations:
          customer:
            columns: [number]
            references: crm.customer
            to: [number]
            compare: text
      wish:
        key: [id]
        roles: {customer: {subject: customer, person: [customer]}}
        columns: {id: , number: , seen: , wish: {category: contact}}
        relations:
          customer: {columns: [number], references: crm.customer, to: [number], compare: text}
        events: {seen: {column: seen}}
  crm:
    tables:
      customer:
        key: [id]
        roles: {customer: {subject: customer}}
        columns:
          id:
          number: {category: contact, identity: customer-number, compare: text}
          seen:
          email:
            category: contact
            identity: email
            compare: email
            erased: {form: pattern, value: "gone-{key}@erased.example"}
          second: {category: contact, identity: email, compare: email}
        events: {seen: {column: seen}}
"""
ANN, BEN = "ann@mail.example", "ben@mail.example"


@pytest.fixture
def mail() -> Iterator[Sink]:
    with sink() as found:
        yield found


@pytest.fixture
def at(any_store_url: str, tmp_path: Path, ledger: Ledger) -> Place:
    """Ann has three old rows in two tables, Ben one; nobody knows an address of the others."""
    urls = {"shop": any_store_url, "crm": empty_sqlite(tmp_path / "crm.db")}
    found = Place(urls, POLICY, MAP, ledger, NOW)
    found.sql(
        "shop",
        "CREATE TABLE member (id INTEGER PRIMARY KEY, number VARCHAR(20))",
        "CREATE TABLE profile (id INTEGER PRIMARY KEY, member INTEGER, seen DATE, "
        "nickname VARCHAR(40))",
        "CREATE TABLE wish (id INTEGER PRIMARY KEY, number VARCHAR(20), seen DATE, "
        "wish VARCHAR(40))",
        "INSERT INTO member VALUES (1, ' a-1'), (2, 'B-2'), (3, 'c-3'), (4, 'd-4'), (5, 'none')",
        *(
            f"INSERT INTO profile VALUES ({id}, {member}, '{seen}', 'n')"
            for id, member, seen in (
                (1, 1, "2020-01-02"),
                (2, 2, "2020-01-02"),
                (3, 3, "2020-01-02"),  # their address was erased
                (4, 4, "2020-01-02"),  # what is there is no address
                (5, 5, "2020-01-02"),  # no customer of that number
                (6, 1, "2026-01-02"),
            )
        ),
        "INSERT INTO wish VALUES (1, 'A-1', '2019-05-06', 'tea')",
        "INSERT INTO wish VALUES (2, 'a-1 ', '2018-05-06', 'cake')",
    )
    found.sql(
        "crm",
        "CREATE TABLE customer (id INTEGER PRIMARY KEY, number TEXT, seen DATE, email TEXT, "
        "second TEXT)",
        f"INSERT INTO customer VALUES (1, 'A-1', '2026-01-01', '{ANN}', NULL)",
        f"INSERT INTO customer VALUES (2, 'b-2', '2026-01-01', '', '{BEN}')",
        "INSERT INTO customer VALUES (3, 'c-3', '2026-01-01', 'gone-3@erased.example', NULL)",
        "INSERT INTO customer VALUES (4, 'd-4', '2026-01-01', 'by phone only', NULL)",
    )
    return found


def apply(at: Place, now: datetime, mail: Sink | None) -> Outcome:
    later = Place(at.urls, POLICY, MAP, at.ledger, now)
    mailer = mail.mailer() if mail is not None else None
    return apply_plan(
        later.plan(), later.setting(), at.ledger, lambda: now, by="dpo", mailer=mailer
    )


def test_one_letter_to_a_person_whose_address_is_elsewhere(at: Place, mail: Sink) -> None:
    plan = at.plan()
    invited = {step.table: step.counts for step in plan.steps if step.kind == "send-invitations"}
    assert {name: (c.rows, c.persons) for name, c in invited.items() if c} == {
        "profile": (2, 2),
        "wish": (2, 1),
    }
    (notice,) = (n for n in plan.notices if n.code == "invitation-without-address")
    assert (notice.severity, notice.store, notice.table) == ("warning", "shop", "profile")
    assert notice.message.startswith("3 rows wait")

    outcome = apply(at, NOW, mail)

    assert (outcome.invited, outcome.waiting) == (2, 0)
    assert mail.reached == [ANN, BEN]
    assert str(mail.letters[0].get_payload()).strip() == "Sign in to keep your data."
    warned = {(w.table, w.key) for w in read_facts(at.ledger, ORG, NOW).warnings}
    assert warned == {("profile", (1,)), ("profile", (2,)), ("wish", (1,)), ("wish", (2,))}
    assert apply(at, NOW + timedelta(days=1), mail).invited == 0
    assert mail.reached == [ANN, BEN]

    at.sql("shop", "UPDATE profile SET seen = '2026-12-01' WHERE id = 2")
    apply(at, NOW + timedelta(days=30), mail)
    assert at.rows("shop", "SELECT id FROM profile ORDER BY id") == [(2,), (3,), (4,), (5,), (6,)]
    assert at.rows("shop", "SELECT id FROM wish") == []


def test_what_the_server_refuses_waits_and_nothing_falls_due(at: Place, mail: Sink) -> None:
    mail.refused.add(ANN)
    outcome = apply(at, NOW, mail)
    assert (outcome.invited, outcome.waiting) == (1, 1)
    outcome = apply(at, NOW + timedelta(days=30), None)
    assert (outcome.invited, outcome.waiting) == (0, 1)
    assert at.rows("shop", "SELECT id FROM wish ORDER BY id") == [(1,), (2,)]
    assert at.rows("shop", "SELECT id FROM profile WHERE id < 3") == [(1,)]

    mail.refused.clear()
    assert apply(at, NOW + timedelta(days=31), mail).invited == 1
    assert mail.reached == [ANN, BEN]
    apply(at, NOW + timedelta(days=60), mail)
    assert at.rows("shop", "SELECT id FROM wish ORDER BY id") == [(1,), (2,)]
    apply(at, NOW + timedelta(days=61), mail)
    assert at.rows("shop", "SELECT id FROM wish") == []


def test_check_says_who_can_never_be_invited(at: Place, mail: Sink) -> None:
    report = check(at.setting(), read_facts(at.ledger, ORG, NOW), NOW)
    found = {one.table: (one.rows, one.unreachable) for one in report.waiting}
    assert found == {"profile": (5, 3), "wish": (2, 0)}
    assert not report.clean
    told = {one["table"]: one["why"] for one in check_json(report)["waiting"]}
    assert "email, second" in told["profile"]
    assert told["wish"] == ""


def test_a_person_without_any_address_column_is_reported(
    sqlite_url: str, tmp_path: Path, ledger: Ledger
) -> None:
    bare = MAP.replace("identity: email", "identity: login")
    bare = bare.replace("compare: email", "compare: text")
    urls = {"shop": sqlite_url, "crm": empty_sqlite(tmp_path / "crm.db")}
    at = Place(urls, POLICY, bare, ledger, NOW)
    at.sql(
        "shop",
        "CREATE TABLE member (id INTEGER PRIMARY KEY, number TEXT)",
        "CREATE TABLE profile (id INTEGER PRIMARY KEY, member INTEGER, seen DATE, nickname TEXT)",
        "CREATE TABLE wish (id INTEGER PRIMARY KEY, number TEXT, seen DATE, wish TEXT)",
        "INSERT INTO wish VALUES (1, 'a-1', '2019-05-06', 'tea')",
    )
    at.sql(
        "crm",
        "CREATE TABLE customer (id INTEGER PRIMARY KEY, number TEXT, seen DATE, email TEXT, "
        "second TEXT)",
    )
    plan = at.plan()
    assert plan.steps == ()
    (notice,) = (n for n in plan.notices if n.code == "invitation-without-address")
    assert "'customer'" in notice.help
    (waiting,) = check(at.setting(), read_facts(ledger, ORG, NOW), NOW).waiting
    assert (waiting.rows, waiting.unreachable, waiting.columns) == (1, 1, ())
