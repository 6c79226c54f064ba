"""The table of stories names every clause that it is about, and each proof it names exists."""

from __future__ import annotations

import ast
import re
from pathlib import Path
from typing import Any

import pytest
from ruamel.yaml import YAML

from stories.faults import NAMES

HERE = Path(__file__).parent
PROJECT = HERE.parents[1]
CATALOGUES = PROJECT.parent / "shared" / "clauses"
KINDS = (
    "retention",
    "anchor_event",
    "hold",
    "archive",
    "right",
    "right_condition",
    "right_exception",
    "child",
)


def load(path: Path) -> Any:
    return YAML(typ="safe").load(path.read_text(encoding="utf-8"))


TABLE: dict[str, dict[str, dict[str, Any]]] = load(HERE / "clauses.yaml")
ENTRIES = [
    pytest.param(entry, id=clause)
    for clauses in TABLE.values()
    for clause, entry in clauses.items()
]


@pytest.mark.parametrize("name", TABLE)
def test_the_table_is_complete(name: str) -> None:
    if not CATALOGUES.is_dir():
        pytest.skip("the clause catalogues are not beside the project (../shared/clauses)")
    catalogue = load(CATALOGUES / f"{name}.yaml")
    wanted = {entry["id"]: entry["kind"] for entry in catalogue if entry["kind"] in KINDS}
    assert {clause: entry["kind"] for clause, entry in TABLE[name].items()} == wanted


def test_every_catalogue_is_in_the_table() -> None:
    if not CATALOGUES.is_dir():
        pytest.skip("the clause catalogues are not beside the project (../shared/clauses)")
    assert set(TABLE) == {path.stem for path in CATALOGUES.glob("*.yaml")}


@pytest.mark.parametrize("entry", ENTRIES)
def test_an_entry_has_a_scenario_and_a_fault_or_a_reason(entry: dict[str, Any]) -> None:
    if entry["visible"]:
        assert set(entry) == {"kind", "visible", "scenario", "fault", "test"}
        assert re.search(
            r"\b20\d\d-\d\d-\d\d\b|\d+ days|After the sweep|seeded|limitation", entry["scenario"]
        )
        assert entry["fault"] in NAMES
    else:
        assert set(entry) == {"kind", "visible", "reason", "fault", "test"}
        assert len(entry["reason"]) > 40
        assert entry["fault"] is entry["test"] is None


@pytest.mark.parametrize(
    ("clause", "entry"),
    [pytest.param(*pair, id=pair[0]) for table in TABLE.values() for pair in table.items()],
)
def test_what_is_visible_has_a_test_that_names_its_clause(
    clause: str, entry: dict[str, Any]
) -> None:
    if not entry["visible"]:
        return
    file, _, function = entry["test"].partition("::")
    tree = ast.parse((PROJECT / file).read_text(encoding="utf-8"))
    (found,) = (n for n in tree.body if isinstance(n, ast.FunctionDef) and n.name == function)
    marks = [mark for mark in found.decorator_list if isinstance(mark, ast.Call)]
    clauses = {
        argument.value
        for mark in marks
        if ast.unparse(mark.func) == "pytest.mark.clause"
        for argument in mark.args
        if isinstance(argument, ast.Constant)
    }
    assert clause in clauses


def test_every_fault_is_used() -> None:
    used = {entry["fault"] for clauses in TABLE.values() for entry in clauses.values()}
    assert used - {None} == NAMES
