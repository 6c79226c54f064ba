"""How a check counts: which way it takes, and where it must not take the fast one."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from apply.shop import Shop, customer, line, open_shop, orders
from apply.test_apply import fill
from troth.apply.census import count_company, count_states
from troth.apply.check import asked_tables, check, look_at
from troth.apply.followers import follower_of
from troth.apply.joined import joins
from troth.apply.looking import looked_into
from troth.apply.promises import promises_of
from troth.apply.states import TableStates, predicates_of, states_of
from troth.apply.work import Work
from troth.grounds.facts import Facts
from troth.ledger.ledger import open_ledger
from troth.plan.frame import Context
from troth.plan.schema import TableSchema

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)


@contextmanager
def opened_shop(url: str, folder: Path) -> Iterator[Shop]:
    with open_ledger(str(folder / "ledger.sqlite"), at=NOW) as ledger:
        shop = open_shop(url, ledger, NOW)
        yield shop
        shop.engine.dispose()


@pytest.fixture
def shop(any_store_url: str, tmp_path: Path) -> Iterator[Shop]:
    with opened_shop(any_store_url, tmp_path) as found:
        yield found


@contextmanager
def states_in(shop: Shop) -> Iterator[dict[str, TableStates]]:
    """Every table of the shop, about to be counted."""
    context = Context(shop.setting.policy, shop.setting.map, Facts(), shop.now.date())
    look = look_at(shop.setting, Facts(), shop.now, lambda _: None)
    asked = asked_tables(context, promises_of(shop.setting.policy))
    with looked_into(look, context.sets) as opened:
        yield {one.frame.table: states_of(opened.works["shop"], one) for one in asked if one.groups}


def counts(states: TableStates) -> tuple[int, int, int, int, int]:
    (group,) = states.groups
    return group.rows, group.there, group.absent, group.undecided, group.kept


def statements(shop: Shop) -> list[str]:
    """The statements of one check that count rows, as the store is asked them."""
    import sqlalchemy as sa

    seen: list[str] = []
    engine = shop.setting.stores["shop"].engine

    def note(_c: object, _cursor: object, statement: str, *_rest: object) -> None:
        if "count(" in statement.lower():
            seen.append(statement)

    sa.event.listen(engine, "before_cursor_execute", note)
    check(shop.setting, Facts(), shop.now)
    sa.event.remove(engine, "before_cursor_execute", note)
    return seen


def test_orders_are_counted_with_their_customers(postgres_url: str, tmp_path: Path) -> None:
    with opened_shop(postgres_url, tmp_path) as shop:
        fill(shop)
        with states_in(shop) as tables:
            others = [tables[name] for name in ("orders", "invoice", "log")]
            company = count_company(tables["customer"], others)
        assert {one.table.frame.table for one in company} == {"customer", "orders"}
        assert counts(tables["customer"]) == (4, 2, 0, 1, 1)
        assert counts(tables["orders"]) == (5, 3, 0, 0, 2)
        reading = [one for one in statements(shop) if "FROM orders" in one]
        assert len(reading) == 1


def test_the_one_that_comes_first_brings_the_others(postgres_url: str, tmp_path: Path) -> None:
    with opened_shop(postgres_url, tmp_path) as shop:
        fill(shop)
        with states_in(shop) as tables:
            company = count_company(tables["orders"], [tables["log"], tables["customer"]])
        assert {one.table.frame.table for one in company} == {"customer", "orders"}
        assert counts(tables["orders"]) == (5, 3, 0, 0, 2)


def test_an_order_without_a_customer_is_counted_all_the_same(shop: Shop) -> None:
    fill(shop)
    shop.insert(
        orders,
        {"id": 91, "customer_id": None, "ordered_on": date(2012, 1, 1), "address": "x"},
        {"id": 92, "customer_id": None, "ordered_on": date(2012, 1, 1), "address": None},
    )
    with states_in(shop) as tables:
        count_company(tables["customer"], [tables["orders"]])
        if not tables["orders"].groups[0].rows:  # this database counts it by itself
            count_states(tables["orders"])
    assert counts(tables["customer"]) == (4, 2, 0, 1, 1)
    # 91 cannot be decided; 92 neither, but holds nothing any more
    assert counts(tables["orders"]) == (7, 3, 0, 1, 3)


def required(shop: Shop) -> bool:
    """Days of orders that take no NULL; False where the database cannot change a column."""
    change = {
        "postgresql": "ALTER TABLE orders ALTER ordered_on SET NOT NULL",
        "mysql": "ALTER TABLE orders MODIFY ordered_on DATE NOT NULL",
    }.get(shop.engine.dialect.name)
    if change is None:
        return False
    with shop.engine.begin() as connection:
        connection.exec_driver_sql(change)
    return True


def test_the_first_and_the_last_day_say_whether_all_lie_within(shop: Shop) -> None:
    fill(shop)
    shop.insert(customer, *({"id": n, "email": f"{n}@mail.example"} for n in (5, 6)))
    shop.insert(
        orders,
        {"id": 501, "customer_id": 5, "ordered_on": date(1999, 12, 31), "address": "x"},
        {"id": 502, "customer_id": 5, "ordered_on": date(2012, 1, 1), "address": "y"},
        {"id": 601, "customer_id": 6, "ordered_on": date(2012, 1, 1), "address": "z"},
        {"id": 602, "customer_id": 6, "ordered_on": date(2026, 11, 23), "address": "z"},
    )
    required(shop)  # with and without NULL the numbers are the same
    report = check(shop.setting, Facts(), shop.now)
    found = {one.table: (one.rows, one.due, one.unknown, one.kept) for one in report.groups}
    # 5 ordered before the shop existed, 6 on a day that has not come: neither can be decided
    assert found["customer"] == (6, 2, 3, 1)
    assert found["orders"] == (9, 3, 4, 2)


def changed(work: Work, table: str, **what: object) -> Mapping[str, TableSchema]:
    return {**work.tables, table: replace(work.tables[table], **what)}  # type: ignore[arg-type]  # its own fields


def test_a_far_larger_table_is_not_read_as_a_whole(shop: Shop) -> None:
    fill(shop)
    with states_in(shop) as tables:
        asking = tables["customer"]
        asking.work.tables = changed(asking.work, "customer", estimated_rows=100)
        asking.work.tables = changed(asking.work, "orders", estimated_rows=4_000)
        assert joins(asking, predicates_of(asking))
        asking.work.tables = changed(asking.work, "orders", estimated_rows=1_000_000)
        assert not joins(asking, predicates_of(asking))
        count_states(asking)
    assert counts(asking) == (4, 2, 0, 1, 1)


def test_a_reference_to_what_is_no_key_is_not_followed(postgres_url: str, tmp_path: Path) -> None:
    with opened_shop(postgres_url, tmp_path) as shop:
        fill(shop)
        with states_in(shop) as tables:
            following = tables["orders"]
            assert follower_of(following) is not None
            following.work.tables = changed(following.work, "customer", key=())
            assert follower_of(following) is None
            count_states(following)
        assert counts(following) == (5, 3, 0, 0, 2)


def test_keys_of_another_kind_are_not_joined(shop: Shop) -> None:
    fill(shop)
    with states_in(shop) as tables:
        asking = tables["customer"]
        columns = asking.work.tables["orders"].columns
        other = tuple(
            replace(one, kind="text") if one.name == "customer_id" else one for one in columns
        )
        asking.work.tables = changed(asking.work, "orders", columns=other)
        assert not joins(asking, predicates_of(asking))


def test_rows_that_go_as_a_whole_need_no_second_look(shop: Shop) -> None:
    fill(shop)
    shop.insert(
        orders, {"id": 13, "customer_id": 1, "ordered_on": date(2015, 1, 5), "address": None}
    )
    shop.insert(line, {"id": 113, "order_id": 13, "goods": "tea"})
    report = check(shop.setting, Facts(), shop.now)
    (found,) = (one for one in report.groups if one.table == "orders")
    assert (found.rows, found.due, found.unknown, found.kept) == (6, 4, 0, 2)
