"""What may happen between collecting and writing, as stories that assert their end.

Each story is a function of a shop, so that a planted fault can be shown to break it.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import pytest
import sqlalchemy as sa

from apply.fire import ORG
from apply.shop import Shop, customer, invoice, line, log, orders
from troth.apply import general as running
from troth.apply.outcome import Outcome
from troth.apply.planning import make_plan
from troth.apply.run import apply_plan
from troth.errors import Refused
from troth.grounds.facts import Identifier
from troth.ledger.facts import read_facts
from troth.ledger.holds import add_hold
from troth.plan.model import Plan

Event = Callable[[], None]
Story = Callable[[Shop, pytest.MonkeyPatch], None]


def fill_old(shop: Shop, people: int = 5) -> None:
    """Persons 1 to `people`, all due: old orders with lines, old invoices, and an old log."""
    numbers = range(1, people + 1)
    shop.insert(
        customer,
        *({"id": n, "email": f"c{n}@mail.example", "name": f"Person {n}"} for n in numbers),
    )
    day = date(2018, 3, 4)
    shop.insert(
        orders,
        *({"id": n, "customer_id": n, "ordered_on": day, "address": "a"} for n in numbers),
    )
    shop.insert(line, *({"id": n, "order_id": n, "goods": "tea"} for n in numbers))
    shop.insert(
        invoice,
        *(
            {"id": n, "customer_id": n, "issued_on": date(2012, 1, 1), "billed_to": "P"}
            for n in numbers
        ),
    )


def plan_of(shop: Shop) -> Plan:
    plan = make_plan(shop.setting, read_facts(shop.ledger, ORG, shop.now), shop.now)
    return shop.approve(plan)


def apply(shop: Shop, plan: Plan, **options: object) -> Outcome:
    return apply_plan(
        plan,
        shop.setting,
        shop.ledger,
        shop.clock,
        by="dpo",
        **options,  # type: ignore[arg-type]  # the options of apply_plan, by name
    )


def after_picking(patch: pytest.MonkeyPatch, event: Event) -> None:
    """Lets `event` happen once, when the rows have been picked and none is written."""
    real, done = running.pick_store, []

    def picked(*arguments: object, **options: object) -> object:
        found = real(*arguments, **options)  # type: ignore[arg-type]  # handed on as they came
        if not done:
            done.append(True)
            event()
        return found

    patch.setattr(running, "pick_store", picked)


def new_order_after_picking(shop: Shop, patch: pytest.MonkeyPatch) -> None:
    """Person 3 orders again: what is theirs stays, and is counted as skipped."""
    fill_old(shop)
    plan = plan_of(shop)
    new = {"id": 33, "customer_id": 3, "ordered_on": date(2026, 11, 22), "address": "new"}
    after_picking(patch, lambda: shop.insert(orders, new))

    outcome = apply(shop, plan)

    assert shop.ids(customer) == [3]
    assert shop.rows(customer)[0]["name"] == "Person 3"
    assert shop.ids(orders) == [3, 33]
    assert shop.ids(line) == [3]
    assert shop.ids(invoice) == []
    assert outcome.skipped["delete:shop.customer"] == 1
    # the orders were to go with the person, so they were not picked, nor skipped, by themselves
    assert "delete:shop.orders" not in outcome.skipped
    assert outcome.written["delete:shop.customer"] == 4
    assert outcome.clean


def new_invoice_after_picking(shop: Shop, patch: pytest.MonkeyPatch) -> None:
    """A row that must be kept comes to reference person 3: the person stays as a skeleton."""
    fill_old(shop)
    plan = plan_of(shop)
    new = {"id": 33, "customer_id": 3, "issued_on": date(2026, 11, 1), "billed_to": "new"}
    after_picking(patch, lambda: shop.insert(invoice, new))

    outcome = apply(shop, plan)

    assert shop.ids(invoice) == [33]
    assert shop.ids(customer) == [3]
    assert outcome.skipped["delete:shop.customer"] == 1
    apply(shop, plan_of(shop))
    assert [(row["id"], row["name"]) for row in shop.rows(customer)] == [(3, None)]
    assert plan_of(shop).steps == ()


def _hold_after_plan(shop: Shop, patch: pytest.MonkeyPatch, **scope: object) -> Outcome:
    fill_old(shop)
    plan = plan_of(shop)

    def hold() -> None:
        with shop.ledger.writing(ORG) as writing:
            add_hold(
                writing,
                case="1",
                reason="claim",
                by="dpo",
                at=shop.now,
                **scope,  # type: ignore[arg-type]  # persons, rows or tables
            )

    after_picking(patch, hold)
    return apply(shop, plan)


def hold_after_picking(shop: Shop, patch: pytest.MonkeyPatch) -> None:
    """A hold is opened while the run is at work: it wins from the next batch on."""
    person = Identifier("email", "C3@mail.example")
    outcome = _hold_after_plan(shop, patch, persons=[person])

    assert shop.ids(customer) == [3]
    assert shop.rows(customer)[0]["name"] == "Person 3"
    assert shop.ids(orders) == shop.ids(line) == shop.ids(invoice) == [3]
    assert outcome.written["delete:shop.customer"] == 4


def hold_on_a_row_after_picking(shop: Shop, patch: pytest.MonkeyPatch) -> None:
    """A hold on one order keeps it, its line, and its customer as a skeleton."""
    _hold_after_plan(shop, patch, rows=[("shop", "orders", (3,))])

    assert shop.ids(orders) == shop.ids(line) == shop.ids(customer) == [3]
    assert shop.ids(invoice) == []


def hold_on_nobody_after_picking(shop: Shop, patch: pytest.MonkeyPatch) -> None:
    """A hold whose person no store knows blocks everything that it could touch."""
    outcome = _hold_after_plan(shop, patch, persons=[Identifier("email", "who@mail.example")])

    assert shop.ids(customer) == shop.ids(orders) == shop.ids(invoice) == [1, 2, 3, 4, 5]
    assert not any(outcome.written.values())


def cascade_to_what_must_stay(shop: Shop, patch: pytest.MonkeyPatch) -> None:
    """A table that nobody mapped hangs on an order by ON DELETE CASCADE: the order stays."""
    with shop.engine.begin() as connection:
        connection.execute(
            sa.text(
                "CREATE TABLE parcel (id INTEGER PRIMARY KEY, order_id INTEGER NOT NULL, "
                "FOREIGN KEY (order_id) REFERENCES orders (id) ON DELETE CASCADE)"
            )
        )
    fill_old(shop)
    with shop.engine.begin() as connection:
        connection.execute(sa.text("INSERT INTO parcel VALUES (1, 2)"))
    apply(shop, plan_of(shop))

    with shop.engine.connect() as connection:
        assert connection.scalar(sa.text("SELECT count(*) FROM parcel")) == 1
    assert shop.ids(orders) == [2]
    assert [(row["id"], row["name"]) for row in shop.rows(customer)] == [(2, None)]


def newer_run_takes_over(shop: Shop, patch: pytest.MonkeyPatch) -> None:
    """Another run begins while this one stalls: the stalled one may not write any more."""
    fill_old(shop)
    plan = plan_of(shop)

    def other() -> None:
        patch.undo()
        apply(shop, plan)
        shop.insert(log, {"id": 1, "at": date(2020, 1, 1), "ip": "192.0.2.9"})

    after_picking(patch, other)
    code = ""
    try:
        apply(shop, plan)
    except Refused as error:
        code = error.code
    assert code == "another-run", "the older run went on writing"


def evidence_outlives_its_rows(shop: Shop, patch: pytest.MonkeyPatch) -> None:
    """Person 3's orders go while an invoice keeps the person: the last order is still known."""
    fill_old(shop)
    shop.insert(
        invoice,
        {"id": 33, "customer_id": 3, "issued_on": date(2018, 1, 1), "billed_to": "P"},
    )
    apply(shop, plan_of(shop))
    assert shop.ids(orders) == []
    kept = read_facts(shop.ledger, ORG, shop.now).kept
    assert [(day.table, day.key, day.day) for day in kept] == [("customer", (3,), date(2018, 3, 4))]

    with shop.engine.begin() as connection:  # the books are closed: the invoice lets go
        connection.execute(sa.update(invoice).values(issued_on=date(2012, 1, 1)))
    apply(shop, plan_of(shop))
    assert shop.ids(customer) == []
    assert read_facts(shop.ledger, ORG, shop.now).kept == ()
