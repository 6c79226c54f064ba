"""The made-up history: the same for the same seed, and wrong exactly where it says so."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from pathlib import Path

import pytest

from demo.conftest import NOW, PEOPLE, TODAY, evidence_of, facts_of
from troth.datamap.load import parse_map
from troth.datamap.model import DataMap
from troth.demo.history import History, history
from troth.demo.people import PHONES
from troth.demo.world import ARCHIVED, UNDECLARED, UNDECLARED_TABLES, recorded, schemas
from troth.grounds.evidence import Evidence, Row, Value
from troth.grounds.facts import Facts
from troth.grounds.inside import present
from troth.grounds.interpreter import standing
from troth.grounds.rows import RowAction, row_actions
from troth.grounds.standing import State
from troth.policy.model import Policy

SOFTFIL = Path(__file__).parents[2] / "src" / "troth" / "demo" / "softfil"
EXAMPLES = Path(__file__).parents[2] / "examples" / "softfil"
Numbered = tuple[str, str, int]


def test_the_same_seed_makes_the_same_history() -> None:
    first, second = history(TODAY, people=60), history(TODAY, people=60)
    assert first.rows == second.rows
    assert first.consents == second.consents
    assert first.truth == second.truth
    assert history(TODAY, people=60, seed=7).rows != first.rows


@pytest.mark.parametrize("today", [date(2024, 2, 29), date(2026, 1, 1), date(2031, 12, 31)])
def test_a_history_ends_on_any_day(today: date) -> None:
    made = history(today, people=PEOPLE)
    assert made.rows["erp", "invoice"]
    assert not [
        row for row in made.rows["web", "access_log"] if row["at"] and row["at"].date() > today
    ]


def test_people_are_made_up() -> None:
    rows = history(TODAY, people=300).rows
    for people in (rows["erp", "person"], rows["news", "subscriber"], rows["shop", "account"]):
        assert all(row["email"].endswith(".example") for row in people)
    phones = {row["phone"] for row in rows["erp", "person"]}
    assert all(phone.startswith("+33 6 39 98 ") for phone in phones)  # reserved for fiction
    assert len(phones) < PHONES


def test_the_map_is_clean(policy: Policy) -> None:
    _, remarks = parse_map((SOFTFIL / "map.yaml").read_bytes(), "map.yaml", policy)
    said = [(remark.code, remark.message.split("'")[1]) for remark in remarks]
    # A recording names nobody; a payment's rule is the card's, and the general one never counts.
    assert set(said) <= {("person-not-named", "trainee"), ("event-not-bound", "payment_attempt")}
    assert len([remark for remark in remarks if "trainee" in remark.message]) == 1


def test_the_example_is_the_demo() -> None:
    for name in ("policy.yaml", "map.yaml"):
        assert (EXAMPLES / name).read_bytes() == (SOFTFIL / name).read_bytes()


def test_the_map_knows_every_column_but_those_that_nobody_declared(datamap: DataMap) -> None:
    for store, meta in schemas().items():
        for table in meta.tables.values():
            if (store, table.name) in UNDECLARED_TABLES:
                assert table.name not in datamap.stores[store].tables
                continue
            mapped = set(datamap.table(store, table.name).columns)
            unknown = set(UNDECLARED.get((store, table.name), ()))
            assert {column.name for column in table.columns} == mapped | unknown


def test_the_archive_receives_what_the_map_says(datamap: DataMap) -> None:
    assert set(datamap.archives) == {f"{store}.{table}" for store, table in ARCHIVED}
    for (_, table), event in ARCHIVED.items():
        if event is not None:
            assert recorded(event) in datamap.table("archive", table).columns


@pytest.mark.clause("SMA-3-2", "SMA-3-4", "SMA-3-6", "SMA-3-8", "SMA-3-11", "SMA-3-14")
def test_the_interpreter_finds_exactly_what_was_planted(
    built: dict[str, str], small: History, policy: Policy, datamap: DataMap
) -> None:
    evidence, facts = evidence_of(built, policy, datamap), facts_of(small)
    due, unknown = _look(evidence, facts)
    truth = small.truth
    assert due == truth.keys("overdue") | truth.keys("to-archive")
    assert unknown == truth.keys("unknown")
    # The world is worth looking at: it breaks many promises, and keeps more.
    assert len({clause for _, _, clause in truth.counts("overdue")}) >= 15
    assert len(due) < sum(map(len, evidence.rows.values())) / 2


@pytest.mark.clause("SMA-3-2", "SMA-3-30")
def test_what_is_only_in_the_wrong_place_moves(small_evidence: Evidence, small: History) -> None:
    evidence = small_evidence
    actions = row_actions(evidence, facts_of(small), NOW)
    moving = {_numbered(row, evidence) for row, action in actions.items() if action.move}
    assert moving == small.truth.keys("to-archive")
    gone = {_numbered(row, evidence) for row, action in actions.items() if action.act == "delete"}
    order_lines = {key for key in gone if key[1] == "order_line"}
    assert order_lines  # they go with their orders, though nothing in them is personal
    assert not any(action.act == "delete" for action in _protected(actions, evidence))


@pytest.mark.clause("SMA-3-18", "SMA-3-19")
def test_without_the_hold_the_disputed_invoice_goes(
    small_evidence: Evidence, small: History
) -> None:
    evidence = small_evidence
    held = {row for hold in small.holds for row in hold.rows}
    with_hold, _ = _look(evidence, facts_of(small))
    without, _ = _look(evidence, facts_of(small, held=False))
    assert held
    assert without - with_hold == held


def _look(evidence: Evidence, facts: Facts) -> tuple[set[Numbered], set[Numbered]]:
    """The rows in which a present value is due, and those in which one is unknown."""
    due: set[Numbered] = set()
    unknown: set[Numbered] = set()
    for store, entry in evidence.map.stores.items():
        for table, described in entry.tables.items():
            for row in evidence.all_of(store, table):
                key = "-".join(str(part) for part in evidence.key(row))
                for name in described.values:
                    value = Value(row, name)
                    if not present(value, evidence, key):
                        continue
                    state = standing(value, evidence, facts, NOW).state
                    if state is State.DUE:
                        due.add(_numbered(row, evidence))
                    elif state is State.UNKNOWN:
                        unknown.add(_numbered(row, evidence))
    return due, unknown


def _numbered(row: Row, evidence: Evidence) -> Numbered:
    return row.store, row.table, int(evidence.cells(row)["id"])


def _protected(actions: Mapping[Row, RowAction], evidence: Evidence) -> list[RowAction]:
    return [
        action
        for row, action in actions.items()
        if row.table == "account"
        and (evidence.cells(row)["is_staff"] or evidence.cells(row)["is_test"])
    ]
