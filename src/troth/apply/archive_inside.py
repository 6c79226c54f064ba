"""Parts of a JSON column on their way to an archive, where the parts that follow are added."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from troth.datamap.documents import alone, joined, without
from troth.datamap.inside import columns_of, path_of
from troth.grounds.cells import json_of
from troth.plan.model import ArchiveRows


def is_inside(step: ArchiveRows, name: str) -> bool:
    """Whether a value that moves is a part of what a JSON column holds."""
    return path_of(name) is not None or name in step.beside


def documents_of(step: ArchiveRows) -> dict[str, tuple[str, ...]]:
    """The JSON columns of which parts move, with the names of these."""
    return columns_of(name for name in step.moves if is_inside(step, name))


def parts_of(step: ArchiveRows, cell: Any, names: Collection[str]) -> Any:
    """A cell with the parts alone that move; None where none does."""
    document = json_of(cell)
    if not names or not isinstance(document, dict):
        return None
    rest = [step.beside[name] for name in names if name in step.beside]
    found = without(document, rest[0]) if rest else {}
    return joined(found, alone(document, [p for n in names if (p := path_of(n)) is not None]))
