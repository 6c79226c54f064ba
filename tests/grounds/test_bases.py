"""Section 6: conditions, conditional legal bases, and consent."""

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
    promise,
    rule,
    single,
    state,
    table,
)
from troth.grounds.evidence import Evidence
from troth.grounds.facts import ConsentFact, Facts, Identifier

YEAR = rule(**after("end", "P1Y"))
RUNS, ENDED = {"end_on": day("2025-06-01")}, {"end_on": day("2024-06-01")}
ON = "2026-01-01"
BOUND = {"conditions": {"told": {"column": "told", "is": True}}}
CONSENT = basis("consent", consent="news")


def policy(
    *bases: Any, on_failure: str = "end", unknown_means: str = "unknown", **more: Any
) -> Any:
    condition = {
        "label": "told",
        "on_failure": on_failure,
        "unknown_means": unknown_means,
        "clauses": ["T-1"],
    }
    return promise(
        activity(YEAR, legal_bases=list(bases or [basis()]), **more),
        conditions={"told": condition},
        consents={name: {"label": name, "clauses": ["T-1"]} for name in ("news", "ads")},
    )


@pytest.mark.parametrize(
    ("told", "on_failure", "expected"),
    [
        (True, "end", "supported"),
        (False, "end", "due"),
        (None, "end", "due"),
        (False, "suspend", "supported"),
    ],
)
def test_a_condition_that_fails_ends_the_ground_or_suspends_use(
    told: Any, on_failure: str, expected: str
) -> None:
    terms = policy(on_failure=on_failure, conditions=["told"])
    assert state(single(terms, RUNS | {"told": told}, **BOUND), ON) == expected


@pytest.mark.parametrize(
    ("cells", "means", "expected"),
    [
        (RUNS, "unknown", "unknown"),
        (RUNS, "fails", "due"),
        (ENDED, "unknown", "due"),
    ],
)
def test_a_condition_that_nothing_shows(cells: Any, means: str, expected: str) -> None:
    assert state(single(policy(unknown_means=means, conditions=["told"]), cells), ON) == expected


def test_the_first_basis_that_counts_is_the_basis() -> None:
    terms = policy(basis(when="told"), CONSENT)
    assert state(single(terms, RUNS | {"told": True}, **BOUND), ON) == "supported"
    assert state(single(terms, RUNS | {"told": False}, **BOUND), ON) == "unknown"
    assert state(single(policy(basis(when="told")), RUNS | {"told": False}, **BOUND), ON) == "due"


def test_an_unknown_condition_of_a_basis_matters_where_consent_would_differ() -> None:
    assert state(single(policy(basis(when="told"), CONSENT), RUNS), ON) == "unknown"
    both = policy(basis(when="told"), basis("legal-obligation", statute="act"))
    assert state(single(both, RUNS), ON) == "supported"
    first = policy(basis(), basis("consent", consent="news", when="told"))
    assert state(single(first, RUNS), ON) == "supported"
    assert state(single(policy(basis(when="told"), CONSENT), ENDED), ON) == "due"


PERSON = {
    "key": ["id"],
    "columns": {
        "id": None,
        "mail": {"category": "contact", "identity": "email", "compare": "email"},
        "tel": {"category": "contact", "identity": "phone", "compare": "phone"},
    },
    "roles": {"self": {"subject": "person"}},
}


def subscriber(mail: Any, tel: Any = None, person: Any = 1) -> Evidence:
    """A delivery of a newsletter, whose person is another row."""
    mine = table(
        columns={"id": None, "name": "contact", "person_id": None, "end_on": None},
        relations={"person": {"columns": ["person_id"], "references": "person"}},
        roles={"owner": {"subject": "customer", "person": ["person"]}},
        events={"end": {"column": "end_on"}},
    )
    rows = {
        "t": [{"id": 1, "name": "Ada", "person_id": person} | RUNS],
        "person": [
            {"id": 1, "mail": mail, "tel": tel},
            {"id": 2, "mail": "bob@mail.example", "tel": None},
        ],
    }
    return evidence(policy(CONSENT), {"t": mine, "person": PERSON}, rows)


def fact(
    value: str, what: str, when: str, *, name: str = "email", consent: str = "news"
) -> ConsentFact:
    assert what in ("given", "withdrawn")
    given = what == "given"
    return ConsentFact(
        Identifier(name, value), consent, "given" if given else "withdrawn", at(when)
    )


GIVEN = fact("ada@mail.example", "given", "2025-01-01")
GONE = fact("ADA@mail.example ", "withdrawn", "2025-03-01")


@pytest.mark.parametrize(
    ("facts", "expected"),
    [
        ([], "unknown"),
        ([GIVEN], "supported"),
        ([GIVEN, GONE], "due"),
        ([GONE, GIVEN], "due"),
        ([GIVEN, GONE, fact("ada@mail.example", "given", "2025-04-01")], "supported"),
        ([GIVEN, fact("ada@mail.example", "withdrawn", "2025-01-01")], "due"),
        ([GIVEN, fact("ada@mail.example", "withdrawn", "2026-01-01T12:00:01")], "supported"),
        ([GIVEN, fact("bob@mail.example", "withdrawn", "2025-03-01")], "supported"),
        ([GIVEN, fact("ada@mail.example", "withdrawn", "2025-03-01", consent="ads")], "supported"),
        ([GIVEN, fact("+33 6 12 34 56 78", "withdrawn", "2025-03-01", name="phone")], "due"),
        ([GIVEN, fact("ada@mail.example", "withdrawn", "2025-03-01", name="login")], "supported"),
    ],
)
def test_the_newest_consent_fact_of_the_person_decides(facts: Any, expected: str) -> None:
    found = subscriber("Ada@Mail.example", "06 12 34 56 78")
    assert state(found, ON, facts=Facts(consents=tuple(facts))) == expected


def test_a_person_who_is_not_there_or_not_named_is_unknown() -> None:
    given = Facts(consents=(GIVEN, fact("", "given", "2025-01-01")))
    assert state(subscriber("ada@mail.example", person=3), ON, facts=given) == "unknown"
    assert state(subscriber("ada@mail.example", person=None), ON, facts=given) == "unknown"
    assert state(subscriber(None), ON, facts=given) == "unknown"
    assert state(subscriber("  "), ON, facts=given) == "unknown"


def test_nobodys_consent_touches_another_persons_data() -> None:
    columns = {
        "id": None,
        "end_on": None,
        "name": {"category": "contact", "roles": ["sender"]},
        "from": {"category": "contact", "identity": "email", "roles": ["sender"]},
        "to": {"category": "contact", "identity": "email", "roles": ["reader"]},
    }
    roles = {name: {"subject": "customer"} for name in ("sender", "reader")}
    cells = RUNS | {"from": "ada@mail.example", "to": "bob@mail.example"}
    found = single(policy(CONSENT), cells, columns=columns, roles=roles)
    facts = Facts(consents=(GIVEN, fact("bob@mail.example", "withdrawn", "2025-06-01")))
    assert state(found, ON, facts=facts) == "supported"
    assert state(found, ON, column="to", facts=facts) == "due"


def test_a_withdrawn_consent_and_an_ended_period_both_end() -> None:
    mine = single(policy(CONSENT), ENDED | {"mail": "ada@mail.example"}, columns=PERSON_COLUMNS)
    assert state(mine, ON) == "due"
    assert state(mine, ON, facts=Facts(consents=(GIVEN,))) == "due"


PERSON_COLUMNS = {
    "id": None,
    "name": "contact",
    "end_on": None,
    "mail": {"category": "contact", "identity": "email", "compare": "email"},
}
