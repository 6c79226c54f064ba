"""A shop whose customers have a right to restriction, on a fresh database."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any

import sqlalchemy as sa

from troth.apply.planning import Setting
from troth.apply.restriction.enforce import restrict
from troth.apply.restriction.lift import lift
from troth.apply.restriction.model import Conflicts, Office, Outcome
from troth.datamap.load import parse_map
from troth.ledger.entries import read_entries
from troth.ledger.ledger import Ledger
from troth.ledger.restrictions import RestrictedRow
from troth.plan.model import Limits
from troth.policy.load import parse_policy
from troth.stores.opening import open_store

NOW = datetime(2026, 6, 10, 9, 0, tzinfo=UTC)
ORG = "corner-shop"
MARK = "Do not use - Right to restriction"

POLICY = """
troth: 1
organisation: corner-shop
title: Privacy at the corner shop
zone: Europe/Paris
since: 2000-01-01
financial_year_ends: "12-31"
versions: [{id: "1", effective: 2020-01-01, clauses: [A-1]}]
controllers: {shop: {name: Corner Shop, clauses: [A-1]}}
subjects: {customer: {label: Customer, clauses: [A-2]}}
categories: {contact: {label: Contact data, clauses: [A-3]}}
events: {last-seen: {label: Last seen, clauses: [B-1]}}
activities:
  sales:
    purpose: Selling
    controllers: [shop]
    subjects: [customer]
    categories: [contact]
    legal_bases: [{kind: contract, contract: the sale, clauses: [C-1]}]
    retention:
      - id: three-years
        promise: Customer data goes three years after they were last seen.
        period: P3Y
        after: last-seen
        clauses: [C-2]
    clauses: [C-1]
rights:
  restriction:
    right: restriction
    promise: Data is set aside and not used
    deadline: P1M
    warning: P3D
    refused_on:
      [consent, legal-claims, rights-of-others, important-public-interest, legal-obligation]
    clauses: [F-1]
"""

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
          name: {category: contact, erased: {form: value, value: erased}}
          email: {category: contact, identity: email, compare: email}
          phone: {category: contact}
          status:
          seen_on:
          born_as:
        events:
          last-seen: {column: seen_on}
        immutable: [born_as]
"""

TABLE = """CREATE TABLE customer (
    id INTEGER PRIMARY KEY, name VARCHAR(80) NOT NULL, email VARCHAR(120), phone VARCHAR(40),
    status VARCHAR(20), seen_on DATE, born_as VARCHAR(40))"""

ANN = {
    "id": 1,
    "name": "Ann Dupont",
    "email": "ann@mail.example",
    "phone": "+33 6 12 34 56 78",
    "status": "gold",
    "seen_on": "2026-05-01",
    "born_as": "r-1",
}
BEN = ANN | {"id": 2, "name": "Ben", "email": "ben@mail.example", "phone": None, "born_as": "r-2"}


@dataclass(frozen=True)
class World:
    """The office of a shop, and an engine of the test's own."""

    office: Office
    engine: sa.Engine

    def execute(self, *statements: str) -> None:
        with self.engine.begin() as connection:
            for statement in statements:
                connection.exec_driver_sql(statement.replace("%", "%%"))

    def rows(self, table: str = "customer", where: str = "1 = 1") -> list[dict[str, Any]]:
        with self.engine.connect() as connection:
            found = connection.execute(sa.text(f"SELECT * FROM {table} WHERE {where} ORDER BY 1"))
            return [dict(row._mapping) for row in found]

    def row(self, id: int = 1) -> dict[str, Any]:
        (found,) = self.rows(where=f"id = {id}")
        return found

    def at(self, now: datetime) -> World:
        return replace(self, office=replace(self.office, now=now))

    def with_roles(self, *roles: str) -> World:
        return replace(self, office=replace(self.office, roles={"shop": roles}))

    def restrict(self, *keys: int, columns: Iterable[str] = (), **more: Any) -> Outcome:
        rows = [RestrictedRow("shop", "customer", (key,), tuple(columns)) for key in keys]
        return restrict(self.office, rows, **({"ground": "accuracy", "by": "dpo"} | more))

    def lift(self, restriction: str, conflicts: Conflicts = "report", **more: Any) -> Outcome:
        told = {"reason": "settled", "by": "dpo", "told_on": NOW.date().replace(day=1)}
        return lift(self.office, restriction, conflicts=conflicts, **(told | more))

    def journal(self, kind: str) -> list[Any]:
        with self.office.ledger.reading(ORG) as reading:
            return [entry.payload for entry in read_entries(reading, kind=kind)]


def engine_of(url: str) -> sa.Engine:
    address = url.replace("postgresql://", "postgresql+psycopg://")
    return sa.create_engine(
        address.replace("mysql://", "mysql+pymysql://").replace("mariadb://", "mysql+pymysql://")
    )


def open_world(
    url: str, ledger: Ledger, *, tables: Iterable[str] = (TABLE,), datamap: str = MAP
) -> World:
    """A shop at `url` with its tables, empty."""
    engine = engine_of(url)
    with engine.begin() as connection:
        for statement in tables:
            connection.exec_driver_sql(statement.replace("%", "%%"))
    policy = parse_policy(POLICY, "policy.yaml")
    parsed, _ = parse_map(datamap, "map.yaml", policy)
    store = open_store("shop", url, purpose="write")
    setting = Setting(policy, parsed, {"shop": store}, Limits(), lambda _: NOW)
    return World(Office(setting, ledger, ORG, NOW), engine)


def insert(world: World, *rows: dict[str, Any], table: str = "customer") -> None:
    for row in rows:
        names = ", ".join(row)
        binds = ", ".join(f":{name}" for name in row)
        with world.engine.begin() as connection:
            connection.execute(sa.text(f"INSERT INTO {table} ({names}) VALUES ({binds})"), row)
