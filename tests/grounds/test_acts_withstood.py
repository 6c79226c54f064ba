"""Section 9: what withstands an act of a person (Art. 17(3)), and what goes nevertheless."""

from __future__ import annotations

from typing import Any

import pytest

from grounds.acting import (
    ADA,
    ENDS,
    FLOOR,
    MAIL,
    RUNS,
    STAYS,
    YEAR,
    act,
    decided,
    one,
    row,
    seen,
)
from grounds.made_up import (
    after,
    day,
    rule,
    single,
)


@pytest.mark.parametrize(
    ("kept", "expected"),
    [
        (day("2023-01-01"), STAYS),  # lets go on 2026-01-02
        (day("2022-12-31"), ENDS),
        (None, "unknown"),
    ],
)
@pytest.mark.parametrize("name", ["interests", "task", "contract"])
def test_a_floor_that_runs_does_not_yield(name: str, kept: Any, expected: str) -> None:
    found = row(one(name, YEAR, FLOOR), kept=kept)
    assert seen(found, act("erasure", decided("accepted"))) == expected
    if name != "contract":
        assert seen(found, act("objection", decided("accepted"))) == expected


def test_a_floor_that_is_open_does_not_yield() -> None:
    open_ended = {
        "end": {"column": "end_on"},
        "kept": {"column": "kept_on", "absent": "not-yet"},
    }
    cells = {"end_on": RUNS, "kept_on": None, "mail": ADA}
    columns = {"id": None, "name": "contact", "end_on": None, "kept_on": None, "mail": MAIL}
    found = single(one("interests", YEAR, FLOOR), cells, columns=columns, events=open_ended)
    assert seen(found, act("erasure", decided("accepted"))) == STAYS


def test_consent_yields_although_a_floor_runs() -> None:
    found = row(one("consent", YEAR, FLOOR), kept=RUNS)
    assert seen(found) == STAYS
    assert seen(found, act("erasure")) == ENDS
    assert seen(found, act("objection", activities=("a0",))) == ENDS


CLAIMS = rule("claims", categories=["contact"], withstands="legal-claims", **after("end", "P1Y"))
PLAIN = rule("plain", **after("end", "P1Y"))


@pytest.mark.parametrize("name", ["interests", "contract"])
def test_a_rule_for_legal_claims_withstands_an_erasure_and_no_objection(name: str) -> None:
    found = row(one(name, CLAIMS, PLAIN))
    assert seen(found, act("erasure", decided("accepted"))) == STAYS
    assert seen(found, act("erasure", decided("accepted")), on="2026-05-31") == STAYS
    assert seen(found, act("erasure", decided("accepted")), on="2026-06-01") == ENDS
    if name == "interests":
        assert seen(found, act("objection", decided("accepted"))) == ENDS


def test_a_rule_for_legal_claims_keeps_its_own_categories_alone() -> None:
    phones = {**CLAIMS, "categories": ["phone"]}
    found = row(one("interests", phones, PLAIN))
    assert seen(found, act("erasure", decided("accepted"))) == ENDS


def test_consent_yields_although_a_rule_for_legal_claims_runs() -> None:
    assert seen(row(one("consent", CLAIMS)), act("erasure")) == ENDS


def test_where_one_act_ends_and_another_leaves_it_unknown_it_has_ended() -> None:
    found = row(one("interests", CLAIMS | after("kept", "P1Y"), YEAR), kept=None)
    assert seen(found, act("erasure", decided("accepted"))) == "unknown"
    both = act("erasure", decided("accepted")), act("objection", decided("accepted"))
    assert seen(found, *both) == ENDS


# --- an erasure empties everyday use ----------------------------------------------------------


def test_an_erasure_that_has_taken_effect_ends_everyday_use() -> None:
    archive = {
        "place": "vault",
        "when": after("end", "P6Y"),
        "readers": ["legal"],
        "clauses": ["T-1"],
    }
    long = rule("long", bound="both", archive=archive, **after("end", "P10Y"))
    found = row(one("duty", long))
    assert seen(found) == STAYS
    assert seen(found, act("erasure")) == STAYS  # pending
    assert seen(found, act("erasure", decided("refused"))) == STAYS
    assert seen(found, act("erasure", decided("accepted"))) == ENDS
    assert seen(found, act("objection", decided("accepted"))) == STAYS
    running = row(one("duty", long), end=None)
    assert seen(running, act("erasure", decided("accepted"))) == STAYS
