"""The consent of a child (Art. 8): whose word counts, and at which age."""

from __future__ import annotations

from typing import Any

import pytest

from grounds.acting import (
    ADA,
    BASES,
    ENDS,
    MAIL,
    ON,
    RUNS,
    STAYS,
)
from grounds.made_up import (
    Json,
    activity,
    after,
    at,
    day,
    promise,
    rule,
    single,
    state,
)
from troth.grounds.evidence import Evidence
from troth.grounds.facts import ConsentFact, Facts, Identifier


def child(terms_of_age: Json, born: Any) -> Evidence:
    """A person born on a day, whose data a consent supports."""
    age = {"minimum_age": 15, "born": "birth"} | terms_of_age
    consent = {"label": "news", "clauses": ["T-1"]} | {k: v for k, v in age.items() if v}
    forever = rule(**after("end", "P90Y"))
    terms = promise(activity(forever, legal_bases=[BASES["consent"]]), consents={"news": consent})
    cells = {"end_on": RUNS, "born_on": born, "mail": ADA}
    columns = {"id": None, "name": "contact", "end_on": None, "born_on": None, "mail": MAIL}
    events = {
        "end": {"column": "end_on"},
        "birth": {"column": "born_on", "not_before": "1900-01-01"},
    }
    return single(terms, cells, columns=columns, events=events)


def said(state: Any, by: Any, when: str = "2025-07-01") -> ConsentFact:
    return ConsentFact(Identifier("email", ADA), "news", state, at(when), by)


OWN, PARENT = said("given", "person"), said("given", "parent")
NO, PARENTS_NO = said("withdrawn", "person"), said("withdrawn", "parent")


def of(found: Evidence, *facts: ConsentFact, on: str = ON) -> str:
    return state(found, on, facts=Facts(consents=facts))


@pytest.mark.parametrize(
    ("born", "expected"),
    [
        (day("2011-01-01"), STAYS),  # fifteen on this day
        (day("2011-01-02"), "unknown"),  # fourteen until tomorrow
        (day("1960-05-05"), STAYS),
    ],
)
def test_a_persons_own_word_is_enough_from_the_birthday_on(born: Any, expected: str) -> None:
    assert of(child({}, born), OWN) == expected


@pytest.mark.parametrize(
    ("facts", "expected"),
    [
        ((), "unknown"),
        ((OWN,), "unknown"),
        ((PARENT,), "unknown"),
        ((OWN, PARENT), STAYS),
        ((NO, PARENT), ENDS),
        ((OWN, PARENTS_NO), ENDS),
        ((PARENTS_NO,), ENDS),
        ((OWN, PARENT, said("withdrawn", "parent", "2025-07-02")), ENDS),
        ((OWN, PARENTS_NO, said("given", "parent", "2025-07-02")), STAYS),
    ],
)
def test_a_child_and_a_parent_consent_together(facts: Any, expected: str) -> None:
    assert of(child({}, day("2012-03-04")), *facts) == expected


def test_a_parents_word_does_not_count_for_an_adult_nor_without_a_birthday() -> None:
    adult = child({}, day("2000-03-04"))
    assert of(adult, PARENT) == "unknown"
    assert of(adult, OWN, PARENTS_NO) == STAYS
    nobodys = child({"born": None}, day("2012-03-04"))
    assert of(nobodys, OWN, PARENTS_NO) == STAYS


@pytest.mark.parametrize(
    ("taken_for", "facts", "expected"),
    [
        ("child", (OWN,), "unknown"),
        ("child", (OWN, PARENT), STAYS),
        ("adult", (OWN,), STAYS),
        ("adult", (OWN, PARENTS_NO), STAYS),
        ("unknown", (OWN,), "unknown"),
        ("unknown", (OWN, PARENT), STAYS),
        ("unknown", (OWN, PARENTS_NO), "unknown"),
        ("unknown", (NO,), ENDS),
    ],
)
def test_an_unknown_age_is_taken_as_the_policy_says(
    taken_for: str, facts: Any, expected: str
) -> None:
    for born in (None, day("1899-12-31")):
        assert of(child({"unknown_age": taken_for}, born), *facts) == expected


def test_an_unknown_age_is_a_childs_unless_the_policy_says_otherwise() -> None:
    assert of(child({}, None), OWN) == "unknown"
