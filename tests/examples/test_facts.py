"""The five examples say what the catalogues of their policies' clauses say, fact by fact.

The tables in `facts/` were made from the catalogues alone, not from the examples.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

import pytest
from ruamel.yaml import YAML

from examples.fact_rows import Row, failure
from troth.policy.load import parse_policy
from troth.policy.model import Policy

HERE = Path(__file__).parent
PROJECT = HERE.parents[1]
CATALOGUES = PROJECT.parent / "shared" / "clauses"
EXAMPLES = {
    "softfil": "softfil",
    "spimed": "spimed",
    "publisher": "publisher",
    "mast": "mast",
    "collectif": "collectif-m",
}
"""The catalogue and table of each example, and the example's folder."""

LEAST_SHARE = 0.6
"""Of all clauses, at least this share has a typed expectation."""


def load(path: Path) -> Any:
    return YAML(typ="safe").load(path.read_text(encoding="utf-8"))


def table(name: str) -> dict[str, Any]:
    loaded: dict[str, Any] = load(HERE / "facts" / f"{name}.yaml")
    return loaded


def every_row() -> list[Any]:
    params = []
    for name in EXAMPLES:
        seen: dict[str, int] = {}
        for data in table(name)["facts"]:
            row = Row.parse(data)
            number = seen[row.clause] = seen.get(row.clause, 0) + 1
            params.append(
                pytest.param(
                    name,
                    row,
                    id=f"{row.clause}-{number}",
                    marks=pytest.mark.clause(row.clause),
                )
            )
    return params


@cache
def policy_of(name: str) -> Policy:
    path = PROJECT / "examples" / EXAMPLES[name] / "policy.yaml"
    return parse_policy(path.read_text(encoding="utf-8"), path.name)


@pytest.mark.parametrize(("name", "row"), every_row())
def test_fact(name: str, row: Row) -> None:
    why = failure(row, policy_of(name))
    assert why is None, f"examples/{EXAMPLES[name]}/policy.yaml\n{why}"


@pytest.mark.parametrize("name", EXAMPLES)
def test_every_clause_has_a_fact_or_a_reason(name: str) -> None:
    proved, left_out, catalogued = clause_ids(name)
    assert proved | left_out == catalogued
    assert not proved & left_out


def test_share_of_clauses_with_a_fact() -> None:
    sets = [clause_ids(name) for name in EXAMPLES]
    proved = sum(len(facts) for facts, _, _ in sets)
    assert proved >= LEAST_SHARE * sum(len(ids) for _, _, ids in sets)


def clause_ids(name: str) -> tuple[set[str], set[str], set[str]]:
    """The clauses with a row, those left out with a reason, and those of the catalogue."""
    if not CATALOGUES.is_dir():
        pytest.skip("the clause catalogues are not beside the project (../shared/clauses)")
    facts = {row["clause"] for row in table(name)["facts"]}
    catalogued = {entry["id"] for entry in load(CATALOGUES / f"{name}.yaml")}
    return facts, set(table(name)["without_fact"]), catalogued
