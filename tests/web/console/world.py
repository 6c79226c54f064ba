"""A practice with a shop: its database, its desk, and requests at every stage, for the pages."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import sqlalchemy as sa

from troth.apply.check import check
from troth.apply.forecast import forecast
from troth.apply.planning import Setting, make_plan
from troth.desk.intake.entered import Entered, take_in
from troth.desk.overview import checked, plans
from troth.desk.standing.record import assign
from troth.desk.workflow.identity import accept_identity
from troth.desk.workflow.office import Office
from troth.desk.workflow.scope import record_act
from troth.grounds.facts import Identifier
from troth.ledger.breaches import open_breach
from troth.ledger.facts import read_facts
from troth.ledger.holds import add_hold
from troth.stores.opening import open_store
from troth.web.console.desks import OpenDesk

NOON = datetime(2026, 11, 26, 12, tzinfo=UTC)
ORG = "corner-practice"

POLICY = """
troth: 1
organisation: corner-practice
title: Privacy at the corner practice
languages: [en, fr]
zone: Europe/Paris
since: 2000-01-01
financial_year_ends: "12-31"
versions:
  - {id: "1", effective: 2020-01-01, clauses: [A-1]}
  - {id: "2", effective: 2025-06-01, change: better, clauses: [A-1]}
controllers: {practice: {name: Corner Practice, country: FR, clauses: [A-1]}}
subjects: {patient: {label: Patient, clauses: [A-2]}}
categories:
  contact: {label: Contact data, clauses: [A-3]}
  order: {label: Order data, clauses: [A-3]}
  log: {label: Connection log, clauses: [A-3]}
  answers: {label: Answers about health, special: health, clauses: [A-4]}
events:
  last-order: {label: Last order, clauses: [B-1]}
  log-entry: {label: Log entry, clauses: [B-3]}
places:
  shop: {label: Shop, clauses: [F-1]}
  paper: {label: Paper archive, reached: human, clauses: [F-2]}
activities:
  sales:
    purpose: Selling supports and insoles
    controllers: [practice]
    subjects: [patient]
    categories: [contact, order]
    legal_bases: [{kind: legitimate-interests, interest: serving customers, clauses: [C-1]}]
    retention:
      - id: sales-five-years
        promise: Customer data goes five years after the last order.
        period: P5Y
        after: last-order
        clauses: [C-2]
    clauses: [C-1]
  advice:
    purpose: Advising by what patients answer
    controllers: [practice]
    subjects: [patient]
    categories: [answers]
    legal_bases: [{kind: contract, contract: the consultation, clauses: [D-1]}]
    special_conditions: [{article: "9(2)(h)", detail: care, clauses: [D-1]}]
    retention:
      - id: answers-ten-years
        promise: Answers go ten years after the last order.
        period: P10Y
        after: last-order
        clauses: [D-2]
    clauses: [D-1]
  security:
    purpose: Finding attacks
    controllers: [practice]
    subjects: [patient]
    categories: [log]
    legal_bases: [{kind: legitimate-interests, interest: security, clauses: [E-1]}]
    retention:
      - id: logs-one-year
        promise: Log lines go after twelve months.
        period: P12M
        after: log-entry
        clauses: [E-2]
    clauses: [E-1]
"""

MAP = """
troth: 1
stores:
  shop:
    place: shop
    tables:
      customer:
        key: [id]
        roles: {patient: {subject: patient}}
        columns:
          id:
          email: {category: contact, identity: email, compare: email}
          name: {category: contact}
          answers: {category: answers}
        events:
          last-order: {related: ["<orders.customer"], day: {column: ordered_on}, none: unknown}
      orders:
        key: [id]
        roles: {patient: {subject: patient, person: [customer]}}
        columns:
          id:
          customer_id:
          ordered_on:
          address: {category: order}
        relations:
          customer: {columns: [customer_id], references: customer, declared: true}
        events:
          last-order: {of: [customer]}
      log:
        key: [id]
        roles: {patient: {subject: patient}}
        columns:
          id:
          at:
          ip: {category: log}
        events:
          log-entry: {column: at}
"""

_TABLES = (
    "CREATE TABLE customer (id INTEGER PRIMARY KEY, email VARCHAR(120), name VARCHAR(120), "
    "answers VARCHAR(200))",
    "CREATE TABLE orders (id INTEGER PRIMARY KEY, customer_id INTEGER REFERENCES customer (id), "
    "ordered_on DATE, address VARCHAR(120))",
    "CREATE INDEX orders_customer ON orders (customer_id)",
    "CREATE TABLE log (id INTEGER PRIMARY KEY, at TIMESTAMP, ip VARCHAR(40))",
)


def make_project(folder: Path) -> Path:
    """The project's folder with its database: a patient of this year, one of long ago."""
    file = folder / "shop.sqlite"
    engine = sa.create_engine(f"sqlite:///{file}")
    with engine.begin() as connection:
        for statement in _TABLES:
            connection.exec_driver_sql(statement)
        people = [
            (1, "anna@mail.example", "Anna Berg", "knee pain since May"),
            (2, "old@mail.example", "Otto Old", "back"),
            (3, "zoe@mail.example", "Zoe Lefevre", "none"),
        ]
        connection.exec_driver_sql("INSERT INTO customer VALUES (?, ?, ?, ?)", people)
        orders = [
            (1, 1, "2026-10-01", "1 Mill Lane"),
            (2, 2, "2014-01-01", "2 Mill Lane"),
            (3, 3, "2026-11-01", "3 Mill Lane"),
        ]
        connection.exec_driver_sql("INSERT INTO orders VALUES (?, ?, ?, ?)", orders)
        logs = [
            (n, f"{year}-03-01 10:00:00", f"192.0.2.{n}")
            for n, year in enumerate((2023, 2024, 2026, 2026, 2026), 1)
        ]
        connection.exec_driver_sql("INSERT INTO log VALUES (?, ?, ?)", logs)
    engine.dispose()
    (folder / "policy.yaml").write_text(POLICY, encoding="utf-8")
    (folder / "map.yaml").write_text(MAP, encoding="utf-8")
    (folder / "troth.yaml").write_text(
        "troth: 1\nstores: {shop: 'sqlite:///shop.sqlite'}\nledger: ledger.sqlite\n",
        encoding="utf-8",
    )
    return folder


def entered(right: str, received: date, *, email: str, name: str, words: str = "") -> Entered:
    return Entered(right, "post", received, "en", email=email, name=name, words=words)


def fill(desk: OpenDesk, now: datetime = NOON) -> dict[str, str]:
    """Requests at several stages, a check, a plan, a hold, a breach; the numbers by name."""
    today = now.date()
    policy = desk.policy
    numbers: dict[str, str] = {}
    with desk.ledger.writing(ORG) as writing:
        for name, right, days in (
            ("late", "access", 40),
            ("due", "erasure", 29),
            ("known", "erasure", 20),
            ("fresh", "access", 0),
            ("marketing", "objection", 5),
        ):
            one = entered(
                right,
                today - timedelta(days=days),
                email="zoe@mail.example" if name == "known" else "anna@mail.example",
                name="Zoe Lefevre" if name == "known" else "Anna Berg",
                words="I would like to see what you hold about me, please.",
            )
            numbers[name] = take_in(writing, policy, one, by="ben", now=now)
        assign(writing, policy, numbers["late"], "ben", by="dpo", at=now)
        add_hold(
            writing,
            case="2026/17",
            reason="Unpaid invoice",
            by="dpo",
            at=now,
            persons=[Identifier("email", "zoe@mail.example")],
            review_on=today + timedelta(days=90),
        )
        open_breach(writing, now - timedelta(hours=20), by="dpo", at=now)
    _identified(desk, numbers["known"], now)
    _looked(desk, now)
    return numbers


def setting_of(desk: OpenDesk) -> Setting:
    """The open stores of the desk's project."""
    project = desk.project()
    stores = {
        name: open_store(name, project.stores[name].reveal(), purpose="write")
        for name in project.map.stores
    }
    return Setting(project.policy, project.map, stores, project.limits)


def office_of(desk: OpenDesk) -> Office:
    return Office(desk.ledger, desk.policy, desk.project().map, desk.key, setting=setting_of(desk))


def _identified(desk: OpenDesk, number: str, now: datetime) -> None:
    office = office_of(desk)
    accept_identity(office, number, "known", reason="called back", by="ben", now=now)
    record_act(office, number, by="ben", now=now)


def _looked(desk: OpenDesk, now: datetime) -> None:
    """A check and a plan, kept as the night keeps them."""
    setting = setting_of(desk)
    facts = read_facts(desk.ledger, ORG, now)
    report, coming = check(setting, facts, now), forecast(setting, facts, now)
    made = make_plan(setting, facts, now)
    with desk.ledger.writing(ORG) as writing:
        checked.keep(writing, report, coming)
        plans.keep(writing, made, by="troth", at=now)
