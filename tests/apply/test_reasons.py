"""Reasons of unknown rows are told to the promise whose rows they are."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from datetime import UTC, datetime

from apply.shop import POLICY
from troth.apply.check import check
from troth.apply.planning import Setting
from troth.datamap.load import parse_map
from troth.grounds.facts import Facts
from troth.policy.load import parse_policy
from troth.stores.opening import open_store

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)

TWO_KINDS = """
subjects:
  customer: {label: Customer, clauses: [A-2]}
  reader: {label: Reader, clauses: [A-2]}
"""
READING = """
  reading:
    purpose: Writing to readers
    controllers: [shop]
    subjects: [reader]
    categories: [log]
    legal_bases: [{kind: contract, contract: the letter, clauses: [F-1]}]
    retention:
      - id: readers-one-year
        promise: Readers go a year after they subscribed.
        period: P1Y
        after: last-order
        clauses: [F-1]
    clauses: [F-1]
"""

MAP = """
troth: 1
stores:
  shop:
    tables:
      setting:
        key: [id]
        roles:
          customer: {subject: customer, when: {not: {column: kind, is: letter}}}
          reader: {subject: reader, when: {column: kind, is: letter}}
        columns: {id: , kind: , seen: , since: , value: log}
        events:
          log-entry: {column: seen}
          last-order: {column: since}
"""


def test_a_promise_is_told_the_reasons_of_its_own_rows(sqlite_url: str) -> None:
    with closing(sqlite3.connect(sqlite_url.removeprefix("sqlite:///"))) as shop, shop:
        shop.execute(
            "CREATE TABLE setting (id INTEGER PRIMARY KEY, kind TEXT, seen DATE, since DATE,"
            " value TEXT)"
        )
        shop.execute(
            "INSERT INTO setting VALUES (1, 'theme', NULL, '2026-01-01', 'v'),"
            " (2, 'letter', '2026-01-01', NULL, 'v'), (3, 'letter', NULL, NULL, 'v')"
        )
    text = POLICY.replace("subjects: {customer: {label: Customer, clauses: [A-2]}}", TWO_KINDS)
    policy = parse_policy(text.rstrip() + READING, "policy.yaml")
    datamap, _ = parse_map(MAP, "map.yaml", policy)
    store = open_store("shop", sqlite_url, purpose="read")

    report = check(Setting(policy, datamap, {"shop": store}, clocks=lambda _: NOW), Facts(), NOW)

    told = {
        state.promise.id: [(each.code, each["column"], each.rows) for each in one.reasons]
        for state in report.promises
        for one in state.findings
    }
    assert told == {
        "logs-one-year": [("event-null", "seen", 1)],
        "readers-one-year": [("event-null", "since", 2)],
    }
