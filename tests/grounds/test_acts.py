"""Section 9: acts of persons, what they end, what they suspend, and what withstands them."""

from __future__ import annotations

from typing import Any

import pytest

from grounds.acting import (
    ADA,
    BASES,
    BOB,
    ENDS,
    FLOOR,
    MAIL,
    ON,
    RUNS,
    STAYS,
    WEIGHED,
    YEAR,
    act,
    decided,
    one,
    policy,
    row,
    seen,
)
from grounds.made_up import (
    activity,
    after,
    basis,
    day,
    look,
    rule,
    single,
)
from troth.grounds.evidence import Evidence
from troth.grounds.facts import Facts

# --- the table of acts and bases --------------------------------------------------------------

ALL_STAY = dict.fromkeys(BASES, STAYS)
TABLE: dict[str, dict[str, str]] = {
    "opt-out": ALL_STAY,
    "death": ALL_STAY,
    "objection": ALL_STAY | {"interests": WEIGHED, "task": WEIGHED},
    "erasure": ALL_STAY
    | {"consent": ENDS, "interests": WEIGHED, "task": WEIGHED, "contract": ENDS},
}
CELLS = [(kind, name, cell) for kind, cells in TABLE.items() for name, cell in cells.items()]


@pytest.mark.parametrize(("kind", "name", "expected"), CELLS)
def test_what_an_act_does_while_it_is_pending(kind: str, name: str, expected: str) -> None:
    assert seen(row(one(name)), act(kind)) == expected
    assert seen(row(one(name))) == STAYS


@pytest.mark.parametrize(("kind", "name", "pending"), CELLS)
def test_what_an_act_does_once_it_is_accepted(kind: str, name: str, pending: str) -> None:
    expected = ENDS if pending == WEIGHED else pending
    assert seen(row(one(name)), act(kind, decided("accepted"))) == expected


@pytest.mark.parametrize(("kind", "name"), [(kind, name) for kind, name, _ in CELLS])
def test_what_was_refused_ends_nothing(kind: str, name: str) -> None:
    assert seen(row(one(name)), act(kind, decided("refused"))) == STAYS


@pytest.mark.parametrize("kind", ["opt-out", "death", "objection", "erasure"])
@pytest.mark.parametrize("name", BASES)
def test_direct_marketing_ends_at_once_and_cannot_be_refused(kind: str, name: str) -> None:
    found = row(one(name, direct_marketing=True))
    assert seen(found, act(kind)) == ENDS
    assert seen(found, act(kind, decided("refused"))) == ENDS
    assert seen(found, act(kind), on="2025-12-09") == STAYS


def test_direct_marketing_asks_no_basis_and_yields_no_floor() -> None:
    unclear = [basis(when="told"), BASES["consent"]]
    found = row(policy(activity(YEAR, legal_bases=unclear, direct_marketing=True)))
    assert seen(found, act("opt-out")) == ENDS
    kept = row(one("interests", YEAR, FLOOR, direct_marketing=True), kept=RUNS)
    assert seen(kept) == STAYS
    assert seen(kept, act("opt-out")) == ENDS


def test_an_objection_ends_consent_only_where_it_names_the_activity() -> None:
    found = row(one("consent"))
    assert seen(found, act("objection")) == STAYS
    assert seen(found, act("objection", activities=("a0",))) == ENDS
    assert seen(found, act("objection", decided("refused"), activities=("a0",))) == STAYS


def test_an_act_counts_from_its_instant_and_for_its_person_alone() -> None:
    found = row(one("consent"))
    assert seen(found, act("erasure", when="2026-01-01T12:00:00")) == ENDS
    assert seen(found, act("erasure", when="2026-01-01T12:00:01")) == STAYS
    assert seen(found, act("erasure", person="ADA@mail.example ")) == ENDS
    assert seen(found, act("erasure", person=BOB)) == STAYS


# --- phases: decisions and deadlines ----------------------------------------------------------


@pytest.mark.parametrize("kind", ["objection", "erasure"])
def test_silence_at_the_deadline_favours_the_person(kind: str) -> None:
    found = row(one("interests"))
    silent = act(kind, answer_by=day("2026-01-12"))
    assert seen(found, silent, on="2026-01-11T23:59:59") == WEIGHED
    assert seen(found, silent, on="2026-01-12T00:00:00") == ENDS
    refused = act(kind, decided("refused"), answer_by=day("2026-01-12"))
    assert seen(found, refused, on="2026-03-01") == STAYS
    assert seen(found, act(kind), on="2026-05-31") == WEIGHED  # without a day it waits


def test_a_decision_counts_from_its_own_instant() -> None:
    later = decided("accepted", when="2026-01-01T12:00:01")
    assert seen(row(one("interests")), act("objection", later)) == WEIGHED
    now = decided("accepted", when="2026-01-01T12:00:00")
    assert seen(row(one("interests")), act("objection", now)) == ENDS


def test_the_newest_decision_counts_and_one_that_names_the_activity_before_all_others() -> None:
    found = row(one("interests"))
    first, second = decided("accepted"), decided("refused", when="2025-12-21")
    assert seen(found, act("objection", first, second)) == STAYS
    assert seen(found, act("objection", second, first)) == STAYS
    named = decided("accepted", "a0", when="2025-12-15")
    assert seen(found, act("objection", named, second)) == ENDS
    assert seen(found, act("objection", decided("accepted", "a9"), second)) == STAYS
    assert seen(found, act("objection", decided("accepted", "a9"))) == WEIGHED
    together = decided("accepted"), decided("refused")
    assert seen(found, act("objection", *together)) == STAYS
    assert seen(found, act("objection", *reversed(together))) == ENDS


# --- contracts --------------------------------------------------------------------------------


def test_an_erasure_ends_a_contract_once_none_runs() -> None:
    found = row(one("contract"), end=None)
    assert seen(found, act("erasure")) == STAYS
    assert seen(found, act("erasure", decided("accepted"))) == STAYS
    assert seen(row(one("contract")), act("erasure")) == ENDS
    assert seen(row(one("contract")), act("erasure", decided("refused"))) == STAYS


def test_an_erasure_of_a_contract_whose_end_is_unknown_is_unknown() -> None:
    events = {"end": {"column": "end_on"}}
    assert seen(single(one("contract"), {"end_on": None, "mail": ADA}, events=events)) == "unknown"
    never = {"end": {"column": "end_on", "absent": "never"}}
    columns = {"id": None, "name": "contact", "end_on": None, "mail": MAIL}
    latest = rule(latest=[after("end", "P1Y"), after("gone", "P1Y")])
    for events in (never, {"end": {"column": "end_on"}}):
        found = single(
            one("contract", latest),
            {"end_on": None, "mail": ADA},
            columns=columns,
            events=events | {"gone": {"column": "end_on", "absent": "never"}},
        )
        assert seen(found, act("erasure")) == "unknown"


# --- scopes -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("scope", "expected"),
    [
        ({"activities": ("a0",)}, ENDS),
        ({"activities": ("a1",)}, STAYS),
        ({"categories": ("contact",)}, ENDS),
        ({"categories": ("data",)}, ENDS),  # an ancestor
        ({"categories": ("phone",)}, STAYS),  # narrower
        ({"categories": ("health",)}, STAYS),
        ({"categories": ("health", "contact")}, ENDS),
        ({"places": ("live",)}, ENDS),
        ({"places": ("vault",)}, STAYS),
        ({"categories": ("contact",), "places": ("vault",)}, STAYS),
    ],
)
def test_an_act_touches_what_it_is_about(scope: Any, expected: str) -> None:
    found = row(one("interests"))
    assert seen(found, act("erasure", decided("accepted"), **scope)) == expected
    pending = WEIGHED if expected == ENDS else STAYS
    assert seen(found, act("erasure", **scope)) == pending


def test_an_act_ends_the_grounds_of_its_activities_and_others_support_on() -> None:
    two = policy(
        activity(YEAR, legal_bases=[BASES["interests"]]),
        activity({**YEAR, "id": "r1"}, legal_bases=[BASES["duty"]]),
    )
    standing = look(row(two), ON, facts=Facts(acts=(act("objection", decided("accepted")),)))
    assert standing.state.value == "supported"
    states = {ground.activity: ground.state.value for ground in standing.grounds}
    assert states == {"a0": "due", "a1": "supported"}
    (ended,) = (ground for ground in standing.grounds if ground.activity == "a0")
    assert ended.act == "objection"
    assert standing.ends == day("2026-06-01")


# --- bases of which it is unknown which counts ------------------------------------------------


def test_an_unknown_basis_matters_where_the_act_would_do_different_things() -> None:
    accepted = act("erasure", decided("accepted"))
    contract_or_interests = [basis(when="told"), BASES["interests"]]
    found = row(policy(activity(YEAR, legal_bases=contract_or_interests)))
    assert seen(found, accepted) == ENDS  # either way
    assert seen(found, act("objection", decided("accepted"))) == "unknown"  # the contract stays
    assert seen(found, act("objection")) == WEIGHED
    duty_or_interests = [BASES["duty"] | {"when": "told"}, BASES["interests"]]
    assert seen(row(policy(activity(YEAR, legal_bases=duty_or_interests))), accepted) == "unknown"


def test_an_activity_of_which_no_basis_counts_is_not_touched() -> None:
    terms = policy(activity(YEAR, legal_bases=[BASES["interests"] | {"when": "told"}]))
    told = {"conditions": {"told": {"column": "told", "is": True}}}
    columns = {"id": None, "name": "contact", "end_on": None, "told": None, "mail": MAIL}
    found = single(terms, {"end_on": RUNS, "told": False, "mail": ADA}, columns=columns, **told)
    assert seen(found, act("objection")) == ENDS  # for want of a basis, and nothing is weighed


# --- two roles, two persons -------------------------------------------------------------------


def test_one_person_in_two_roles_loses_the_grounds_of_one() -> None:
    subjects = {
        "person": {"label": "p", "clauses": ["T-1"]},
        "customer": {"label": "c", "parent": "person", "clauses": ["T-1"]},
        "reader": {"label": "r", "parent": "person", "clauses": ["T-1"]},
    }
    terms = policy(
        activity(YEAR, subjects=["customer"]),
        activity({**YEAR, "id": "r1"}, subjects=["reader"], legal_bases=[BASES["consent"]]),
        subjects=subjects,
    )
    roles = {"owner": {"subject": "customer"}, "reader": {"subject": "reader"}}
    assert seen(row(terms, end=None, roles=roles), act("erasure")) == STAYS  # the contract runs
    assert seen(row(terms, roles=roles), act("erasure")) == ENDS
    only = act("erasure", activities=("a1",))
    assert seen(row(terms, roles=roles), only) == STAYS
    assert seen(row(terms, roles={"reader": roles["reader"]}), only) == ENDS


def two_persons(terms: Any) -> Evidence:
    """A letter from Ada to Bob; `name` is data of both."""
    columns = {
        "id": None,
        "end_on": None,
        "name": "contact",
        "from": {**MAIL, "roles": ["sender"]},
        "to": {**MAIL, "roles": ["reader"]},
    }
    roles = {name: {"subject": "customer"} for name in ("sender", "reader")}
    cells = {"end_on": RUNS, "from": ADA, "to": BOB}
    return single(terms, cells, columns=columns, roles=roles)


def test_nobodys_act_touches_the_grounds_of_another_person() -> None:
    found = two_persons(one("interests"))
    accepted = act("erasure", decided("accepted"))
    assert seen(found, accepted, column="from") == ENDS
    assert seen(found, accepted, column="to") == STAYS
    assert seen(found, accepted) == STAYS  # Bob's ground supports what is of both
    assert seen(found, accepted, act("erasure", decided("accepted"), person=BOB)) == ENDS


def test_a_pending_act_of_either_person_restricts_what_is_of_both() -> None:
    found = two_persons(one("interests"))
    assert seen(found, act("objection", person=BOB)) == WEIGHED
    assert seen(found, act("objection", person=BOB), column="from") == STAYS
