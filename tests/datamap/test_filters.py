"""A filter that is written out, as in the file of a plan, is the same when it is read again."""

from __future__ import annotations

import json

import pytest
from pydantic import TypeAdapter

from troth.datamap.filters import Filter
from troth.plan.predicate import Compare

FILTERS: TypeAdapter[Filter] = TypeAdapter(Filter)


@pytest.mark.parametrize("by_alias", [False, True])
@pytest.mark.parametrize(
    "given",
    [
        {"column": "parent", "at_least": 1},
        {"column": "parent", "at_most": "z"},
        {"column": "kind", "is": "user"},
        {"column": "kind", "is": None},
        {"column": "kind", "is_not": None},
        {"column": "kind", "in": ["a", 2, None]},
        {"column": "data", "json": "/a/b", "is": True},
        {"all": [{"not": {"column": "kind", "is": "x"}}, {"column": "n", "at_least": 3}]},
        {"any": [{"related": ["<orders.customer"], "where": {"column": "n", "is": 1}}]},
    ],
)
def test_what_is_written_is_read_again(given: dict[str, object], by_alias: bool) -> None:
    found = FILTERS.validate_python(given)
    written = json.dumps(FILTERS.dump_python(found, mode="json", by_alias=by_alias))
    assert FILTERS.validate_json(written) == found


def test_a_condition_of_a_plan_is_read_again() -> None:
    condition = Compare.model_validate({"test": {"column": "parent", "at_least": 1}})
    assert Compare.model_validate_json(condition.model_dump_json()) == condition
