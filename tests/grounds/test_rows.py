"""Section 8: which rows are deleted, which values are erased in place, which move."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from grounds.made_up import CLAUSES, activity, after, at, day, evidence, promise, rule, table
from troth.datamap.model import ArchiveTable, Erased
from troth.grounds.evidence import Evidence, Reference, Row
from troth.grounds.facts import Facts, Hold
from troth.grounds.inside import holds_value
from troth.grounds.rows import RowAction, deletable_rows, row_actions

ON = at("2026-01-01")
OLD, NEW = day("2020-01-01"), day("2025-12-01")
POLICY = promise(activity(rule(**after("end", "P1Y"))))


def chained(rows: Any, more: Any = None, **evidence_terms: Any) -> Evidence:
    """Customers `t` and, referencing them by `t_id`, `orders`; each row has its `end_on`."""
    columns = {"id": None, "name": "contact", "end_on": None}
    events = {"end": {"column": "end_on"}}
    orders = table(
        columns=columns | {"t_id": None},
        events=events,
        relations={"owner": {"columns": ["t_id"], "references": "t"}},
    )
    tables = {"t": table(columns=columns, events=events), "orders": orders} | (more or {})
    filled = {
        name: [{"name": "x", "end_on": OLD} | {"t_id": None} | cells for cells in body]
        for name, body in rows.items()
    }
    return evidence(POLICY, tables, filled, **evidence_terms)


def deleted(found: Evidence, facts: Facts = Facts()) -> set[tuple[str, int]]:
    return {(row.table, row.index) for row in deletable_rows(found, facts, ON)}


def act(found: Evidence, name: str, index: int, facts: Facts = Facts()) -> RowAction:
    return row_actions(found, facts, ON)[Row("main", name, index)]


def test_a_row_whose_values_are_all_due_is_deleted() -> None:
    found = chained({"t": [{"id": 1}, {"id": 2, "end_on": NEW}]})
    assert deleted(found) == {("t", 0)}
    assert act(found, "t", 1) == RowAction("nothing")


@pytest.mark.clause("SMA-3-6")
def test_a_row_on_which_another_depends_stays_as_a_skeleton() -> None:
    found = chained({"t": [{"id": 1}], "orders": [{"id": 1, "t_id": 1, "end_on": NEW}]})
    assert deleted(found) == set()
    assert act(found, "t", 0) == RowAction("skeleton", ("name",))
    assert deleted(chained({"t": [{"id": 1}], "orders": [{"id": 1, "t_id": 1}]})) == {
        ("t", 0),
        ("orders", 0),
    }


def test_a_row_to_keep_and_a_mixed_row_are_erased_in_place() -> None:
    columns = {"id": None, "name": "contact", "sick": "health", "end_on": None}
    policy = promise(
        activity(rule(**after("end", "P1Y")), categories=["contact"]),
        activity(rule("h", **after("end", "P9Y")), categories=["health"]),
    )
    mixed = table(columns=columns, events={"end": {"column": "end_on"}})
    cells = {"id": 1, "name": "x", "sick": "y", "end_on": OLD}
    assert act(evidence(policy, {"t": mixed}, {"t": [cells]}), "t", 0) == RowAction(
        "erase", ("name",)
    )
    absent = evidence(policy, {"t": mixed}, {"t": [cells | {"name": None}]})
    assert act(absent, "t", 0) == RowAction("nothing")
    keep = table(columns={"id": None, "name": "contact", "end_on": None}, row="keep")
    keep["events"] = {"end": {"column": "end_on"}}
    assert act(evidence(POLICY, {"t": keep}, {"t": [cells]}), "t", 0) == RowAction(
        "erase", ("name",)
    )


def test_rows_that_depend_on_each_other_go_together_or_not_at_all() -> None:
    columns = {"id": None, "name": "contact", "end_on": None, "up": None}
    ring = table(
        columns=columns,
        events={"end": {"column": "end_on"}},
        relations={"up": {"columns": ["up"], "references": "t"}},
    )

    def rows(*ends: Any) -> Evidence:
        cells = [
            {"id": n, "name": "x", "end_on": end, "up": (n + 1) % len(ends)}
            for n, end in enumerate(ends)
        ]
        return evidence(POLICY, {"t": ring}, {"t": cells})

    assert len(deleted(rows(OLD, OLD, OLD))) == 3
    assert deleted(rows(OLD, NEW, OLD)) == set()
    assert deleted(rows(OLD)) == {("t", 0)}


LINE = {
    "key": ["id"],
    "columns": {"id": None, "t_id": None},
    "relations": {"whole": {"columns": ["t_id"], "references": "t", "part_of": True}},
}


def test_parts_go_with_the_row_that_they_are_part_of() -> None:
    lines = [{"id": 1, "t_id": 1}, {"id": 2, "t_id": 2}, {"id": 3, "t_id": None}]
    found = chained({"t": [{"id": 1}, {"id": 2, "end_on": NEW}], "line": lines}, {"line": LINE})
    assert deleted(found) == {("t", 0), ("line", 0)}


def test_a_part_that_is_held_or_has_a_ground_keeps_the_whole() -> None:
    rows = {"t": [{"id": 1}], "line": [{"id": 1, "t_id": 1}]}
    held = Hold("h", "case", "why", at("2025-01-01"), rows=(("main", "line", (1,)),))
    assert deleted(chained(rows, {"line": LINE}), Facts(holds=(held,))) == set()
    assert deleted(chained(rows, {"line": LINE | {"protect": {"column": "id", "is": 1}}})) == set()
    personal = LINE | {"columns": {"id": None, "t_id": None, "name": "contact"}}
    assert (
        deleted(chained(rows, {"line": personal | {"roles": {"o": {"subject": "customer"}}}}))
        == set()
    )
    part_of_part = {
        "key": ["id"],
        "columns": {"id": None, "line_id": None},
        "relations": {"line": {"columns": ["line_id"], "references": "line"}},
    }
    more = {"line": LINE, "note": part_of_part}
    assert deleted(chained(rows | {"note": [{"id": 1, "line_id": 1}]}, more)) == set()


def test_a_row_referenced_from_a_table_that_the_map_does_not_know_stays() -> None:
    reference = Reference("main", "legacy", ("t_id",), "t", ("id",))
    rows = {"t": [{"id": 1}, {"id": 2}], "legacy": [{"id": 1, "t_id": 1}]}
    assert deleted(chained(rows, references=(reference,))) == {("t", 1)}
    assert deleted(chained(rows)) == {("t", 0), ("t", 1)}


def test_a_declared_key_that_the_map_forgets_counts_too() -> None:
    other = table(columns={"id": None, "name": "contact", "end_on": None, "t_id": None})
    other["events"] = {"end": {"column": "end_on"}}
    rows = {"t": [{"id": 1}], "visit": [{"id": 1, "t_id": 1, "end_on": NEW}]}
    reference = Reference("main", "visit", ("t_id",), "t", ("id",))
    assert deleted(chained(rows, {"visit": other}, references=(reference,))) == set()


@pytest.mark.parametrize(
    ("erased", "cell", "expected"),
    [
        ({"form": "null"}, "", True),
        ({"form": "null"}, None, False),
        ({"form": "empty"}, "", False),
        ({"form": "empty"}, None, False),
        ({"form": "value", "value": "gone"}, "gone", False),
        ({"form": "value", "value": "gone"}, "Gone", True),
        ({"form": "pattern", "value": "gone-{key}"}, "gone-1-b", False),
        ({"form": "pattern", "value": "gone-{key}"}, "gone-2", True),
    ],
)
def test_what_an_erased_value_looks_like(erased: Any, cell: Any, expected: bool) -> None:
    assert holds_value(cell, Erased.model_validate(erased), "1-b") is expected


@pytest.mark.clause("SPI-RET-2")
def test_values_that_the_archive_still_supports_move() -> None:
    archive = {
        "place": "vault",
        "when": {"during": "end"},
        "readers": ["legal"],
        "clauses": CLAUSES,
    }
    policy = promise(activity(rule(**after("end", "P5Y"), archive=archive)))
    mine = table(
        columns={"id": None, "name": "contact", "end_on": None},
        events={"end": {"column": "end_on"}},
    )

    def on(when: str) -> RowAction:
        cells = {"id": 1, "name": "x", "end_on": day("2020-06-30")}
        found = evidence(policy, {"t": mine}, {"t": [cells]})
        archives = {"main.t": ArchiveTable(table="vault.t")} if mapped else {}
        found = replace(found, map=found.map.model_copy(update={"archives": archives}))
        return row_actions(found, Facts(), at(when))[Row("main", "t", 0)]

    mapped = False
    assert on("2020-06-30") == RowAction("nothing")
    mapped = True
    assert on("2020-06-30") == RowAction("delete", move=("name",))
    assert on("2025-06-29") == RowAction("delete", move=("name",))
    assert on("2025-06-30") == RowAction("delete")
