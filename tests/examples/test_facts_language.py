"""The assertion language can fail: a small policy that is wrong on purpose fails each construct."""

from __future__ import annotations

from typing import Any

import pytest

from examples.fact_paths import DERIVED, PathError, citing, kind_name, read
from examples.fact_rows import Row, RowError, failure
from examples.test_facts import EXAMPLES, table
from troth.policy.base import Element
from troth.policy.model import Policy

MINI: dict[str, Any] = {
    "troth": 1,
    "organisation": "mini",
    "title": "A policy made to be wrong",
    "zone": "Europe/Brussels",
    "since": "2001-01-01",
    "financial_year_ends": "12-31",
    "versions": [{"id": "1", "effective": "2020-02-29", "clauses": ["X-1"]}],
    "controllers": {"mini": {"name": None, "mandatory": ["name"], "clauses": ["X-2"]}},
    "subjects": {"client": {"label": "Clients", "clauses": ["X-3"]}},
    "categories": {
        "identity": {"label": "Identity", "clauses": ["X-4"]},
        "illness": {
            "label": "Illness",
            "parent": "identity",
            "special": "health",
            "clauses": ["X-4"],
        },
    },
    "events": {
        "contact": {"label": "Last contact", "never_counts": ["mail sent"], "clauses": ["X-5"]},
        "end": {"label": "End of contract", "clauses": ["X-6"]},
    },
    "parameters": {"silence": {"value": "P3Y", "text": "a while", "clauses": ["X-7"]}},
    "recipients": {
        "host": {
            "name": "Host",
            "role": "processor",
            "task": "hosting",
            "country": "US",
            "clauses": ["X-8"],
        }
    },
    "activities": {
        "relation": {
            "purpose": "Relation",
            "controllers": ["mini"],
            "subjects": ["client"],
            "categories": ["identity"],
            "recipients": ["host"],
            "legal_bases": [
                {"kind": "contract", "clauses": ["X-9"]},
                {"kind": "legal-obligation", "statute": "Code L123-22", "clauses": ["X-10"]},
            ],
            "retention": [
                {
                    "id": "silent",
                    "promise": "Gone after a while.",
                    "earliest": [
                        {"period": {"parameter": "silence"}, "after": "contact"},
                        {"period": "P12M", "after": "end"},
                    ],
                    "clauses": ["X-11"],
                },
                {
                    "id": "books",
                    "promise": "Ten years.",
                    "period": "P10Y",
                    "after": "end",
                    "bound": "both",
                    "stated": "Ten years.",
                    "clauses": ["X-11"],
                },
            ],
            "clauses": ["X-12"],
        }
    },
}

RULE = {"clause": "X-11", "element": "retention-rule"}

TRUE_AND_FALSE: list[tuple[dict[str, Any], dict[str, Any]]] = [
    (RULE | {"expect": {"period": "P10Y"}}, RULE | {"expect": {"period": "P9Y"}}),
    (RULE | {"expect": {"period": "P1Y"}}, RULE | {"expect": {"period": "P365D"}}),
    (
        RULE | {"expect": {"period": "P3Y", "ours": True}},
        RULE | {"expect": {"period": "P10Y", "ours": True}},
    ),
    (
        RULE | {"expect": {"period": "P10Y", "fixed": True}},
        RULE | {"expect": {"parameters->value": "P10Y"}},
    ),
    (RULE | {"expect": {"parameters->value": "P3Y"}}, RULE | {"expect": {"latest": {"set": True}}}),
    (
        RULE | {"expect": {"earliest.period": {"all_of": ["P3Y", "P12M"]}}},
        RULE | {"expect": {"earliest.period": {"all_of": ["P3Y", "P10Y"]}}},
    ),
    (
        RULE | {"expect": {"period": {"only": ["P1Y", "P3Y"]}}},
        RULE | {"expect": {"period": {"only": ["P3Y"]}}},
    ),
    (
        RULE | {"expect": {"bound": {"one_of": ["floor", "both"]}}},
        RULE | {"expect": {"bound": {"one_of": ["floor"]}}},
    ),
    (
        RULE | {"all": True, "expect": {"at_end": "erase"}},
        RULE | {"all": True, "expect": {"bound": "both"}},
    ),
    (
        RULE
        | {"expect": {"limits": {"has": {"period": "P3Y", "after->never_counts": {"set": True}}}}},
        RULE
        | {"expect": {"limits": {"has": {"period": "P1Y", "after->never_counts": {"set": True}}}}},
    ),
    (
        RULE | {"expect": {"events->clauses": "X-5"}},
        RULE | {"expect": {"events->clauses": "X-5", "bound": "both"}},
    ),
    (RULE | {"expect": {"stated": {"set": True}}}, RULE | {"expect": {"executed": {"set": True}}}),
    (
        RULE | {"expect": {"bound": {"not": "floor"}}},
        RULE | {"all": True, "expect": {"bound": {"not": "both"}}},
    ),
    (
        RULE | {"expect": {"period": {"at_most": "P3Y"}}},
        RULE | {"expect": {"period": {"at_most": "P11M"}}},
    ),
    (
        RULE | {"expect": {"period": {"at_least": "P10Y"}}},
        RULE | {"expect": {"period": {"at_least": "P11Y"}}},
    ),
    (
        RULE | {"all": True, "where": {"bound": "both"}, "expect": {"period": "P10Y"}},
        RULE | {"all": True, "where": {"bound": "ceiling"}, "expect": {"period": "P10Y"}},
    ),
    (
        RULE | {"where": {"bound": "both"}, "expect": {"period": "P10Y"}},
        RULE | {"all": True, "where": {"bound": "floor"}, "expect": {"period": "P10Y"}},
    ),
    (RULE | {"count": 2}, RULE | {"count": 1}),
    (RULE | {"count": {"at_least": 2}}, RULE | {"count": {"at_least": 3}}),
    (
        RULE | {"never": True, "expect": {"period": "P5Y"}},
        RULE | {"never": True, "expect": {"period": "P10Y"}},
    ),
    (
        {"clause": "X-10", "element": "legal-basis", "expect": {"statute": {"contains": "l123"}}},
        {"clause": "X-9", "element": "legal-basis", "expect": {"statute": {"contains": "l123"}}},
    ),
    (
        {
            "clause": "X-10",
            "element": "legal-basis",
            "expect": {"statute": {"matches": "L1\\d\\d"}},
        },
        {
            "clause": "X-10",
            "element": "legal-basis",
            "expect": {"statute": {"matches": "L2\\d\\d"}},
        },
    ),
    (
        {"clause": "X-9", "element": "activity", "expect": {"legal_bases.kind": "contract"}},
        {"clause": "X-9", "element": "activity", "expect": {"legal_bases.kind": "consent"}},
    ),
    (
        {"clause": "X-12", "element": "activity", "expect": {"legal_bases": {"size": 2}}},
        {
            "clause": "X-12",
            "element": "activity",
            "expect": {"legal_bases": {"size": {"at_least": 3}}},
        },
    ),
    (
        {"clause": "X-12", "element": "activity", "expect": {"special": "health"}},
        {"clause": "X-12", "element": "activity", "expect": {"special": None}},
    ),
    (
        {"clause": "X-12", "element": "activity", "expect": {"recipients->country": "US"}},
        {"clause": "X-12", "element": "activity", "expect": {"recipients->country": "FR"}},
    ),
    (
        {"clause": "X-2", "element": "controller", "expect": {"name": None}},
        {"clause": "X-8", "element": "recipient", "expect": {"name": None}},
    ),
    (
        {"clause": "X-1", "element": "version", "expect": {"effective": "2020-02-29"}},
        {"clause": "X-1", "element": "version", "expect": {"effective": "2020-02-28"}},
    ),
    (
        {"clause": "X-1", "element": "version", "expect": {"assumed": False}},
        {"clause": "X-1", "element": "version", "expect": {"assumed": True}},
    ),
    (
        {"clause": "X-1", "element": "policy", "expect": {"zone": "Europe/Brussels"}},
        {"clause": "X-1", "element": "policy", "expect": {"zone": "Europe/Paris"}},
    ),
    (
        {"clause": "X-99", "anywhere": True, "element": "recipient", "expect": {"country": "US"}},
        {"clause": "X-99", "element": "recipient", "expect": {"country": "US"}},
    ),
    (
        {"clause": "X-4", "element": "any", "expect": {"label": "Illness"}},
        {"clause": "X-4", "element": "activity", "expect": {"purpose": "Relation"}},
    ),
    (
        {
            "clause": "X-8",
            "either": [
                {"element": "cap", "expect": {"period": "P5Y"}},
                {"element": "recipient", "expect": {"role": "processor"}},
            ],
        },
        {
            "clause": "X-8",
            "either": [
                {"element": "cap", "expect": {"period": "P5Y"}},
                {"element": "recipient", "expect": {"role": "controller"}},
            ],
        },
    ),
]


@pytest.fixture(scope="module")
def mini() -> Policy:
    return Policy.model_validate(MINI)


@pytest.mark.parametrize(("right", "wrong"), TRUE_AND_FALSE)
def test_each_construct_can_hold_and_can_fail(
    mini: Policy, right: dict[str, Any], wrong: dict[str, Any]
) -> None:
    assert failure(Row.parse(right), mini) is None
    assert failure(Row.parse(wrong), mini) is not None


def test_a_failure_names_clause_expectation_and_what_was_found(mini: Policy) -> None:
    why = failure(Row.parse(RULE | {"expect": {"period": "P9Y"}}), mini)
    assert why is not None
    for word in ("X-11", "period = P9Y", "activities.relation.retention[1]", "P10Y", "P3Y"):
        assert word in why


def test_a_failure_names_who_cites_the_clause_instead(mini: Policy) -> None:
    why = failure(Row.parse({"clause": "X-8", "element": "cap", "expect": {"period": "P1Y"}}), mini)
    assert why is not None
    assert "recipients.host (recipient)" in why


def test_an_element_is_cited_through_what_it_contains_but_not_the_other_way(mini: Policy) -> None:
    assert [path for path, _ in citing(mini, "X-10")] == [
        "activities.relation",
        "activities.relation.legal_bases[1]",
    ]
    assert [path for path, _ in citing(mini, "X-12")] == ["activities.relation"]


@pytest.mark.parametrize(
    "row",
    [
        RULE,
        RULE | {"expects": {"period": "P1Y"}},
        RULE | {"expect": {"bound": ["floor", "both"]}},
        RULE | {"expect": {"bound": {"oneof": ["floor"]}}},
        RULE | {"expect": {"bound": {"one_of": "floor"}}},
        RULE | {"expect": {"bound": {"not": {"is": "floor"}}}},
        {"clause": "X-1", "expect": {"period": "P1Y"}},
    ],
)
def test_a_row_outside_the_language_is_refused(row: dict[str, Any]) -> None:
    with pytest.raises(RowError):
        Row.parse(row)


def test_a_path_that_the_model_lacks_is_refused(mini: Policy) -> None:
    for path in ("title.x", "controllers.nam", "zone->name", "Title"):
        with pytest.raises(PathError):
            read(path, mini, mini)


@pytest.mark.parametrize("name", EXAMPLES)
def test_every_row_of_the_tables_reads_fields_that_its_classes_have(name: str) -> None:
    classes = dict(_fields_of_classes())
    for data in table(name)["facts"]:
        row = Row.parse(data)
        for part in row.either or (row,):
            known = (
                {field for word in part.elements for field in classes[word]} | DERIVED | {"limits"}
            )
            steps = {path.replace("->", ".").split(".")[0] for path in (*part.expect, *part.where)}
            assert steps <= known, f"{row.clause}: {steps - known}"


def _fields_of_classes() -> list[tuple[str, set[str]]]:
    found = [("policy", set(Policy.model_fields)), ("any", set(Element.model_fields))]
    waiting = [Element]
    while waiting:
        current = waiting.pop()
        waiting += current.__subclasses__()
        found.append((kind_name(current), set(current.model_fields)))
    return found
