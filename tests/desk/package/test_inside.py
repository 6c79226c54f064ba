"""What lies inside a JSON column is told, shown and carried away place by place."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from apply.shop import POLICY
from desk.find.house import House
from desk.package.parcel import A, Changes, answered, carried, put_both, table
from troth.datamap.model import Table
from troth.desk.package.disclose import Disclosure, Only, Told
from troth.policy.load import parse_policy

INSIDE = Changes(
    map=[
        (
            "doc: {category: log}",
            "doc: {category: log, inside: {/page: contact, /key/secret: order}}",
        )
    ]
)
DOCUMENT = {"user": {"id": 1}, "page": "marker-a5", "key": {"secret": "s", "of": 1}}


@pytest.fixture
def full(house: House) -> House:
    put_both(house)
    house.put("event", {"doc": DOCUMENT})
    return house


def test_an_answer_shows_each_place_with_its_grounds(full: House, tmp_path: Path) -> None:
    _, data = answered(full, tmp_path / "out", A, changes=INSIDE)
    found = table(data, "shop.event")
    assert found["columns"][0]["inside"] == {
        "/page": "Contact data",
        "/key/secret": "Order data",
    }
    row = found["rows"][1]
    assert row["values"] == {"doc": {"user": {"id": 1}, "page": "marker-a5", "key": {"of": 1}}}
    assert row["masked"] == {"doc#/key/secret": "credential"}
    stands = {name: one["grounds"] for one in row["standing"] for name in one["columns"]}
    assert {name: [g["activity"] for g in grounds] for name, grounds in stands.items()} == {
        "doc": ["security"],
        "doc#/page": ["sales"],
        "doc#/key/secret": ["sales"],
    }
    (masked,) = (one for one in data["masked"] if one["table"] == "shop.event")
    assert (masked["column"], masked["category"]) == ("doc#/key/secret", ["Order data"])


def test_what_is_portable_inside_goes_along_alone(full: House, tmp_path: Path) -> None:
    data, _ = carried(full, tmp_path / "a.zip", A, changes=INSIDE)
    rows = table(data, "shop.event")["rows"]
    assert [row["values"] for row in rows] == [{"doc": {"page": "marker-a5"}}] * 2
    out = {
        (one["column"], one["why"]): one["rows"]
        for one in data["excluded"]
        if one["table"] == "shop.event"
    }
    assert out == {("doc", "basis"): 2, ("doc#/key/secret", "masked"): 1}


ME = Told(frozenset({"customer"}), shared=False, protected=False)


@pytest.mark.parametrize(
    ("only", "expected"),
    [
        (Only(), {"a": 1, "b": {"c": 2, "d": 3}}),
        (Only(("contact",)), {"a": 1}),
        (Only(("order",)), {"b": {"c": 2}}),
        (Only(("log",)), {"b": {"d": 3}}),
        (Only(("invoice",)), None),
    ],
)
def test_an_order_shows_the_parts_that_it_is_about(only: Only, expected: Any) -> None:
    entry = Table.model_validate(
        {
            "roles": {"customer": {"subject": "customer"}},
            "columns": {"doc": {"category": "log", "inside": {"/a": "contact", "/b/c": "order"}}},
        }
    )
    disclosure = Disclosure(parse_policy(POLICY, "policy.yaml"), entry, only)
    for cell in ({"a": 1, "b": {"c": 2, "d": 3}}, '{"a": 1, "b": {"c": 2, "d": 3}}'):
        shown, hidden = disclosure.shown("doc", cell, ME)
        assert hidden == {}
        assert shown == (cell if expected is not None and len(expected) == 2 else expected)
    assert disclosure.shown("doc", "no JSON", ME)[0] == ("no JSON" if only == Only() else None)
