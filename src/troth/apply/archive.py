"""The intermediate archive: rows leave everyday use for a store of their own, before they go.

The copy is committed in the archive before the live row is touched. A crash in between leaves the
row in both places, and the next run copies over the same key again.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa

from troth.apply.eventday import DayReader, day_reader
from troth.apply.picks import Pick
from troth.apply.work import Work
from troth.errors import Refused
from troth.plan.frame import Frame
from troth.plan.model import ArchiveRows
from troth.plan.schema import ColumnSchema, TableSchema
from troth.stores.tables import table_clause

ROWS_AT_ONCE = 500
DAY_PREFIX = "troth_day_"


def prepare_archive(live: Work, archive: Work, step: ArchiveRows) -> TableSchema:
    """The archive's table, created with the live table's columns if it is missing."""
    known = archive.tables.get(step.to_table)
    if known is not None:
        return known
    source = live.row(step.table).table
    columns = [
        _archived_column(archive, column)
        for column in source.columns
        if column.name in (*step.key, *step.moves, *step.keeps_columns)
    ]
    kinds = archive.store.dialect.types
    columns += [ColumnSchema(name, "date", kinds["date"], nullable=True) for name in step.days]
    quote = archive.connection.dialect.identifier_preparer.quote
    lines = [
        f"{quote(c.name)} {c.type_text}{' NOT NULL' if c.name in step.key else ''}" for c in columns
    ]
    keys = ", ".join(quote(name) for name in step.key)
    statement = f"CREATE TABLE {quote(step.to_table)} ({', '.join(lines)}, PRIMARY KEY ({keys}))"
    with archive.session.writing() as connection:
        connection.exec_driver_sql(statement)
    return TableSchema(step.to_table, tuple(columns), key=step.key)


def _archived_column(archive: Work, column: ColumnSchema) -> ColumnSchema:
    """The column as the archive holds it: plain, taking NULL, in the archive's own types."""
    kinds = archive.store.dialect.types
    kind = column.type_text if archive.schema.dialect == "sqlite" else kinds[column.kind]
    if archive.schema.dialect == "mariadb" and column.kind == "text":
        kind = f"VARCHAR({min(column.length or 255, 500)})" if column.length else "TEXT"
    return ColumnSchema(column.name, column.kind, kind, nullable=True)


def move_batch(
    live: Work,
    archive: Work,
    frame: Frame,
    connection: sa.Connection,
    step: ArchiveRows,
    pick: Pick,
    batch: int,
) -> int:
    """Copies what moves of a batch's rows; committed in the archive when this returns; how many."""
    rows, names = _read(live, frame, connection, step, pick, batch)
    if not rows:
        return 0
    known = prepare_archive(live, archive, step)
    missing = [name for name in names if known.column(name) is None]
    if missing:
        raise Refused(
            "archive-columns",
            f"the archive's table '{step.to_table}' has no column '{missing[0]}'",
            place=archive.name,
            help="add the live table's columns to it, or let Troth create it",
        )
    target = table_clause(archive.schema.dialect, known)
    with archive.session.writing() as into:
        for start in range(0, len(rows), ROWS_AT_ONCE):
            _store(into, target, step, names, rows[start : start + ROWS_AT_ONCE])
    return len(rows)


def _read(
    live: Work,
    frame: Frame,
    connection: sa.Connection,
    step: ArchiveRows,
    pick: Pick,
    batch: int,
) -> tuple[list[dict[str, Any]], list[str]]:
    """The batch's rows that move something, with NULL for values that do not."""
    renderer = live.renderer()
    bare = live.row(step.table)
    row = renderer.row(step.table, bare.source.alias())
    moves = {name: renderer.condition(where, row) for name, where in step.moves.items()}
    plain = list(dict.fromkeys((*step.key, *step.keeps_columns)))
    cells: list[Any] = [row.source.c[name] for name in plain]
    cells += [
        sa.case((moves[name], row.source.c[name]), else_=sa.null()).label(name) for name in moves
    ]
    readers: dict[str, DayReader] = {}
    width = len(cells)
    for column, event in step.days.items():
        reader = day_reader(live, frame, event, row)
        if reader is not None:
            readers[column] = reader
            cells += list(reader.cells)
    select = (
        sa.select(*cells)
        .select_from(row.source.join(pick.table, pick.is_key_of(row.source)))
        .where(pick.in_batch(batch), sa.or_(*moves.values()))
    )
    names = [*plain, *moves, *readers]
    found = []
    policy, today = frame.context.policy, frame.context.day
    for values in connection.execute(select):
        record = dict(zip([*plain, *moves], values[:width], strict=True))
        position = width
        for column, reader in readers.items():
            taken: Sequence[Any] = values[position : position + len(reader.cells)]
            position += len(reader.cells)
            record[column] = reader.day(taken, policy, today)
        found.append(record)
    return found, names


def _store(
    into: sa.Connection,
    target: sa.TableClause,
    step: ArchiveRows,
    names: list[str],
    rows: list[dict[str, Any]],
) -> None:
    """Inserts rows, or adds to those that an earlier move of other values has made."""
    keys = [tuple(row[name] for name in step.key) for row in rows]
    columns = [target.c[name] for name in step.key]
    where = (
        columns[0].in_([key[0] for key in keys])
        if len(columns) == 1
        else sa.or_(
            *(sa.and_(*(c == part for c, part in zip(columns, key, strict=True))) for key in keys)
        )
    )
    known = {tuple(row) for row in into.execute(sa.select(*columns).where(where))}
    fresh = [row for row, key in zip(rows, keys, strict=True) if key not in known]
    if fresh:
        into.execute(sa.insert(target), fresh)
    for row, key in zip(rows, keys, strict=True):
        if key in known:
            given = {
                target.c[name]: row[name]
                for name in names
                if name not in step.key and row[name] is not None
            }
            if given:
                same = sa.and_(*(c == part for c, part in zip(columns, key, strict=True)))
                into.execute(sa.update(target).where(same).values(given))
