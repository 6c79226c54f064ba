"""Check on a real database: what is kept, broken and unknown, in numbers that add up."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from apply.shop import Shop, open_shop
from apply.test_apply import fill
from troth.apply.check import check
from troth.apply.promises import CheckReport, Finding, PromiseState
from troth.ledger.facts import read_facts
from troth.ledger.ledger import Ledger, open_ledger

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
