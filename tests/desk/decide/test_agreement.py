"""The quick decisions and the reference agree, on facts that come in over days and midnights."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from desk.decide.comparison import Tally, differences
from desk.decide.promise import policy
from desk.decide.world import world
from troth.desk.decide import index
from troth.desk.decide.decider import Decider
from troth.desk.decide.index import Index

WORLDS = 50
POLICY = policy()

MEANT = """
allowed age-unknown assessment-not-done category-not-covered category-not-declared
condition-not-met condition-unknown consent-expired consent-missing consent-not-declared
consent-withdrawn contract-unknown country-not-recorded erasure-asked erasure-asked-pending
ground-ended ground-unknown mechanism-ended mechanism-undetermined never-stored
no-adequacy-decision no-hold-for-case no-legal-basis notice-due objected objected-pending
objected-undecided opted-out order-not-named other-region parent-consent-missing
parent-consent-withdrawn person-died person-not-named place-not-covered purpose-not-declared
reader-not-allowed recipient-not-agreed recipient-not-for-category recipient-not-for-purpose
recipient-not-named recipient-refused recipient-undetermined region-not-allowed restricted
review-overdue role-not-allowed role-not-said special-category subject-not-covered terms-ended
terms-not-signed transfer-not-assessed transfer-refused transfer-without-mechanism
erasure-asked-undecided
"""


@pytest.mark.slow
def test_decisions_agree_and_every_part_occurs() -> None:
    """Each part is missing in at least a twentieth of the decisions that vary it."""
    tally = Tally()
    for seed in range(WORLDS):
        assert list(differences(POLICY, world(seed), tally)) == [], f"seed {seed}"
    assert sum(tally.decisions.values()) > 5_000
    shares = {code: round(tally.share(code), 4) for code in MEANT.split()}
    assert {code: share for code, share in shares.items() if share < 0.05} == {}
    assert {code for _, code in tally.found} <= set(shares)


# --- planted faults: what the comparison would find -------------------------------------------


def _an_index(method: str, fault: Callable[..., Any]) -> Callable[[pytest.MonkeyPatch], None]:
    def plant(patch: pytest.MonkeyPatch) -> None:
        right = getattr(Index, method)
        patch.setattr(Index, method, lambda self, *given: fault(right, self, *given))

    return plant


def _a_decider(method: str, fault: Callable[..., Any]) -> Callable[[pytest.MonkeyPatch], None]:
    def plant(patch: pytest.MonkeyPatch) -> None:
        right = getattr(Decider, method)
        patch.setattr(Decider, method, lambda self, *given: fault(right, self, *given))

    return plant


def _an_hour_late(right: Any, own: Any, keys: Any, now: Any, today: Any) -> Any:
    return right(own, keys, now - timedelta(hours=1), today)


def _yesterday(right: Any, own: Any, keys: Any, now: Any, today: Any) -> Any:
    return right(own, keys, now, today - timedelta(days=1))


SEEN_IN = {"nothing begins later": 35}
"""A world in which a fault was seen last that the first ones do not show: looked at first."""

FAULTS = {
    "facts count an hour late": _an_index("person", _an_hour_late),
    "yesterday's day": _an_index("person", _yesterday),
    "only the first identifier": _an_index(
        "person", lambda right, own, keys, *given: right(own, index.each(keys)[:1], *given)
    ),
    "names as they are written": _an_index(
        "key", lambda _right, _own, name: (name.namespace, name.value)
    ),
    "nothing begins later": _an_index("next_instant", lambda *_: None),
    "new acts are overlooked": _an_index("set_acts_and_holds", lambda *_: set()),
    "new consents forget nothing": _a_decider("_forget", lambda *_: None),
    "answers outlive their day": _a_decider(
        "_roll", lambda _right, own, now: setattr(own, "_until", own._end(now))
    ),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_a_planted_fault_is_found(fault: str, monkeypatch: pytest.MonkeyPatch) -> None:
    FAULTS[fault](monkeypatch)
    seeds = dict.fromkeys((SEEN_IN.get(fault, 0), *range(WORLDS)))
    assert any(next(differences(POLICY, world(seed)), None) for seed in seeds)
