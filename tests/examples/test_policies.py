"""The example policies: they load, are clean, express every clause, and say what is ours.

The dates at the end are those that the catalogues state; the rules are taken from the examples,
and only the calendar computes.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date, timedelta
from functools import cache
from itertools import product
from pathlib import Path

import pytest

from troth.documents.read import read_document
from troth.law.calendar import Period, add
from troth.policy.base import Element
from troth.policy.coverage import CatalogueEntry, catalogue_of, citations, coverage
from troth.policy.load import parse_policy
from troth.policy.model import Activity, Policy, Reading
from troth.policy.retention import Archive, ByChoice, ByParameter, Limit, RetentionRule, Until
from troth.policy.walk import walk

PROJECT = Path(__file__).resolve().parents[2]
CATALOGUES = PROJECT.parent / "shared" / "clauses"
EXAMPLES = sorted(path.parent.name for path in PROJECT.glob("examples/*/policy.yaml"))
CATALOGUE_OF = {"collectif-m": "collectif"}

every_example = pytest.mark.parametrize("example", EXAMPLES)


@cache
def policy_of(example: str) -> Policy:
    path = PROJECT / "examples" / example / "policy.yaml"
    return parse_policy(path.read_text(encoding="utf-8"), path.name)


def catalogue(example: str) -> tuple[CatalogueEntry, ...]:
    path = CATALOGUES / f"{CATALOGUE_OF.get(example, example)}.yaml"
    if not path.exists():
        pytest.skip("the clause catalogues are not beside the project (../shared/clauses)")
    return catalogue_of(read_document(path.read_text(encoding="utf-8"), path.name))


def test_there_are_five_examples() -> None:
    assert EXAMPLES == ["collectif-m", "mast", "publisher", "softfil", "spimed"]


@every_example
def test_loads_and_checks_clean(example: str) -> None:
    assert policy_of(example).organisation


@every_example
def test_every_clause_is_cited_or_explained(example: str) -> None:
    rows = coverage(policy_of(example), catalogue(example))
    assert [row.clause for row in rows if row.status == "missing"] == []
    assert [row.clause for row in rows if row.status == "foreign"] == []
    unexplained = [row for row in rows if row.status == "not-modelled" and len(row.reason) < 20]
    assert unexplained == []


@every_example
def test_every_ambiguity_is_read_with_its_reason(example: str) -> None:
    policy = policy_of(example)
    read = {
        clause
        for _, part in walk(policy)
        if isinstance(part, Element)
        and (isinstance(part, Reading) or (part.executed and part.reason))
        for clause in part.clauses
    }
    ambiguities = {entry.id for entry in catalogue(example) if entry.kind == "ambiguity"}
    assert sorted(ambiguities - read - set(policy.not_modelled)) == []


@every_example
def test_retention_and_archive_clauses_are_carried_by_rules(example: str) -> None:
    cited = citations(policy_of(example))
    carried = re.compile(r"\.retention\.|^caps|^trackers|^consents|^places|^events|\.archive")
    bare = [
        entry.id
        for entry in catalogue(example)
        if entry.kind in ("retention", "archive", "anchor_event")
        and not any(carried.search(path) for path in cited.get(entry.id, ()))
        and entry.id not in policy_of(example).not_modelled
    ]
    assert bare == []


@every_example
def test_parameters_of_ours_are_visible_and_used(example: str) -> None:
    policy = policy_of(example)
    used = {part.parameter for _, part in walk(policy) if isinstance(part, ByParameter)}
    assert sorted(set(policy.parameters) - used) == []
    for parameter in policy.parameters.values():
        assert parameter.ours, "the examples belong to nobody who could have decided"
        assert parameter.text.strip()


@every_example
def test_contact_addresses_are_made_up(example: str) -> None:
    contacts = policy_of(example).contacts.values()
    addresses = [contact.email for contact in contacts if contact.email]
    assert [address for address in addresses if not address.endswith(".example")] == []


def _nearest(lineage: tuple[str, ...], names: tuple[str, ...]) -> int | None:
    found = [lineage.index(name) for name in names if name in lineage]
    return min(found, default=None)


def _covering(
    policy: Policy, activity: Activity, category: str, subject: str
) -> Iterator[tuple[tuple[int, int], RetentionRule]]:
    """The rules of an activity that cover a value, with how specific they are (nearest first)."""
    for rule in activity.retention:
        kind = _nearest(policy.lineage(category), rule.categories or activity.categories)
        person = _nearest(policy.subject_lineage(subject), rule.subjects or activity.subjects)
        if kind is not None and person is not None:
            yield (kind, person), rule


@every_example
def test_every_value_of_an_activity_has_one_rule_that_says_how_long(example: str) -> None:
    """Without a rule nothing would ever be due, and two equally specific ones blur the promise."""
    policy = policy_of(example)
    wrong: list[tuple[str, str, str, object]] = []
    for name, activity in policy.activities.items():
        for category, subject in product(policy.categories, policy.subjects):
            if (
                _nearest(policy.lineage(category), activity.categories) is None
                or _nearest(policy.subject_lineage(subject), activity.subjects) is None
                or any(policy.categories[up].never_stored for up in policy.lineage(category))
            ):
                continue
            rules = list(_covering(policy, activity, category, subject))
            if not rules:
                wrong.append((name, category, subject, "no rule"))
                continue
            best = min(distance for distance, _ in rules)
            for bound in ("floor", "ceiling"):
                same = [
                    rule.id
                    for distance, rule in rules
                    if distance == best and rule.bound in (bound, "both") and not rule.places
                ]
                if len(same) > 1:
                    wrong.append((name, category, subject, same))
    assert wrong == []


# --- the dates that the catalogues state ---------------------------------------------------------


def rule_of(example: str, activity: str, rule: str) -> RetentionRule:
    return next(one for one in policy_of(example).activities[activity].retention if one.id == rule)


def _period(policy: Policy, limit: Limit, choice: str | None) -> Period:
    if isinstance(limit.period, ByChoice):
        assert choice is not None
        return limit.period.periods[choice]
    return policy.period(limit.period)


def gone_on(example: str, until: Until, days: dict[str, date], choice: str | None = None) -> date:
    """The first day without the ground of a rule, for events of which those not given are open."""
    policy = policy_of(example)
    ends = [
        add(days[limit.after], _period(policy, limit, choice))
        for limit in until.limits
        if limit.after in days
    ]
    end = min(ends) if until.combine == "earliest" else max(ends)
    floor = isinstance(until, RetentionRule) and until.bound in ("floor", "both")
    return end + timedelta(days=1) if floor else end


@pytest.mark.clause("SMA-3-4", "SMA-3-5")
@pytest.mark.parametrize(
    ("year_end", "gone"),
    [
        (date(2015, 12, 31), date(2026, 1, 1)),
        (date(2016, 6, 30), date(2026, 7, 1)),
        (date(2025, 12, 31), date(2036, 1, 1)),
    ],
)
def test_invoices_of_softfil(year_end: date, gone: date) -> None:
    rule = rule_of("softfil", "accounting", "accounting-documents")
    assert gone_on("softfil", rule, {"financial-year-end": year_end}) == gone
    assert rule.archive is not None
    assert rule.archive.place == "accounting-archive"


@pytest.mark.clause("SMA-3-10", "SMA-3-11", "SMA-2d-11")
@pytest.mark.parametrize("activity", ["newsletter", "newsletter-audience"])
def test_newsletter_of_softfil(activity: str) -> None:
    (rule,) = policy_of("softfil").activities[activity].retention
    silent = {"last-opening": date(2023, 1, 10)}
    assert gone_on("softfil", rule, silent) == date(2026, 1, 10)
    left = silent | {"unsubscription": date(2024, 3, 1)}
    assert gone_on("softfil", rule, left) == date(2024, 3, 1)
    assert gone_on("softfil", rule, {"last-opening": date(2023, 4, 2)}) == date(2026, 4, 2)


@pytest.mark.clause("SMA-3-8", "SMA-3-9", "SMA-3-15", "SMA-3-24")
def test_prospects_and_messages_of_softfil() -> None:
    prospect = rule_of("softfil", "prospecting", "prospect-data")
    silent = {"last-inbound-contact": date(2023, 5, 20)}
    assert gone_on("softfil", prospect, silent) == date(2026, 5, 20)
    leap = {"last-inbound-contact": date(2024, 2, 29)}
    assert gone_on("softfil", prospect, leap) == date(2027, 2, 28)
    message = rule_of("softfil", "contact-form", "form-messages")
    thanks = {"last-inbound-contact": date(2022, 9, 5)}
    assert gone_on("softfil", message, thanks) == date(2025, 9, 5)


@pytest.mark.clause("SMA-3-6", "SMA-3-7", "SMA-3-28")
@pytest.mark.parametrize(
    ("end", "gone"),
    [
        (date(2021, 3, 31), date(2026, 3, 31)),
        (date(2022, 6, 30), date(2027, 6, 30)),
        (date(2020, 6, 1), date(2025, 6, 1)),
        (date(2025, 11, 20), date(2030, 11, 20)),
    ],
)
def test_business_data_of_softfil(end: date, gone: date) -> None:
    for activity, rule in (
        ("customer-relationship", "customer-data"),
        ("supply-relationship", "supply-data"),
    ):
        found = rule_of("softfil", activity, rule)
        assert gone_on("softfil", found, {"relationship-end": end}) == gone
        assert found.archive is not None
        assert found.archive.place == "legal-archive"


@pytest.mark.clause("SMA-3-12", "SMA-3-13", "SMA-3-21", "SMA-2e-7")
@pytest.mark.parametrize("name", ["course-data", "course-feedback"])
def test_courses_of_softfil(name: str) -> None:
    rule = rule_of("softfil", "courses", name)
    held = {"session-end": date(2026, 3, 12)}
    assert gone_on("softfil", rule, held) == date(2026, 4, 11)
    closed = held | {"course-closed": date(2026, 3, 20)}
    assert gone_on("softfil", rule, closed) == date(2026, 3, 20)


@pytest.mark.clause("SMA-3-14", "SMA-X-4")
@pytest.mark.parametrize(
    ("written", "gone"),
    [(date(2025, 2, 15), date(2026, 2, 15)), (date(2024, 2, 29), date(2025, 2, 28))],
)
def test_logs_of_softfil(written: date, gone: date) -> None:
    for activity in ("site-operation", "audience-measurement"):
        (rule,) = policy_of("softfil").activities[activity].retention
        assert gone_on("softfil", rule, {"log-entry": written}) == gone


@pytest.mark.clause("SMA-3-16", "SMA-3-22", "SMA-3-23")
def test_surveys_of_softfil_end_before_the_relationship() -> None:
    answers = rule_of("softfil", "satisfaction-surveys", "survey-answers")
    assert gone_on("softfil", answers, {"survey-response": date(2021, 4, 18)}) == date(2026, 4, 18)
    rules = policy_of("softfil").activities["satisfaction-surveys"].retention
    assert all(rule.exclusive for rule in rules)


@pytest.mark.clause("SMA-3-30")
def test_card_tokens_of_softfil_lie_in_the_archive_only() -> None:
    rule = rule_of("softfil", "customer-relationship", "customer-card-token")
    paid = {"card-payment": date(2024, 10, 1)}
    assert gone_on("softfil", rule, paid) == date(2025, 11, 1)
    assert isinstance(rule.archive, Archive)
    assert gone_on("softfil", rule.archive.when, paid) < date(2024, 12, 1)


@pytest.mark.clause("SMA-3-17", "SMA-3-20")
def test_disputes_of_softfil() -> None:
    rule = rule_of("softfil", "disputes", "dispute-limitation")
    settled = {"limitation-restart": date(2021, 2, 10)}
    assert gone_on("softfil", rule, settled, "general") == date(2026, 2, 10)
    assert gone_on("softfil", rule, settled, "bodily-injury") == date(2031, 2, 10)
    interrupted = {"limitation-restart": date(2022, 1, 10)}
    assert gone_on("softfil", rule, interrupted, "general") == date(2027, 1, 10)


@pytest.mark.clause("SMA-3-26", "SMA-3-32", "SMA-2a-16", "SMA-3-27")
def test_safe_defaults_of_softfil() -> None:
    periods = {
        "account-inactivity": "P3Y",
        "institutional-contact": "P3Y",
        "call-log": "P12M",
        "backup-rotation": "P35D",
        "traceability": "P10Y",
        "traceability-implantable": "P15Y",
        "suppression-hash": "P3Y",
        "consent-proof": "P5Y",
        "ads-consent": "P6M",
        "cookie-ceiling": "P13M",
        "card-proof": "P13M",
        "course-closing": "P30D",
    }
    parameters = policy_of("softfil").parameters
    assert {name: str(parameters[name].value) for name in periods} == periods


@pytest.mark.clause("SPI-RET-2", "SPI-RET-3", "SPI-RET-5", "SPI-RET-7", "SPI-RET-8")
@pytest.mark.parametrize(
    ("activity", "name", "event", "day", "gone"),
    [
        ("site-and-services", "client-identity", "service-end", "2020-06-30", "2025-06-30"),
        ("accounting", "invoices", "financial-year-end", "2015-12-31", "2026-01-01"),
        ("geolocation", "positions", "position-captured", "2025-12-31", "2026-02-28"),
        ("site-and-services", "connection-logs", "log-entry", "2025-03-01", "2026-03-01"),
        ("payment-means", "check-codes", "payment-authorised", "2026-03-01", "2026-03-01"),
        ("audience-statistics", "statistics-cookies", "first-deposit", "2026-01-15", "2027-02-15"),
    ],
)
def test_dates_of_spimed(activity: str, name: str, event: str, day: str, gone: str) -> None:
    rule = rule_of("spimed", activity, name)
    end = gone_on("spimed", rule, {event: date.fromisoformat(day)})
    assert end == date.fromisoformat(gone)
