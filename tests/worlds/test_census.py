"""Random worlds are worth comparing: every construct and every state occurs often enough."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings

from troth.datamap.check import check_map
from troth.grounds.interpreter import standing
from troth.policy.check import check_policy
from worlds import World, world_of, worlds
from worlds.census import FLOOR, Census, census, lines

SAMPLE = 150


@pytest.fixture(scope="module")
def counted() -> Census:
    return census(world_of(seed) for seed in range(SAMPLE))


def test_each_state_occurs_in_a_twentieth_of_the_values(counted: Census) -> None:
    print("\n".join(lines(counted)))
    assert set(counted.states) == {"supported", "due", "unknown"}
    assert all(counted.share(counted.states, state) >= FLOOR for state in counted.states)


def test_each_construct_occurs_in_a_twentieth_of_the_worlds(counted: Census) -> None:
    rare = [name for name in counted.constructs if counted.share(counted.constructs, name) < FLOOR]
    assert rare == []
    assert set(counted.constructs) >= EXPECTED


def test_rows_are_deleted_erased_left_as_skeletons_and_moved(counted: Census) -> None:
    assert set(counted.actions) == {"delete", "erase", "skeleton", "nothing", "move"}


def test_worlds_differ(counted: Census) -> None:
    assert counted.policies == counted.schemas == SAMPLE


def test_a_seed_gives_the_same_world() -> None:
    assert world_of(7) == world_of(7)


def test_worlds_are_sound() -> None:
    for seed in range(40):
        world = world_of(seed)
        assert check_policy(world.policy) == ()
        assert check_map(world.map, world.policy) == ()


def test_rows_fit_their_tables() -> None:
    for seed in range(60):
        _fits(world_of(seed))


def _fits(world: World) -> None:
    filled: set[tuple[str, str, tuple[object, ...]]] = set()
    for (store, name), table in world.tables.items():
        for cells in world.rows[store, name]:
            assert set(cells) == set(table.columns)
            nulls = [column for column, cell in cells.items() if cell is None]
            assert all(table.columns[column].nullable for column in nulls)
            key = tuple(cells[column] for column in table.key)
            here = (store, name, tuple(str(part).casefold() for part in key))
            assert here not in filled
            filled.add(here)
            for foreign in table.foreign_keys:
                reference = [cells[column] for column in foreign.columns]
                parents = world.rows[store, foreign.references]
                assert None in reference or any(
                    [parent[column] for column in foreign.to] == reference for parent in parents
                )


@settings(
    max_examples=30,
    derandomize=True,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)
@given(worlds())
def test_every_value_has_one_state_and_a_protected_row_none_but_supported(world: World) -> None:
    evidence = world.evidence()
    for value in world.values():
        result = standing(value, evidence, world.facts, world.now)
        assert result.protected or result.grounds or result.state.value == "due"
        assert not result.protected or result.state.value == "supported"


EXPECTED = {
    *(f"rule: {bound}" for bound in ("ceiling", "floor", "both")),
    *(f"rule: {form}" for form in ("earliest", "latest", "during", "after")),
    *(f"rule: {mark}" for mark in ("warn", "archive", "exclusive", "places")),
    *(f"period: {source}" for source in ("parameter", "choice", "choice, otherwise")),
    *(f"absent: {absent}" for absent in ("not-yet", "never", "unknown", "next")),
    *(f"binding: {kind}" for kind in ("FirstOf", "LatestOf", "EarliestOf", "EventOf", "At")),
    *(f"binding: {kind}" for kind in ("related latest", "related earliest", "FinancialYearEnd")),
    *(f"binding: {kind}" for kind in ("period end", "period end, closed", "ledger, case")),
    *(f"binding: {kind}" for kind in ("ledger, person", "related in another store")),
    *(f"filter: {kind}" for kind in ("Test", "AllOf", "AnyOf", "NotOf", "RelatedRow")),
    *(f"hold: {scope}" for scope in ("person", "rows", "nobody", "person-in-tables")),
    *(f"table: {mark}" for mark in ("protect", "composite key", "shared by two persons")),
    *(f"condition: {f}, {u}" for f in ("end", "suspend") for u in ("unknown", "fails")),
    "relation: enforced tree",
    *(f"column: inside{what}" for what in ("", ", of several categories")),
    *(f"column: inside, {what} the rest" for what in ("and", "without")),
    *("cap", "category: never stored", "basis: conditional", "basis: consent", "kept day"),
    *("consent: given, person", "consent: withdrawn, person", "consent: given, parent"),
    *("consent: withdrawn, parent", "consent: minimum age", "basis: one of three"),
    *("act: objection", "act: erasure", "act: restriction", "act: opt-out", "act: death"),
    *("act: activities", "act: categories", "act: places", "act: answer_by", "act: review_on"),
    *("act: accepted", "act: refused", "act: of nobody", "rule: withstands"),
    *(
        "activity: direct_marketing",
        "basis: public-task",
        "day fact",
        "day fact: cleared",
        "warning",
    ),
}
