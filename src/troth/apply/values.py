"""Erased forms in SQL: what a value becomes, and how one that is still there is told."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql

from troth.apply.forms import constant, pattern
from troth.apply.work import Work
from troth.datamap.inside import columns_of, path_of
from troth.plan.inside import gone_inside
from troth.plan.model import ArchiveRows, EraseValues
from troth.plan.predicate import negation
from troth.stores.inside import alone, with_value, without
from troth.stores.render import Row


def present(work: Work, step: EraseValues, row: Row) -> sa.ColumnElement[bool]:
    """At least one of the step's values is still there."""
    return sa.or_(*(holds_value(work, step, row, name) for name in step.columns))


def holds_value(
    work: Work, step: EraseValues | ArchiveRows, row: Row, name: str
) -> sa.ColumnElement[bool]:
    """The value is still there: neither NULL nor its erased form; what is unreadable is there."""
    if _inside(step, name):
        left = negation(gone_inside(name, step.columns[name], step.beside))
        return work.renderer().condition(left, row)
    column, form = row.source.c[name], erased_value(work, step, row, name)
    if form is None:
        return column.is_not(None)
    return sa.and_(
        column.is_not(None), sa.func.coalesce(_differ(work, step, row, column, form), sa.true())
    )


def _differ(
    work: Work,
    step: EraseValues | ArchiveRows,
    row: Row,
    column: sa.ColumnElement[Any],
    form: sa.ColumnElement[Any],
) -> sa.ColumnElement[bool]:
    """They differ to the letter: MariaDB's collations ignore case, accents and blanks at the end.

    There bytes are compared, for a pattern built from a key has a collation of its own, which
    must not meet the column's.
    """
    name = column.key or ""
    erased = step.columns[name]
    if work.store.address.dialect == "postgresql" and row.kind(name) == "json":
        # The type json has no comparison, and two spellings of one value are the same.
        return sa.cast(column, postgresql.JSONB()) != sa.cast(form, postgresql.JSONB())
    textual = row.kind(name) in ("text", "enum", "binary", "json", "other")
    if (textual or erased.form != "value") and work.store.address.dialect == "mariadb":
        return sa.cast(column, sa.BINARY()) != sa.cast(form, sa.BINARY())
    return column != form


def erased_value(
    work: Work, step: EraseValues | ArchiveRows, row: Row, name: str
) -> sa.ColumnElement[Any] | None:
    """The erased form of a column, as an expression over the row; None for NULL."""
    erased = step.columns[name]
    match erased.form:
        case "null":
            return None
        case "empty" | "value":
            return constant(
                work.store.address.dialect,
                row.table.name,
                row.column(name),
                erased,
                row.source.c[name].type,
            )
        case "pattern":
            before, after = str(erased.value).split("{key}", 1)
            text = sa.CHAR() if work.store.address.dialect == "mariadb" else sa.Text()
            parts: list[sa.ColumnElement[str]] = [sa.literal(before, sa.Text())]
            for index, key in enumerate(step.key):
                if index:
                    parts.append(sa.literal("-", sa.Text()))
                parts.append(sa.cast(row.source.c[key], text))
            parts.append(sa.literal(after, sa.Text()))
            whole = parts[0]
            for part in parts[1:]:
                whole = whole + sa.type_coerce(part, sa.Text())
            return pattern(work.store.address.dialect, row.table.name, row.column(name), whole)


def _inside(step: EraseValues | ArchiveRows, name: str) -> bool:
    """The value is a part of what a JSON column holds."""
    return path_of(name) is not None or name in step.beside


def _document(
    work: Work, step: EraseValues, row: Row, column: str, names: Sequence[str]
) -> sa.ColumnElement[Any]:
    """What a JSON column holds once some values have gone from inside it.

    It is only asked for rows in which all of them can be read.
    """
    dialect, schema = work.store.address.dialect, row.column(column)
    found: sa.ColumnElement[Any] = row.source.c[column]
    if column in names:
        found = alone(dialect, found, schema, step.beside[column])
    removed = [p for n in names if (p := path_of(n)) is not None and _form(step, n) is None]
    if removed:
        found = without(dialect, found, schema, removed)
    for name in names:
        path, form = path_of(name), _form(step, name)
        if path is not None and form is not None:
            found = with_value(dialect, found, schema, [path], form)
    return found


def _form(step: EraseValues, name: str) -> bool | int | str | None:
    """What stands in the place of an erased value inside JSON; None: its key is taken out."""
    erased = step.columns[name]
    return "" if erased.form == "empty" else erased.value if erased.form == "value" else None


def erased_forms(work: Work, step: EraseValues, row: Row) -> dict[str, Any]:
    """The erased forms over `row`, the table that the statement writes.

    What is NULL stays NULL, and automatic columns keep their value.
    """
    values: dict[str, Any] = {}
    for column_name, names in columns_of(step.columns).items():
        if any(_inside(step, name) for name in names):
            values[column_name] = _document(work, step, row, column_name, names)
            continue
        name = column_name
        form = erased_value(work, step, row, name)
        column = row.source.c[name]
        values[name] = (
            sa.null() if form is None else sa.case((column.is_(None), sa.null()), else_=form)
        )
    for automatic in row.table.columns:
        if automatic.on_update and automatic.name not in values:
            values[automatic.name] = row.source.c[automatic.name]
    return values
