"""What changes for people: each kind by itself, with its direction and whom it concerns."""

from __future__ import annotations

from typing import Any

import pytest
from pydantic import BaseModel

from diff.bakery import NEWS, ORDERS, RULE, C, Change_, also, changed, drop, put, rich
from diff.lowering import LOWERING, fixed
from record.promise import policy
from troth.diff.difference import difference
from troth.diff.rules import FIELDS, SECTIONS
from troth.policy.model import Policy
from troth.policy.walk import walk


@pytest.mark.clause("PUB-CHG-1", "SPI-CHG-1")
@pytest.mark.parametrize(
    ("how", "path", "code"), LOWERING, ids=[each[2] + "@" + each[1] for each in LOWERING]
)
def test_each_lowering_is_found_alone_and_its_reverse_is_better(
    how: Change_, path: str, code: str
) -> None:
    old, new = changed(), changed(fixed(how))
    there, back = difference(old, new), difference(new, old)
    assert [(each.path, each.code, each.direction) for each in there.changes] == [
        (path, code, "lower")
    ]
    assert there.lowers
    assert there.acceptance
    assert there.changes[0].article
    assert [(each.path, each.direction) for each in back.changes] == [(path, "better")]
    assert not back.lowers


NEUTRAL: list[tuple[Change_, str, bool]] = [
    (put("P36M", *RULE, "period"), "", False),
    (put("Buyers", "subjects", "customer", "label"), "wording-changed", False),
    (put("desk@new.example", "contacts", "desk", "email"), "wording-changed", False),
    (put("Doors and windows are locked.", "commitments", 0, "promise"), "promise-changed", True),
    (put("Selling more", *ORDERS, "purpose"), "purpose-changed", True),
    (put("I agree.", "consents", "allergy-consent", "wording"), "consent-wording-changed", True),
]


@pytest.mark.parametrize(("how", "code", "unclear"), NEUTRAL)
def test_wording_is_neutral_and_told_apart_where_a_person_has_to_read_it(
    how: Change_, code: str, unclear: bool
) -> None:
    found = difference(changed(), changed(how))
    assert [(each.code, each.unclear) for each in found.changes] == (
        [(code, unclear)] if code else []
    )
    assert not found.lowers


def test_a_period_that_cannot_be_compared_is_said_so() -> None:
    a_month, thirty_days = (
        changed(put("P1M", *RULE, "period")),
        changed(put("P30D", *RULE, "period")),
    )
    (found,) = difference(a_month, thirty_days).changes
    assert (found.code, found.direction, found.unclear) == ("kept-otherwise", "neutral", True)
    assert "P1M" in found.before
    assert "P30D" in found.after


def test_another_trigger_event_cannot_be_compared() -> None:
    event = put({"label": "the first order", "clauses": C}, "events", "first-order")
    old, new = changed(event), changed(event, put("first-order", *RULE, "after"))
    assert [(each.code, each.unclear) for each in difference(old, new).changes] == [
        ("kept-otherwise", True)
    ]


def test_what_a_rule_is_called_does_not_matter() -> None:
    assert difference(changed(), changed(put("another-name", *RULE, "id"))).changes == ()


def test_a_rule_for_a_narrower_category_is_compared_with_what_counted_there() -> None:
    longer = {
        "id": "contact-9y",
        "promise": "Nine years.",
        "categories": ["contact"],
        "period": "P9Y",
        "after": "last-order",
        "clauses": C,
    }
    (found,) = difference(changed(), changed(also(longer, *ORDERS, "retention"))).changes
    assert (found.path, found.code) == ("activities.orders.retention.contact-9y", "kept-longer")


@pytest.mark.clause("SMA-0-6", "SPI-SRC-2")
def test_a_further_purpose_is_told_to_those_whom_it_concerns_before_it_begins() -> None:
    found = difference(changed(), changed(put(NEWS, "activities", "profiling")))
    assert found.telling.further == ("profiling",)
    assert found.telling.subjects == ("customer", "child")
    assert found.telling.articles == ("12(1)", "13(3)", "14(4)")


def test_a_change_that_lowers_what_consent_carries_asks_for_it_again() -> None:
    longer = put("P9Y", "activities", "news", "retention", 0, "period")
    assert difference(changed(), changed(longer)).again == ("allergy-consent",)
    contract = put("P9Y", *RULE, "period")
    assert difference(changed(), changed(contract)).again == ()
    words = put("I agree.", "consents", "allergy-consent", "wording")
    assert difference(changed(), changed(words)).again == ("allergy-consent",)


def version(**more: Any) -> Change_:
    entry = {"id": "v3", "effective": "2026-06-01", "change": "neutral", "clauses": C, **more}
    return also(entry, "versions")


LOWER = put("P5Y", *RULE, "period")


def _flaws(*how: Change_) -> set[str]:
    return {each.code for each in difference(changed(), changed(*how)).flaws}


@pytest.mark.clause("MAS-INT-1", "PUB-CHG-1", "SMA-0-5", "SPI-CHG-1")
def test_a_version_says_what_it_is() -> None:
    announced = {"change": "lower", "needs_acceptance": True, "announced": "2026-04-01"}
    assert _flaws() == set()
    assert _flaws(LOWER) == {"version-not-new"}
    assert _flaws(LOWER, version(**announced)) == set()
    assert _flaws(LOWER, version(**announced | {"change": "better"})) == {"change-understated"}
    assert _flaws(LOWER, version(**announced | {"needs_acceptance": False})) == {
        "acceptance-not-asked"
    }
    assert _flaws(LOWER, version(**announced | {"announced": None})) == {"not-announced"}
    assert _flaws(LOWER, version(**announced | {"announced": "2026-06-01"})) == {"not-announced"}
    assert _flaws(version(effective=None)) == {"version-undated"}
    assert _flaws(version(effective="2024-01-01")) == {"version-not-later"}
    assert _flaws(version(), drop("versions", 0)) == {"version-rewritten"}
    better = put("P1Y", *RULE, "period")
    assert _flaws(better, version()) == set()


def test_every_field_of_the_model_has_a_rule() -> None:
    for _, part in walk(policy(rich())):
        fields = {field for base in type(part).__mro__ for field in FIELDS.get(base, {})}
        if type(part) in FIELDS:
            assert set(type(part).model_fields) - fields - {"id"} == set(), type(part)
    kinds = {kind for kind in FIELDS if issubclass(kind, BaseModel)}
    assert Policy in kinds
    sections = {name for name, rule in FIELDS[Policy].items() if rule.kind == "parts"}
    assert sections == set(SECTIONS)
