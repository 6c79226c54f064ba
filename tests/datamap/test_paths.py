"""Paths: where each step leads, over which columns, and what leads nowhere."""

from __future__ import annotations

from typing import Any

import pytest

from troth.datamap.model import DataMap
from troth.datamap.paths import path_end, resolve_path
from troth.errors import Refused


def a_map(**more: Any) -> DataMap:
    """Accounts, orders with lines (a key of two columns), and a newsletter elsewhere."""
    account = {"columns": ["account_id"], "references": "account"}
    subscriber = {
        "columns": ["address"],
        "references": "shop.account",
        "to": ["email"],
        "compare": "email",
        "where": {"column": "kind", "is": "account"},
    }
    return DataMap.model_validate(
        {
            "troth": 1,
            "stores": {
                "shop": {
                    "tables": {
                        "account": {"key": ["id"]},
                        "orders": {"key": ["year", "number"], "relations": {"account": account}},
                        "lines": {
                            "relations": {
                                "order": {"columns": ["y", "n"], "references": "orders"},
                                "bad": {"columns": ["n"], "references": "orders"},
                                "lost": {"columns": ["n"], "references": "nowhere"},
                            }
                        },
                        **more,
                    }
                },
                "news": {
                    "tables": {
                        "delivery": {"relations": {"subscriber": subscriber}},
                        "account": {"key": ["no"], "relations": {"own": account}},
                    }
                },
            },
        }
    )


def test_the_empty_path_stays() -> None:
    assert resolve_path(a_map(), "shop", "orders", ()) == ()
    assert path_end("shop", "orders", ()) == ("shop", "orders")


def test_forward_to_the_key_pairs_the_columns_in_order() -> None:
    hops = resolve_path(a_map(), "shop", "lines", ["order", "account"])
    assert [hop.pairs for hop in hops] == [
        (("y", "year"), ("n", "number")),
        (("account_id", "id"),),
    ]
    assert [hop.forward for hop in hops] == [True, True]
    assert hops[0].owner == ("shop", "lines")
    assert path_end("shop", "lines", hops) == ("shop", "account")


def test_backward_pairs_the_same_columns_the_other_way_round() -> None:
    hops = resolve_path(a_map(), "shop", "account", ["<orders.account", "<lines.order"])
    assert [hop.pairs for hop in hops] == [
        (("id", "account_id"),),
        (("year", "y"), ("number", "n")),
    ]
    assert [hop.forward for hop in hops] == [False, False]
    assert hops[1].owner == ("shop", "lines")


def test_into_another_store_and_back() -> None:
    hops = resolve_path(a_map(), "shop", "orders", ["account", "<news.delivery.subscriber"])
    last = hops[-1]
    assert (last.target_store, last.target_table) == ("news", "delivery")
    assert last.pairs == (("email", "address"),)
    assert last.crosses
    assert not hops[0].crosses
    assert last.compare == "email"
    assert last.where is not None
    assert last.owner == ("news", "delivery"), "its filter is read on the delivery"
    (back,) = resolve_path(a_map(), "news", "delivery", ["subscriber"])
    assert (back.target_store, back.target_table) == ("shop", "account")
    assert back.pairs == (("address", "email"),)


def test_a_table_of_the_own_store_comes_before_one_of_that_name_elsewhere() -> None:
    (hop,) = resolve_path(a_map(), "news", "account", ["own"])
    assert (hop.target_store, hop.target_table) == ("news", "account")
    (hop,) = resolve_path(a_map(), "news", "account", ["<account.own"])
    assert (hop.target_store, hop.target_table) == ("news", "account")


def test_names_may_hold_dots() -> None:
    relation = {"columns": ["a"], "references": "account"}
    dotted = {"relations": {"billed.to": relation}}
    datamap = a_map(**{"sales.invoice": dotted, "news": {"relations": {"x": relation}}})
    (hop,) = resolve_path(datamap, "shop", "account", ["<sales.invoice.billed.to"])
    assert (hop.target_table, hop.relation) == ("sales.invoice", "billed.to")
    (hop,) = resolve_path(datamap, "shop", "account", ["<news.delivery.subscriber"])
    assert hop.target_store == "news", "the own table 'news' has no such relation"
    (hop,) = resolve_path(datamap, "shop", "account", ["<news.x"])
    assert (hop.target_store, hop.target_table) == ("shop", "news")


@pytest.mark.parametrize(
    ("table", "path", "code"),
    [
        ("orders", ["acount"], "unknown-relation"),
        ("orders", ["account", "account"], "unknown-relation"),
        ("account", ["<order.account"], "unknown-table"),
        ("account", ["<orders.order"], "unknown-relation"),
        ("account", ["<lines.order"], "relation-elsewhere"),
        ("account", ["<orders"], "unknown-table"),
        ("account", ["<"], "unknown-table"),
        ("lines", ["bad"], "relation-columns-differ"),
        ("lines", ["lost"], "unknown-table"),
    ],
)
def test_what_leads_nowhere_is_refused(table: str, path: list[str], code: str) -> None:
    with pytest.raises(Refused) as caught:
        resolve_path(a_map(), "shop", table, path)
    assert caught.value.code == code


def test_only_forward_steps_reach_one_row() -> None:
    with pytest.raises(Refused) as caught:
        resolve_path(a_map(), "shop", "account", ["<orders.account"], forward_only=True)
    assert caught.value.code == "path-not-to-one"
