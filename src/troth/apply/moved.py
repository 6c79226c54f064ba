"""Rows by names that were moved out of them: what a quarantine sealed, or an archive took."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

import sqlalchemy as sa

from troth.apply.elsewhere import VALUES_AT_ONCE, among
from troth.apply.names import NameIndex, NameReader, read_names
from troth.apply.values import holds_value
from troth.apply.work import Work
from troth.datamap.model import DataMap
from troth.grounds.cells import key_part
from troth.grounds.facts import Identifier, MovedName
from troth.grounds.identity import normalise
from troth.plan.model import EraseValues
from troth.plan.predicate import FALSE

Keys = tuple[Any, ...]


def named_rows(
    work: Work,
    datamap: DataMap,
    index: NameIndex,
    moved: Sequence[MovedName],
    read: NameReader = read_names,
) -> Iterator[tuple[Keys, tuple[int, ...] | None]]:
    """What `read` finds, with the rows out of which one of the wanted names was moved."""
    hidden: dict[Keys, tuple[int, ...]] = {}
    for key, one in rows_without(work, datamap, index.table, index.named.columns, moved):
        wanted = index.wanted.get(one.column, {})
        text = normalise(one.name.value, index.compare.get(one.column, "exact"))
        hidden[key] = (*hidden.get(key, ()), *wanted.get(text, ()))
    for key, found in read(work, index):
        yield key, (*(found or ()), *hidden.pop(key, ()))
    for key, found in hidden.items():
        if found:
            yield key, found


def rows_without(
    work: Work,
    datamap: DataMap,
    table: str,
    columns: Sequence[str],
    moved: Iterable[MovedName],
) -> Iterator[tuple[Keys, MovedName]]:
    """Cells of `columns` of the rows that are there, and still without the name that was moved."""
    by_column: dict[str, dict[Keys, list[MovedName]]] = {}
    for one in moved:
        if (one.store, one.table) == (work.name, table):
            by_column.setdefault(one.column, {}).setdefault(one.key, []).append(one)
    entry = datamap.table(work.name, table)
    for column, named in by_column.items():
        if table not in work.tables or column not in entry.personal:
            continue
        row = work.row(table)
        step = EraseValues(
            id="",
            store=work.name,
            table=table,
            key=entry.key,
            columns={column: entry.personal[column].erased},
            due=FALSE,
        )
        empty = sa.not_(holds_value(work, step, row, column))
        keys = [row.source.c[name] for name in entry.key]
        cells = [row.source.c[name] for name in columns]
        wanted = list(named)
        for start in range(0, len(wanted), VALUES_AT_ONCE):
            some = among(keys, wanted[start : start + VALUES_AT_ONCE])
            select = sa.select(*keys, *cells).where(some, empty)
            with work.session.told():
                found = work.connection.execute(select).all()
            for cell in found:
                key = tuple(key_part(part) for part in cell[: len(keys)])
                for one in named.get(key, ()):
                    yield tuple(cell[len(keys) :]), one


def is_moved(persons: Iterable[Identifier], moved: Iterable[MovedName]) -> bool:
    """Whether a name of the persons was moved out of a row."""
    named = set(persons)
    return any(one.name in named for one in moved)


def moved_names_of(
    work: Work,
    datamap: DataMap,
    table: str,
    rows: Iterable[Mapping[str, Any]],
    columns: Iterable[str],
) -> Iterator[tuple[Keys, str, str]]:
    """Key (as the ledger keeps it), column and text of the names that rows hold in columns."""
    entry = datamap.table(work.name, table)
    naming = [name for name in columns if name in entry.personal and entry.personal[name].identity]
    for row in rows:
        key = tuple(key_part(row[name]) for name in entry.key)
        for name in naming:
            text = row[name]
            if text is not None and str(text):
                yield key, name, str(text)
