"""The published JSON Schemas of packages, generated from the models that describe them.

`python -m troth.desk.package.schemas` writes them to a folder (default: `schemas`).
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

from pydantic import BaseModel

from troth.desk.package.portable import PortableCopy
from troth.desk.package.sheet import AccessCopy
from troth.project.schemas import as_text

_DIALECT = "https://json-schema.org/draft/2020-12/schema"
_FILES: dict[str, tuple[str, type[BaseModel]]] = {
    "access.schema.json": ("data.json of an answer to a request for access (Art. 15)", AccessCopy),
    "portability.schema.json": ("data.json of an export to carry away (Art. 20)", PortableCopy),
}


def schemas() -> dict[str, dict[str, Any]]:
    """By file name, the JSON Schema (2020-12) of each package."""
    return {
        name: {"$schema": _DIALECT, **model.model_json_schema(mode="serialization"), "title": title}
        for name, (title, model) in _FILES.items()
    }


def write(folder: Path) -> None:
    """Writes every schema into `folder`, which is made if it is missing."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, schema in schemas().items():
        (folder / name).write_text(as_text(schema), encoding="utf-8")


if __name__ == "__main__":
    write(Path(sys.argv[1] if len(sys.argv) > 1 else "schemas"))
