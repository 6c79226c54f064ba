"""What a person says about an ordinary schema, read from the annotation beside its tables.

`kind?` is neither right nor wrong to guess; `a/b` are both right; `fact` is any personal data;
a relation that ends with `!` is declared by the database.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from types import ModuleType
from typing import Any

from ruamel.yaml import YAML


@dataclass(frozen=True)
class TableTruth:
    """One table: whose data, which columns are personal, where relations lead, which days count.

    `columns` and `inside`: by column (or column and path) the kinds that are right.
    """

    subjects: frozenset[str | None] | None
    columns: dict[str, frozenset[str]]
    optional: frozenset[str]
    inside: dict[tuple[str, str], frozenset[str]] = field(default_factory=dict)
    declared: frozenset[tuple[tuple[str, ...], str]] = frozenset()
    undeclared: frozenset[tuple[tuple[str, ...], str]] = frozenset()
    polymorphic: frozenset[tuple[tuple[str, ...], str]] = frozenset()
    in_json: frozenset[tuple[tuple[str, ...], str]] = frozenset()
    events: dict[str, frozenset[str]] = field(default_factory=dict)
    loose_events: frozenset[str] = frozenset()


def truth_of(schema: ModuleType) -> dict[str, TableTruth]:
    """By table, everything annotated; a table of no annotation is one that a scan leaves alone."""
    data: dict[str, dict[str, Any]] = YAML(typ="safe").load(schema.TRUTH)
    return {name: _table(entry) for name, entry in data.items()}


def _table(entry: dict[str, Any]) -> TableTruth:
    columns = entry.get("columns", {})
    relations = list(_relations(entry.get("relations", {})))
    days = entry.get("events", {})
    return TableTruth(
        subjects=_subjects(entry.get("subject", "any")),
        columns={c: _kinds(k) for c, k in columns.items() if not k.endswith("?")},
        optional=frozenset(c for c, k in columns.items() if k.endswith("?")),
        inside={
            (column, path): _kinds(kind)
            for column, places in entry.get("inside", {}).items()
            for path, kind in places.items()
        },
        declared=frozenset((c, t) for kind, c, t in relations if kind == "declared"),
        undeclared=frozenset((c, t) for kind, c, t in relations if kind == "undeclared"),
        polymorphic=frozenset((c, t) for kind, c, t in relations if kind == "polymorphic"),
        in_json=frozenset(
            ((f"{column}:{path}",), target)
            for column, places in entry.get("references", {}).items()
            for path, target in places.items()
        ),
        events={c: frozenset(_list(e)) for c, e in days.items() if not str(e).endswith("?")},
        loose_events=frozenset(c for c, e in days.items() if str(e).endswith("?")),
    )


def _relations(entries: dict[str, Any]) -> Iterator[tuple[str, tuple[str, ...], str]]:
    for columns, targets in entries.items():
        several = isinstance(targets, list)
        for target in _list(targets):
            kind = (
                "declared" if target.endswith("!") else "polymorphic" if several else "undeclared"
            )
            yield kind, tuple(columns.split(",")), target.rstrip("!")


def _subjects(value: Any) -> frozenset[str | None] | None:
    return None if value == "any" else frozenset(_list(value))


def _kinds(text: str) -> frozenset[str]:
    return frozenset(text.split("/"))


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]
