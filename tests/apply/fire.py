"""A shop and its contacts in two stores, filled by construction, and a process that applies a plan.

Of every person it is known beforehand what must stay and what must go. Run as a program it applies
a plan as a night's work would, until it is done or dies: `fire.py SHOP_URL CRM_URL LEDGER PLAN`.
"""

from __future__ import annotations

import sys
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path

import sqlalchemy as sa

if __name__ == "__main__":
    sys.path.insert(0, str(Path(__file__).parents[1]))

from apply import shop as corner
from apply.shop import customer, invoice, line, log, orders
from troth.apply.outcome import Outcome, Progress
from troth.apply.planning import Setting, make_plan
from troth.apply.run import apply_plan
from troth.datamap.load import parse_map
from troth.errors import TrothError
from troth.grounds.facts import Identifier
from troth.ledger.facts import read_facts
from troth.ledger.holds import add_hold
from troth.ledger.ledger import Ledger, open_ledger
from troth.ledger.plans import approve_plan
from troth.plan.model import Limits, Plan
from troth.policy.load import parse_policy
from troth.stores.opening import open_store

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
ORG = "corner-shop"
LIMITS = Limits(batch_rows=3, walk_rows=3, batch_parents=2)

CRM = """
  crm:
    tables:
      contact:
        key: [id]
        roles: {customer: {subject: customer}}
        columns:
          id:
          email: {category: contact, identity: email, compare: email}
          note: {category: contact}
        events:
          last-order:
            related: ["<shop.customer.contact", "<orders.customer"]
            day: {column: ordered_on}
            none: unknown
"""
MAP = (
    corner.MAP.replace(
        '        events:\n          last-order: {related: ["<orders.customer"]',
        "        relations:\n"
        "          contact:\n"
        "            {columns: [email], references: crm.contact, to: [email], compare: email}\n"
        '        events:\n          last-order: {related: ["<orders.customer"]',
        1,
    )
    + CRM
)

crm_metadata = sa.MetaData()
contact = sa.Table(
    "contact",
    crm_metadata,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("email", sa.String(120)),
    sa.Column("note", sa.String(120)),
)

KINDS = ("due", "recent", "held", "invoiced", "due")
Rows = dict[str, list[int]]


def engine_of(url: str) -> sa.Engine:
    address = url.replace("postgresql://", "postgresql+psycopg://").replace(
        "mariadb://", "mysql+pymysql://"
    )
    return sa.create_engine(address, poolclass=sa.pool.NullPool)


@dataclass(frozen=True)
class World:
    """Both stores and the ledger at one instant."""

    shop_url: str
    crm_url: str
    ledger: Ledger
    now: datetime = NOW

    def setting(self) -> Setting:
        policy = parse_policy(corner.POLICY, "policy.yaml")
        datamap, _ = parse_map(MAP, "map.yaml", policy)
        stores = {
            "shop": open_store("shop", self.shop_url, purpose="write"),
            "crm": open_store("crm", self.crm_url, purpose="write"),
        }
        return Setting(policy, datamap, stores, LIMITS, lambda _: self.now)

    def plan(self) -> Plan:
        return make_plan(self.setting(), read_facts(self.ledger, ORG, self.now), self.now)

    def approved(self) -> Plan:
        plan = self.plan()
        self.approve(plan)
        return plan

    def approve(self, plan: Plan) -> None:
        until = datetime(2100, 1, 1, tzinfo=UTC)
        with self.ledger.writing(ORG) as writing:
            approve_plan(writing, plan.digest(), by="dpo", at=self.now, expires_at=until)

    def apply(self, plan: Plan, **options: object) -> Outcome:
        return apply_plan(
            plan,
            self.setting(),
            self.ledger,
            lambda: self.now,
            by="dpo",
            **options,  # type: ignore[arg-type]  # the options of apply_plan, by name
        )

    def shop_engine(self) -> sa.Engine:
        return engine_of(self.shop_url)

    def ids(self) -> Rows:
        """The keys of all tables, and of those rows whose values are still there."""
        found: Rows = {}
        for engine, tables in (
            (self.shop_engine(), (customer, orders, line, invoice, log)),
            (engine_of(self.crm_url), (contact,)),
        ):
            with engine.connect() as connection:
                for table in tables:
                    found[table.name] = list(
                        connection.scalars(sa.select(table.c.id).order_by(table.c.id))
                    )
                if customer in tables:
                    named = sa.select(customer.c.id).where(customer.c.name.is_not(None))
                    found["named"] = list(connection.scalars(named.order_by(customer.c.id)))
        return found


def fill(world: World, people: int) -> None:
    """Person i is of the kind `KINDS[i % 5]`; a held one is old, and named by a hold."""
    data: dict[sa.Table, list[dict[str, object]]] = {
        table: [] for table in (customer, orders, line, invoice, log, contact)
    }
    held = []
    for i in range(people):
        kind, email = KINDS[i % 5], f"p{i}@mail.example"
        data[customer].append({"id": i, "email": email, "name": f"Person {i}"})
        data[contact].append({"id": i, "email": email.upper(), "note": "likes tea"})
        last = date(2026, 1, 5) if kind == "recent" else date(2018, 3, 4)
        for n, day in enumerate((date(2015, 6, 7), last)):
            order = 2 * i + n
            data[orders].append(
                {"id": order, "customer_id": i, "ordered_on": day, "address": "Harbour 1"}
            )
            data[line].append({"id": order, "order_id": order, "goods": "tea"})
        issued = date(2020, 2, 3) if kind == "invoiced" else date(2014, 2, 3)
        data[invoice].append(
            {"id": i, "customer_id": i, "issued_on": issued, "billed_to": f"Person {i}"}
        )
        at = datetime(2026, 5, 5, 8) if kind == "recent" else datetime(2024, 5, 5, 8)  # noqa: DTZ001 - naive, as stored
        data[log].append({"id": i, "at": at, "ip": "192.0.2.1"})
        if kind == "held":
            held.append(Identifier("email", email))
    for engine, meta in (
        (world.shop_engine(), corner.metadata),
        (engine_of(world.crm_url), crm_metadata),
    ):
        meta.create_all(engine)
        with engine.begin() as connection:
            for table in meta.sorted_tables:
                connection.execute(sa.insert(table), data[table])
    with world.ledger.writing(ORG) as writing:
        add_hold(writing, case="7", reason="claim", by="dpo", at=world.now, persons=held)


def must_stay(people: int) -> Rows:
    """What no run may ever take, by table."""
    kind = {i: KINDS[i % 5] for i in range(people)}
    live = [i for i in kind if kind[i] in ("recent", "held")]
    pairs = [order for i in live for order in (2 * i, 2 * i + 1)]
    return {
        "customer": sorted([*live, *(i for i in kind if kind[i] == "invoiced")]),
        "named": live,
        "orders": pairs,
        "line": pairs,
        "invoice": sorted(i for i in kind if kind[i] in ("held", "invoiced")),
        "log": [i for i in kind if kind[i] == "recent"],
        "contact": live,
    }


def main(shop_url: str, crm_url: str, ledger_path: str, plan_path: str) -> int:
    plan = Plan.model_validate_json(Path(plan_path).read_text())

    def tell(progress: Progress) -> None:
        print(progress.store, progress.table, progress.done, flush=True)

    with open_ledger(ledger_path, at=NOW) as ledger:
        print("ready", flush=True)
        try:
            outcome = World(shop_url, crm_url, ledger).apply(plan, progress=tell)
        except TrothError as error:
            print(error.kind, error.code, flush=True)
            return 2
        print("done", outcome.clean, flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
