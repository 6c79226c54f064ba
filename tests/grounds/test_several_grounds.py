"""Section 7: exclusive rules, archives, caps, warnings, holds, and what nobody declared."""

from __future__ import annotations

from typing import Any

import pytest

from grounds.made_up import (
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
from troth.grounds.facts import Facts, Hold, Identifier, Warning

LONG, SHORT = after("end", "P5Y"), after("end", "P1Y")
ENDED = {"end_on": day("2022-01-01")}
ON = "2026-01-01"
CLAUSES = ["T-1"]


def test_a_never_stored_category_is_due_whatever_covers_it() -> None:
    categories = {
        "data": {"label": "d", "never_stored": True, "clauses": CLAUSES},
        "contact": {"label": "c", "parent": "data", "clauses": CLAUSES},
    }
    policy = promise(activity(rule(**LONG)), categories=categories)
    assert state(single(policy, ENDED), ON) == "due"
    nobody = {"owner": {"subject": "customer", "when": {"column": "id", "is": 2}}}
    assert state(single(policy, ENDED, roles=nobody), ON) == "due"
    held = Facts(holds=(hold(rows=(("main", "t", (1,)),)),))
    assert state(single(policy, ENDED), ON, facts=held) == "supported"


def test_an_exclusive_rule_leaves_no_other_activity() -> None:
    short = activity(rule("short", **SHORT, exclusive=True))
    assert state(single(promise(short, activity(rule("long", **LONG))), ENDED), ON) == "due"
    overruled = activity(
        rule("s", **SHORT, exclusive=True), rule("l", **LONG, categories=["contact"])
    )
    assert state(single(promise(overruled, activity(rule("x", **LONG))), ENDED), ON) == "supported"


@pytest.mark.clause("SMA-3-1")
def test_the_last_ground_of_several_activities_counts() -> None:
    policy = promise(activity(rule("short", **SHORT)), activity(rule("long", **LONG)))
    found = look(single(policy, ENDED), ON)
    assert [ground.state.value for ground in found.grounds] == ["due", "supported"]
    assert found.ends == day("2027-01-01")


def test_a_value_that_nothing_declares_is_unknown() -> None:
    found = look(single(promise(activity(rule(**SHORT), categories=["health"])), ENDED), ON)
    assert found.state.value == "unknown"
    assert found.grounds[0].activity is None
    unclassified = single(
        promise(activity(rule(**SHORT))), ENDED, columns={"id": None, "end_on": None, "name": {}}
    )
    assert state(unclassified, ON) == "unknown"


CAPS = [
    # the cap after one year, the activity's terms, expected on 1 January 2026
    ("2024-06-01", {}, "due"),
    ("2025-06-01", {}, "supported"),
    (None, {}, "unknown"),
    ("2024-06-01", {"bound": "floor"}, "supported"),
    (None, {"bound": "floor"}, "supported"),
]


@pytest.mark.clause("MAS-RET-2")
@pytest.mark.parametrize(("capped_on", "terms", "expected"), CAPS)
def test_a_cap_ends_every_ground_but_a_floor(capped_on: Any, terms: Any, expected: str) -> None:
    assert state(_capped(capped_on, rule(**LONG, **terms)), ON) == expected


def _capped(capped_on: Any, *rules: Any, places: Any = ("live",), **more: Any) -> Evidence:
    cap = {"id": "cap", "promise": "p", "places": list(places), "clauses": CLAUSES, **more}
    policy = promise(activity(*rules), caps=[cap | after("old", "P1Y")])
    cells = ENDED | {"old_on": capped_on and day(capped_on), "odd_on": ""}
    events = {name: {"column": f"{name}_on"} for name in ("end", "old", "odd")}
    return single(policy, cells, events=events)


def test_a_cap_of_another_place_category_or_subject_does_not_count() -> None:
    terms = rule(**LONG)
    assert state(_capped("2024-06-01", terms, places=["vault"]), ON) == "supported"
    assert state(_capped("2024-06-01", terms, categories=["phone"]), ON) == "supported"
    assert state(_capped("2024-06-01", terms, categories=["data"]), ON) == "due"
    assert state(_capped("2024-06-01", terms, subjects=["customer"]), ON) == "due"


def test_a_cap_ends_what_is_unknown_unless_a_floor_may_run() -> None:
    unknown = after("odd", "P1Y")
    assert state(_capped("2024-06-01", rule(**unknown)), ON) == "due"
    assert state(_capped("2024-06-01", rule(**unknown, bound="floor")), ON) == "unknown"
    assert look(_capped("2025-06-01", rule(**LONG)), ON).ends == day("2026-06-01")


WARN = {"warn": {"delay": "P30D", "message": "Come back", "clauses": CLAUSES}}


def silent(
    *sent: str, last_login: str = "2023-04-10", rule_id: str = "silence", row: int = 1
) -> Any:
    policy = promise(activity(rule("silence", **after("end", "P3Y"), **WARN)))
    found = single(policy, {"end_on": day(last_login)})
    warnings = tuple(Warning(rule_id, "main", "t", (row,), at(when)) for when in sent)
    return lambda when: state(found, when, facts=Facts(warnings=warnings))


@pytest.mark.clause("PUB-INA-1", "PUB-INA-2", "PUB-INA-3")
def test_a_silent_account_is_due_only_after_an_invitation_and_its_delay() -> None:
    assert silent()("2026-05-10") == "supported"
    assert silent("2026-04-10")("2026-05-09") == "supported"
    assert silent("2026-04-10")("2026-05-10") == "due"
    assert silent("2026-04-09")("2026-05-10") == "supported"  # sent before the silence was complete
    assert silent("2026-04-20", "2026-04-10")("2026-05-10") == "due"
    assert silent("2026-04-10", last_login="2026-05-09")("2026-05-10") == "supported"
    assert silent("2026-04-10", rule_id="other")("2026-05-10") == "supported"
    assert silent("2026-04-10", row=2)("2026-05-10") == "supported"


def hold(**scope: Any) -> Hold:
    return Hold("h", "a case", "a dispute", **({"opened_at": at("2025-01-01")} | scope))


INVOICES = [{"id": 1, "name": "Ada"} | ENDED, {"id": 2, "name": "Bob"} | ENDED]


@pytest.mark.clause("SMA-3-18", "SMA-3-19")
def test_a_hold_on_a_row_supports_exactly_it_until_it_is_lifted() -> None:
    mine = table(
        columns={"id": None, "name": "contact", "end_on": None},
        events={"end": {"column": "end_on"}},
    )
    found = evidence(promise(activity(rule(**SHORT))), {"t": mine}, {"t": INVOICES})
    facts = Facts(holds=(hold(rows=(("main", "t", (2,)),), lifted_at=at("2026-09-15")),))
    assert state(found, ON, row=0, facts=facts) == "due"
    assert state(found, ON, row=1, facts=facts) == "supported"
    assert look(found, ON, row=1, facts=facts).grounds[0].hold == "h"
    assert state(found, "2026-09-15T11:59:59", row=1, facts=facts) == "supported"
    assert state(found, "2026-09-15T12:00:00", row=1, facts=facts) == "due"
    assert state(found, "2024-12-31", row=1, facts=facts) == "due"  # not yet opened
    typed = Facts(holds=(hold(rows=(("main", "t", (2,)), ("main", "t", ("1",)))),))
    assert state(found, ON, row=0, facts=typed) == "due"  # the text "1" is not the number


def two_tables(mail: str = "ada@mail.example") -> Evidence:
    person = {
        "key": ["id"],
        "columns": {
            "id": None,
            "mail": {"category": "contact", "identity": "email", "compare": "email"},
            "end_on": None,
        },
        "roles": {"self": {"subject": "customer"}},
        "events": {"end": {"column": "end_on"}},
    }
    mine = table(
        columns={"id": None, "name": "contact", "person_id": None, "kind": None, "end_on": None},
        relations={"person": {"columns": ["person_id"], "references": "person"}},
        roles={
            "owner": {
                "subject": "customer",
                "person": ["person"],
                "when": {"column": "kind", "is": "own"},
            },
            "other": {"subject": "customer"},
        },
        events={"end": {"column": "end_on"}},
    )
    rows = {
        "person": [{"id": 1, "mail": mail} | ENDED, {"id": 2, "mail": "bob@mail.example"} | ENDED],
        "t": [
            {"id": 1, "name": "Ada", "person_id": 1, "kind": "own"} | ENDED,
            {"id": 2, "name": "Bob", "person_id": 2, "kind": "own"} | ENDED,
            {"id": 3, "name": "Eve", "person_id": 1, "kind": "not"} | ENDED,
        ],
    }
    return evidence(promise(activity(rule(**SHORT))), {"t": mine, "person": person}, rows)


ADA = Identifier("email", "ADA@mail.example")


def test_a_hold_on_a_person_supports_their_rows_under_any_role() -> None:
    found, facts = two_tables(), Facts(holds=(hold(persons=(ADA,)),))
    assert [state(found, ON, row=n, facts=facts) for n in range(3)] == [
        "supported",
        "due",
        "supported",
    ]
    people = [state(found, ON, name="person", column="mail", row=n, facts=facts) for n in range(2)]
    assert people == ["supported", "due"]
    only = Facts(holds=(hold(persons=(ADA,), tables=(("main", "t"),)),))
    assert state(found, ON, facts=only) == "supported"
    assert state(found, ON, name="person", column="mail", facts=only) == "due"


def test_a_hold_on_a_person_whom_no_store_knows_leaves_what_is_due_unknown() -> None:
    nobody = Identifier("email", "nobody@mail.example")
    found, facts = two_tables(), Facts(holds=(hold(persons=(nobody,)),))
    assert state(found, ON, facts=facts) == "unknown"
    assert (
        state(
            found,
            "2022-06-01",
            facts=Facts(holds=(hold(persons=(nobody,), opened_at=at("2022-01-01")),)),
        )
        == "supported"
    )
    only = Facts(holds=(hold(persons=(nobody,), tables=(("main", "t"),)),))
    assert state(found, ON, facts=only) == "unknown"
    assert state(found, ON, name="person", column="mail", facts=only) == "due"
    lifted = Facts(holds=(hold(persons=(nobody,), lifted_at=at("2025-06-01")),))
    assert state(found, ON, facts=lifted) == "due"


def test_a_hold_on_rows_of_which_none_exists_leaves_what_is_due_unknown() -> None:
    found = two_tables()
    gone = Facts(holds=(hold(rows=(("main", "t", (99,)),)),))
    assert state(found, ON, facts=gone) == "unknown"
    assert state(found, ON, name="person", column="mail", facts=gone) == "due"
    partly = Facts(holds=(hold(rows=(("main", "t", (99,)), ("main", "t", (2,)))),))
    assert state(found, ON, row=0, facts=partly) == "due"
    assert state(found, ON, row=1, facts=partly) == "supported"
    person = Facts(holds=(hold(persons=(ADA,), rows=(("main", "t", (99,)),)),))
    assert state(found, ON, row=1, facts=person) == "due"


@pytest.mark.clause("SPI-RET-2", "SMA-3-2")
def test_an_archive_ends_everyday_use_and_keeps_its_own_end() -> None:
    archive = {
        "place": "vault",
        "when": {"during": "end"},
        "readers": ["legal"],
        "clauses": CLAUSES,
    }
    policy = promise(activity(rule(**after("end", "P5Y"), archive=archive), places=["live"]))
    cells = {"end_on": day("2020-06-30")}
    live, stored = single(policy, cells), single(policy, cells, place="vault")
    assert state(live, "2020-06-30") == "due"
    assert state(stored, "2025-06-29") == "supported"
    assert state(stored, "2025-06-30") == "due"
    running = single(
        policy, {"end_on": None}, events={"end": {"column": "end_on", "absent": "not-yet"}}
    )
    assert state(running, "2025-06-30") == "supported"


def test_the_article_is_that_of_the_basis() -> None:
    policy = promise(activity(rule(**LONG), legal_bases=[basis("legal-obligation", statute="act")]))
    (ground,) = look(single(policy, ENDED), ON).grounds
    assert (ground.article, ground.clauses, ground.rule) == ("GDPR 6(1)(c)", ("T-1",), "rule")
