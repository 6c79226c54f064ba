"""A shop on one database, its contacts and its archive on others, and what its people have asked.

Person i is of the kind `KINDS[i % len(KINDS)]`, from which `expected.py` tells what must become of
them. Nothing here knows how the engine decides.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from functools import cache
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from apply import shop as corner
from apply.fire import engine_of
from troth.apply.planning import Setting
from troth.apply.restriction.model import Office
from troth.datamap.load import parse_map
from troth.datamap.model import DataMap
from troth.grounds.facts import Act, Decision, Identifier
from troth.ledger.acts import Verdict, record_acts, record_verdicts
from troth.ledger.facts import read_facts
from troth.ledger.holds import add_hold
from troth.ledger.ledger import Ledger
from troth.ledger.plans import approve_plan
from troth.plan.model import Limits
from troth.policy.load import parse_policy
from troth.policy.model import Policy
from troth.stores.opening import open_store

NOW = datetime(2026, 11, 22, 8, tzinfo=UTC)
FACTS = datetime(2026, 11, 1, tzinfo=UTC)
ORG = "corner-shop"
KINDS = (
    "due",
    "recent",
    "held",
    "billed",
    "archived",
    "erased",
    "erased-billed",
    "objector",
    "opted-out",
    "dead",
    "restricted",
    "lifted",
    "corrected",
    "returning",
)
OLD = ("due", "held", "billed", "archived", "restricted", "returning")
"""Their last order, call and subscription are long past."""

MORE = """
  analysis:
    purpose: Knowing what sells
    controllers: [shop]
    subjects: [customer]
    categories: [profile]
    legal_bases: [{kind: legitimate-interests, interest: better goods, clauses: [G-1]}]
    retention:
      - id: profile-five-years
        promise: Notes go five years after the last call.
        period: P5Y
        after: last-call
        clauses: [G-2]
    clauses: [G-1]
  newsletter:
    purpose: Sending offers
    controllers: [shop]
    subjects: [customer]
    categories: [interest]
    direct_marketing: true
    legal_bases: [{kind: legitimate-interests, interest: offers, clauses: [F-1]}]
    retention:
      - id: offers-three-years
        promise: Offers stop three years after the subscription.
        period: P3Y
        after: subscribed
        clauses: [F-2]
    clauses: [F-1]
places:
  shop: {label: The shop, clauses: [H-1]}
  crm: {label: Contacts, clauses: [H-1]}
  attic: {label: The archive, kind: archive, clauses: [H-1]}
"""
POLICY = (
    corner.POLICY.replace(
        "        period: P5Y\n        after: last-order\n",
        "        latest:\n"
        "          - {period: P5Y, after: last-order}\n"
        "          - {period: P5Y, after: last-call}\n",
    )
    .replace(
        "        bound: both\n",
        "        bound: both\n"
        "        archive: {place: attic, when: {period: P2Y, after: financial-year-end},\n"
        "          readers: [accountant], clauses: [D-3]}\n",
    )
    .replace(
        "events:\n",
        "  profile: {label: Notes, clauses: [A-3]}\n"
        "  interest: {label: Interests, clauses: [A-3]}\n"
        "events:\n"
        "  last-call: {label: Last call, clauses: [B-1]}\n"
        "  subscribed: {label: Subscription, clauses: [B-1]}\n",
        1,
    )
    + MORE
)
MAP = (
    corner.MAP.replace(
        "        events:\n          last-order: {related",
        "        immutable: [joined]\n"
        "        relations:\n"
        "          contact:\n"
        "            {columns: [email], references: crm.contact, to: [email], compare: email}\n"
        "        events:\n"
        "          last-call: {of: [contact]}\n"
        "          last-order: {related",
        1,
    )
    .replace(
        "          name: {category: contact}\n",
        "          name: {category: contact}\n          joined:\n",
        1,
    )
    .replace(
        "          last-order: {of: [customer]}",
        "          last-order: {of: [customer]}\n          last-call: {of: [customer]}",
    )
    .replace(
        "          address: {category: order}\n",
        "          address: {category: order}\n          ship_to: {category: contact}\n",
    )
    + """
  crm:
    tables:
      contact:
        key: [id]
        immutable: [joined]
        roles: {customer: {subject: customer}}
        columns:
          id:
          email: {category: contact, identity: email, compare: email}
          note: {category: profile}
          joined:
          called_on:
        events:
          last-call: {column: called_on}
          last-order:
            related: ["<shop.customer.contact", "<orders.customer"]
            day: {column: ordered_on}
            none: unknown
      reader:
        key: [id]
        roles: {customer: {subject: customer}}
        columns:
          id:
          email: {category: interest, identity: email, compare: email}
          topic: {category: interest}
          since:
        events: {subscribed: {column: since}}
  attic:
    tables:
      invoice:
        key: [id]
        roles: {customer: {subject: customer}}
        columns:
          id:
          customer_id:
          issued_on:
          billed_to: {category: invoice}
          troth_day_financial_year_end:
        events: {financial-year-end: {column: troth_day_financial_year_end, future: true}}
archives:
  shop.invoice: {table: attic.invoice}
"""
)

shop_tables, crm_tables = sa.MetaData(), sa.MetaData()
_TEXT = sa.String(80)


def _id() -> sa.Column[Any]:
    return sa.Column("id", sa.Integer, primary_key=True, autoincrement=False)


sa.Table(
    "customer",
    shop_tables,
    _id(),
    sa.Column("email", _TEXT),
    sa.Column("name", _TEXT),
    sa.Column("joined", sa.Date),
)
sa.Table(
    "orders",
    shop_tables,
    _id(),
    sa.Column("customer_id", sa.ForeignKey("customer.id"), index=True),
    sa.Column("ordered_on", sa.Date),
    sa.Column("address", _TEXT),
    sa.Column("ship_to", _TEXT),
)
sa.Table(
    "line",
    shop_tables,
    _id(),
    sa.Column("order_id", sa.ForeignKey("orders.id"), nullable=False, index=True),
    sa.Column("goods", _TEXT),
)
sa.Table(
    "invoice",
    shop_tables,
    _id(),
    sa.Column("customer_id", sa.ForeignKey("customer.id"), index=True),
    sa.Column("issued_on", sa.Date),
    sa.Column("billed_to", _TEXT),
)
sa.Table("log", shop_tables, _id(), sa.Column("at", sa.DateTime), sa.Column("ip", _TEXT))
sa.Table(
    "contact",
    crm_tables,
    _id(),
    sa.Column("email", _TEXT),
    sa.Column("note", _TEXT),
    sa.Column("joined", sa.Date),
    sa.Column("called_on", sa.Date),
)
sa.Table(
    "reader",
    crm_tables,
    _id(),
    sa.Column("email", _TEXT),
    sa.Column("topic", _TEXT),
    sa.Column("since", sa.Date),
)
TABLES = {"shop": shop_tables, "crm": crm_tables}
Cells = dict[str, Any]
State = dict[str, dict[int, Cells]]
"""By table (archived invoices as `attic`), by key: every cell."""


def kind_of(person: int) -> str:
    return KINDS[person % len(KINDS)]


def of_kind(people: int, *kinds: str) -> list[int]:
    return [i for i in range(people) if kind_of(i) in kinds]


def email_of(person: int) -> str:
    return f"p{person}@mail.example"


@cache
def promise() -> tuple[Policy, DataMap]:
    policy = parse_policy(POLICY, "policy.yaml")
    return policy, parse_map(MAP, "map.yaml", policy)[0]


@dataclass(frozen=True)
class House:
    """Addresses of three stores and a ledger, and how large transactions may be."""

    urls: Mapping[str, str]
    folder: Path
    people: int
    rows_at_once: int = 5_000
    roles: tuple[str, ...] = ()
    now: datetime = NOW

    @property
    def ledger(self) -> str:
        return str(self.folder / "ledger.sqlite")

    def at(self, now: datetime) -> House:
        return replace(self, now=now)

    def setting(self) -> Setting:
        stores = {name: open_store(name, url, purpose="write") for name, url in self.urls.items()}
        few = self.rows_at_once
        limits = Limits(
            batch_rows=3, walk_rows=3, batch_parents=2, rows_at_once=few, rows_together=few
        )
        return Setting(*promise(), stores, limits, lambda _: self.now)

    def office(self, ledger: Ledger) -> Office:
        return Office(self.setting(), ledger, ORG, self.now, {"shop": self.roles})

    def clock(self) -> datetime:
        return self.now

    def approve(self, ledger: Ledger, digest: str) -> None:
        until = datetime(2100, 1, 1, tzinfo=UTC)
        with ledger.writing(ORG) as writing:
            approve_plan(writing, digest, by="dpo", at=self.now, expires_at=until)

    def facts(self, ledger: Ledger) -> Any:
        return read_facts(ledger, ORG, self.now)

    def acts(self) -> dict[str, list[str]]:
        """The ids of the recorded acts, by the kind of their persons."""
        found: dict[str, list[str]] = json.loads((self.folder / "acts.json").read_text())
        return found

    def state(self) -> State:
        """Every cell of every store, read past the engine."""
        found: State = {"attic": {}}
        for store, metadata in TABLES.items():
            with engine_of(self.urls[store]).connect() as connection:
                for name, table in metadata.tables.items():
                    rows = connection.execute(sa.select(table))
                    found[name] = {row.id: dict(row._mapping) for row in rows}
        attic = engine_of(self.urls["attic"])
        if sa.inspect(attic).has_table("invoice"):
            with attic.connect() as connection:
                rows = connection.execute(sa.text("SELECT id, billed_to FROM invoice"))
                found["attic"] = {row.id: dict(row._mapping) for row in rows}
        return found

    def insert(self, rows: Mapping[str, list[Cells]]) -> None:
        for store, metadata in TABLES.items():
            with engine_of(self.urls[store]).begin() as connection:
                for table in metadata.sorted_tables:
                    if rows.get(table.name):
                        connection.execute(sa.insert(table), rows[table.name])


def fill(house: House, ledger: Ledger) -> State:
    """The tables with everybody in them, and what they have asked; the rows as they were."""
    for store, metadata in TABLES.items():
        metadata.create_all(engine_of(house.urls[store]))
    rows: dict[str, list[Cells]] = {t: [] for m in TABLES.values() for t in m.tables}
    for person in range(house.people):
        for table, some in _rows_of(person).items():
            rows[table] += some
    house.insert(rows)
    _record(house, ledger)
    return house.state()


def _rows_of(i: int) -> dict[str, list[Cells]]:
    kind, email, name = kind_of(i), email_of(i), f"Person {i}"
    old = kind in OLD
    last = date(2018, 3, 4) if old else date(2026, 1, 5)
    issued = {"billed": date(2025, 2, 3), "erased-billed": date(2025, 2, 3)}
    issued |= {"archived": date(2020, 2, 3), "corrected": date(2025, 2, 3)}
    days = {0: date(2015, 6, 7), 1: last}
    return {
        "customer": [{"id": i, "email": email, "name": name, "joined": date(2010, 1, 1 + i % 28)}],
        "orders": [
            {"id": 2 * i + n, "customer_id": i, "ordered_on": day, "address": "Harbour 1"}
            | {"ship_to": name}
            for n, day in days.items()
        ],
        "line": [{"id": 2 * i + n, "order_id": 2 * i + n, "goods": "tea"} for n in days],
        "invoice": [{"id": i, "customer_id": i, "issued_on": issued[kind], "billed_to": name}]
        if kind in issued
        else [],
        "log": [{"id": i, "at": datetime(2024 + 2 * (not old), 5, 5, 8), "ip": "192.0.2.1"}],  # noqa: DTZ001 - naive, as stored
        "contact": [
            {"id": i, "email": email.upper(), "note": "likes tea", "called_on": last}
            | {"joined": date(2010, 1, 1 + i % 28)}
        ],
        "reader": [{"id": i, "email": email, "topic": "tea", "since": last}],
    }


def _record(house: House, ledger: Ledger) -> None:
    accepted = Verdict(Decision("accepted", FACTS), decided_by="dpo")
    whats: dict[str, tuple[str, tuple[str, ...]]] = {
        "erased": ("erasure", ()),
        "erased-billed": ("erasure", ()),
        "objector": ("objection", ("analysis",)),
        "opted-out": ("opt-out", ("newsletter",)),
        "dead": ("death", ()),
        "restricted": ("restriction", ()),
        "lifted": ("restriction", ()),
    }
    ids: dict[str, list[str]] = {}
    with ledger.writing(ORG) as writing:
        held = [Identifier("email", email_of(i)) for i in of_kind(house.people, "held")]
        add_hold(writing, case="7", reason="claim", by="dpo", at=FACTS, persons=held)
        for kind, (what, activities) in whats.items():
            acts = [
                Act("", what, (Identifier("email", email_of(i)),), FACTS, activities)  # type: ignore[arg-type]  # one of the kinds above
                for i in of_kind(house.people, kind)
            ]
            made = record_acts(writing, acts, by="dpo", at=FACTS)
            ids[kind] = [act.id for act in made]
            if what in ("erasure", "objection"):
                record_verdicts(writing, [(id, accepted) for id in ids[kind]], at=FACTS)
    (house.folder / "acts.json").write_text(json.dumps(ids))
