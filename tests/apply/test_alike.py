"""Anonymous rows: whom what is left would single out goes as a whole (recital 26 GDPR)."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from apply.fire import NOW
from apply.two import AFTER, ORG, Place, policy
from troth.apply.planning import make_plan
from troth.apply.run import apply_plan
from troth.datamap.load import parse_map
from troth.desk.rights.carry_out import plan_of_acts
from troth.documents.document import Problems
from troth.grounds.facts import Act, Decision, Identifier
from troth.ledger.acts import Verdict, record_acts, record_verdicts
from troth.ledger.facts import read_facts
from troth.ledger.ledger import Ledger
from troth.ledger.plans import approve_plan
from troth.plan.model import Plan

TERMS = """
anonymisation:
  promise: Nobody can be found in what is left.
  smallest_group: 3
  clauses: [D-1]
"""
RULE = AFTER.format(event="answered", years=5).replace(
    "        clauses:", "        at_end: anonymise\n        clauses:"
)
POLICY = policy(["answered"], RULE) + TERMS
MAP = """
troth: 1
stores:
  shop:
    tables:
      answer:
        key: [id]
        row: keep
        alike: [score, town]
        roles: {customer: {subject: customer}}
        columns:
          id:
          email: {category: contact, identity: email, compare: email}
          words: {category: contact, erased: empty}
          score:
          town:
          day:
        events: {answered: {column: day}}
"""
OLD, RECENT = "2018-03-04", "2026-03-04"


@pytest.fixture
def at(any_store_url: str, ledger: Ledger) -> Place:
    """Answers: three alike and old, two alike and old, one alike to recent ones alone."""
    place = Place({"shop": any_store_url}, POLICY, MAP, ledger, NOW)
    place.sql(
        "shop",
        "CREATE TABLE answer (id INTEGER PRIMARY KEY, email VARCHAR(80), words VARCHAR(80), "
        "score INTEGER, town VARCHAR(40), day DATE)",
    )
    rows = [
        (1, 5, "'Nice'", OLD),
        (2, 5, "'Nice'", OLD),
        (3, 5, "'Nice'", OLD),
        (4, 5, "'Monaco'", OLD),
        (5, 5, "'Monaco'", OLD),
        (6, 1, "NULL", OLD),
        (7, 1, "NULL", RECENT),
        (8, 1, "NULL", RECENT),
    ]
    for id, score, town, day in rows:
        add(place, id, score, town, day)
    return place


def add(at: Place, id: int, score: int, town: str, day: str) -> None:
    at.sql(
        "shop",
        f"INSERT INTO answer VALUES ({id}, 'p{id}@mail.example', 'good', {score}, {town}, '{day}')",
    )


def rows(at: Place) -> dict[object, object]:
    """The e-mail of every row that is there, by key."""
    found = at.rows("shop", "SELECT id, email FROM answer ORDER BY id")
    return {row[0]: row[1] for row in found}


def erasure(at: Place, *people: int) -> Plan:
    accepted = Verdict(Decision("accepted", NOW), decided_by="dpo")
    acts = [
        Act(f"erasure-{n}", "erasure", (Identifier("email", f"p{n}@mail.example"),), NOW)
        for n in people
    ]
    with at.ledger.writing(ORG) as writing:
        record_acts(writing, acts, by="dpo", at=NOW)
        record_verdicts(writing, [(act.id, accepted) for act in acts], at=NOW)
    facts = read_facts(at.ledger, ORG, NOW)
    plan = plan_of_acts(at.setting(), facts, [act.id for act in acts], NOW)
    with at.ledger.writing(ORG) as writing:
        until = datetime(2100, 1, 1, tzinfo=UTC)
        approve_plan(writing, plan.digest(), by="dpo", at=NOW, expires_at=until)
    return plan


def counts(plan: Plan) -> dict[str, int]:
    return {step.id: step.counts.rows for step in plan.steps if step.counts is not None}


@pytest.mark.clause("SMA-5d-7", "PUB-RET-2")
def test_retention_leaves_only_whom_a_group_hides(at: Place) -> None:
    plan = at.plan()
    assert counts(plan) == {"delete:shop.answer": 3, "erase:shop.answer:email+words": 3}
    assert at.apply(plan).clean
    # 7 and 8 still bear a name, so that 6 would be the only anonymous row of its kind
    assert rows(at) == {
        1: None,
        2: None,
        3: None,
        7: "p7@mail.example",
        8: "p8@mail.example",
    }
    assert at.plan().steps == ()


def test_later_rows_join_those_who_are_anonymous_already(at: Place) -> None:
    at.apply(at.plan())
    add(at, 9, 5, "'Nice'", OLD)
    assert at.apply(at.plan()).clean
    assert rows(at)[9] is None


def test_a_group_that_shrinks_later_goes(at: Place) -> None:
    at.apply(at.plan())
    at.sql("shop", "DELETE FROM answer WHERE id = 1")
    assert at.apply(at.plan()).clean
    assert set(rows(at)) == {7, 8}


@pytest.mark.clause("SMA-5d-7")
def test_an_erasure_leaves_nobody_singled_out(at: Place) -> None:
    plan = erasure(at, 7)
    assert counts(plan) == {"delete:shop.answer": 1}
    assert apply_plan(plan, at.setting(), at.ledger, lambda: NOW, by="dpo").clean
    assert 7 not in rows(at)
    assert rows(at)[8] == "p8@mail.example"


def test_an_erasure_is_anonymous_among_enough_others(at: Place) -> None:
    at.apply(at.plan())
    add(at, 9, 5, "'Nice'", RECENT)
    plan = erasure(at, 9)
    assert counts(plan) == {"erase:shop.answer:email+words": 1}
    assert apply_plan(plan, at.setting(), at.ledger, lambda: NOW, by="dpo").clean
    assert rows(at)[9] is None


def test_three_who_ask_together_hide_one_another(at: Place) -> None:
    add(at, 9, 1, "NULL", RECENT)
    plan = erasure(at, 7, 8, 9)
    assert counts(plan) == {"erase:shop.answer:email+words": 3}
    assert apply_plan(plan, at.setting(), at.ledger, lambda: NOW, by="dpo").clean
    assert {id for id, email in rows(at).items() if email is None} == {7, 8, 9}


def test_the_plan_says_what_goes_and_why(at: Place) -> None:
    (told,) = [one for one in at.plan().notices if one.code == "singled-out"]
    assert told.severity == "info"
    assert "3" in told.message
    assert "score, town" in told.message


def test_a_map_that_says_nothing_is_told_so(at: Place) -> None:
    silent, _ = parse_map(MAP.replace("        alike: [score, town]\n", ""), "map.yaml", at.policy)
    at.map = silent
    plan = make_plan(at.setting(), read_facts(at.ledger, ORG, NOW), NOW)
    assert counts(plan) == {"erase:shop.answer:email+words": 6}
    assert [one.severity for one in plan.notices if one.code == "anonymity-unchecked"] == [
        "warning"
    ]


@pytest.mark.parametrize(
    ("changed", "code"),
    [
        (("alike: [score, town]", "alike: [email]"), "alike-personal"),
        (("row: keep", "row: delete"), "alike-without-keep"),
        (("alike: [score, town]", "alike: [scor]"), "unknown-column"),
    ],
)
def test_a_map_that_cannot_be_meant(at: Place, changed: tuple[str, str], code: str) -> None:
    with pytest.raises(Problems) as caught:
        parse_map(MAP.replace(*changed), "map.yaml", at.policy)
    assert code in {problem.code for problem in caught.value.problems}
