"""Sessions of customers end with a breach of their passwords, by the policy's rule on them."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from troth.apply.planning import Setting
from troth.datamap.load import parse_map
from troth.desk.breaches.customers import shut_customers_out
from troth.desk.breaches.steps import note
from troth.errors import Refused
from troth.ledger.breaches import find_breach, open_breach
from troth.ledger.ledger import Ledger, open_ledger
from troth.ledger.verify import verify
from troth.plan.model import Limits
from troth.policy.load import parse_policy
from troth.stores.opening import open_store
from web.console.world import ORG, POLICY

EVENTS = """
events:
  last-use: {label: Last use of a session, clauses: [B-4]}
  ways-in-shut: {label: Ways in were shut, clauses: [B-5]}
"""
SESSIONS = """
  signing-in:
    purpose: Letting customers in
    controllers: [practice]
    subjects: [patient]
    categories: [session]
    legal_bases: [{kind: contract, contract: the account, clauses: [S-1]}]
    retention:
      - id: sessions
        promise: A session goes thirty days after its last use, or at once when we shut it.
        earliest: [{period: P30D, after: last-use}, {period: P0D, after: ways-in-shut}]
        clauses: [S-2]
    clauses: [S-1]
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
          ordered_on:
        events:
          last-order: {column: ordered_on, absent: not-yet}
          log-entry: {column: ordered_on, absent: not-yet}
      reader:
        key: [id]
        roles: {patient: {subject: patient}}
        columns:
          id:
          mail: {category: contact, identity: email, compare: email}
          ordered_on:
        events:
          last-order: {column: ordered_on, absent: not-yet}
      session:
        key: [id]
        roles: {patient: {subject: patient, person: [customer]}}
        columns:
          id:
          token: {category: session}
          customer_id:
          used_on:
        relations:
          customer: {columns: [customer_id], references: customer, declared: true}
        events:
          last-use: {column: used_on}
          ways-in-shut: {fact: ways-in-shut, namespace: email, absent: not-yet}
"""


@dataclass
class Shop:
    setting: Setting
    ledger: Ledger
    file: Path
    now: datetime

    def clock(self) -> datetime:
        self.now += timedelta(seconds=1)
        return self.now

    def sessions(self) -> list[int]:
        """The customers who have a session."""
        with closing(sqlite3.connect(self.file)) as shop:
            rows = shop.execute("SELECT customer_id FROM session ORDER BY customer_id")
            return [one for (one,) in rows]

    def breach(self, *tables: str) -> str:
        with self.ledger.writing(ORG) as writing:
            name = open_breach(writing, self.now, by="dpo", at=self.clock()).id
            if tables:
                note(writing, name, {"tables": list(tables)}, by="dpo", now=self.now)
        return name


@pytest.fixture
def shop(tmp_path: Path) -> Iterator[Shop]:
    text = POLICY.replace("\nevents:\n", EVENTS, 1).replace(
        "\nactivities:\n", f"\nactivities:{SESSIONS}", 1
    )
    text = text.replace(
        "\ncategories:\n", "\ncategories:\n  session: {label: Session, clauses: [S-1]}\n", 1
    )
    policy = parse_policy(text, "policy.yaml")
    datamap, _ = parse_map(MAP, "map.yaml", policy)
    file = tmp_path / "shop.sqlite"
    now = datetime.now(UTC).replace(microsecond=0)
    with closing(sqlite3.connect(file)) as made:
        made.execute("CREATE TABLE customer (id INTEGER PRIMARY KEY, email TEXT, ordered_on DATE)")
        made.execute(
            "CREATE TABLE session (id INTEGER PRIMARY KEY, token TEXT, "
            "customer_id INTEGER REFERENCES customer (id), used_on DATE)"
        )
        made.execute("CREATE TABLE reader (id INTEGER PRIMARY KEY, mail TEXT, ordered_on DATE)")
        made.execute("INSERT INTO reader VALUES (7, '2@MAIL.example', NULL)")
        for key in (1, 2):
            made.execute("INSERT INTO customer VALUES (?, ?, NULL)", (key, f"{key}@mail.example"))
            for device in ("phone", "desk"):
                row = (f"{key}-{device}", key, now.date().isoformat())
                made.execute("INSERT INTO session VALUES (NULL, ?, ?, ?)", row)
        made.commit()
    store = open_store("shop", f"sqlite:///{file}", purpose="write")
    with open_ledger(str(tmp_path / "ledger.sqlite"), at=now) as ledger:
        yield Shop(Setting(policy, datamap, {"shop": store}, Limits()), ledger, file, now)
    store.engine.dispose()


@pytest.mark.clause("PUB-SEC-4")
def test_nobody_in_the_breach_has_a_session_five_minutes_later(shop: Shop) -> None:
    begun = shop.now
    name = shop.breach("shop.customer")
    found = shut_customers_out(shop.setting, shop.ledger, name, by="dpo", clock=shop.clock)
    assert shop.sessions() == []
    assert shop.now - begun < timedelta(minutes=5)
    assert (found.persons, found.rows, found.without) == (2, 4, 0)
    with closing(sqlite3.connect(shop.file)) as rows:  # nothing else of anybody goes
        assert rows.execute("SELECT count(*) FROM customer").fetchone() == (2,)
    with shop.ledger.reading(ORG) as reading:
        measure = find_breach(reading, name).events[-1]
        assert verify(reading).ok
    assert (measure.kind, measure.detail["owner"]) == ("contained", "dpo")
    assert measure.detail["what"] == "sessions of 2 people ended: 4 rows"


@pytest.mark.clause("PUB-SEC-4")
def test_whoever_is_not_in_the_breach_stays_signed_in(shop: Shop) -> None:
    name = shop.breach("shop.reader")
    found = shut_customers_out(shop.setting, shop.ledger, name, by="dpo", clock=shop.clock)
    assert shop.sessions() == [1, 1]
    assert (found.persons, found.rows) == (1, 2)
    again = shut_customers_out(shop.setting, shop.ledger, name, by="dpo", clock=shop.clock)
    assert (again.rows, shop.sessions()) == (0, [1, 1])


def test_a_breach_without_tables_shuts_nobody_out(shop: Shop) -> None:
    with pytest.raises(Refused) as caught:
        shut_customers_out(shop.setting, shop.ledger, shop.breach(), by="dpo", clock=shop.clock)
    assert caught.value.code == "breach-without-tables"
    assert len(shop.sessions()) == 4
