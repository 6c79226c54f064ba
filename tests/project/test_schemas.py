"""The published JSON Schemas: current, and accepting what the loaders accept."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from troth.documents.read import read_document
from troth.project.schemas import as_text, schemas, write

ROOT = Path(__file__).parents[2]
POLICIES = [*sorted(ROOT.glob("examples/*/policy.yaml")), ROOT / "tests/policy/minimal.yaml"]
MAPS = [*sorted(ROOT.glob("examples/*/map.yaml")), ROOT / "tests/datamap/map.yaml"]
FILES = [(path, "policy.schema.json") for path in POLICIES]
FILES += [(path, "map.schema.json") for path in MAPS]
FILES += [(path, "troth.schema.json") for path in sorted(ROOT.glob("examples/*/troth.yaml"))]


def errors(name: str, data: Any) -> list[str]:
    schema = json.loads((ROOT / "schemas" / name).read_text(encoding="utf-8"))
    found = Draft202012Validator(schema).iter_errors(data)
    return [f"{error.json_path}: {error.message}" for error in found]


@pytest.mark.parametrize("name", sorted(schemas()))
def test_the_committed_schema_is_the_generated_one(name: str) -> None:
    committed = (ROOT / "schemas" / name).read_text(encoding="utf-8")
    assert committed == as_text(schemas()[name]), "run: python -m troth.project.schemas"


@pytest.mark.parametrize("name", sorted(schemas()))
def test_the_schema_is_one(name: str) -> None:
    Draft202012Validator.check_schema(schemas()[name])


@pytest.mark.parametrize(("path", "name"), FILES, ids=lambda value: str(value).replace("/", "-"))
def test_the_schema_accepts_what_the_loader_accepts(path: Path, name: str) -> None:
    assert errors(name, read_document(path.read_bytes(), path.name).data) == []


@pytest.mark.parametrize(
    "column",
    [
        "contact.email",
        None,
        {},
        {"category": "contact", "erased": None},
        {"category": "contact", "erased": "empty"},
        {"category": "contact", "erased": "null"},
        {"erased": {"form": "pattern", "value": "gone-{key}"}},
        {"inside": {"/a/b": "contact"}},
    ],
)
def test_short_forms_of_a_column(column: Any) -> None:
    table = {"columns": {"a": column}}
    data = {"troth": 1, "stores": {"shop": {"tables": {"t": table}}}}
    assert errors("map.schema.json", data) == []


@pytest.mark.parametrize("column", [3, "Contact", {"erased": "gone"}, {"categorie": "a"}, ["a"]])
def test_what_is_no_column_is_refused_by_the_schema_too(column: Any) -> None:
    table = {"columns": {"a": column}}
    data = {"troth": 1, "stores": {"shop": {"tables": {"t": table}}}}
    assert errors("map.schema.json", data)


@pytest.mark.parametrize("store", ["sqlite:///a.sqlite", {"url": "${SHOP_URL}"}])
def test_short_forms_of_a_store(store: Any) -> None:
    assert errors("troth.schema.json", {"troth": 1, "stores": {"shop": store}}) == []


def test_a_wrong_word_in_a_policy_is_refused_by_the_schema_too() -> None:
    data = read_document((ROOT / "tests/policy/minimal.yaml").read_bytes(), "policy.yaml").data
    data["activities"]["selling"]["retention"][0]["bond"] = "floor"
    assert errors("policy.schema.json", data)


def test_schemas_are_written_to_a_folder(tmp_path: Path) -> None:
    write(tmp_path / "new")
    assert sorted(file.name for file in (tmp_path / "new").iterdir()) == sorted(schemas())
