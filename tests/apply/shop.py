"""A small shop with one policy, for tests that run the whole engine on a database."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime

import sqlalchemy as sa

from troth.apply.planning import Setting
from troth.datamap.load import parse_map
from troth.ledger.ledger import Ledger
from troth.ledger.plans import approve_plan
from troth.plan.model import Limits, Plan
from troth.policy.load import parse_policy
from troth.stores.opening import open_store

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
categories:
  contact: {label: Contact data, clauses: [A-3]}
  order: {label: Order data, clauses: [A-3]}
  invoice: {label: Accounting papers, clauses: [A-3]}
  log: {label: Connection log, clauses: [A-3]}
events:
  last-order: {label: Last order, clauses: [B-1]}
  financial-year-end: {label: End of the financial year, clauses: [B-2]}
  log-entry: {label: Log entry, clauses: [B-3]}
activities:
  sales:
    purpose: Selling
    controllers: [shop]
    subjects: [customer]
    categories: [contact, order]
    legal_bases: [{kind: contract, contract: the sale, clauses: [C-1]}]
    retention:
      - id: sales-five-years
        promise: Customer data goes five years after the last order.
        period: P5Y
        after: last-order
        clauses: [C-2]
    clauses: [C-1]
  accounting:
    purpose: Keeping the books
    controllers: [shop]
    subjects: [customer]
    categories: [invoice]
    legal_bases: [{kind: legal-obligation, statute: Commercial code, clauses: [D-1]}]
    retention:
      - id: books-ten-years
        promise: Invoices stay ten years from the end of the financial year.
        period: P10Y
        after: financial-year-end
        bound: both
        clauses: [D-2]
    clauses: [D-1]
  security:
    purpose: Finding attacks
    controllers: [shop]
    subjects: [customer]
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
    tables:
      customer:
        key: [id]
        roles: {customer: {subject: customer}}
        columns:
          id:
          email: {category: contact, identity: email, compare: email}
          name: {category: contact}
        events:
          last-order: {related: ["<orders.customer"], day: {column: ordered_on}, none: unknown}
      orders:
        key: [id]
        roles: {customer: {subject: customer, person: [customer]}}
        columns:
          id:
          customer_id:
          ordered_on:
          address: {category: order}
        relations:
          customer: {columns: [customer_id], references: customer, declared: true}
        events:
          last-order: {of: [customer]}
      line:
        key: [id]
        because: goods, nothing about a person
        columns: {id: , order_id: , goods: }
        relations:
          order: {columns: [order_id], references: orders, declared: true, part_of: true}
      invoice:
        key: [id]
        roles: {customer: {subject: customer, person: [customer]}}
        columns:
          id:
          customer_id:
          issued_on:
          billed_to: {category: invoice}
        relations:
          customer: {columns: [customer_id], references: customer, declared: true}
        events:
          financial-year-end: {financial_year_end_of: {column: issued_on}}
      log:
        key: [id]
        roles: {customer: {subject: customer}}
        columns:
          id:
          at:
          ip: {category: log}
        events:
          log-entry: {column: at}
"""

metadata = sa.MetaData()
customer = sa.Table(
    "customer",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("email", sa.String(120)),
    sa.Column("name", sa.String(120)),
)
orders = sa.Table(
    "orders",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("customer_id", sa.ForeignKey("customer.id"), index=True),
    sa.Column("ordered_on", sa.Date),
    sa.Column("address", sa.String(120)),
)
line = sa.Table(
    "line",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("order_id", sa.ForeignKey("orders.id"), nullable=False, index=True),
    sa.Column("goods", sa.String(40)),
)
invoice = sa.Table(
    "invoice",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("customer_id", sa.ForeignKey("customer.id"), index=True),
    sa.Column("issued_on", sa.Date),
    sa.Column("billed_to", sa.String(120)),
)
log = sa.Table(
    "log",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("at", sa.DateTime),
    sa.Column("ip", sa.String(40)),
)


@dataclass(frozen=True)
class Shop:
    """The shop's database, its setting and its ledger, at a fixed instant."""

    engine: sa.Engine
    setting: Setting
    ledger: Ledger
    now: datetime

    def clock(self) -> datetime:
        return self.now

    def rows(self, table: sa.Table) -> list[dict[str, object]]:
        with self.engine.connect() as connection:
            found = connection.execute(sa.select(table).order_by(*table.primary_key))
            return [dict(row._mapping) for row in found]

    def ids(self, table: sa.Table) -> list[object]:
        return [row["id"] for row in self.rows(table)]

    def insert(self, table: sa.Table, *rows: dict[str, object]) -> None:
        with self.engine.begin() as connection:
            connection.execute(sa.insert(table), list(rows))

    def approve(self, plan: Plan) -> Plan:
        with self.ledger.writing(plan.organisation) as writing:
            approve_plan(
                writing,
                plan.digest(),
                by="dpo",
                at=self.now,
                expires_at=datetime(2100, 1, 1, tzinfo=UTC),
            )
        return plan


def open_shop(url: str, ledger: Ledger, now: datetime, *, limits: Limits | None = None) -> Shop:
    """An empty shop at `url`, with its tables."""
    address = (
        url.replace("postgresql://", "postgresql+psycopg://")
        .replace("mysql://", "mysql+pymysql://")
        .replace("mariadb://", "mysql+pymysql://")
    )
    engine = sa.create_engine(address)
    metadata.create_all(engine)
    policy = parse_policy(POLICY, "policy.yaml")
    datamap, _ = parse_map(MAP, "map.yaml", policy)
    store = open_store("shop", url, purpose="write")
    setting = Setting(policy, datamap, {"shop": store}, limits or Limits(), lambda _: now)
    return Shop(engine, setting, ledger, now)
