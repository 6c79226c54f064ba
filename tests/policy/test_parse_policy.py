"""The policy file: what is accepted, and what each mistake is answered with."""

from __future__ import annotations

import time
from datetime import date
from pathlib import Path

import pytest

from troth.errors import Problems, Refused
from troth.law.calendar import Period
from troth.policy.load import parse_policy
from troth.policy.model import Policy

MINIMAL = (Path(__file__).parent / "minimal.yaml").read_text(encoding="utf-8")


def changed(old: str, new: str) -> tuple[str, int]:
    """The minimal policy with one change, and the line of it."""
    assert MINIMAL.count(old) == 1, f"{old!r} must stand once in the minimal policy"
    return MINIMAL.replace(old, new), MINIMAL[: MINIMAL.index(old)].count("\n") + 1


def problems(text: str) -> list[Refused]:
    with pytest.raises(Problems) as caught:
        parse_policy(text, "policy.yaml")
    return list(caught.value.problems)


def test_the_minimal_policy_is_accepted() -> None:
    policy = parse_policy(MINIMAL.encode(), "policy.yaml")
    assert isinstance(policy, Policy)
    assert policy.controllers["shop"].country == "NO", "Norway is no falsehood"
    assert policy.since == date(2010, 1, 1)
    assert policy.versions[0].id == "2023-02-22"
    assert str(policy.financial_year_ends) == "12-31"
    rule = policy.activities["selling"].retention[1]
    assert rule.limits[0].period == Period(years=10)


MISTAKES: list[tuple[str, str, str, str | None]] = [
    (
        "controllers: [shop]\n    subjects: [customer]\n",
        "controllers: [shp]\n    subjects: [customer]\n",
        "unknown-name",
        "shop",
    ),
    ("subjects: [customer, visitor]", "subjects: [customers, visitor]", "unknown-name", "customer"),
    (
        "categories: [identity.email]",
        "categories: [identity.mail]",
        "unknown-name",
        "identity.email",
    ),
    ("conditions: [informed]", "conditions: [inform]", "unknown-name", "informed"),
    ("recipients: [host]", "recipients: [hots]", "unknown-name", "host"),
    ("consent: newsletter,", "consent: newsletters,", "unknown-name", "newsletter"),
    ("{parameter: silence}", "{parameter: silense}", "unknown-name", "silence"),
    (
        "after: last-order\n        warn",
        "after: last-ordr\n        warn",
        "unknown-name",
        "last-order",
    ),
    ("{during: relation-end}", "{during: relation-ends}", "unknown-name", "relation-end"),
    ("place: vault", "place: vaults", "unknown-name", "vault"),
    ("operator: host", "operator: hosst", "unknown-name", "host"),
    ("safeguard: clauses-2021", "safeguard: clauses-2010", "unknown-name", "clauses-2021"),
    ("contacts: [privacy]", "contacts: [privat]", "unknown-name", "privacy"),
    ("parent: customer,", "parent: custmer,", "unknown-name", "customer"),
    ("parent: identity,", "parent: identity.email,", "parent-cycle", None),
    ("id: orders-books", "id: orders-silence", "duplicate-id", None),
    ("categories: [orders]\n", "categories: [health]\n", "outside-activity", None),
    ("value: P3Y", "value: P6M", "wrong-value", None),
    ("value: P3Y", "value: P61M", "wrong-value", None),
    ("place: vault", "place: shop", "not-an-archive", None),
    ("kind: consent, consent: newsletter,", "kind: consent,", "basis-incomplete", None),
    ("kind: consent, consent: newsletter,", "kind: legal-obligation,", "basis-incomplete", None),
    (
        "kind: consent, consent: newsletter,",
        "kind: legitimate-interests,",
        "basis-incomplete",
        None,
    ),
    (
        "elements: [parameters.silence,",
        "elements: [parameters.silense,",
        "unknown-element",
        "parameters.silence",
    ),
    ("S-99: A greeting.", "S-9: A greeting.", "cited-though-not-modelled", None),
]


@pytest.mark.parametrize(("old", "new", "code", "nearest"), MISTAKES)
def test_each_mistake_is_told_at_its_line(
    old: str, new: str, code: str, nearest: str | None
) -> None:
    text, line = changed(old, new)
    (problem,) = problems(text)
    assert problem.code == code
    assert problem.place == f"policy.yaml:{line}"
    if nearest is not None:
        assert problem.help == f"did you mean '{nearest}'?"


def test_a_special_category_needs_its_condition() -> None:
    text, _ = changed("special: health, never_stored: true,", "special: health, parent: identity,")
    found = problems(text)
    assert {problem.code for problem in found} == {"special-category-without-condition"}
    assert len(found) == 1, "the newsletter names a sister of it, which covers nothing special"
    assert "health" in found[0].message


def test_a_never_stored_special_category_may_be_named() -> None:
    text, _ = changed("categories: [identity, orders]", "categories: [identity, orders, health]")
    parse_policy(text, "policy.yaml")


def test_a_named_condition_of_article_9_lets_a_special_category_in() -> None:
    text, _ = changed("special: health, never_stored: true,", "special: health, parent: identity,")
    condition = (
        "    special_conditions:\n"
        "      - {article: 9(2)(h), detail: care under secrecy, clauses: [S-5]}\n"
        "    conditions: [informed]\n"
    )
    parse_policy(text.replace("    conditions: [informed]\n", condition), "policy.yaml")


@pytest.mark.parametrize("bound", ["floor", "both"])
def test_a_floor_cannot_warn_first(bound: str) -> None:
    text, _ = changed("warn: {delay", f"bound: {bound}\n        warn: {{delay")
    (problem,) = problems(text)
    assert problem.code == "warn-with-floor"


@pytest.mark.parametrize(
    "ends",
    [
        "earliest: [{period: P3Y, after: last-order}, {period: P2Y, after: relation-end}]",
        "period: {chosen_by: kind, periods: {a: P1Y, b: P2Y}}\n        after: last-order",
    ],
)
def test_several_periods_cannot_warn_first(ends: str) -> None:
    old = "period: {parameter: silence}\n        after: last-order"
    text, _ = changed(old, ends)
    (problem,) = problems(text)
    assert problem.code == "warn-with-several-periods"


def test_one_period_after_several_events_can_warn_first() -> None:
    old = "period: {parameter: silence}\n        after: last-order"
    limits = (
        "[{period: P3Y, after: last-order}, {period: {parameter: silence}, after: relation-end}]"
    )
    parse_policy(changed(old, f"latest: {limits}")[0], "policy.yaml")


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("period: P10Y\n        after: last-order", "period: P10Y", "'after' is missing"),
        ("period: P10Y\n        after", "after", "'period' is missing"),
        ("period: P10Y", "period: 10 years", "'10 years' is not a period"),
        ("period: P10Y", "period: {years: 10}", "expected a period in text"),
        ("period: P10Y", "periode: P10Y", "unknown word 'periode'"),
        ("bound: floor", "bound: flor", "found 'flor'"),
        ("zone: Europe/Paris", "zone: Europe/Pari", "not a time zone"),
        ("zone: Europe/Paris", "zone: Europe", "not a time zone"),
        ("financial_year_ends: 12-31", "financial_year_ends: 31/12", "MM-DD"),
        ("country: NO", "country: no", "two capital letters"),
        ("troth: 1", "troth: 2", "expected 1"),
        ("\n      - {kind: contract, clauses: [S-6]}", " []", "an empty list"),
    ],
)
def test_mistakes_of_form_are_told_in_words(old: str, new: str, words: str) -> None:
    found = problems(changed(old, new)[0])
    assert any(words in problem.message for problem in found), [str(p) for p in found]
    for problem in found:
        assert problem.place.startswith("policy.yaml:")
        for foreign in ("pydantic", "tuple", "Input should", "Model", "NoneType"):
            assert foreign not in str(problem)


def test_rules_of_different_activities_share_no_id_with_caps() -> None:
    cap = (
        "caps:\n  - {id: orders-books, promise: short, places: [shop], period: P1Y, "
        "after: last-order, clauses: [S-7]}\nreadings:"
    )
    (problem,) = problems(changed("readings:", cap)[0])
    assert problem.code == "duplicate-id"


def test_all_broken_references_come_together() -> None:
    text = MINIMAL.replace("[customer, visitor]", "[nobody, noone]").replace("S-99:", "S-9:")
    found = problems(text)
    assert len(found) == 3
    assert [p.place for p in found] == sorted(
        (p.place for p in found), key=lambda place: int(place.rpartition(":")[2])
    )


def test_a_policy_of_two_thousand_lines_loads_well_under_a_second() -> None:
    rule = (
        "      - id: rule-{n}\n        promise: Goes after three years.\n"
        "        categories: [orders]\n        period: P3Y\n        after: last-order\n"
        "        bound: ceiling\n        clauses: [S-{n}]\n"
    )
    rules = "".join(rule.format(n=n) for n in range(300))
    text = MINIMAL.replace("  news:\n", f"{rules}  news:\n").replace("  S-99: A greeting.\n", "")
    text = text.replace("not_modelled:\n", "")
    assert text.count("\n") > 2000
    started = time.process_time()
    parse_policy(text, "policy.yaml")
    assert time.process_time() - started < 1


def test_a_rule_may_name_a_category_above_or_below_those_of_its_activity() -> None:
    rule = (
        "    retention:\n      - {id: news-end, promise: gone, period: P3Y, after: relation-end, "
        "categories: [NAMED], subjects: [customer.minor], clauses: [S-9]}\nreadings:"
    )
    for named in ("identity", "identity.email"):
        parse_policy(changed("readings:", rule.replace("NAMED", named))[0], "policy.yaml")
    (problem,) = problems(changed("readings:", rule.replace("NAMED", "orders"))[0])
    assert problem.code == "outside-activity"
