"""Places in a plain policy by their written path: to look at, to set, to take away."""

from __future__ import annotations

import re
from typing import Any

_STEP = re.compile(r"\[(\d+)\]")


def find(policy: Any, path: str) -> tuple[Any, Any] | None:
    """The container and key of a path; the last step may be a name that is not there yet.

    None where the path leads nowhere. Names may hold dots, so every way of reading is tried.
    """
    return _find(policy, path)


def _find(value: Any, path: str) -> tuple[Any, Any] | None:
    if isinstance(value, dict):
        for key in sorted(map(str, value), key=len, reverse=True):
            if path == key:
                return value, key
            for rest in _rests(path, key):
                found = _find(value[key], rest)
                if found is not None:
                    return found
        if re.fullmatch(r"\w[\w-]*", path):
            return value, path
    if isinstance(value, list):
        for position, item in enumerate(value):
            name = str(item["id"]) if isinstance(item, dict) and "id" in item else f"[{position}]"
            if path == name:
                return value, position
            for rest in _rests(path, name):
                found = _find(item, rest)
                if found is not None:
                    return found
    return None


def _rests(path: str, name: str) -> list[str]:
    if not path.startswith(name):
        return []
    rest = path[len(name) :]
    if rest.startswith("."):
        return [rest[1:]]
    return [rest] if _STEP.match(rest) else []


def put(policy: dict[str, Any], path: str, value: Any) -> bool:
    """Set what a path leads to; fields of a part are changed one "
    "by one. Whether it led anywhere."""
    if ".*." in path:
        section, _, field = path.partition(".*.")
        parts = policy.get(section, {})
        for part in parts.values():
            part[field] = value
        return bool(parts)
    found = find(policy, path)
    if found is None:
        return False
    container, key = found
    there = container[key] if isinstance(container, list) or key in container else None
    if isinstance(there, dict) and isinstance(value, dict):
        for name, inner in value.items():
            if inner is None and name in there:
                del there[name]
            else:
                there[name] = inner
        there.pop("note", None)
    else:
        container[key] = value
    return True


def settle(policy: dict[str, Any], path: str) -> None:
    """Take away the mark of doubt of what a path leads to."""
    found = find(policy, path)
    if found is not None:
        container, key = found
        part = container[key] if isinstance(container, list) else container.get(key)
        if isinstance(part, dict) and str(part.get("note", "")).startswith(
            ("doubtful:", "unknown:")
        ):
            del part["note"]


def drop(policy: dict[str, Any], path: str) -> bool:
    """Take away what a path leads to; whether it was there."""
    found = find(policy, path)
    if found is None:
        return False
    container, key = found
    if isinstance(container, dict) and key not in container:
        return False
    del container[key]
    return True
