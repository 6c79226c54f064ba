"""The JSON Schemas of the files that a user writes, generated from the models that read them.

`python -m troth.project.schemas` writes them to a folder (default: `schemas`).
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

from pydantic import BaseModel

from troth.datamap.model import DataMap
from troth.policy.model import Policy
from troth.project.model import ProjectFile
from troth.project.server import ServerFile

_DIALECT = "https://json-schema.org/draft/2020-12/schema"
_FILES: dict[str, tuple[str, type[BaseModel]]] = {
    "policy.schema.json": ("policy.yaml: the promise, typed", Policy),
    "map.schema.json": ("map.yaml: where the data lies", DataMap),
    "troth.schema.json": ("troth.yaml: the project", ProjectFile),
    "server.schema.json": ("server.yaml: many organisations on one server", ServerFile),
}


def schemas() -> dict[str, dict[str, Any]]:
    """By file name, each JSON Schema (2020-12) that is published; short forms included."""
    return {
        name: {"$schema": _DIALECT, **model.model_json_schema(), "title": title}
        for name, (title, model) in _FILES.items()
    }


def as_text(schema: dict[str, Any]) -> str:
    """A schema as it is committed."""
    return json.dumps(schema, indent=2, ensure_ascii=False, sort_keys=True) + "\n"


FOLDER = "schemas"
"""Beside the files of a project: where their schemas lie, for editors."""


def modeline(name: str, folder: str = FOLDER) -> str:
    """The first line of a file, by which an editor finds its schema without any set-up."""
    return f"# yaml-language-server: $schema={folder}/{name}\n"


def write_beside(folder: Path, *names: str) -> None:
    """Write the named schemas under `folder`, where the modeline of a file in it looks for them."""
    (folder / FOLDER).mkdir(exist_ok=True)
    for name in names:
        (folder / FOLDER / name).write_text(as_text(schemas()[name]), encoding="utf-8")


def write(folder: Path) -> None:
    """Write every schema into `folder`, which is made if it is missing."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, schema in schemas().items():
        (folder / name).write_text(as_text(schema), encoding="utf-8")


if __name__ == "__main__":
    write(Path(sys.argv[1] if len(sys.argv) > 1 else "schemas"))
