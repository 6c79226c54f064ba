"""What falls due month by month: each row in the month of its first day without a ground."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from apply.shop import Shop, customer, invoice, log, open_shop, orders
from troth.apply import forecast as module
from troth.apply.forecast import Forecast, forecast, month_ends
from troth.grounds.facts import Facts
from troth.ledger.ledger import Ledger, open_ledger

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)


@pytest.fixture
def ledger(tmp_path: Path) -> Iterator[Ledger]:
    with open_ledger(str(tmp_path / "ledger.sqlite"), at=NOW) as opened:
        yield opened


@pytest.fixture
def shop(any_store_url: str, ledger: Ledger) -> Shop:
    return open_shop(any_store_url, ledger, NOW)


def rows(found: Forecast, rule: str) -> dict[str, int]:
    """Rows by month, as YYYY-MM; months without any left out."""
    (counts,) = (counts for promise, counts in found.rows.items() if promise.id == rule)
    months = zip(found.months, counts, strict=True)
    return {month.strftime("%Y-%m"): number for month, number in months if number}


def test_months_begin_on_the_day_after_and_are_twenty_four() -> None:
    ends = month_ends(date(2026, 11, 30))
    assert (ends[0], ends[1], ends[-1]) == (
        date(2026, 11, 30),
        date(2026, 12, 31),
        date(2028, 11, 30),
    )
    assert len(ends) == 25


def test_a_row_falls_due_in_the_month_of_its_first_day_without_a_ground(shop: Shop) -> None:
    shop.insert(
        log,
        {"id": 1, "at": datetime(2025, 11, 22), "ip": "a"},  # noqa: DTZ001 - naive, as stored
        {"id": 2, "at": datetime(2025, 11, 23), "ip": "b"},  # noqa: DTZ001 - naive, as stored
        {"id": 3, "at": datetime(2025, 11, 30), "ip": "c"},  # noqa: DTZ001 - naive, as stored
        {"id": 4, "at": datetime(2025, 12, 1), "ip": "d"},  # noqa: DTZ001 - naive, as stored
        {"id": 5, "at": None, "ip": "e"},
    )
    shop.insert(customer, {"id": 1, "email": "a@mail.example", "name": "A"})
    shop.insert(
        invoice, {"id": 1, "customer_id": 1, "issued_on": date(2016, 5, 1), "billed_to": "A"}
    )

    found = forecast(shop.setting, Facts(), shop.now)

    assert rows(found, "logs-one-year") == {"2026-11": 2, "2026-12": 1}  # 1 is due already
    assert rows(found, "books-ten-years") == {"2027-01": 1}  # kept through 31 December
    assert (found.spread, found.left_out) == ((), ())


def test_what_is_too_dear_by_month_is_spread_over_the_half_year(
    shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "DEEPEST", 0)
    for number in range(1, 9):
        shop.insert(customer, {"id": number, "email": f"{number}@mail.example", "name": "x"})
        shop.insert(
            orders, {"id": number, "customer_id": number, "ordered_on": date(2022, 7, number)}
        )

    found = forecast(shop.setting, Facts(), shop.now)

    # due in July 2027, in the half-year from May to October 2027
    assert rows(found, "sales-five-years") == {
        "2027-05": 2,
        "2027-06": 2,
        "2027-07": 1,
        "2027-08": 1,
        "2027-09": 1,
        "2027-10": 1,
    }
    assert found.spread == ("shop.customer",)
