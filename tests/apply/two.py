"""Small policies and maps for tests of cycles, archives and evidence across stores."""

from __future__ import annotations

from datetime import UTC, datetime

import sqlalchemy as sa

from apply.fire import engine_of
from troth.apply.outcome import Outcome
from troth.apply.planning import Setting, make_plan
from troth.apply.run import apply_plan
from troth.datamap.load import parse_map
from troth.ledger.facts import read_facts
from troth.ledger.ledger import Ledger
from troth.ledger.plans import approve_plan
from troth.plan.model import Limits, Plan
from troth.policy.load import parse_policy
from troth.stores.opening import open_store

ORG = "small"


def policy(events: list[str], retention: str) -> str:
    listed = "\n".join(f"  {name}: {{label: {name}, clauses: [B-1]}}" for name in events)
    return f"""
troth: 1
organisation: {ORG}
title: Privacy of something small
zone: Europe/Paris
since: 2000-01-01
financial_year_ends: "12-31"
versions: [{{id: "1", effective: 2020-01-01, clauses: [A-1]}}]
controllers: {{shop: {{name: Small Shop, clauses: [A-1]}}}}
subjects: {{customer: {{label: Customer, clauses: [A-2]}}}}
categories:
  contact: {{label: Contact data, clauses: [A-3]}}
places:
  shop: {{label: shop, clauses: [A-4]}}
  crm: {{label: crm, clauses: [A-4]}}
  vault: {{label: vault, kind: archive, clauses: [A-4]}}
events:
{listed}
activities:
  sales:
    purpose: Selling
    controllers: [shop]
    subjects: [customer]
    categories: [contact]
    legal_bases: [{{kind: contract, contract: the sale, clauses: [C-1]}}]
    retention:
{retention}
    clauses: [C-1]
"""


AFTER = """
      - id: {event}-years
        promise: Data goes {years} years after {event}.
        period: P{years}Y
        after: {event}
        clauses: [C-2]
"""

ORDERS_MAP = """
troth: 1
stores:
  shop:
    tables:
      orders:
        key: [id]
        roles: {customer: {subject: customer}}
        columns: {id: , customer: , day: , address: {category: contact}}
        relations:
          customer: {columns: [customer], references: crm.customer}
        events: {last-order: {column: day}}
  crm:
    tables:
      customer:
        key: [id]
        roles: {customer: {subject: customer}}
        columns: {id: , name: {category: contact}, debt: }
        events:
          last-order: {related: ["<shop.orders.customer"], day: {column: day}, none: unknown}
        protect: {column: debt, is: 1}
"""


class Place:
    """Stores with raw tables, a map over them, and a ledger."""

    def __init__(
        self, urls: dict[str, str], policy_text: str, map_text: str, ledger: Ledger, now: datetime
    ) -> None:
        self.urls, self.ledger, self.now = urls, ledger, now
        self.policy = parse_policy(policy_text, "policy.yaml")
        self.map, _ = parse_map(map_text, "map.yaml", self.policy)

    def sql(self, store: str, *statements: str) -> None:
        with engine_of(self.urls[store]).begin() as connection:
            for statement in statements:
                connection.exec_driver_sql(statement)

    def rows(self, store: str, query: str) -> list[tuple[object, ...]]:
        with engine_of(self.urls[store]).connect() as connection:
            return [tuple(row) for row in connection.execute(sa.text(query))]

    def setting(self) -> Setting:
        stores = {name: open_store(name, url, purpose="write") for name, url in self.urls.items()}
        return Setting(
            self.policy,
            self.map,
            stores,
            Limits(batch_rows=2, walk_rows=2, batch_parents=2),
            lambda _: self.now,
        )

    def plan(self) -> Plan:
        plan = make_plan(self.setting(), read_facts(self.ledger, ORG, self.now), self.now)
        with self.ledger.writing(ORG) as writing:
            until = datetime(2100, 1, 1, tzinfo=UTC)
            approve_plan(writing, plan.digest(), by="dpo", at=self.now, expires_at=until)
        return plan

    def apply(self, plan: Plan | None = None) -> Outcome:
        found = plan if plan is not None else self.plan()
        return apply_plan(found, self.setting(), self.ledger, lambda: self.now, by="dpo")
