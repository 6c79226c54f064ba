"""The record holds what the policy says, and lists what Art. 30 requires beyond it."""

from __future__ import annotations

from collections.abc import Callable
from random import Random
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from record.promise import policy, whole
from troth.datamap.load import parse_map
from troth.law.calendar import Period
from troth.record.build import record
from troth.record.dpv import as_jsonld
from troth.record.lacking import of_paragraph
from troth.record.processor_sheets import processor_sheets
from troth.record.sheets import sheets
from troth.record.words import Words
from worlds.policies import policy as random_policy

HOST = {"host": "privacy@cloudy.example"}


def test_a_whole_policy_lacks_nothing() -> None:
    assert record(policy(whole()), addresses=HOST).lacking == ()


def test_it_holds_what_the_policy_says() -> None:
    made = record(policy(whole()))
    assert str(made.created) == "2019-05-01"
    assert str(made.updated) == "2024-02-29"
    (entry,) = made.entries
    assert entry.purpose == "Taking and delivering orders"
    assert [party.name for party in entry.joint_controllers] == ["The Mill"]
    limits = {
        line.label: [str(each.endings[0].period) for each in line.limits] for line in entry.data
    }
    assert limits == {"Contact details": ["P3Y"], "Allergies": ["P30D"], "Card number": []}
    assert [line.stored for line in entry.data] == [True, True, False]
    assert [(line.recipient.name, line.country, line.safeguard) for line in entry.transfers] == [
        ("Cloudy", "US", "standard-contractual-clauses")
    ]
    assert {line.party.name: line.kind for line in entry.recipients} == {
        "Swift Courier": "outside",
        "Cloudy": "processor",
    }


def test_a_processor_acts_for_the_controllers_of_its_activities() -> None:
    (entry,) = record(policy(whole())).processors
    (behalf,) = entry.behalf
    assert (entry.processor.name, behalf.controller.name) == ("Cloudy", "The Bakery (SARL)")
    assert behalf.instructions == ("store orders",)
    assert entry.sub_processors == ("Deep Cloud",)


Change = Callable[[dict[str, Any]], None]


def _without(*path: Any) -> Change:
    def change(data: dict[str, Any]) -> None:
        inner: Any = data
        for step in path[:-1]:
            inner = inner[step]
        del inner[path[-1]]

    return change


def _with(value: Any, *path: Any) -> Change:
    def change(data: dict[str, Any]) -> None:
        inner: Any = data
        for step in path[:-1]:
            inner = inner[step]
        inner[path[-1]] = value

    return change


def _both(*changes: Change) -> Change:
    def change(data: dict[str, Any]) -> None:
        for one in changes:
            one(data)

    return change


def test_the_representative_stands_beside_its_controller() -> None:
    data = whole()
    data["controllers"]["bakery"]["country"] = "CH"
    data["representatives"] = {
        "desk": {"name": "Desk", "address": "Lyon", "country": "FR", "clauses": ["A"]}
    }
    made = record(policy(data), addresses=HOST)
    assert not made.lacking
    lines = [line for sheet in sheets(made, Words("en")) for line in sheet.lines]
    shown = [line.cells for line in lines if line.cells[0] == "Representative"]
    assert shown
    assert all(cells[1:4] == ("Desk", "Lyon", "FR") for cells in shown)
    (controller,) = as_jsonld(made, Words("en"))["dpv:hasDataController"]
    (standing,) = controller["dpv:hasRepresentative"]
    assert standing["@type"] == ["dpv:Representative"]
    assert standing["dpv:hasName"] == "Desk"


def test_what_collects_data_is_named() -> None:
    data = whole()
    data["collection_points"] = {
        "till": {"label": "The till", "kind": "counter", "activities": ["orders"], "clauses": ["A"]}
    }
    made = record(policy(data))
    assert {entry.id: entry.collected for entry in made.entries}["orders"] == ("The till",)


@pytest.mark.parametrize(
    ("change", "codes", "paragraphs"),
    [
        (_with(None, "controllers", "bakery", "name"), {"controller-name"}, {1, 2}),
        (_with([], "controllers", "bakery", "contacts"), {"controller-contact"}, {1, 2}),
        (_with("CH", "controllers", "bakery", "country"), {"representative"}, {1}),
        (
            _both(
                _with("CH", "controllers", "bakery", "country"),
                _with({"desk": {"name": "Desk", "clauses": ["A"]}}, "representatives"),
            ),
            {"representative-contact"},
            {1, 2},
        ),
        (
            _without("joint_controllers", "mill", "contact_point"),
            {"joint-controller-contact"},
            {1},
        ),
        (_with([], "data_protection_officer", "contacts"), {"officer-contact"}, {1, 2}),
        (_with(" ", "activities", "orders", "purpose"), {"purpose"}, {1}),
        (_without("activities", "orders", "retention", 0), {"time-limit"}, {1}),
        (_without("recipients", "courier", "country"), {"recipient-country"}, {1, 2}),
        (_without("recipients", "host", "safeguard"), {"transfer-guarantee"}, {1, 2}),
        (_with([], "commitments"), {"security"}, {1, 2}),
        (_with(["courier"], "activities", "orders", "recipients"), {"processor-controller"}, {2}),
    ],
)
def test_each_gap_is_listed_and_nothing_else(
    change: Change, codes: set[str], paragraphs: set[int]
) -> None:
    data = whole()
    change(data)
    made = record(policy(data), addresses=HOST)
    assert {each.code for each in made.lacking} == codes
    for paragraph in (1, 2):
        found = {each.code for each in of_paragraph(made, paragraph).lacking}  # type: ignore[arg-type]  # 1 or 2
        assert found == (codes if paragraph in paragraphs else set())


def test_a_processor_without_an_address_lacks_its_contact_details() -> None:
    made = record(policy(whole()))
    assert [each.code for each in made.lacking] == ["processor-contact"]
    assert of_paragraph(made, 1).lacking == ()


def test_the_map_names_the_systems_of_an_activity() -> None:
    text = """
troth: 1
stores:
  till:
    place: shop
    tables:
      buyers:
        key: [id]
        roles: {buyer: {subject: child}}
        columns:
          id:
          name: contact
      stock:
        key: [id]
        because: It counts flour.
        columns: {id: }
"""
    promise = policy(whole())
    datamap, _ = parse_map(text, "map.yaml", promise)
    (entry,) = record(promise, datamap).entries
    assert [(means.store, means.tables) for means in entry.means] == [("till", ("buyers",))]


@pytest.mark.parametrize(
    ("period", "english", "french"),
    [
        ("P3Y", "3 years", "3 ans"),
        ("P1Y1M1D", "1 year, 1 month and 1 day", "1 an, 1 mois et 1 jour"),
        ("P18M", "18 months", "18 mois"),
        ("P0D", "at once", "aussitôt"),
    ],
)
def test_periods_are_said_in_words(period: str, english: str, french: str) -> None:
    assert Words("en").period(Period.parse(period)) == english
    assert Words("fr").period(Period.parse(period)) == french


@settings(max_examples=60, deadline=None)
@given(seed=st.integers(0, 2**32))
def test_any_policy_has_a_record_with_a_sheet_for_each_activity(seed: int) -> None:
    promise = random_policy(Random(seed), ("live",), "cellar")
    made = record(promise)
    for language in ("en", "fr"):
        pages = sheets(made, Words(language))
        processor_sheets(made, Words(language))
        assert len({page.name.casefold() for page in pages}) == len(pages)
        assert len(pages) == len(promise.activities) + 3
    uncovered = {
        f"{entry.id}: {line.label}"
        for entry in made.entries
        for line in entry.data
        if line.stored and not line.limits
    }
    lacking = {each.where for each in made.lacking if each.code == "time-limit"}
    assert lacking <= uncovered


def test_both_languages_say_the_same_things() -> None:
    from troth.record.english import ENGLISH
    from troth.record.french import FRENCH

    assert ENGLISH.keys() == FRENCH.keys()
    for key, text in ENGLISH.items():
        assert _fields(text) == _fields(FRENCH[key]), key


def _fields(text: str) -> set[str | None]:
    from string import Formatter

    return {name for _, name, _, _ in Formatter().parse(text)}
