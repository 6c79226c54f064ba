"""Events that rules wait for are found in the table, its parent, or the rows that lead to it."""

from __future__ import annotations

from datetime import date, datetime
from random import Random

from troth.discover.lexicon import Lexicon
from troth.discover.needed import bind_needed_events
from troth.discover.survey import Settings, survey
from troth.policy.load import parse_policy

from .fakes import MemorySampler, schema_of

TODAY = date(2026, 3, 2)
POLICY = """
troth: 1
organisation: shop
title: A shop
zone: Europe/Paris
since: 2015-01-01
financial_year_ends: 12-31
versions: [{id: v1, effective: 2020-01-01, clauses: ["1"]}]
controllers: {shop: {name: Shop, clauses: ["1"]}}
subjects: {customer: {label: Customers, clauses: ["1"]}}
categories:
  identity: {label: Identity, clauses: ["1"]}
  contact: {label: E-mail and telephone, clauses: ["1"]}
  order: {label: Orders, clauses: ["1"]}
  message: {label: Messages, clauses: ["1"]}
events:
  last-order: {label: The last order of the customer, clauses: ["1"]}
  account-closed: {label: The account is closed, clauses: ["1"]}
activities:
  sales:
    purpose: Selling
    controllers: [shop]
    subjects: [customer]
    categories: [identity, contact, order, message]
    legal_bases: [{kind: contract, clauses: ["1"]}]
    clauses: ["1"]
    retention:
      - {id: r1, promise: Three years after the last order, period: P3Y, after: last-order,
         clauses: ["1"]}
"""
DDL = {
    "customers": "id INTEGER PRIMARY KEY, email VARCHAR(90), last_name VARCHAR(50)",
    "orders": "id INTEGER PRIMARY KEY, customer_id INTEGER NOT NULL, ordered_at TIMESTAMP",
    "notes": "id INTEGER PRIMARY KEY, customer_id INTEGER NOT NULL, message TEXT",
}
DAY = datetime(2024, 5, 6, 7, 8)  # noqa: DTZ001 - a column without a time zone
ROWS = {
    "customers": [(n, f"c{n}@mail.example", "Aubry") for n in range(30)],
    "orders": [(n, n % 30, DAY) for n in range(90)],
    "notes": [(n, n, "call back about the new catalogue soon") for n in range(30)],
}


def test_the_last_order_is_looked_for_where_orders_are(lexicon: Lexicon) -> None:
    policy = parse_policy(POLICY, "policy.yaml")
    settings = Settings(lexicon, TODAY, Random(1), policy)
    found = survey(schema_of(DDL), MemorySampler(ROWS), settings)
    (bound,) = bind_needed_events([found], policy, lexicon, TODAY)
    events = {t.schema.name: {e.event: e for e in t.events} for t in bound.tables}
    assert events["customers"]["last-order"].related == "<orders.customer"
    assert events["customers"]["last-order"].column == "ordered_at"
    assert events["notes"]["last-order"].of == ("customer",)
    assert events["customers"]["last-order"].doubtful


def test_an_event_that_nothing_shows_is_said(lexicon: Lexicon) -> None:
    policy = parse_policy(POLICY.replace("after: last-order", "after: account-closed"), "p.yaml")
    settings = Settings(lexicon, TODAY, Random(1), policy)
    found = survey(schema_of(DDL), MemorySampler(ROWS), settings)
    (bound,) = bind_needed_events([found], policy, lexicon, TODAY)
    notes = {t.schema.name: " ".join(t.notes) for t in bound.tables}
    assert "account-closed" in notes["customers"]
