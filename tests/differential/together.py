"""Random shops whose orders stand and fall with their customer: they are counted together."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime, timedelta
from random import Random

import sqlalchemy as sa

from apply.shop import MAP, POLICY, customer, metadata, orders
from differential.counted import compare_tables, made
from differential.databases import Databases
from troth.apply.check import asked_tables, look_at
from troth.apply.looking import looked_into
from troth.apply.planning import Setting
from troth.apply.promises import promises_of
from troth.datamap.load import parse_map
from troth.grounds.facts import Facts
from troth.plan.frame import Context
from troth.policy.load import parse_policy
from worlds.chance import chance

STORE = "main"
NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)


def compare_shop(seed: int, found: Databases) -> Counter[str]:
    """How many tables of a shop were counted in each way; AssertionError where they differ."""
    rng = Random(seed)
    policy = parse_policy(POLICY, "policy.yaml")
    datamap, _ = parse_map(MAP.replace("  shop:", f"  {STORE}:", 1), "map.yaml", policy)
    stores = found.empty([STORE])
    with stores[STORE].session() as session:
        metadata.create_all(session.connection)
        _fill(rng, session.connection)
    look = look_at(Setting(policy, datamap, stores), Facts(), NOW, lambda _: None)
    context = Context(policy, datamap, Facts(), look.day)
    asked = asked_tables(context, promises_of(policy))
    ways: Counter[str] = Counter()
    with looked_into(look, context.sets) as opened:
        tables = [
            made(opened, one) for one in asked if one.frame.table in (customer.name, orders.name)
        ]
        compare_tables(opened, tables, ways)
    return ways


def _fill(rng: Random, connection: sa.Connection) -> None:
    """Customers with several orders, one, or none; orders of nobody; values that are gone."""
    people = range(1, 9)
    for number in people:
        gone = chance(rng, 20)
        email = None if gone else f"c{number}@mail.example"
        row = {"id": number, "email": email, "name": None if gone else "Name"}
        connection.execute(sa.insert(customer).values(row))
    for number in range(1, 25):
        owner = rng.choice(people) if chance(rng, 85) else None
        days = rng.choice((100, 1000, 1800, 1826, 1827, 3000, 5000))
        day = NOW.date() - timedelta(days=days) if chance(rng, 90) else None
        address = "Harbour 1" if chance(rng, 75) else None
        values = {"id": number, "customer_id": owner, "ordered_on": day, "address": address}
        connection.execute(sa.insert(orders).values(values))
