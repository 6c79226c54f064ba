"""What changes for people: each kind by itself, with its direction and whom it concerns."""

from __future__ import annotations

import copy
from collections.abc import Callable
from random import Random
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from pydantic import BaseModel

from record.promise import policy, whole
from troth.diff.difference import difference
from troth.diff.model import OPPOSITE, Change, Difference
from troth.diff.rules import FIELDS, SECTIONS
from troth.grounds.coverage import Spot, counting
from troth.law.calendar import Period
from troth.policy.model import Policy
from troth.policy.walk import walk
from worlds.policies import policy as random_policy

Json = dict[str, Any]
Change_ = Callable[[Json], None]
C = ["1"]


def rich() -> Json:
    """The bakery with something of every section."""
    data = whole()
    data |= {
        "laws": ["gdpr", "fr-loi-78-17"],
        "parameters": {"a-while": {"value": "P1Y", "text": "a while", "clauses": C}},
        "conditions": {"adult": {"label": "is an adult", "clauses": C}},
        "authorities": {"cnil": {"name": "CNIL", "country": "FR", "clauses": C}},
        "caps": [
            {
                "id": "shop-cap",
                "promise": "Nothing stays in the shop.",
                "places": ["shop"],
                "period": {"parameter": "a-while"},
                "after": "last-order",
                "clauses": C,
            }
        ],
        "representatives": {"desk": {"name": "Desk SAS", "address": "Lyon", "clauses": C}},
        "collection_points": {
            "form": {
                "label": "order form",
                "activities": ["orders"],
                "mandatory": ["name"],
                "marked": True,
                "clauses": C,
            }
        },
        "transfers": {
            "none-else": {"allowed": False, "clauses": C},
        },
        "trackers": {
            "stats": {
                "label": "statistics",
                "kind": "cookie",
                "purpose": "counts visits",
                "consent": "allergy-consent",
                "lifetime": "P13M",
                "clauses": C,
            }
        },
        "rights": {
            "access": {
                "right": "access",
                "promise": "You see your data.",
                "channels": ["desk"],
                "deadline": "P15D",
                "refused_on": ["rights-of-others"],
                "clauses": C,
            },
            "erasure": {"right": "erasure", "promise": "We erase.", "clauses": C},
        },
        "ages": [{"id": "child", "threshold": 15, "consents": ["child", "parent"], "clauses": C}],
        "holds": {"promise": "Held.", "scope": "a case", "review": "P6M", "clauses": C},
        "anonymisation": {"promise": "Nobody.", "smallest_group": 10, "clauses": C},
    }
    data["activities"]["orders"]["conditions"] = ["adult"]
    data["activities"]["news"] = {
        "purpose": "Sending news",
        "controllers": ["bakery"],
        "subjects": ["customer"],
        "categories": ["contact"],
        "legal_bases": [{"kind": "consent", "consent": "allergy-consent", "clauses": C}],
        "direct_marketing": True,
        "retention": [
            {
                "id": "news-1y",
                "promise": "A year.",
                "period": {"parameter": "a-while"},
                "after": "last-order",
                "warn": {"delay": "P30D", "message": "Stay?", "clauses": C},
                "clauses": C,
            }
        ],
        "clauses": C,
    }
    return data


def put(value: Any, *path: Any) -> Change_:
    def change(data: Json) -> None:
        inner: Any = data
        for step in path[:-1]:
            inner = inner[step]
        inner[path[-1]] = value

    return change


def drop(*path: Any) -> Change_:
    def change(data: Json) -> None:
        inner: Any = data
        for step in path[:-1]:
            inner = inner[step]
        del inner[path[-1]]

    return change


def also(value: Any, *path: Any) -> Change_:
    def change(data: Json) -> None:
        inner: Any = data
        for step in path:
            inner = inner[step]
        inner.append(value)

    return change


ORDERS = ("activities", "orders")
RULE = (*ORDERS, "retention", 0)
NEWS = {
    "purpose": "Guessing what you like",
    "controllers": ["bakery"],
    "subjects": ["customer"],
    "categories": ["contact"],
    "legal_bases": [{"kind": "legitimate-interests", "interest": "sales", "clauses": C}],
    "clauses": C,
}

FORM = ("collection_points", "form")
LOWERING: list[tuple[Change_, str, str]] = [
    (put(NEWS, "activities", "profiling"), "activities.profiling", "purpose-added"),
    (put("P5Y", *RULE, "period"), "activities.orders.retention.orders-3y", "kept-longer"),
    (put("P37M", *RULE, "period"), "activities.orders.retention.orders-3y", "kept-longer"),
    (put("anonymise", *RULE, "at_end"), "activities.orders.retention.orders-3y", "anonymised-set"),
    (
        put("legal-claims", *RULE, "withstands"),
        "activities.orders.retention.orders-3y",
        "withstands-set",
    ),
    (
        drop("activities", "news", "retention", 0, "warn"),
        "activities.news.retention.news-1y",
        "warned-unset",
    ),
    (
        put("P7D", "activities", "news", "retention", 0, "warn", "delay"),
        "activities.news.retention.news-1y",
        "warning-delay-shorter",
    ),
    (drop("activities", "news", "retention"), "activities.news.retention.news-1y", "limit-removed"),
    (drop("rights", "erasure"), "rights.erasure", "right-removed"),
    (put("P1M", "rights", "access", "deadline"), "rights.access.deadline", "deadline-longer"),
    (drop("rights", "access", "deadline"), "rights.access.deadline", "deadline-longer"),
    (put([], "rights", "access", "channels"), "rights.access.channels", "channel-removed"),
    (put(False, "rights", "access", "free"), "rights.access.free", "free-unset"),
    (
        also("trade-secrets", "rights", "access", "refused_on"),
        "rights.access.refused_on",
        "refusal-added",
    ),
    (drop("rights", "access", "refused_on"), "rights.access.refused_on", "refusal-added"),
    (
        put(["if we like"], "rights", "erasure", "exceptions"),
        "rights.erasure.exceptions",
        "right-exception-added",
    ),
    (put(13, "ages", 0, "threshold"), "ages.child.threshold", "age-lowered"),
    (put(["child"], "ages", 0, "consents"), "ages.child.consents", "age-consent-removed"),
    (drop("authorities", "cnil"), "authorities.cnil", "authority-removed"),
    (drop("data_protection_officer"), "data_protection_officer", "officer-removed"),
    (drop("representatives", "desk"), "representatives.desk", "representative-removed"),
    (also("box", *FORM, "mandatory"), "collection_points.form.mandatory", "mandatory-field-added"),
    (also("news", *FORM, "activities"), "collection_points.form.activities", "point-purpose-added"),
    (put(False, *FORM, "marked"), "collection_points.form.marked", "marked-unset"),
    (drop("commitments", 0), "commitments.locked", "promise-removed"),
    (put(["gdpr"], "laws"), "laws", "law-removed"),
    (
        put(True, *ORDERS, "automated_decision"),
        "activities.orders.automated_decision",
        "automated-decision-set",
    ),
    (
        put(True, *ORDERS, "direct_marketing"),
        "activities.orders.direct_marketing",
        "direct-marketing-set",
    ),
    (put([], *ORDERS, "conditions"), "activities.orders.conditions", "condition-removed"),
    (
        put([{"provenance": "given"}, {"provenance": "received"}], *ORDERS, "sources"),
        "activities.orders.sources",
        "source-added",
    ),
    (
        also("allergy", "activities", "news", "categories"),
        "activities.news.categories",
        "special-data-added",
    ),
    (
        also("courier", "activities", "news", "recipients_"),
        "activities.news.recipients",
        "recipient-added",
    ),
    (
        put(
            [{"kind": "legitimate-interests", "interest": "x", "clauses": C}],
            "activities",
            "news",
            "legal_bases",
        ),
        "activities.news.legal_bases",
        "basis-lowered",
    ),
    (put("US", "recipients", "courier", "country"), "recipients.courier.country", "abroad-added"),
    (drop("recipients", "courier", "country"), "recipients.courier.country", "abroad-added"),
    (
        put("controller", "recipients", "host", "role"),
        "recipients.host.role",
        "recipient-role-added",
    ),
    (drop("recipients", "host", "safeguard"), "recipients.host.safeguard", "guarantee-lowered"),
    (
        also("Deeper", "recipients", "host", "sub_processors"),
        "recipients.host.sub_processors",
        "sub-processor-added",
    ),
    (put(True, "transfers", "none-else", "allowed"), "transfers.none-else.allowed", "transfer-set"),
    (drop("transfers", "none-else"), "transfers.none-else", "no-transfer-removed"),
    (
        put("P2Y", "trackers", "stats", "lifetime"),
        "trackers.stats.lifetime",
        "tracker-lifetime-longer",
    ),
    (
        put(True, "trackers", "stats", "renewed_by_visits"),
        "trackers.stats.renewed_by_visits",
        "tracker-renewed-set",
    ),
    (
        put(None, "trackers", "stats", "consent"),
        "trackers.stats.consent",
        "tracker-consent-removed",
    ),
    (drop("caps", 0), "caps.shop-cap", "cap-removed"),
    (
        put(False, "categories", "card", "never_stored"),
        "categories.card.never_stored",
        "never-stored-unset",
    ),
    (
        put(5, "anonymisation", "smallest_group"),
        "anonymisation.smallest_group",
        "smallest-group-lowered",
    ),
    (put("P1Y", "holds", "review"), "holds.review", "hold-review-longer"),
]


def changed(*how: Change_) -> Policy:
    data = copy.deepcopy(rich())
    for each in how:
        each(data)
    return policy(data)


def _fixed(how: Change_) -> Change_:
    """`recipients_` stands for a list that is not there yet."""

    def change(data: Json) -> None:
        data["activities"]["news"]["recipients_"] = []
        how(data)
        found = data["activities"]["news"].pop("recipients_")
        if found:
            data["activities"]["news"]["recipients"] = found

    return change


@pytest.mark.clause("PUB-CHG-1", "SPI-CHG-1")
@pytest.mark.parametrize(
    ("how", "path", "code"), LOWERING, ids=[each[2] + "@" + each[1] for each in LOWERING]
)
def test_each_lowering_is_found_alone_and_its_reverse_is_better(
    how: Change_, path: str, code: str
) -> None:
    old, new = changed(), changed(_fixed(how))
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


# --- random policies ------------------------------------------------------------------------

REVERSED = {
    "added": "removed",
    "removed": "added",
    "longer": "shorter",
    "shorter": "longer",
    "raised": "lowered",
    "lowered": "raised",
    "set": "unset",
    "unset": "set",
}


def mirrored(change: Change) -> tuple[str, str, str, str, bool]:
    stem, _, ending = change.code.rpartition("-")
    code = f"{stem}-{REVERSED.get(ending, ending)}"
    return code, OPPOSITE[change.direction], change.after, change.before, change.unclear


def plain(change: Change) -> tuple[str, str, str, str, bool]:
    return change.code, change.direction, change.before, change.after, change.unclear


seeds = st.integers(0, 2**32)


def promise(seed: int) -> Policy:
    return random_policy(Random(seed), ("live", "shop"), "cellar")


@settings(max_examples=40, deadline=None)
@given(seed=seeds)
def test_nothing_changes_between_a_policy_and_itself(seed: int) -> None:
    found = difference(promise(seed), promise(seed))
    assert found == Difference("1", "1", (), found.telling, (), False)
    assert found.telling.subjects == ()


@settings(max_examples=60, deadline=None)
@given(one=seeds, other=seeds)
def test_what_is_better_one_way_is_lower_the_other_way(one: int, other: int) -> None:
    there = difference(promise(one), promise(other)).changes
    back = difference(promise(other), promise(one)).changes
    assert set(map(plain, there)) == set(map(mirrored, back))


@settings(max_examples=60, deadline=None)
@given(seed=seeds, where=seeds)
@example(seed=461, where=462)  # a rule that counts in its archive alone
@example(seed=2419, where=2420)
def test_a_longer_period_of_a_random_policy_is_the_only_change(seed: int, where: int) -> None:
    old, rng = promise(seed), Random(where)
    data = old.model_dump(mode="json")
    fixed = [
        (name, at)
        for name, activity in old.activities.items()
        for at, rule in enumerate(activity.retention)
        if isinstance(rule.period, Period)
    ]
    if not fixed:
        return
    name, at = rng.choice(fixed)
    rule = old.activities[name].retention[at]
    data["activities"][name]["retention"][at]["period"] = "P150Y"
    found = difference(old, Policy.model_validate(data)).changes
    assert all(each.path.startswith(f"activities.{name}.retention.") for each in found)
    alone = _counts_alone(old, name, rule.id)
    if alone is not None:
        assert {each.code for each in found} == ({"kept-longer"} if alone else set())


def _counts_alone(old: Policy, name: str, rule: str) -> bool | None:
    """Whether a rule counts anywhere; None where it counts among equals, which may outlast it."""
    counts = False
    for category in old.categories:
        for subject in old.subjects:
            for place in ("live", "shop", "cellar", "elsewhere"):
                for floors in (False, True):
                    spot = Spot(old, category, subject, place)
                    found = [
                        each.id for each in counting(old.activities[name], spot, floors=floors)
                    ]
                    if rule in found and len(found) > 1:
                        return None
                    counts = counts or rule in found
    return counts


@settings(max_examples=40, deadline=None)
@given(seed=seeds)
def test_an_activity_added_to_a_random_policy_is_one_further_purpose(seed: int) -> None:
    old = promise(seed)
    data = old.model_dump(mode="json")
    data["activities"]["further"] = data["activities"]["activity-0"] | {"retention": []}
    (found,) = difference(old, Policy.model_validate(data)).changes
    assert (found.path, found.code, found.direction) == (
        "activities.further",
        "purpose-added",
        "lower",
    )


def _flag(field: str) -> Callable[[Json, Random], tuple[str, str] | None]:
    def flip(data: Json, rng: Random) -> tuple[str, str] | None:
        name = rng.choice(sorted(data["activities"]))
        on = data["activities"][name][field] = not data["activities"][name][field]
        return f"activities.{name}.{field}", f"{field.replace('_', '-')}-{'set' if on else 'unset'}"

    return flip


def _uncap(data: Json, rng: Random) -> tuple[str, str] | None:
    if not data["caps"]:
        return None
    gone = data["caps"].pop()
    return f"caps.{gone['id']}", "cap-removed"


def _store(data: Json, rng: Random) -> tuple[str, str] | None:
    promised = [name for name, one in data["categories"].items() if one["never_stored"]]
    if not promised:
        return None
    data["categories"][promised[0]]["never_stored"] = False
    return f"categories.{promised[0]}.never_stored", "never-stored-unset"


def _younger(data: Json, rng: Random) -> tuple[str, str] | None:
    aged = [name for name, one in data["consents"].items() if (one["minimum_age"] or 0) > 1]
    if not aged:
        return None
    data["consents"][aged[0]]["minimum_age"] -= 1
    return f"consents.{aged[0]}.minimum_age", "consent-age-lowered"


def _freed(data: Json, rng: Random) -> tuple[str, str] | None:
    bound = [name for name, one in data["activities"].items() if one["conditions"]]
    if not bound:
        return None
    data["activities"][bound[0]]["conditions"].pop()
    return f"activities.{bound[0]}.conditions", "condition-removed"


MUTATIONS = (
    _flag("direct_marketing"),
    _flag("automated_decision"),
    _uncap,
    _store,
    _younger,
    _freed,
)


@settings(max_examples=80, deadline=None)
@given(seed=seeds, where=seeds, which=st.integers(0, len(MUTATIONS) - 1))
def test_one_mutation_of_a_random_policy_is_one_change(seed: int, where: int, which: int) -> None:
    old = promise(seed)
    data = old.model_dump(mode="json")
    expected = MUTATIONS[which](data, Random(where))
    if expected is None:
        return
    found = difference(old, Policy.model_validate(data)).changes
    assert [(each.path, each.code) for each in found] == [expected]
    unset = found[0].code.startswith(("direct", "automated")) and found[0].code.endswith("unset")
    assert found[0].direction == ("better" if unset else "lower")
