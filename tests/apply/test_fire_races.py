"""A writer between collecting and writing: the row is skipped and counted, never lost."""

from __future__ import annotations

import random
import threading
import time
from datetime import date

import pytest
import sqlalchemy as sa

from apply import scenarios
from apply.scenarios import apply, fill_old, plan_of
from apply.shop import Shop, customer, invoice, orders
from troth.apply import batches as running

STORIES = [
    scenarios.new_order_after_picking,
    scenarios.new_invoice_after_picking,
    scenarios.hold_after_picking,
    scenarios.cascade_to_what_must_stay,
    scenarios.evidence_outlives_its_rows,
]
SMALL = [
    scenarios.hold_on_a_row_after_picking,
    scenarios.hold_on_nobody_after_picking,
    scenarios.newer_run_takes_over,
]


@pytest.mark.parametrize("story", STORIES, ids=lambda story: story.__name__)
def test_stories(story: scenarios.Story, shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    story(shop, monkeypatch)


@pytest.mark.parametrize("story", SMALL, ids=lambda story: story.__name__)
def test_stories_on_one_database(
    story: scenarios.Story, small_shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    story(small_shop, monkeypatch)


def test_a_hold_opened_while_a_batch_is_written_wins(
    small_shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    fill_old(small_shop)
    plan = plan_of(small_shop)
    real, opened = running.write_receipt, []

    def receipt(*arguments: object, **named: object) -> None:
        if not opened:
            opened.append(True)
            with small_shop.ledger.writing(plan.organisation) as writing:
                scenarios.add_hold(
                    writing,
                    case="1",
                    reason="claim",
                    by="dpo",
                    at=small_shop.now,
                    rows=[("shop", "orders", (1,))],
                )
        real(*arguments, **named)  # type: ignore[arg-type]  # handed on as they came

    monkeypatch.setattr(running, "write_receipt", receipt)
    apply(small_shop, plan)

    assert small_shop.ids(orders) == [1]


def test_a_row_locked_by_a_batch_takes_no_new_child(
    shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    if shop.engine.dialect.name == "sqlite":
        pytest.skip("SQLite locks the whole file")
    fill_old(shop, 1)
    plan = plan_of(shop)
    real = running.carry_out_batch
    failed: list[bool] = []
    threads: list[threading.Thread] = []

    def insert() -> None:
        new = {"id": 99, "customer_id": 1, "ordered_on": date(2026, 11, 22), "address": "x"}
        try:
            shop.insert(orders, new)
            failed.append(False)
        except (sa.exc.IntegrityError, sa.exc.OperationalError):  # MariaDB may end a deadlock
            failed.append(True)

    def carry_out(*arguments: object, **named: object) -> object:
        decided = named["decided"]

        def then(*inner: object) -> None:
            decided(*inner)  # type: ignore[operator]  # it is the callback of the batch
            threads.append(threading.Thread(target=insert))
            threads[-1].start()
            time.sleep(0.3)
            assert not failed, "the insert did not wait for the lock"

        return real(*arguments, **{**named, "decided": then})  # type: ignore[arg-type]  # as above

    monkeypatch.setattr(running, "carry_out_batch", carry_out)
    apply(shop, plan)
    for thread in threads:
        thread.join()

    assert failed == [True]
    assert shop.ids(customer) == []


def test_a_writer_that_races_every_batch_loses_nothing(shop: Shop) -> None:
    people = 12
    if shop.engine.dialect.name == "sqlite":  # which enforces foreign keys only when asked
        shop.engine.dispose()
        sa.event.listen(
            shop.engine, "connect", lambda driver, _: driver.execute("PRAGMA foreign_keys = ON")
        )
    fill_old(shop, people)
    plan = plan_of(shop)
    stop, done = threading.Event(), []

    def write() -> None:
        chance, number = random.Random(5), 1000
        while not stop.is_set():
            number += 1
            person = chance.randint(1, people)
            table, row = chance.choice(
                [
                    (orders, {"ordered_on": date(2026, 11, 22), "address": "new"}),
                    (invoice, {"issued_on": date(2026, 11, 1), "billed_to": "new"}),
                ]
            )
            try:
                shop.insert(table, {"id": number, "customer_id": person, **row})
                done.append((table.name, number, person))
            except (sa.exc.IntegrityError, sa.exc.OperationalError):
                pass  # the person has gone, or a lock was not had
            time.sleep(0.02)

    writer = threading.Thread(target=write)
    writer.start()
    try:
        outcome = apply(shop, plan)
    finally:
        stop.set()
        writer.join()

    there = {"orders": set(shop.ids(orders)), "invoice": set(shop.ids(invoice))}
    assert all(number in there[table] for table, number, _ in done)
    assert {person for _, _, person in done} <= set(shop.ids(customer))
    assert outcome.written["delete:shop.customer"] + len(shop.ids(customer)) == people
    apply(shop, plan_of(shop))
    assert plan_of(shop).steps == ()
    named = {row["id"] for row in shop.rows(customer) if row["name"] is not None}
    assert {p for table, _, p in done if table == "orders"} <= named | _erased_before(shop)


def _erased_before(shop: Shop) -> set[object]:
    """Skeletons that an invoice kept, and whose person ordered after the erasure."""
    return {row["id"] for row in shop.rows(customer) if row["name"] is None}
