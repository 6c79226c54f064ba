"""What a map says of places inside JSON columns: their names, what it may not say, and notices."""

from __future__ import annotations

from typing import Any

import pytest
from pydantic import ValidationError

from troth.datamap.inside import (
    above,
    column_of,
    columns_of,
    is_spelled_one_way,
    keys_at,
    name_inside,
    objects_on,
    path_of,
)
from troth.datamap.model import Column, DataMap, Table
from troth.plan.notices import notices


def test_a_value_inside_has_a_name_of_its_own() -> None:
    name = name_inside("profile", "/address/city")
    assert name == "profile#/address/city"
    assert (column_of(name), path_of(name)) == ("profile", "/address/city")
    assert (column_of("profile"), path_of("profile")) == ("profile", None)
    assert columns_of([name, "born", "profile"]) == {
        "profile": (name, "profile"),
        "born": ("born",),
    }


def test_the_objects_on_the_way_to_places() -> None:
    paths = ("/a/b/c", "/a/d", "/e")
    assert above("/a/b/c") == ("", "/a", "/a/b")
    assert objects_on(paths) == ("", "/a", "/a/b")
    assert [keys_at(outer, paths) for outer in objects_on(paths)] == [
        ("a", "e"),
        ("b", "d"),
        ("c",),
    ]


def test_keys_that_json_may_write_in_two_ways() -> None:
    assert is_spelled_one_way(["/address/city", "/it's 50%"])
    assert not is_spelled_one_way(["/prénom"])


def test_the_values_of_a_row_are_columns_and_places() -> None:
    table = Table.model_validate(
        {
            "columns": {
                "id": None,
                "name": "contact",
                "profile": {"category": "log", "inside": {"/mail": "contact"}, "erased": "empty"},
                "prefs": {"inside": {"/size": "health"}},
                "old": {"category": "log", "inside": {"/a": "log"}, "erased": OLD},
            }
        }
    )
    found = {name: (one.category, one.erased.form) for name, one in table.values.items()}
    assert found == {
        "name": ("contact", "null"),
        "profile": ("log", "empty"),
        "profile#/mail": ("contact", "empty"),
        "prefs#/size": ("health", "null"),
        "old": ("log", "value"),
        "old#/a": ("log", "null"),  # '{}' was meant for the whole column
    }


OLD = {"form": "value", "value": "{}"}


@pytest.mark.parametrize(
    ("column", "why"),
    [
        ({"inside": {"/addresses[*]/city": "contact"}}, "a list is one value"),
        ({"inside": {"/addresses/*/city": "contact"}}, "a list is one value"),
        ({"inside": {"$.address": "contact"}}, "no path of keys"),
        ({"inside": {"/a//b": "contact"}}, "no path of keys"),
        ({"inside": {'/a"b': "contact"}}, "no key may contain"),
        ({"inside": {"/a": "contact", "/a/b": "log"}}, "'/a/b' lies in '/a'"),
        ({"inside": {"/a": "contact"}, "identity": "email"}, "no identifier by itself"),
        (
            {"inside": {"/a": "contact"}, "erased": {"form": "pattern", "value": "x-{key}"}},
            "no key of its own",
        ),
    ],
)
def test_what_a_map_may_not_say(column: Any, why: str) -> None:
    with pytest.raises(ValidationError, match=why.replace("[", r"\[")):
        Column.model_validate(column)


def test_a_column_is_not_named_like_a_place() -> None:
    with pytest.raises(ValidationError, match="may not contain"):
        Table.model_validate({"columns": {"a#/b": None}})


@pytest.mark.parametrize(
    ("column", "told"),
    [
        ({"inside": {"/b": "contact", "/a": "health"}}, "beside /a, /b is taken for no personal"),
        ({"category": "order", "inside": {"/payer/email": "contact"}}, None),
        ("order", None),
        (None, None),
    ],
)
def test_a_plan_tells_of_a_rest_without_a_category(column: Any, told: str | None) -> None:
    table = {"columns": {"payload": column}}
    datamap = DataMap.model_validate({"troth": 1, "stores": {"shop": {"tables": {"pay": table}}}})
    found = [notice for notice in notices(datamap, {}, ()) if notice.code == "json-rest-unmapped"]
    assert [notice.severity for notice in found] == (["info"] if told else [])
    assert told is None or told in found[0].message
