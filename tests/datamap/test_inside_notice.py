"""A plan warns of JSON columns that hold several categories, since they go as a whole."""

from __future__ import annotations

from typing import Any

import pytest

from troth.datamap.model import DataMap
from troth.plan.notices import notices


@pytest.mark.parametrize(
    ("column", "paths"),
    [
        ({"category": "order", "inside": {"/payer/email": "contact"}}, "/payer/email"),
        ({"inside": {"/a": "contact", "/b": "health"}}, "/a, /b"),
        ({"inside": {"/a": "contact", "/b": "contact"}}, None),
        ({"category": "contact", "inside": {"/a": "contact"}}, None),
        ("order", None),
        (None, None),
    ],
)
def test_where_parts_may_outlive_their_period(column: Any, paths: str | None) -> None:
    table = {"columns": {"payload": column}}
    datamap = DataMap.model_validate({"troth": 1, "stores": {"shop": {"tables": {"pay": table}}}})
    found = [notice for notice in notices(datamap, {}, ()) if notice.code == "json-goes-whole"]
    assert [(notice.store, notice.table, notice.severity) for notice in found] == (
        [("shop", "pay", "warning")] if paths else []
    )
    if paths:
        assert f"what lies at {paths} may outlive" in found[0].message
