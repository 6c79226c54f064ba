"""Sections 1 and 2: what covers a value, which role holds, and which rule is the most specific."""

from __future__ import annotations

from typing import Any

import pytest

from grounds.made_up import activity, after, day, look, promise, rule, single, state

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


def test_a_column_with_data_inside_is_due_only_when_all_of_it_is() -> None:
    policy = promise(
        activity(rule(**SHORT), categories=["contact"]),
        activity(rule("h", **LONG), categories=["health"]),
    )
    cells: dict[str, Any] = ENDED | {"doc": {}}
    columns = {
        "id": None,
        "end_on": None,
        "doc": {"category": "contact", "inside": {"/a": "health"}},
    }
    assert state(single(policy, cells, columns=columns), ON, column="doc") == "supported"
    columns["doc"] = {"category": "contact"}
    assert state(single(policy, cells, columns=columns), ON, column="doc") == "due"
