"""Sections 1 and 2: what covers a value, which role holds, and which rule is the most specific."""

from __future__ import annotations

from typing import Any

import pytest

from grounds.made_up import activity, after, at, day, look, promise, rule, single, state
from troth.grounds.evidence import Row, Value
from troth.grounds.facts import Facts
from troth.grounds.inside import present
from troth.grounds.rows import RowAction, row_actions

LONG, SHORT = after("end", "P5Y"), after("end", "P1Y")
ENDED = {"end_on": day("2022-01-01")}  # the long period runs on 1 January 2026, the short has ended
ON = "2026-01-01"


def test_a_protected_row_is_supported_and_nothing_else_is_looked_at() -> None:
    policy = promise(activity(rule(**SHORT)))
    protect = {"column": "kind", "is": "staff"}
    for kind, expected in (("staff", "supported"), ("Staff", "due"), (None, "due")):
        found = single(policy, ENDED | {"kind": kind}, protect=protect)
        assert state(found, ON) == expected
        assert look(found, ON).protected == (expected == "supported")


@pytest.mark.parametrize(
    ("terms", "expected"),
    [
        ({}, "due"),
        ({"categories": ["contact"]}, "due"),
        ({"categories": ["phone"]}, "unknown"),
        ({"categories": ["health"]}, "unknown"),
        ({"subjects": ["customer"]}, "due"),
        ({"places": ["live"]}, "due"),
        ({"places": ["vault"]}, "unknown"),
    ],
)
def test_an_activity_covers_by_subject_category_and_place(terms: Any, expected: str) -> None:
    """Of the activity first, where nothing else covers; of its rule, where no period is left."""
    assert state(single(promise(activity(rule(**SHORT), **terms)), ENDED), ON) == expected
    found = single(promise(activity(rule(**SHORT, **terms))), ENDED)
    assert state(found, ON) == expected


def test_a_subject_below_does_not_cover_one_above() -> None:
    roles = {"owner": {"subject": "person"}}
    policy = promise(activity(rule(**SHORT), subjects=["customer"]))
    assert state(single(policy, ENDED, roles=roles), ON) == "unknown"


def test_an_activity_without_a_rule_that_covers_is_unknown() -> None:
    found = single(promise(activity()), ENDED)
    assert state(found, ON) == "unknown"
    assert "no retention period" in look(found, ON).grounds[0].why


def test_only_the_activities_of_the_table_count() -> None:
    policy = promise(activity(rule(**SHORT)), activity(rule("other", **LONG)))
    assert state(single(policy, ENDED), ON) == "supported"
    assert state(single(policy, ENDED, activities=["a0"]), ON) == "due"


def test_a_role_holds_where_its_filter_is_true() -> None:
    policy = promise(activity(rule(**SHORT), subjects=["customer"]), activity(rule("p", **LONG)))
    roles = {
        "buyer": {"subject": "customer", "when": {"column": "kind", "is": "buyer"}},
    }
    assert state(single(policy, ENDED | {"kind": "buyer"}, roles=roles), ON) == "supported"
    assert state(single(policy, ENDED | {"kind": "x"}, roles=roles), ON) == "unknown"
    assert state(single(policy, ENDED | {"kind": None}, roles=roles), ON) == "unknown"


@pytest.mark.clause("SMA-3-7")
def test_each_role_has_its_own_clock_and_the_last_ground_counts() -> None:
    policy = promise(
        activity(rule(**SHORT), subjects=["customer"]),
        activity(rule("guest", **LONG), subjects=["guest"]),
        subjects={
            "customer": {"label": "c", "clauses": ["T-1"]},
            "guest": {"label": "g", "clauses": ["T-1"]},
        },
    )
    roles = {"buyer": {"subject": "customer"}, "guest": {"subject": "guest"}}
    found = single(policy, ENDED, roles=roles)
    assert look(found, ON).ends == day("2027-01-01")
    columns = {"id": None, "end_on": None, "name": {"category": "contact", "roles": ["buyer"]}}
    assert state(single(policy, ENDED, roles=roles, columns=columns), ON) == "due"


def test_the_nearest_category_wins_in_one_activity() -> None:
    wide, near = rule("wide", **LONG), rule("near", **SHORT, categories=["contact"])
    for rules in ([wide, near], [near, wide]):
        assert state(single(promise(activity(*rules)), ENDED), ON) == "due"
    apart = promise(activity(wide), activity(near))
    assert state(single(apart, ENDED), ON) == "supported"


def test_the_nearest_subject_decides_between_equal_categories() -> None:
    wide, near = rule("wide", **LONG), rule("near", **SHORT, subjects=["customer"])
    assert state(single(promise(activity(wide, near)), ENDED), ON) == "due"
    nearer = rule("nearer", **LONG, categories=["contact"])
    assert state(single(promise(activity(near, nearer)), ENDED), ON) == "supported"


def test_a_rule_that_names_the_place_is_more_specific() -> None:
    here, anywhere = rule("here", **SHORT, places=["live"]), rule("any", **LONG)
    assert state(single(promise(activity(here, anywhere)), ENDED), ON) == "due"


def test_among_equals_the_last_end_counts() -> None:
    policy = promise(activity(rule("one", **SHORT), rule("two", **LONG)))
    assert look(single(policy, ENDED), ON).ends == day("2027-01-01")


@pytest.mark.clause("SMA-3-3")
def test_floors_and_ceilings_are_chosen_apart_and_the_floor_wins() -> None:
    ceiling = rule("ceiling", **SHORT, categories=["contact"])
    floor = rule("floor", **LONG, bound="floor")
    found = single(promise(activity(ceiling, floor)), ENDED)
    assert state(found, "2027-01-01") == "supported"
    assert state(found, "2027-01-02") == "due"


def test_both_is_a_candidate_as_floor_and_as_ceiling() -> None:
    both = rule("both", **LONG, bound="both")
    nearer = rule("nearer", **SHORT, bound="floor", categories=["contact"])
    found = single(promise(activity(both, nearer)), ENDED)
    # as a floor it gives way to the nearer one, as a ceiling it still ends on its anniversary
    assert state(found, "2026-12-31") == "supported"
    assert state(found, "2027-01-01") == "due"


@pytest.mark.parametrize("rest", ["contact", None])
def test_what_lies_inside_a_column_stands_by_itself(rest: str | None) -> None:
    policy = promise(
        activity(rule(**SHORT), categories=["contact"]),
        activity(rule("h", **LONG), categories=["health"]),
    )
    cells: dict[str, Any] = ENDED | {"doc": {"a": "asthma", "b": {"c": "x"}, "d": 1}}
    columns = {
        "id": None,
        "end_on": None,
        "doc": {"category": rest, "inside": {"/a": "health", "/b/c": "contact"}},
    }
    found = single(policy, cells, columns=columns)
    assert state(found, ON, column="doc#/a") == "supported"
    assert state(found, ON, column="doc#/b/c") == "due"
    (action,) = row_actions(found, Facts(), at(ON)).values()
    assert action == RowAction("erase", ("doc", "doc#/b/c") if rest else ("doc#/b/c",))


@pytest.mark.parametrize(
    ("doc", "expected", "there"),
    [
        ({"b": {"c": "x"}}, "due", True),
        ('{"b": {"c": "x"}}', "due", True),
        (None, "due", False),
        ({}, "due", False),
        ({"b": None}, "due", False),
        ({"b": {"c": None}}, "due", False),
        ({"b": {"c": ""}}, "due", True),
        ({"b": "flat"}, "unknown", True),
        ({"b": [{"c": "x"}]}, "unknown", True),
        (["x"], "unknown", True),
        ("{no JSON", "unknown", True),
        ('{"b": {"c": "x", "c": "y"}}', "unknown", True),
        ('{"b": {"c": NaN}}', "unknown", True),
    ],
)
def test_what_cannot_be_read_inside_a_column_is_unknown(
    doc: Any, expected: str, there: bool
) -> None:
    policy = promise(activity(rule(**SHORT), categories=["contact"]))
    columns = {"id": None, "end_on": None, "doc": {"inside": {"/b/c": "contact"}}}
    found = single(policy, ENDED | {"doc": doc}, columns=columns)
    assert state(found, ON, column="doc#/b/c") == expected
    assert present(Value(Row("main", "t", 0), "doc#/b/c"), found, "1") is there
