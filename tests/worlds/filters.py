"""Random filters over the columns that the tables of a world share, and over related rows."""

from __future__ import annotations

from random import Random
from typing import Any

from worlds.chance import chance, pick, weighted
from worlds.drafts import Draft, Place

Json = dict[str, Any]
Drafts = dict[Place, Draft]


def forward_paths(
    draft: Draft, made: Drafts, length: int = 2
) -> list[tuple[tuple[str, ...], Place]]:
    """Paths of to-one steps to other tables, the nearest first."""
    found: list[tuple[tuple[str, ...], Place]] = []
    for name, relation in draft.relations.items():
        found.append(((name,), relation.target))
        if length > 1:
            rest = forward_paths(made[relation.target], made, length - 1)
            found += [((name, *path), end) for path, end in rest]
    return [(path, end) for path, end in found if made[end].kind != "unmapped"]


def all_paths(draft: Draft, made: Drafts) -> list[tuple[tuple[str, ...], Place]]:
    """Paths of one or two steps in any direction."""
    steps = _steps(draft, made)
    found: list[tuple[tuple[str, ...], Place]] = [((step,), end) for step, end in steps]
    for step, end in steps:
        found += [((step, more), last) for more, last in _steps(made[end], made)]
    return found


def filter_for(rng: Random, draft: Draft, made: Drafts, depth: int = 2) -> Json:
    """A filter that is true for a good part of the rows."""
    form = weighted(rng, [(10, "test"), (2, "all"), (2, "any"), (2, "not"), (2, "related")])
    if depth == 0 or form == "test":
        return _test(rng, draft)
    if form == "related":
        paths = all_paths(draft, made)
        if not paths:
            return _test(rng, draft)
        path, end = pick(rng, paths)
        body: Json = {"related": list(path)}
        if chance(rng, 50):
            body["where"] = filter_for(rng, made[end], made, 0)
        return body
    if form == "not":
        return {"not": filter_for(rng, draft, made, depth - 1)}
    return {form: [filter_for(rng, draft, made, depth - 1) for _ in range(2)]}


def _test(rng: Random, draft: Draft) -> Json:
    if draft.kind == "periods":
        return {"column": "closed", "is": True}
    kind = pick(rng, ("a", "b", "A"))
    options: list[tuple[int, Json]] = [
        (3, {"column": "kind", "is": kind}),
        (3, {"column": "kind", "is_not": kind}),
        (2, {"column": "kind", "in": ["a", "b"]}),
        (1, {"column": "kind", "in": ["a", None]}),
        (1, {"column": "kind", "is": None}),
        (1, {"column": "kind", "is_not": None}),
        (2, {"column": "kind", pick(rng, ("at_least", "at_most")): kind}),
    ]
    if "flag" in draft.columns:
        options += [
            (3, {"column": "flag", "is": True}),
            (2, {"column": "flag", "is_not": True}),
            (2, {"column": "level", "at_least": 3}),
            (2, {"column": "level", "at_most": 3}),
            (1, {"column": "level", "in": [1, 2, 3, 4]}),
        ]
    if "doc" in draft.columns:
        options += [
            (2, {"column": "doc", "json": "/kind", "is": kind}),
            (2, {"column": "doc", "json": "/deep/level", "at_least": 3}),
            (1, {"column": "doc", "json": "/kind", "is": None}),
        ]
    return weighted(rng, options)


def _steps(draft: Draft, made: Drafts) -> list[tuple[str, Place]]:
    found = [
        (name, relation.target)
        for name, relation in draft.relations.items()
        if made[relation.target].kind != "unmapped"
    ]
    for other in made.values():
        if other.kind == "unmapped":
            continue
        store, table = other.place
        prefix = "" if store == draft.place[0] else f"{store}."
        found += [
            (f"<{prefix}{table}.{name}", other.place)
            for name, relation in other.relations.items()
            if relation.target == draft.place
        ]
    return found
