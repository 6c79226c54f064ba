"""Plan and apply on a real database: what is due goes, what is supported stays, with proof."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from apply.shop import Shop, customer, invoice, line, log, open_shop, orders
from troth.apply.planning import make_plan
from troth.apply.run import apply_plan
from troth.ledger.facts import read_facts
from troth.ledger.ledger import Ledger, open_ledger
from troth.plan.model import Plan

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)


@pytest.fixture
def ledger(tmp_path: Path) -> Iterator[Ledger]:
    with open_ledger(str(tmp_path / "ledger.sqlite"), at=NOW) as opened:
        yield opened


@pytest.fixture
def shop(any_store_url: str, ledger: Ledger) -> Iterator[Shop]:
    found = open_shop(any_store_url, ledger, NOW)
    yield found
    found.engine.dispose()


def plan_of(shop: Shop) -> Plan:
    facts = read_facts(shop.ledger, "corner-shop", shop.now)
    return make_plan(shop.setting, facts, shop.now)


def fill(shop: Shop) -> None:
    """1: all due. 2: ordered lately. 3: old, but an invoice must stay. 4: never ordered."""
    shop.insert(
        customer,
        *(
            {"id": number, "email": f"c{number}@mail.example", "name": f"Customer {number}"}
            for number in (1, 2, 3, 4)
        ),
    )
    shop.insert(
        orders,
        {"id": 11, "customer_id": 1, "ordered_on": date(2021, 11, 22), "address": "a"},
        {"id": 12, "customer_id": 1, "ordered_on": date(2015, 1, 5), "address": "b"},
        {"id": 21, "customer_id": 2, "ordered_on": date(2021, 11, 23), "address": "c"},
        {"id": 22, "customer_id": 2, "ordered_on": date(2012, 1, 5), "address": "d"},
        {"id": 31, "customer_id": 3, "ordered_on": date(2019, 3, 1), "address": "e"},
    )
    shop.insert(
        line,
        *({"id": 100 + o, "order_id": o, "goods": "tea"} for o in (11, 12, 21, 22, 31)),
    )
    shop.insert(
        invoice,
        {"id": 51, "customer_id": 1, "issued_on": date(2015, 2, 3), "billed_to": "One"},
        {"id": 53, "customer_id": 3, "issued_on": date(2019, 3, 2), "billed_to": "Three"},
    )
    shop.insert(
        log,
        {"id": 1, "at": datetime(2025, 11, 22, 9), "ip": "192.0.2.1"},  # noqa: DTZ001 - naive, as stored
        {"id": 2, "at": datetime(2025, 11, 23, 0), "ip": "192.0.2.2"},  # noqa: DTZ001 - naive, as stored
        {"id": 3, "at": None, "ip": "192.0.2.3"},
    )


def test_what_is_due_goes_and_what_is_supported_stays(shop: Shop) -> None:
    fill(shop)
    plan = shop.approve(plan_of(shop))

    outcome = apply_plan(plan, shop.setting, shop.ledger, shop.clock, by="dpo")

    assert shop.ids(log) == [2, 3]
    assert shop.ids(invoice) == [53]
    assert shop.ids(orders) == [21, 22]
    assert shop.ids(line) == [121, 122]
    assert [(row["id"], row["email"], row["name"]) for row in shop.rows(customer)] == [
        (2, "c2@mail.example", "Customer 2"),
        (3, None, None),  # a skeleton for the invoice
        (4, "c4@mail.example", "Customer 4"),  # no order: unknown
    ]
    assert outcome.clean
    assert outcome.written["delete:shop.customer"] == 1
    assert outcome.written["erase:shop.customer:email+name"] == 1


def test_a_second_plan_finds_nothing(shop: Shop) -> None:
    fill(shop)
    apply_plan(shop.approve(plan_of(shop)), shop.setting, shop.ledger, shop.clock, by="dpo")

    assert plan_of(shop).steps == ()


def test_planning_changes_nothing(shop: Shop) -> None:
    fill(shop)
    before = [shop.rows(table) for table in (customer, orders, line, invoice, log)]

    plan_of(shop)

    assert [shop.rows(table) for table in (customer, orders, line, invoice, log)] == before
