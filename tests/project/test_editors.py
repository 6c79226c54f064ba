"""What an editor needs: the schema's name in each file, a word on each field, and typos refused."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from troth.documents.read import read_document
from troth.project.schemas import modeline, schemas, write_beside

ROOT = Path(__file__).parents[2]
EXAMPLES = sorted([*ROOT.glob("examples/*/policy.yaml"), *ROOT.glob("examples/*/map.yaml")])
_LINE = re.compile(r"# yaml-language-server: \$schema=(\S+)\n")


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: f"{path.parent.name}-{path.stem}")
def test_an_example_names_its_schema(path: Path) -> None:
    found = _LINE.match(path.read_text(encoding="utf-8"))
    assert found is not None
    assert (path.parent / found[1]).resolve() == ROOT / "schemas" / f"{path.stem}.schema.json"


def test_a_schema_lies_where_the_line_says(tmp_path: Path) -> None:
    write_beside(tmp_path, "map.schema.json")
    found = _LINE.match(modeline("map.schema.json"))
    assert found is not None
    assert (
        json.loads((tmp_path / found[1]).read_text(encoding="utf-8"))
        == schemas()["map.schema.json"]
    )


def _objects() -> Iterator[Any]:
    for name, schema in schemas().items():
        for part, entry in {**schema.get("$defs", {}), "file": schema}.items():
            if "properties" in entry:
                yield pytest.param(entry, id=f"{name.partition('.')[0]}-{part}")


@pytest.mark.parametrize("entry", list(_objects()))
def test_every_field_has_a_description_and_no_other_is_taken(entry: dict[str, Any]) -> None:
    assert entry["additionalProperties"] is False
    assert [key for key, field in entry["properties"].items() if not field.get("description")] == []


SHORTEST = [ROOT / "examples/mast/policy.yaml", ROOT / "examples/softfil/map.yaml"]
FREE = {"categories", "events", "places", "subjects", "columns", "tables", "relations", "roles"}
FREE |= {"stores", "ignored", "periods", "inside", "activities", "consents", "conditions"}
FREE |= {"recipients", "contacts", "rights", "transfers", "trackers", "parameters", "choices"}
FREE |= {"controllers", "joint_controllers", "representatives", "collection_points"}
FREE |= {"authorities", "safeguards", "archives"}
"""Parts whose keys are names that the user gives."""


@pytest.mark.parametrize("path", SHORTEST, ids=lambda path: path.stem)
def test_a_typo_anywhere_is_refused(path: Path) -> None:
    """Each key of the format, spelt wrong where it first stands."""
    validator = Draft202012Validator(schemas()[f"{path.stem}.schema.json"])
    data = read_document(path.read_bytes(), path.name).data
    places = dict(_first_places(data, ""))
    assert len(places) > 10
    for key, part in places.items():
        part[f"{key}x"] = part.pop(key)
        assert not validator.is_valid(data), key
        part[key] = part.pop(f"{key}x")
    assert validator.is_valid(data)


def _first_places(data: Any, above: str) -> Iterator[tuple[str, dict[str, Any]]]:
    """Each key of the format with the part in which it stands; of several places, any."""
    if isinstance(data, dict):
        for key, value in data.items():
            if above not in FREE:
                yield key, data
            yield from _first_places(value, "" if above in FREE else key)
    elif isinstance(data, list):
        for value in data:
            yield from _first_places(value, "")
