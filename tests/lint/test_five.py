"""The five texts, where they are at hand: every ambiguity is found, and little else."""

from __future__ import annotations

import importlib.util
import sys
from functools import cache
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from ruamel.yaml import YAML

from troth.lint.prose import RULES
from troth.reading.documents.load import read_text

PROJECT = Path(__file__).parents[2]
TEXTS = PROJECT.parent / "shared" / "policies"
CATALOGUES = PROJECT.parent / "shared" / "clauses"
TABLE: dict[str, Any] = YAML(typ="safe").load(Path(__file__).parent / "ambiguities.yaml")
NEEDS_TEXTS = pytest.mark.skipif(
    not TEXTS.exists(),
    reason="the texts of the policies are not beside the project (../shared/policies)",
)
# Found besides the entries, looked at one by one and true: what an entry of another code says in
# its message, or a gap of the whole document that none spells out.
BESIDES = {
    "mast": {
        "LEGAL_BASIS/open-purposes",
        "SPECIAL_CATEGORY/health-without-condition",
        "RETENTION_NOT_A_DURATION/time-needed",
    },
    "collectif": {
        "ERASURE_GROUNDS_INCOMPLETE/list",
        "TRANSFER_DETAILS_MISSING/tool-without-country",
        "RIGHTS_MODALITIES_MISSING/deadline-cost-identity",
    },
    "publisher": {
        "NO_VERSION_OR_DATE/undated",
        "RETENTION_NOT_A_DURATION/time-needed",
        "MANDATORY_FIELDS_UNSTATED/forms",
        "ART22_SILENT/profiling",
        "HEADING_BODY_GAP/promised-in-heading",
    },
    "spimed": {
        "NO_VERSION_OR_DATE/undated",
        "WITHDRAWAL_NOT_EXPLAINED/how-to-take-back",
        "MANDATORY_FIELDS_UNSTATED/forms",
    },
    "softfil": set(),
}


@cache
def _benchmark() -> ModuleType:
    """The benchmark, whose measure is the one that counts here."""
    spec = importlib.util.spec_from_file_location("linting", PROJECT / "benchmarks" / "linting.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules["linting"] = module
    spec.loader.exec_module(module)
    return module


def test_every_entry_names_rules_that_exist_or_the_reason_why_a_text_cannot_show_it() -> None:
    rules = {rule.name for rule in RULES}
    codes = {rule.code for rule in RULES}
    for entries in TABLE.values():
        for name, entry in entries.items():
            if "hidden" in entry:
                assert entry["hidden"], name
            else:
                assert set(entry["codes"]) <= codes, name
                assert set(entry["rules"]) <= rules, name
                assert entry["at"], name


def test_passages_are_named_in_few_words() -> None:
    """Fewer than eight words in a row of any text."""
    for entries in TABLE.values():
        for entry in entries.values():
            for words in entry["at"]:
                assert all(len(part.split()) < 8 for part in words.split("|")), words


@pytest.mark.skipif(
    not CATALOGUES.exists(),
    reason="the clause catalogues are not beside the project (../shared/clauses)",
)
@pytest.mark.parametrize("name", TABLE)
def test_the_table_has_every_ambiguity_with_its_codes(name: str) -> None:
    clauses = YAML(typ="safe").load(CATALOGUES / f"{name}.yaml")
    expected = {c["id"]: set(c["linter"]["codes"]) for c in clauses if c["kind"] == "ambiguity"}
    assert {entry: set(given["codes"]) for entry, given in TABLE[name].items()} == expected


@cache
def _measured(name: str) -> Any:
    """What is found in a text, held against its part of the table."""
    file = TEXTS / f"{name}.txt"
    return _benchmark().measure(read_text(file.read_bytes(), file.name), TABLE[name])


@NEEDS_TEXTS
@pytest.mark.parametrize(
    ("name", "entry"),
    [
        pytest.param(name, entry, id=entry, marks=pytest.mark.clause(entry))
        for name, entries in TABLE.items()
        for entry in entries
    ],
)
def test_an_ambiguity_is_found_in_its_passages(name: str, entry: str) -> None:
    file = TEXTS / f"{name}.txt"
    assert _benchmark().passages(read_text(file.read_bytes(), file.name), TABLE[name][entry])
    assert entry in _measured(name).found


@NEEDS_TEXTS
@pytest.mark.parametrize("name", TABLE)
def test_little_else_is_accused(name: str) -> None:
    besides = {f"{flaw.code}/{flaw.rule}" for flaw in _measured(name).besides}
    assert besides <= BESIDES[name]
