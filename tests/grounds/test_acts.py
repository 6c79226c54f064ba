"""Section 9: acts of persons, what they end, what they suspend, and what withstands them."""

from __future__ import annotations

from typing import Any

import pytest

from grounds.made_up import (
    Json,
    activity,
    after,
    at,
    basis,
    day,
    evidence,
    look,
    promise,
    rule,
    single,
    state,
    table,
)
from troth.grounds.evidence import Evidence
from troth.grounds.facts import Act, ConsentFact, Decision, Facts, Hold, Identifier
from troth.grounds.standing import Waiting

YEAR = rule(**after("end", "P1Y"))
FLOOR = rule("duty", bound="floor", **after("kept", "P3Y"))
RUNS, ENDED = day("2025-06-01"), day("2024-06-01")
ON = "2026-01-01"
ASKED = "2025-12-10"
ADA, BOB = "ada@mail.example", "bob@mail.example"
NOBODY = "nobody@mail.example"
MAIL = {"category": "contact", "identity": "email", "compare": "email"}
BASES = {
    "consent": basis("consent", consent="news"),
    "interests": basis("legitimate-interests", interest="ours"),
    "task": basis("public-task", statute="act"),
    "contract": basis("contract"),
    "duty": basis("legal-obligation", statute="act"),
    "vital": basis("vital-interests"),
}
GIVEN = ConsentFact(Identifier("email", ADA), "news", "given", at("2025-01-01"))


def policy(*activities: Json, **more: Any) -> Any:
    terms: Json = {
        "conditions": {"told": {"label": "told", "clauses": ["T-1"]}},
        "consents": {"news": {"label": "news", "clauses": ["T-1"]}},
    }
    return promise(*activities, **(terms | more))


def one(kind: str, *rules: Json, **more: Any) -> Any:
    """A policy of one activity on one legal basis."""
    return policy(activity(*(rules or (YEAR,)), legal_bases=[BASES[kind]], **more))


def row(terms: Any, *, end: Any = RUNS, kept: Any = None, mail: str = ADA, **more: Any) -> Evidence:
    """One customer; `end` of None is a relation that runs, `kept` starts a duty to keep."""
    cells = {"end_on": end, "kept_on": kept, "mail": mail}
    columns = {"id": None, "name": "contact", "end_on": None, "kept_on": None, "mail": MAIL}
    events = {
        "end": {"column": "end_on", "absent": "not-yet"},
        "kept": {"column": "kept_on", "absent": "unknown"},
    }
    return single(terms, cells, columns=columns, events=events, **more)


def act(kind: Any, *decisions: Decision, person: str = ADA, when: str = ASKED, **more: Any) -> Act:
    return Act(kind, kind, (Identifier("email", person),), at(when), decisions=decisions, **more)


def decided(outcome: Any, *activities: str, when: str = "2025-12-20") -> Decision:
    return Decision(outcome, at(when), activities)


def seen(found: Evidence, *acts: Act, on: str = ON, column: str = "name", **more: Any) -> str:
    """The state, or `restricted` where an act supports the value."""
    facts = Facts(acts=acts, consents=(GIVEN,), **more)
    standing = look(found, on, column=column, facts=facts)
    if any(ground.waiting is Waiting.RESTRICTION for ground in standing.grounds):
        assert standing.state.value == "supported"
        return "restricted"
    return standing.state.value


# --- the table of acts and bases --------------------------------------------------------------

STAYS, ENDS, WEIGHED = "supported", "due", "restricted"
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


# --- what withstands (Art. 17(3)) --------------------------------------------------------------


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


# --- restriction ------------------------------------------------------------------------------


def test_a_restriction_supports_what_would_be_due_until_its_review_or_its_end() -> None:
    found = row(one("contract"), end=ENDED)
    assert seen(found) == ENDS
    reviewed = act("restriction", review_on=day("2026-01-15"))
    assert seen(found, reviewed, on="2026-01-14T23:59:59") == WEIGHED
    assert seen(found, reviewed, on="2026-01-15T00:00:00") == ENDS
    lifted = act("restriction", decided("refused", when="2026-01-02T09:00:00"))
    assert seen(found, lifted, on="2026-01-02T08:59:59") == WEIGHED
    assert seen(found, lifted, on="2026-01-02T09:00:00") == ENDS
    assert seen(found, act("restriction", decided("accepted"))) == WEIGHED


def test_a_restriction_has_its_scope_and_its_person() -> None:
    found = row(one("contract"), end=ENDED)
    assert seen(found, act("restriction", categories=("contact",))) == WEIGHED
    assert seen(found, act("restriction", categories=("health",))) == ENDS
    assert seen(found, act("restriction", places=("vault",))) == ENDS
    other = row(one("contract"), end=ENDED, mail=BOB)
    assert seen(other, act("restriction", person=BOB)) == WEIGHED


def test_a_restriction_wins_over_erasure_over_caps_and_over_what_is_never_stored() -> None:
    stopped = act("restriction")
    assert seen(row(one("consent")), act("erasure"), stopped) == WEIGHED
    forbidden = {
        "data": {"label": "d", "clauses": ["T-1"]},
        "contact": {"label": "c", "parent": "data", "never_stored": True, "clauses": ["T-1"]},
    }
    never = policy(activity(YEAR), categories=forbidden)
    assert seen(row(never)) == ENDS
    assert seen(row(never), stopped) == WEIGHED
    cap = {"id": "cap", "promise": "p", "places": ["live"], "clauses": ["T-1"]}
    capped = policy(activity(YEAR), caps=[cap | after("end", "P1D")])
    assert seen(row(capped)) == ENDS
    assert seen(row(capped), stopped) == WEIGHED


def test_a_restriction_asks_for_no_role_that_holds_and_a_pending_act_does() -> None:
    roles = {"owner": {"subject": "customer", "when": {"column": "kept_on", "is_not": None}}}
    found = row(one("interests"), end=ENDED, roles=roles)
    assert seen(found) == "unknown"  # no role holds
    assert seen(found, act("restriction")) == WEIGHED
    assert seen(found, act("objection")) == "unknown"


def test_a_pending_objection_suspends_the_deletion_of_what_its_activity_covers() -> None:
    found = row(one("interests"), end=ENDED)
    assert seen(found) == ENDS
    assert seen(found, act("objection")) == WEIGHED
    assert seen(found, act("objection", decided("refused"))) == ENDS
    assert seen(row(one("contract"), end=ENDED), act("objection")) == ENDS
    assert seen(row(one("interests", direct_marketing=True), end=ENDED), act("objection")) == ENDS


def test_a_hold_stands_against_an_erasure() -> None:
    hold = Hold("h", "case", "claim", at("2025-01-01"), persons=(Identifier("email", ADA),))
    assert seen(row(one("consent")), act("erasure"), holds=(hold,)) == STAYS


# --- acts of a person whom no store knows -----------------------------------------------------


@pytest.mark.parametrize("kind", ["objection", "erasure"])
def test_a_pending_act_of_nobody_leaves_unknown_what_it_could_concern(kind: str) -> None:
    nobody = act(kind, person=NOBODY)
    assert seen(row(one("interests"), end=ENDED), nobody) == "unknown"
    assert seen(row(one("interests")), nobody) == STAYS
    assert seen(row(one("contract"), end=ENDED), nobody) == ENDS  # it weighs nothing there
    health = act(kind, person=NOBODY, categories=("health",))
    assert seen(row(one("interests"), end=ENDED), health) == ENDS
    refused = act(kind, decided("refused"), person=NOBODY)
    assert seen(row(one("interests"), end=ENDED), refused) == ENDS


def test_a_restriction_of_nobody_leaves_unknown_what_would_be_due() -> None:
    nobody = act("restriction", person=NOBODY, review_on=day("2026-01-15"))
    assert seen(row(one("contract"), end=ENDED), nobody) == "unknown"
    assert seen(row(one("contract"), end=ENDED), nobody, on="2026-01-15") == ENDS
    assert seen(row(one("contract")), nobody) == STAYS
    elsewhere = act("restriction", person=NOBODY, places=("vault",))
    assert seen(row(one("contract"), end=ENDED), elsewhere) == ENDS


def test_an_act_whose_person_is_in_another_table_is_resolved() -> None:
    member = {"key": ["id"], "columns": {"id": None, "mail": MAIL}}
    member["roles"] = {"self": {"subject": "person"}}
    mine = table(
        columns={"id": None, "name": "contact", "mail": MAIL, "end_on": None},
        events={"end": {"column": "end_on"}},
    )
    rows = {
        "t": [{"id": 1, "name": "Ada", "mail": ADA, "end_on": ENDED}],
        "member": [{"id": 7, "mail": BOB}],
    }
    found = evidence(one("interests"), {"t": mine, "member": member}, rows)
    assert seen(found, act("objection", person=BOB)) == ENDS
    assert seen(found, act("objection", person=NOBODY)) == "unknown"


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


# --- consent of a child (Art. 8) --------------------------------------------------------------


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
