"""What changes between random policies: each mutation is one change, and its reverse mirrors it."""

from __future__ import annotations

from collections.abc import Callable
from random import Random

from hypothesis import example, given, settings
from hypothesis import strategies as st

from diff.bakery import Json
from troth.diff.difference import difference
from troth.diff.model import OPPOSITE, Change, Difference
from troth.grounds.coverage import Spot, counting
from troth.law.calendar import Period
from troth.policy.model import Policy
from worlds.policies import policy as random_policy

REVERSED = {
    "added": "removed",
    "removed": "added",
    "longer": "shorter",
    "shorter": "longer",
    "raised": "lowered",
    "lowered": "raised",
    "set": "unset",
    "unset": "set",
}


def mirrored(change: Change) -> tuple[str, str, str, str, bool]:
    stem, _, ending = change.code.rpartition("-")
    code = f"{stem}-{REVERSED.get(ending, ending)}"
    return code, OPPOSITE[change.direction], change.after, change.before, change.unclear


def plain(change: Change) -> tuple[str, str, str, str, bool]:
    return change.code, change.direction, change.before, change.after, change.unclear


seeds = st.integers(0, 2**32)


def promise(seed: int) -> Policy:
    return random_policy(Random(seed), ("live", "shop"), "cellar")


@settings(max_examples=40, deadline=None)
@given(seed=seeds)
def test_nothing_changes_between_a_policy_and_itself(seed: int) -> None:
    found = difference(promise(seed), promise(seed))
    assert found == Difference("1", "1", (), found.telling, (), False)
    assert found.telling.subjects == ()


@settings(max_examples=60, deadline=None)
@given(one=seeds, other=seeds)
def test_what_is_better_one_way_is_lower_the_other_way(one: int, other: int) -> None:
    there = difference(promise(one), promise(other)).changes
    back = difference(promise(other), promise(one)).changes
    assert set(map(plain, there)) == set(map(mirrored, back))


@settings(max_examples=60, deadline=None)
@given(seed=seeds, where=seeds)
@example(seed=461, where=462)  # a rule that counts in its archive alone
@example(seed=2419, where=2420)
def test_a_longer_period_of_a_random_policy_is_the_only_change(seed: int, where: int) -> None:
    old, rng = promise(seed), Random(where)
    data = old.model_dump(mode="json")
    fixed = [
        (name, at)
        for name, activity in old.activities.items()
        for at, rule in enumerate(activity.retention)
        if isinstance(rule.period, Period)
    ]
    if not fixed:
        return
    name, at = rng.choice(fixed)
    rule = old.activities[name].retention[at]
    data["activities"][name]["retention"][at]["period"] = "P150Y"
    found = difference(old, Policy.model_validate(data)).changes
    assert all(each.path.startswith(f"activities.{name}.retention.") for each in found)
    alone = _counts_alone(old, name, rule.id)
    if alone is not None:
        assert {each.code for each in found} == ({"kept-longer"} if alone else set())


def _counts_alone(old: Policy, name: str, rule: str) -> bool | None:
    """Whether a rule counts anywhere; None where it counts among equals, which may outlast it."""
    counts = False
    for category in old.categories:
        for subject in old.subjects:
            for place in ("live", "shop", "cellar", "elsewhere"):
                for floors in (False, True):
                    spot = Spot(old, category, subject, place)
                    found = [
                        each.id for each in counting(old.activities[name], spot, floors=floors)
                    ]
                    if rule in found and len(found) > 1:
                        return None
                    counts = counts or rule in found
    return counts


@settings(max_examples=40, deadline=None)
@given(seed=seeds)
def test_an_activity_added_to_a_random_policy_is_one_further_purpose(seed: int) -> None:
    old = promise(seed)
    data = old.model_dump(mode="json")
    data["activities"]["further"] = data["activities"]["activity-0"] | {"retention": []}
    (found,) = difference(old, Policy.model_validate(data)).changes
    assert (found.path, found.code, found.direction) == (
        "activities.further",
        "purpose-added",
        "lower",
    )


def _flag(field: str) -> Callable[[Json, Random], tuple[str, str] | None]:
    def flip(data: Json, rng: Random) -> tuple[str, str] | None:
        name = rng.choice(sorted(data["activities"]))
        on = data["activities"][name][field] = not data["activities"][name][field]
        return f"activities.{name}.{field}", f"{field.replace('_', '-')}-{'set' if on else 'unset'}"

    return flip


def _uncap(data: Json, rng: Random) -> tuple[str, str] | None:
    if not data["caps"]:
        return None
    gone = data["caps"].pop()
    return f"caps.{gone['id']}", "cap-removed"


def _store(data: Json, rng: Random) -> tuple[str, str] | None:
    promised = [name for name, one in data["categories"].items() if one["never_stored"]]
    if not promised:
        return None
    data["categories"][promised[0]]["never_stored"] = False
    return f"categories.{promised[0]}.never_stored", "never-stored-unset"


def _younger(data: Json, rng: Random) -> tuple[str, str] | None:
    aged = [name for name, one in data["consents"].items() if (one["minimum_age"] or 0) > 1]
    if not aged:
        return None
    data["consents"][aged[0]]["minimum_age"] -= 1
    return f"consents.{aged[0]}.minimum_age", "consent-age-lowered"


def _freed(data: Json, rng: Random) -> tuple[str, str] | None:
    bound = [name for name, one in data["activities"].items() if one["conditions"]]
    if not bound:
        return None
    data["activities"][bound[0]]["conditions"].pop()
    return f"activities.{bound[0]}.conditions", "condition-removed"


MUTATIONS = (
    _flag("direct_marketing"),
    _flag("automated_decision"),
    _uncap,
    _store,
    _younger,
    _freed,
)


@settings(max_examples=80, deadline=None)
@given(seed=seeds, where=seeds, which=st.integers(0, len(MUTATIONS) - 1))
def test_one_mutation_of_a_random_policy_is_one_change(seed: int, where: int, which: int) -> None:
    old = promise(seed)
    data = old.model_dump(mode="json")
    expected = MUTATIONS[which](data, Random(where))
    if expected is None:
        return
    found = difference(old, Policy.model_validate(data)).changes
    assert [(each.path, each.code) for each in found] == [expected]
    unset = found[0].code.startswith(("direct", "automated")) and found[0].code.endswith("unset")
    assert found[0].direction == ("better" if unset else "lower")
