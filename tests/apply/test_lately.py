"""What was found out about persons a moment ago counts while nothing that decides it changed."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from troth.apply.prepared.lately import Lately
from troth.apply.prepared.persons import Naming, Persons
from troth.grounds.facts import Act, ConsentFact, Decision, Facts, Identifier

NOW = datetime(2026, 1, 15, 12, tzinfo=UTC)
SOON = NOW + timedelta(seconds=5)
JO = Identifier("email", "jo@customer.example")
NAMING = Naming("customer", "id", ("email",))
ACT = Act(id="a", kind="erasure", persons=(JO,), at=NOW - timedelta(days=1))


def resolution(facts: Facts, now: datetime = NOW) -> Any:
    return SimpleNamespace(facts=facts, now=now, zone=ZoneInfo("Europe/Paris"))


def persons(email: str = JO.value) -> dict[Naming, Persons]:
    return {NAMING: Persons("shop", NAMING, {1: (email,)})}


def lately(facts: Facts) -> Lately:
    return Lately.of(resolution(facts), persons(), facts, {NAMING: {}})


def test_it_holds_for_the_same_facts_and_rows() -> None:
    facts = Facts(acts=(ACT,))
    assert lately(facts).still_holds(resolution(facts, SOON), persons())


def test_other_facts_other_names_and_another_day_are_looked_at_anew() -> None:
    facts = Facts(acts=(ACT,))
    found = lately(facts)
    assert not found.still_holds(resolution(replace(facts)), persons())
    assert not found.still_holds(resolution(facts), persons("other@customer.example"))
    assert not found.still_holds(resolution(facts, NOW + timedelta(days=1)), persons())


@pytest.mark.parametrize(
    "facts",
    [
        Facts(acts=(replace(ACT, at=SOON),)),
        Facts(acts=(replace(ACT, decisions=(Decision("accepted", SOON),)),)),
        Facts(consents=(ConsentFact(JO, "news", "withdrawn", SOON),)),
    ],
    ids=["an act", "a decision", "a consent"],
)
def test_an_instant_that_passes_in_between_is_seen(facts: Facts) -> None:
    found = lately(facts)
    assert found.still_holds(resolution(facts, SOON - timedelta(seconds=1)), persons())
    assert not found.still_holds(resolution(facts, SOON), persons())
