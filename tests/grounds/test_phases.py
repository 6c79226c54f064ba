"""The phase of an act: section 9 of the meaning, case by case."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from troth.grounds.facts import Act, Decision
from troth.grounds.phases import Phase, phase

AT = datetime(2026, 3, 1, 12, tzinfo=UTC)
OBJECTION = Act("a", "objection", (), AT, answer_by=date(2026, 4, 1))


def now(
    act: Act, *, days: int = 1, activity: str | None = "surveys", marketing: bool = False
) -> Phase:
    instant = AT + timedelta(days=days)
    return phase(act, activity, marketing, instant, instant.date())


def decided(act: Act, *decisions: tuple[Any, int, tuple[str, ...]]) -> Act:
    return replace(
        act,
        decisions=tuple(
            Decision(outcome, AT + timedelta(days=days), names)
            for outcome, days, names in decisions
        ),
    )


@pytest.mark.parametrize("kind", ["objection", "erasure", "opt-out", "death", "restriction"])
def test_nothing_counts_before_its_instant(kind: Any) -> None:
    act = replace(OBJECTION, kind=kind)
    assert now(act, days=-1) is Phase.VOID
    assert now(act, days=0) is not Phase.VOID


def test_silence_favours_the_person_on_the_day_of_the_answer() -> None:
    assert now(OBJECTION, days=30) is Phase.PENDING
    assert now(OBJECTION, days=31) is Phase.EFFECTIVE
    assert now(replace(OBJECTION, answer_by=None), days=3000) is Phase.PENDING


def test_a_decision_counts_from_its_own_instant() -> None:
    refused = decided(OBJECTION, ("refused", 10, ()))
    assert now(refused, days=9) is Phase.PENDING
    assert now(refused, days=10) is Phase.VOID
    assert now(refused, days=40) is Phase.VOID
    assert now(decided(OBJECTION, ("accepted", 10, ())), days=10) is Phase.EFFECTIVE


def test_a_decision_that_names_the_activity_counts_before_a_newer_that_names_none() -> None:
    act = decided(OBJECTION, ("refused", 5, ("surveys",)), ("accepted", 6, ()))
    assert now(act, days=7) is Phase.VOID
    assert now(act, days=7, activity="logs") is Phase.EFFECTIVE
    assert now(act, days=5, activity="logs") is Phase.PENDING
    assert now(act, days=7, activity=None) is Phase.EFFECTIVE


def test_the_newest_decision_counts_and_the_later_in_the_list_wins_a_tie() -> None:
    act = decided(OBJECTION, ("accepted", 6, ()), ("refused", 5, ()))
    assert now(act, days=7) is Phase.EFFECTIVE
    tied = decided(OBJECTION, ("accepted", 5, ()), ("refused", 5, ()))
    assert now(tied, days=7) is Phase.VOID


@pytest.mark.parametrize("kind", ["objection", "erasure"])
def test_in_direct_marketing_nothing_is_weighed_or_refused(kind: Any) -> None:
    act = decided(replace(OBJECTION, kind=kind), ("refused", 0, ()))
    assert now(act, marketing=True) is Phase.EFFECTIVE
    assert now(act) is Phase.VOID


@pytest.mark.parametrize("kind", ["opt-out", "death"])
def test_an_opt_out_and_a_death_are_effective_whatever_is_decided(kind: Any) -> None:
    assert now(decided(replace(OBJECTION, kind=kind), ("refused", 0, ()))) is Phase.EFFECTIVE


def test_a_restriction_ends_by_lifting_or_on_its_review_day() -> None:
    act = replace(OBJECTION, kind="restriction", review_on=date(2026, 3, 11))
    assert now(act, days=9) is Phase.EFFECTIVE
    assert now(act, days=10) is Phase.VOID
    assert now(decided(act, ("refused", 3, ())), days=2) is Phase.EFFECTIVE
    assert now(decided(act, ("refused", 3, ())), days=3) is Phase.VOID
    assert now(decided(act, ("accepted", 3, ())), days=3) is Phase.EFFECTIVE
