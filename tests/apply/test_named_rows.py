"""Rows that a hold names are found where they are, on every database."""

from __future__ import annotations

from apply.shop import Shop, customer
from troth.apply.named_rows import rows_not_there
from troth.ledger.scope import RowName


def missing(shop: Shop, *keys: tuple[object, ...]) -> list[object]:
    rows: list[RowName] = [("shop", "customer", key) for key in keys]  # type: ignore[misc]  # any key
    setting = shop.setting
    found = rows_not_there(setting.stores, setting.map, setting.policy, rows)
    assert all(row[:2] == ("shop", "customer") for row in found)
    return [key for _, _, key in found]


def test_what_is_there_is_not_missing(shop: Shop) -> None:
    shop.insert(customer, *({"id": n, "email": f"c{n}@mail.example"} for n in (1, 2, 3)))
    assert missing(shop, (1,), (2,), (3,)) == []
    assert missing(shop, (1,), (4,), (2,)) == [(4,)]
    assert missing(shop, ("3",)) == []
    assert missing(shop, ("nobody",), (3,), (1, 2)) == [("nobody",), (1, 2)]


def test_an_empty_table_has_no_row(shop: Shop) -> None:
    assert missing(shop, (1,)) == [(1,)]
