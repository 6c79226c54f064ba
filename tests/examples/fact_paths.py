"""Paths into a typed policy: which values stand at `limits.period` or `events->never_counts`.

A step after `.` reads a field (of every item, where the value so far is several); a step after
`->` first follows the names that stand there into the policy (`recipients->country`). Periods are
resolved through the policy's parameters. Besides the model's own fields there are:

- `period`, `ours`, `parameters`, `fixed` of anything that holds a period: the periods in force,
  whether a parameter that is the project's own assumption sets one, which parameters do, and
  whether the text fixes one;
- `events` of a rule, cap or archive: the trigger events of its limits;
- `special` of an activity: the kinds of special category among the categories that it covers.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from pydantic import BaseModel

from troth.law.calendar import Period
from troth.policy.base import Element
from troth.policy.model import Activity, Policy
from troth.policy.retention import ByChoice, ByParameter, Limit, Until

REFERENCES = {
    "activities": "activities",
    "after": "events",
    "authorities": "authorities",
    "categories": "categories",
    "channels": "contacts",
    "conditions": "conditions",
    "consent": "consents",
    "contact_point": "contacts",
    "contacts": "contacts",
    "controllers": "controllers",
    "data_categories": "categories",
    "decided_by": "controllers",
    "during": "events",
    "events": "events",
    "operator": "recipients",
    "parameters": "parameters",
    "place": "places",
    "places": "places",
    "recipients": "recipients",
    "safeguard": "safeguards",
    "subjects": "subjects",
    "third_party": "recipients",
    "when": "conditions",
}
"""Which part of the policy the names in a field refer to."""

DERIVED = frozenset({"period", "ours", "parameters", "fixed", "events", "special"})
"""What a path may read besides the model's own fields."""

_PERIOD_FIELDS = ("period", "data_kept")
_STEPS = re.compile(r"(?:^|(\.|->))([a-z_]+)")


class PathError(Exception):
    """A path that the model cannot have: the row is wrong, not the policy."""


def read(path: str, start: BaseModel, policy: Policy) -> list[Any]:
    """Every value at `path` from `start`; nothing (an empty list) where nothing is set."""
    if "".join(f"{arrow}{name}" for arrow, name in _STEPS.findall(path)) != path:
        raise PathError(f"'{path}' is not a path")
    here: list[Any] = [start]
    last = ""
    for arrow, name in _STEPS.findall(path):
        if arrow == "->":
            here = [entry for value in here for entry in _follow(last, value, policy)]
        here = [value for item in here for value in _step(item, name, policy)]
        last = name
    return here


def walk(policy: Policy) -> Iterator[tuple[str, Element]]:
    """Every element of the policy with its path, outer ones before what they contain."""
    yield from _walk("", policy)


def citing(policy: Policy, clause: str) -> list[tuple[str, Element]]:
    """The elements that cite the clause, by themselves or by an element within them."""
    return [(path, item) for path, item in walk(policy) if _cites(item, clause)]


def kind_of(element: BaseModel) -> str:
    """The class of an element as a row names it."""
    return kind_name(type(element))


def kind_name(kind: type[BaseModel]) -> str:
    """The word for a class: `RetentionRule` is `retention-rule`."""
    return re.sub(r"(?<=[a-z])(?=[A-Z])", "-", kind.__name__).lower()


def _walk(path: str, value: Any) -> Iterator[tuple[str, Element]]:
    if isinstance(value, Element):
        yield path, value
    if isinstance(value, BaseModel):
        for name in type(value).model_fields:
            yield from _walk(f"{path}.{name}" if path else name, getattr(value, name))
    elif isinstance(value, dict):
        for key, entry in value.items():
            yield from _walk(f"{path}.{key}", entry)
    elif isinstance(value, tuple):
        for place, entry in enumerate(value):
            yield from _walk(f"{path}[{place}]", entry)


def _cites(element: Element, clause: str) -> bool:
    return any(clause in inner.clauses for _, inner in _walk("", element))


def _follow(field: str, name: Any, policy: Policy) -> list[Any]:
    if field not in REFERENCES:
        raise PathError(f"'{field}' holds no names of other parts of the policy")
    entry = getattr(policy, REFERENCES[field]).get(name)
    return [] if entry is None else [entry]


def _step(item: Any, name: str, policy: Policy) -> list[Any]:
    if name in DERIVED and (derived := _derived(item, name, policy)) is not None:
        return derived
    if not isinstance(item, BaseModel) or not hasattr(item, name):
        raise PathError(f"{type(item).__name__} has no '{name}'")
    value = getattr(item, name)
    if isinstance(value, ByParameter | ByChoice):
        return list(_periods(value, policy))
    if value is None:
        return []
    if isinstance(value, dict):
        return list(value.values())
    return list(value) if isinstance(value, tuple) else [value]


def _derived(item: Any, name: str, policy: Policy) -> list[Any] | None:
    if not isinstance(item, BaseModel):
        return None
    if isinstance(item, Until) and not isinstance(item, Limit):
        if name == "events":
            return [limit.after for limit in item.limits]
        if name in DERIVED - {"events", "special"}:
            return [value for limit in item.limits for value in _step(limit, name, policy)]
    if name in ("ours", "parameters", "fixed") and name not in type(item).model_fields:
        return _about_source(item, name, policy)
    if name == "special" and isinstance(item, Activity):
        return sorted(_special(item, policy))
    return None


def _about_source(item: Any, name: str, policy: Policy) -> list[Any] | None:
    sources = [getattr(item, field) for field in _PERIOD_FIELDS if getattr(item, field, None)]
    if not sources:
        return None
    source = sources[0]
    if name == "fixed":
        return [not isinstance(source, ByParameter)]
    if not isinstance(source, ByParameter):
        return [] if name == "parameters" else [False]
    if name == "parameters":
        return [source.parameter]
    return [policy.parameters[source.parameter].ours]


def _periods(source: ByParameter | ByChoice | Period, policy: Policy) -> Iterator[Period]:
    if isinstance(source, ByChoice):
        yield from source.periods.values()
        if source.otherwise is not None:
            yield source.otherwise
    elif isinstance(source, ByParameter):
        if source.parameter in policy.parameters:
            yield policy.parameters[source.parameter].value
    else:
        yield source


def _special(activity: Activity, policy: Policy) -> set[str]:
    return {
        entry.special
        for name, entry in policy.categories.items()
        if entry.special and set(policy.lineage(name)) & set(activity.categories)
    }
