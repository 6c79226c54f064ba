"""What stays of a row whose values are moved: its keys, erased forms, and the mark for staff."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from troth.apply.restriction.codec import Exact, plain
from troth.apply.restriction.model import NotPossible, Target
from troth.datamap.model import Column
from troth.grounds.facts import Key
from troth.plan.schema import ColumnSchema
from troth.stores.address import DialectName

_NOTHING = "{}"
"""JSON that holds nothing."""


def staying(target: Target) -> dict[str, str]:
    """The personal columns that a skeleton keeps in the clear, and why."""
    linked = {name for relation in target.entry.relations.values() for name in relation.columns}
    linked |= {name for key in target.schema.foreign_keys for name in key.columns}
    found = {}
    for name in target.entry.personal:
        column = target.schema.column(name)
        if name in target.entry.key or name in target.schema.key:
            found[name] = "it is part of the key"
        elif name in linked:
            found[name] = "it references another row"
        elif column is None:
            found[name] = "the database has no such column"
        elif column.generated:
            found[name] = "the database computes it"
    return found


def hidden_columns(target: Target, columns: Collection[str]) -> tuple[str, ...]:
    """The columns to move: the personal ones that can be, or those of them that were asked for.

    `NotPossible` where none is left, where one that was asked for must stay, or where a column
    takes no NULL and the map declares no erased form for it.
    """
    stay = staying(target)
    for name in columns:
        if name not in target.entry.personal:
            raise NotPossible(f"the map has no personal column '{name}' in {target.label}")
        if name in stay:
            raise NotPossible(f"column '{name}' cannot be hidden alone: {stay[name]}")
    found = tuple(
        name
        for name in target.entry.personal
        if name not in stay and (not columns or name in columns)
    )
    if not found:
        raise NotPossible(
            f"no column of {target.label} can be moved out of the row",
            "if the row itself names a person, restrict it by row-level security",
        )
    for name in found:
        column, entry = target.schema.column(name), target.entry.personal[name]
        if entry.inside:
            continue
        if column is not None and not column.nullable and entry.erased.form == "null":
            raise NotPossible(
                f"column '{name}' takes no NULL, and the map declares no erased form for it",
                f"declare `erased` for {target.label}.{name} in the map",
            )
    return found


def skeleton(
    dialect: DialectName,
    target: Target,
    hidden: Collection[str],
    key: Key,
    before: Mapping[str, Exact],
) -> dict[str, Exact]:
    """The erased forms, without the mark; what is NULL stays so."""
    found: dict[str, Exact] = {}
    for name in hidden:
        column = target.schema.column(name)
        assert column is not None
        if before[name] is not None:
            found[name] = _form(dialect, target.entry.personal[name], column, key)
        else:
            found[name] = None
    return found


def mark_column(target: Target, hidden: Collection[str], mark: str) -> str | None:
    """The first column in which staff can read the mark, where type and constraints allow it."""
    unique = {name for group in target.schema.unique for name in group}
    for name in hidden:
        column, entry = target.schema.column(name), target.entry.personal[name]
        if (
            column is not None
            and column.kind == "text"
            and (column.length is None or column.length >= len(mark))
            and name not in unique
            and entry.identity is None
            and not entry.inside
            and entry.erased.form != "pattern"
            and not any(name in check for check in target.schema.checks)
        ):
            return name
    return None


def _form(dialect: DialectName, entry: Column, column: ColumnSchema, key: Key) -> Exact:
    if entry.inside:  # the map's form is that of a place inside; hidden, the column goes whole
        return None if column.nullable else plain(dialect, column, _NOTHING)
    match entry.erased.form:
        case "null":
            return None
        case "empty":
            return plain(dialect, column, "")
        case "value":
            return plain(dialect, column, entry.erased.value)
        case "pattern":
            written = "-".join(str(part) for part in key)
            return plain(dialect, column, str(entry.erased.value).replace("{key}", written))
