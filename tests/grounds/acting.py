"""Acts of persons against one customer's data, and the state that is seen then."""

from __future__ import annotations

from typing import Any

from grounds.made_up import (
    Json,
    activity,
    after,
    at,
    basis,
    day,
    look,
    promise,
    rule,
    single,
)
from troth.grounds.evidence import Evidence
from troth.grounds.facts import Act, ConsentFact, Decision, Facts, Identifier
from troth.grounds.standing import Waiting

YEAR = rule(**after("end", "P1Y"))
FLOOR = rule("duty", bound="floor", **after("kept", "P3Y"))
RUNS, ENDED = day("2025-06-01"), day("2024-06-01")
ON = "2026-01-01"
ASKED = "2025-12-10"
ADA, BOB = "ada@mail.example", "bob@mail.example"
NOBODY = "nobody@mail.example"
MAIL = {"category": "contact", "identity": "email", "compare": "email"}
STAYS, ENDS, WEIGHED = "supported", "due", "restricted"
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
