"""Trees take exactly the rows that would be picked one by one, and only where they may be trees."""

from __future__ import annotations

import random
from datetime import date

import pytest
import sqlalchemy as sa

from apply.fire import NOW
from apply.scenarios import apply, plan_of
from apply.shop import Shop, customer, invoice, line, orders
from apply.two import AFTER, Place, policy
from troth.apply.groups import Groups, components_of
from troth.apply.picked import keep_only
from troth.apply.picks import pick_store
from troth.apply.planning import at_work, schemas_of
from troth.apply.trees import Tree, tree_of
from troth.apply.writing import batch_size
from troth.grounds.facts import Facts
from troth.ledger.facts import read_facts
from troth.ledger.holds import add_hold
from troth.ledger.ledger import Ledger
from troth.plan.build import build
from troth.plan.model import DeleteRows, EraseValues, Limits, Plan

DAYS = (date(2010, 3, 1), date(2012, 5, 6), date(2026, 1, 2), None)
TABLES = (line, orders, invoice, customer)


def _fill(shop: Shop, seed: int) -> None:
    """People with orders, lines and invoices of any age, some without a person or a day."""
    chance = random.Random(seed)
    with shop.engine.begin() as connection:
        for table in TABLES:
            connection.execute(sa.delete(table))
    people = range(1, 9)
    shop.insert(customer, *({"id": n, "email": f"p{n}@mail.example", "name": "x"} for n in people))
    lines = 0
    for number in range(1, 21):
        owner = chance.choice([*people, None])
        day = chance.choice(DAYS[:2] if owner and owner % 2 else DAYS)
        row = {"id": number, "customer_id": owner, "ordered_on": day, "address": "x"}
        shop.insert(orders, row)
        for _ in range(chance.randrange(3)):
            lines += 1
            shop.insert(line, {"id": lines, "order_id": number, "goods": "x"})
    for number in range(1, 11):
        owner, day = chance.choice([*people, None]), chance.choice(DAYS)
        shop.insert(
            invoice, {"id": number, "customer_id": owner, "issued_on": day, "billed_to": "x"}
        )
    table, key = chance.choice([("customer", 3), ("orders", 5), ("invoice", 2), ("line", 1)])
    with shop.ledger.writing("corner-shop") as writing:
        rows = [("shop", table, (key,))]
        add_hold(writing, case=f"C-{seed}", reason="claim", by="dpo", at=NOW, rows=rows)


def _facts(shop: Shop) -> Facts:
    return read_facts(shop.ledger, "corner-shop", NOW)


def _picked_one_by_one(shop: Shop) -> dict[str, set[object]]:
    """The keys, by step, of the rows that go or lose values if each is picked by itself."""
    found: dict[str, set[object]] = {}
    schemas = schemas_of(shop.setting)
    plan = build(shop.setting.policy, shop.setting.map, schemas, _facts(shop), NOW, Limits())
    with at_work(shop.setting, schemas, plan, _facts(shop), NOW) as works:
        steps = [step for step in plan.steps if isinstance(step, DeleteRows | EraseValues)]
        picking = pick_store(works["shop"], steps, plan.limits, one_by_one=True)
        for pick in (pick for part in picking.components for pick in part.picks):
            keys = works["shop"].connection.execute(sa.select(pick.table.c["id"])).scalars()
            found[pick.step.id] = set(keys)
    return found


@pytest.mark.parametrize("seed", range(6))
def test_a_tree_takes_what_would_be_picked_one_by_one(shop: Shop, seed: int) -> None:
    _fill(shop, seed)
    before = {table.name: set(shop.ids(table)) for table in TABLES}
    plan = plan_of(shop)
    meant = {step: keys for step, keys in _picked_one_by_one(shop).items() if keys}
    assert sum(map(len, meant.values())) > 3

    outcome = apply(shop, plan)

    for table in TABLES:
        gone = meant.get(f"delete:shop.{table.name}", set())
        assert set(shop.ids(table)) == before[table.name] - gone
    for erasure in (step for step in plan.steps if isinstance(step, EraseValues)):
        assert _erased(shop, erasure) >= meant[erasure.id]
    numbers = {step: len(keys) for step, keys in meant.items()}
    assert {step: rows for step, rows in outcome.written.items() if rows} == numbers
    assert {step.id: step.counts.rows for step in plan.steps if step.counts} == numbers
    assert outcome.clean


def _erased(shop: Shop, step: EraseValues) -> set[object]:
    """The keys of the rows in which nothing is left of the step's columns."""
    table = next(table for table in TABLES if table.name == step.table)
    gone = sa.and_(*(table.c[name].is_(None) for name in step.columns))
    with shop.engine.connect() as connection:
        return set(connection.execute(sa.select(table.c["id"]).where(gone)).scalars())


def _tree(shop: Shop) -> Tree | None:
    """The tree of the shop's customers, as the database is now; None where there is none."""
    schemas = schemas_of(shop.setting)
    plan = build(shop.setting.policy, shop.setting.map, schemas, _facts(shop), NOW, Limits())
    with at_work(shop.setting, schemas, plan, _facts(shop), NOW) as works:
        deletes = [step for step in plan.steps if isinstance(step, DeleteRows)]
        group = next(g for g in components_of(deletes) if "customer" in {s.table for s in g})
        return tree_of(works["shop"], group)


def test_what_hangs_on_a_person_by_foreign_keys_is_a_tree(shop: Shop) -> None:
    tree = _tree(shop)
    assert tree is not None
    assert tree.root.table == "customer"
    assert {branch.step.table: branch.parent for branch in tree.branches} == {
        "orders": "customer",
        "line": "orders",
        "invoice": "customer",
    }


def test_rows_with_a_trigger_are_picked_one_by_one(small_shop: Shop) -> None:
    with small_shop.engine.begin() as connection:
        connection.exec_driver_sql(
            "CREATE TRIGGER keep BEFORE DELETE ON line BEGIN SELECT RAISE(IGNORE); END"
        )
    assert _tree(small_shop) is None


@pytest.mark.parametrize("action", ["", "ON DELETE CASCADE", "ON DELETE SET NULL"])
def test_only_a_key_that_refuses_carries_a_tree(small_shop: Shop, action: str) -> None:
    reference = f"REFERENCES orders (id) {action}" if action else ""
    with small_shop.engine.begin() as connection:
        connection.exec_driver_sql("DROP TABLE line")
        connection.exec_driver_sql(
            f"CREATE TABLE line (id INTEGER PRIMARY KEY, order_id INTEGER {reference}, goods TEXT)"
        )
    assert _tree(small_shop) is None


def test_a_table_by_itself_is_no_tree(small_shop: Shop) -> None:
    plan = plan_of_all(small_shop)
    schemas = schemas_of(small_shop.setting)
    with at_work(small_shop.setting, schemas, plan, Facts(), NOW) as works:
        alone = [s for s in plan.steps if isinstance(s, DeleteRows) and s.table == "line"]
        assert Groups.of(works["shop"], alone).trees == ()


def plan_of_all(shop: Shop) -> Plan:
    schemas = schemas_of(shop.setting)
    return build(shop.setting.policy, shop.setting.map, schemas, Facts(), NOW, Limits())


MAP = """
troth: 1
stores:
  shop:
    place: shop
    tables:
      account:
        key: [id]
        roles: {customer: {subject: customer}}
        columns: {id: , closed_on: , name: {category: contact}}
        events: {closure: {column: closed_on}}
      device:
        key: [id]
        roles: {customer: {subject: customer, person: [account]}}
        columns: {id: , account_id: , closed_on: , label: {category: contact}}
        relations:
          account: {columns: [account_id], references: account, declared: true}
        events: {closure: {column: closed_on}}
"""


@pytest.mark.parametrize("kind", ["sqlite", "postgres", "mariadb"])
def test_a_row_decides_for_itself_though_its_owner_is_asked_the_same(
    kind: str, request: pytest.FixtureRequest, ledger: Ledger
) -> None:
    """Two tables with the same column and the same rule: what holds of one says nothing of both."""
    url = request.getfixturevalue(f"{kind}_url")
    rule = AFTER.format(event="closure", years=3)
    place = Place({"shop": url}, policy(["closure"], rule), MAP, ledger, NOW)
    place.sql(
        "shop",
        "CREATE TABLE account (id INTEGER PRIMARY KEY, closed_on DATE, name VARCHAR(20))",
        "CREATE TABLE device (id INTEGER PRIMARY KEY, account_id INTEGER, closed_on DATE, "
        "label VARCHAR(20), FOREIGN KEY (account_id) REFERENCES account (id))",
        "INSERT INTO account VALUES (1, '2020-01-01', 'a'), (2, '2020-01-01', 'b')",
        "INSERT INTO device VALUES (1, 1, '2020-01-01', 'x'), (2, 2, '2026-01-01', 'y'), "
        "(3, 2, '2020-01-01', 'z')",
    )
    outcome = place.apply()

    assert place.rows("shop", "SELECT id FROM account ORDER BY id") == [(2,)]
    assert place.rows("shop", "SELECT id, label FROM device ORDER BY id") == [(2, "y")]
    assert outcome.clean


def test_more_rows_below_than_were_approved_stop_the_tree(small_shop: Shop) -> None:
    setting = small_shop.setting
    strict = Shop(
        small_shop.engine,
        type(setting)(
            setting.policy,
            setting.map,
            setting.stores,
            Limits(batch_parents=1, tolerance_percent=0, tolerance_rows=0),
            setting.clocks,
        ),
        small_shop.ledger,
        NOW,
    )
    for number in (1, 2):
        strict.insert(customer, {"id": number, "email": f"p{number}@mail.example", "name": "x"})
        row = {"id": number, "customer_id": number, "ordered_on": DAYS[0], "address": "x"}
        strict.insert(orders, row)
        strict.insert(line, {"id": number, "order_id": number, "goods": "x"})
    plan = plan_of(strict)
    strict.insert(line, *({"id": n, "order_id": 2, "goods": "more"} for n in range(10, 15)))

    outcome = apply(strict, plan)

    assert [stop.error.code for stop in outcome.stopped] == ["more-rows-than-approved"]
    assert strict.ids(customer) == [2]
    assert strict.ids(line) == [2, 10, 11, 12, 13, 14]
    assert outcome.written["delete:shop.line"] == 1


@pytest.mark.filterwarnings("error::sqlalchemy.exc.SAWarning")
@pytest.mark.parametrize("holds", [False, True])
def test_a_batch_keeps_the_rows_of_which_a_condition_holds(shop: Shop, holds: bool) -> None:
    """A constant is a condition too, and joins no table to the batch."""
    _fill(shop, 1)
    plan = plan_of(shop)
    steps = [step for step in plan.steps if isinstance(step, DeleteRows)]
    schemas = schemas_of(shop.setting)
    with at_work(shop.setting, schemas, plan, _facts(shop), NOW) as works:
        work = works["shop"]
        picking = pick_store(work, steps, plan.limits, one_by_one=True)
        pick = next(p for c in picking.components for p in c.picks if p.rows)
        row = work.renderer().row(pick.step.table, work.row(pick.step.table).source.alias())
        with work.session.writing() as connection:
            before = batch_size(connection, pick, 0)
            gone = keep_only(work, connection, pick, row, sa.true() if holds else sa.false(), 0)
            assert before > 0
            assert gone == (0 if holds else before)
            assert batch_size(connection, pick, 0) == before - gone
