"""Section 9: acts that suspend deletion, and those of somebody whom no store knows."""

from __future__ import annotations

import pytest

from grounds.acting import (
    ADA,
    BOB,
    ENDED,
    ENDS,
    MAIL,
    NOBODY,
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
    at,
    day,
    evidence,
    table,
)
from troth.grounds.facts import Hold, Identifier

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
