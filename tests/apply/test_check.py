"""Check on a real database: what is kept, broken and unknown, in numbers that add up."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from apply.shop import Shop, customer, open_shop, orders
from apply.test_apply import fill
from troth.apply.apart import count_apart
from troth.apply.census import count_states
from troth.apply.check import asked_tables, check, look_at
from troth.apply.joined import Joined, joins
from troth.apply.looking import looked_into
from troth.apply.onepass import count_plain, count_staged
from troth.apply.planning import make_plan
from troth.apply.promises import CheckReport, Finding, PromiseState, promises_of
from troth.apply.run import apply_plan
from troth.apply.states import TableStates, predicates_of, states_of
from troth.errors import Broken
from troth.grounds.facts import Facts, Identifier
from troth.ledger.facts import read_facts
from troth.ledger.holds import add_hold
from troth.ledger.ledger import Ledger, open_ledger
from troth.plan.frame import Context

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


def check_of(shop: Shop) -> CheckReport:
    facts = read_facts(shop.ledger, "corner-shop", shop.now)
    return check(shop.setting, facts, shop.now)


def promise(report: CheckReport, rule: str) -> PromiseState:
    (found,) = (state for state in report.promises if state.promise.id == rule)
    return found


def finding(report: CheckReport, rule: str, table: str) -> Finding:
    (found,) = (one for one in promise(report, rule).findings if one.table == table)
    return found


def test_what_is_due_unknown_and_kept_is_counted(shop: Shop) -> None:
    fill(shop)
    report = check_of(shop)

    sales = finding(report, "sales-five-years", "customer")
    assert (sales.rows, sales.due, sales.unknown, sales.kept) == (4, 2, 1, 1)
    assert (sales.oldest, sales.overdue_since) == (date(2019, 3, 1), date(2024, 3, 1))
    orders = finding(report, "sales-five-years", "orders")
    assert (orders.rows, orders.due, orders.unknown, orders.kept) == (5, 3, 0, 2)
    books = finding(report, "books-ten-years", "invoice")
    assert (books.due, books.kept) == (1, 1)
    assert (books.oldest, books.overdue_since) == (date(2015, 12, 31), date(2026, 1, 1))
    logs = finding(report, "logs-one-year", "log")
    assert (logs.due, logs.unknown, logs.kept) == (1, 1, 1)
    assert logs.oldest == date(2025, 11, 22)
    assert [state.status for state in report.promises] == ["broken", "broken", "broken"]
    assert (report.score, report.clean) == (0, False)


def test_every_row_is_counted_once(shop: Shop) -> None:
    fill(shop)
    report = check_of(shop)

    assert len(report.groups) == 4
    for group in report.groups:
        assert group.due + group.unknown + group.kept == group.rows


def test_a_skeleton_is_kept_and_an_empty_row_that_could_go_is_due(shop: Shop) -> None:
    fill(shop)
    shop.insert(customer, {"id": 5, "email": None, "name": None})
    shop.insert(orders, {"id": 51, "customer_id": 5, "ordered_on": date(2015, 1, 1)})
    with shop.engine.begin() as connection:
        connection.execute(
            customer.update().where(customer.c.id == 3).values(email=None, name=None)
        )

    sales = finding(check_of(shop), "sales-five-years", "customer")

    # 1 has values; 3 is a skeleton for its invoice; 5 is empty and nothing keeps it
    assert (sales.due, sales.unknown, sales.kept) == (2, 1, 2)


def test_after_apply_the_promises_are_kept_as_far_as_they_are_known(shop: Shop) -> None:
    fill(shop)
    facts = read_facts(shop.ledger, "corner-shop", shop.now)
    plan = shop.approve(make_plan(shop.setting, facts, shop.now))
    apply_plan(plan, shop.setting, shop.ledger, shop.clock, by="dpo")

    report = check_of(shop)

    assert [state.status for state in report.promises] == ["unknown", "kept", "unknown"]
    assert report.due == 0


def test_unknown_rows_say_why(shop: Shop) -> None:
    fill(shop)
    report = check_of(shop)

    (customer_reason,) = finding(report, "sales-five-years", "customer").reasons
    assert (customer_reason.code, customer_reason.rows) == ("event-without-row", 1)
    (log_reason,) = finding(report, "logs-one-year", "log").reasons
    assert (log_reason.code, log_reason["column"], log_reason.rows) == ("event-null", "at", 1)


def hold(shop: Shop, person: str) -> None:
    with shop.ledger.writing("corner-shop") as writing:
        add_hold(
            writing,
            case="2026/1",
            reason="claim",
            by="legal",
            at=shop.now,
            persons=[Identifier("email", person)],
        )


def test_a_hold_keeps_what_would_be_due(shop: Shop) -> None:
    fill(shop)
    hold(shop, "c1@mail.example")

    sales = finding(check_of(shop), "sales-five-years", "customer")

    assert (sales.due, sales.unknown, sales.kept) == (1, 1, 2)


def test_a_hold_on_a_stranger_makes_what_would_be_due_unknown(shop: Shop) -> None:
    fill(shop)
    hold(shop, "nobody@mail.example")

    report = check_of(shop)

    logs = finding(report, "logs-one-year", "log")
    assert (logs.due, logs.unknown, logs.kept) == (0, 2, 1)
    assert "hold-unresolved" in [reason.code for reason in logs.reasons]


def execute(shop: Shop, statement: str) -> None:
    with shop.engine.begin() as connection:
        connection.exec_driver_sql(statement)


def test_what_the_map_does_not_know_is_reported(shop: Shop) -> None:
    fill(shop)
    execute(shop, "CREATE TABLE surprise (id INTEGER, email VARCHAR(40))")
    execute(shop, "ALTER TABLE log ADD COLUMN agent VARCHAR(40)")

    found = check_of(shop).undeclared

    assert [(one.kind, one.table, one.columns) for one in found] == [
        ("table", "surprise", ()),
        ("column", "log", ("agent",)),
    ]


def test_a_missing_column_leaves_its_promise_unknown_and_the_others_counted(shop: Shop) -> None:
    fill(shop)
    execute(shop, "ALTER TABLE log DROP COLUMN ip")

    report = check_of(shop)

    logs = finding(report, "logs-one-year", "log")
    assert (logs.status, [reason.code for reason in logs.reasons]) == (
        "unknown",
        ["missing-column"],
    )
    assert finding(report, "sales-five-years", "customer").due == 2


def test_what_depends_on_a_missing_column_is_unknown(shop: Shop) -> None:
    fill(shop)
    execute(shop, "ALTER TABLE orders DROP COLUMN ordered_on")

    report = check_of(shop)

    assert promise(report, "sales-five-years").status == "unknown"
    assert promise(report, "books-ten-years").status == "broken"


def test_a_promise_without_any_table_is_unknown(shop: Shop) -> None:
    tables = dict(shop.setting.map.stores["shop"].tables)
    del tables["log"]
    store = shop.setting.map.stores["shop"].model_copy(update={"tables": tables})
    datamap = shop.setting.map.model_copy(update={"stores": {"shop": store}})
    setting = replace(shop.setting, map=datamap)

    report = check(setting, Facts(), shop.now)

    logs = promise(report, "logs-one-year")
    assert (logs.status, logs.findings) == ("unknown", ())


def counts_of(states: TableStates) -> list[tuple[int, ...]]:
    return [(g.rows, g.there, g.absent, g.undecided, g.kept) for g in states.groups]


def test_every_way_of_counting_gives_the_same_numbers(shop: Shop) -> None:
    """Looked up row by row, joined, and looked for state by state."""
    fill(shop)
    shop.insert(customer, {"id": 5, "email": None, "name": None})
    shop.insert(orders, {"id": 51, "customer_id": 5, "ordered_on": date(2015, 1, 1)})
    context = Context(shop.setting.policy, shop.setting.map, Facts(), shop.now.date())
    look = look_at(shop.setting, Facts(), shop.now, lambda _: None)
    asked = asked_tables(context, promises_of(shop.setting.policy))
    with looked_into(look, context.sets) as opened:
        for one in asked:
            if not one.groups:
                continue
            by_row, joined, staged, apart = (states_of(opened.works["shop"], one) for _ in range(4))
            assert joins(joined, predicates_of(joined))
            count_plain(by_row, by_row, {})
            count_plain(joined, Joined(joined.work, joined.row), {})
            count_staged(staged, Joined(staged.work, staged.row), {})
            count_apart(apart, lambda _: {})
            for other in (joined, staged, apart):
                assert counts_of(other) == counts_of(by_row)


def test_a_row_with_two_states_breaks_the_check(sqlite_url: str, ledger: Ledger) -> None:
    shop = open_shop(sqlite_url, ledger, NOW)
    fill(shop)
    context = Context(shop.setting.policy, shop.setting.map, Facts(), shop.now.date())
    look = look_at(shop.setting, Facts(), shop.now, lambda _: None)
    asked = asked_tables(context, promises_of(shop.setting.policy))
    log_table = next(one for one in asked if one.frame.table == "log")
    with looked_into(look, context.sets) as opened:
        states = states_of(opened.works["shop"], log_table)
        states.groups[0].unknown = states.groups[0].due
        with pytest.raises(Broken) as raised:
            count_states(states)
    assert raised.value.code == "counts-do-not-add-up"
