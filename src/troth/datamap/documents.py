"""Documents of JSON columns, as Python has them: without some places, with some alone, together."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from troth.datamap.inside import keys_at, keys_of

_NOTHING = object()


def without(document: Any, paths: Collection[str]) -> Any:
    """The document without what lies at the paths."""
    return _left(document, "", paths)


def alone(document: Any, paths: Collection[str]) -> Any:
    """The document with nothing but what lies at the paths."""
    found: dict[str, Any] = {}
    for path in paths:
        value = _at(document, keys_of(path))
        if value is not _NOTHING:
            for key in reversed(keys_of(path)):
                value = {key: value}
            found = joined(found, value)
    return found


def joined(one: Any, other: Any) -> Any:
    """Two documents in one: objects key by key; else the second, where it holds anything."""
    if not isinstance(one, dict) or not isinstance(other, dict):
        return one if other is None else other
    return one | {key: joined(one.get(key), part) for key, part in other.items()}


def _left(part: Any, outer: str, paths: Collection[str]) -> Any:
    if not isinstance(part, dict):
        return part
    leading = keys_at(outer, paths)
    return {
        key: _left(below, f"{outer}/{key}", paths) if key in leading else below
        for key, below in part.items()
        if f"{outer}/{key}" not in paths
    }


def _at(part: Any, keys: Collection[str]) -> Any:
    for key in keys:
        if not isinstance(part, dict) or key not in part:
            return _NOTHING
        part = part[key]
    return part
