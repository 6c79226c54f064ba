"""Sections 3 and 5: periods, floors and ceilings, leap days, zones, and how limits combine."""

from __future__ import annotations

from typing import Any

import pytest

from grounds.made_up import activity, after, at, day, look, promise, rule, single, state
from troth.grounds.evidence import Row, Value
from troth.grounds.facts import Facts
from troth.grounds.interpreter import standing


def ending(period: str, end_on: Any, **terms: Any) -> Any:
    return single(promise(activity(rule(**after("end", period), **terms))), {"end_on": end_on})


@pytest.mark.clause("SMA-3-3", "SMA-3-8", "SPI-RET-2")
def test_a_ceiling_ends_as_its_anniversary_begins() -> None:
    found = ending("P3Y", day("2023-05-20"))
    assert state(found, "2026-05-19T23:59:59") == "supported"
    assert state(found, "2026-05-20T00:00:00") == "due"
    assert look(found, "2026-05-19").ends == day("2026-05-20")


@pytest.mark.clause("SMA-3-3", "SMA-3-4")
def test_a_floor_holds_through_its_anniversary() -> None:
    found = ending("P10Y", day("2015-12-31"), bound="floor")
    assert state(found, "2025-12-31T23:59:59") == "supported"
    assert state(found, "2026-01-01T00:00:00") == "due"
    assert look(found, "2025-12-31").ends == day("2026-01-01")


@pytest.mark.clause("SMA-3-4")
def test_both_is_decided_by_the_floor() -> None:
    found = ending("P10Y", day("2015-12-31"), bound="both")
    assert state(found, "2025-12-31") == "supported"
    assert state(found, "2026-01-01") == "due"


@pytest.mark.clause("SMA-3-9")
def test_a_leap_day_clamps() -> None:
    found = ending("P3Y", day("2024-02-29"))
    assert state(found, "2027-02-27") == "supported"
    assert state(found, "2027-02-28") == "due"


@pytest.mark.clause("SPI-RET-7")
def test_two_months_after_the_last_of_december_is_the_last_of_february() -> None:
    found = ending("P2M", day("2025-12-31"))
    assert state(found, "2026-02-27") == "supported"
    assert state(found, "2026-02-28") == "due"


@pytest.mark.clause("SPI-RET-8")
def test_a_row_of_364_days_stays_and_one_of_366_does_not() -> None:
    assert state(ending("P1Y", day("2025-06-02")), "2026-06-01") == "supported"
    assert state(ending("P1Y", day("2025-05-31")), "2026-06-01") == "due"


def test_during_ends_on_the_day_of_its_event() -> None:
    found = single(promise(activity(rule(during="end"))), {"end_on": day("2026-03-20")})
    assert state(found, "2026-03-20") == "due"


def test_an_instant_belongs_to_the_day_of_the_zone() -> None:
    # 23:30 UTC on 31 December is 00:30 in Paris on 1 January: a year later than UTC would say
    found = ending("P1Y", at("2025-01-01T00:30:00"))
    assert state(found, "2025-12-31T23:59:59") == "supported"
    assert state(found, "2026-01-01T00:00:00") == "due"


def test_a_timestamp_without_zone_is_read_in_the_bindings() -> None:
    cells = {"end_on": at("2025-01-01T08:30:00").replace(tzinfo=None)}  # 07:30, naive
    events = {"end": {"column": "end_on", "zone": "Asia/Tokyo"}}
    found = single(promise(activity(rule(**after("end", "P1Y")))), cells, events=events)
    # 07:30 in Tokyo on 1 January is 23:30 in Paris on 31 December 2024
    assert state(found, "2025-12-30") == "supported"
    assert state(found, "2025-12-31") == "due"


def test_a_day_without_midnight_begins_with_its_first_instant() -> None:
    # In São Paulo, 4 November 2018 began at 01:00, which is 03:00 UTC
    policy = promise(activity(rule(**after("end", "P1Y"))), zone="America/Sao_Paulo")
    found = single(policy, {"end_on": day("2017-11-04")})
    before, after_ = at("2018-11-04T03:59:59"), at("2018-11-04T04:00:00")  # Paris is UTC+1
    value = Value(Row("main", "t", 0), "name")
    assert standing(value, found, Facts(), before).state.value == "supported"
    assert standing(value, found, Facts(), after_).state.value == "due"


def test_a_parameter_gives_the_period() -> None:
    parameters = {"p": {"value": "P2Y", "text": "a while", "clauses": ["T-1"]}}
    policy = promise(activity(rule(**after("end", {"parameter": "p"}))), parameters=parameters)
    found = single(policy, {"end_on": day("2024-06-01")})
    assert state(found, "2026-05-31") == "supported"
    assert state(found, "2026-06-01") == "due"


@pytest.mark.clause("SMA-3-17")
@pytest.mark.parametrize(
    ("chosen", "expected"),
    [("ten", "supported"), ("five", "due"), ("two", "unknown"), (None, "unknown")],
)
def test_a_column_chooses_the_period(chosen: str | None, expected: str) -> None:
    period: dict[str, Any] = {
        "chosen_by": "matter",
        "periods": {"five": "P5Y", "ten": "P10Y"},
    }
    cells = {"end_on": day("2021-02-10"), "matter": chosen}
    found = single(
        promise(activity(rule(**after("end", period)))), cells, choices={"matter": "matter"}
    )
    assert state(found, "2026-02-10") == expected
    period["otherwise"] = "P1Y"
    found = single(
        promise(activity(rule(**after("end", period)))), cells, choices={"matter": "matter"}
    )
    assert state(found, "2026-02-10") == {"unknown": "due"}.get(expected, expected)


def test_an_unknown_choice_is_unknown_even_where_the_event_is_not_yet() -> None:
    period = {"chosen_by": "matter", "periods": {"five": "P5Y"}}
    found = single(
        promise(activity(rule(**after("end", period)))),
        {"end_on": None, "matter": "other"},
        choices={"matter": "matter"},
        events={"end": {"column": "end_on", "absent": "not-yet"}},
    )
    assert state(found, "2026-02-10") == "unknown"


ENDED, RUNNING, INVALID = day("2020-01-01"), day("2025-12-01"), day("2030-01-01")
CASES = [
    # earliest, latest: the state of two limits of one year on 1 January 2026
    (ENDED, RUNNING, "due", "supported"),
    (ENDED, "open", "due", "supported"),
    (ENDED, INVALID, "due", "unknown"),
    (ENDED, "never", "due", "due"),
    (ENDED, ENDED, "due", "due"),
    (RUNNING, INVALID, "unknown", "unknown"),
    (RUNNING, "open", "supported", "supported"),
    (RUNNING, "never", "supported", "supported"),
    ("open", INVALID, "unknown", "supported"),
    ("open", "never", "supported", "supported"),
    (INVALID, "never", "unknown", "unknown"),
    ("never", "never", "unknown", "unknown"),
]


@pytest.mark.parametrize(("one", "other", "earliest", "latest"), CASES)
def test_combining_limits(one: Any, other: Any, earliest: str, latest: str) -> None:
    for form, expected in (("earliest", earliest), ("latest", latest)):
        limits: Any = [after("one", "P1Y"), after("other", "P1Y")]
        assert state(_pair(one, other, rule(**{form: limits})), "2026-01-01") == expected


@pytest.mark.parametrize(("one", "other", "earliest", "latest"), CASES)
def test_bindings_combine_as_limits_do(one: Any, other: Any, earliest: str, latest: str) -> None:
    for form, expected in (("earliest", earliest), ("latest", latest)):
        found = _pair(one, other, rule(**after("end", "P1Y")), combine=form)
        assert state(found, "2026-01-01") == expected


def _pair(one: Any, other: Any, terms: Any, combine: str = "latest") -> Any:
    def part(name: str, cell: Any) -> dict[str, Any]:
        absent = {"open": "not-yet", "never": "never"}.get(cell, "unknown")
        return {"column": name, "absent": absent}

    parts = {"one": part("one", one), "other": part("other", other)}
    cells = {
        name: cell if not isinstance(cell, str) else None
        for name, cell in (("one", one), ("other", other))
    }
    events = parts | {"end": {combine: list(parts.values())}}
    return single(promise(activity(terms)), cells, events=events)


def test_a_nested_never_is_ignored_by_the_outer_combination() -> None:
    events = {
        "end": {"latest": [{"earliest": [{"column": "a", "absent": "never"}]}, {"column": "b"}]}
    }
    found = single(
        promise(activity(rule(**after("end", "P1Y")))),
        {"a": None, "b": day("2020-01-01")},
        events=events,
    )
    assert state(found, "2026-01-01") == "due"


def test_the_earliest_of_two_ends_on_the_earlier_end() -> None:
    terms = rule(earliest=[after("one", "P1Y"), after("other", "P2Y")])
    found = _pair(day("2025-06-01"), day("2025-01-01"), terms)
    assert look(found, "2026-01-01").ends == day("2026-06-01")
    terms = rule(latest=[after("one", "P1Y"), after("other", "P2Y")])
    found = _pair(day("2025-06-01"), day("2025-01-01"), terms)
    assert look(found, "2026-01-01").ends == day("2027-01-01")
