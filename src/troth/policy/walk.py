"""Every part of a model with its path, and paths as people write them.

A written path joins keys by dots; a part of a list is named by its id where it has one, else by
its position in brackets: `activities.orders.retention.orders-3y`, `activities.orders.sources[0]`.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from pydantic import BaseModel

from troth.documents.document import Path


def walk(value: Any, path: Path = ()) -> Iterator[tuple[Path, BaseModel]]:
    """Every model inside `value`, itself first, with its path as the file spells it."""
    if isinstance(value, BaseModel):
        yield path, value
        for name, info in type(value).model_fields.items():
            yield from walk(getattr(value, name), (*path, info.alias or name))
    elif isinstance(value, dict):
        for key, item in value.items():
            yield from walk(item, (*path, key))
    elif isinstance(value, tuple):
        for position, item in enumerate(value):
            yield from walk(item, (*path, position))


def written(root: BaseModel, path: Path) -> str:
    """`path` as a person writes it; parts of lists by their id where they have one."""
    text = ""
    value: Any = root
    for step in path:
        value = _child(value, step)
        name = _id(value) if isinstance(step, int) else step
        text += f"[{step}]" if name is None else f".{name}" if text else str(name)
    return text


def find(root: BaseModel, text: str) -> Path | None:
    """The path that `text` writes in `root`; None where it leads nowhere.

    Names may hold dots themselves, so every way of reading the text is tried.
    """
    return _find(root, f".{text}", ())


def _find(value: Any, text: str, path: Path) -> Path | None:
    if not text:
        return path
    for step, name in _steps(value):
        for spelling in (f".{name}", f"[{step}]"):
            rest = text.removeprefix(spelling)
            if rest != text and rest[:1] in ("", ".", "["):
                found = _find(_child(value, step), rest, (*path, step))
                if found is not None:
                    return found
    return None


def _steps(value: Any) -> Iterator[tuple[str | int, str]]:
    """The steps down from `value`, each with the name by which a written path calls it."""
    if isinstance(value, BaseModel):
        for name, info in type(value).model_fields.items():
            if getattr(value, name) is not None:
                yield info.alias or name, info.alias or name
    elif isinstance(value, dict):
        for key in value:
            yield key, key
    elif isinstance(value, tuple):
        for position, item in enumerate(value):
            yield position, _id(item) or str(position)


def _child(value: Any, step: str | int) -> Any:
    if isinstance(value, BaseModel):
        for name, info in type(value).model_fields.items():
            if step == (info.alias or name):
                return getattr(value, name)
    return value[step]


def _id(value: Any) -> str | None:
    found = getattr(value, "id", None)
    return found if isinstance(found, str) else None
