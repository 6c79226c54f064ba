"""Values inside JSON columns as predicates: where they cannot be read, and where they are gone."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from troth.datamap.inside import column_of, is_spelled_one_way, objects_on, path_of
from troth.datamap.model import Erased, Table
from troth.plan.predicate import (
    FALSE,
    Beside,
    NothingAt,
    Predicate,
    Unreadable,
    both,
    negation,
)

Paths = Mapping[str, Sequence[str]]
"""JSON columns of which a value is what lies beside some paths, with the paths."""


def beside_of(table: Table) -> dict[str, tuple[str, ...]]:
    """The JSON columns of a table that have a category and places inside, with the paths."""
    return {name: tuple(each.inside) for name, each in table.values.items() if each.inside}


def unreadable(name: str, beside: Paths) -> Predicate:
    """Rows in which a value cannot be told from the rest of its JSON column; of others, none."""
    path, column = path_of(name), column_of(name)
    paths = (path,) if path is not None else tuple(beside.get(name, ()))
    if not paths:
        return FALSE
    escapes = not is_spelled_one_way(paths)
    return Unreadable(column=column, objects=objects_on(paths), escapes=escapes)


def gone_inside(name: str, erased: Erased, beside: Paths) -> Predicate:
    """Rows in which nothing is left of a value inside JSON: no key, null, or its erased form."""
    path, column = path_of(name), column_of(name)
    readable = negation(unreadable(name, beside))
    if path is None:
        return both(readable, negation(Beside(column=column, paths=tuple(beside[name]))))
    form = {"empty": "", "value": erased.value}.get(erased.form)
    return both(readable, NothingAt(column=column, path=path, form=form))
