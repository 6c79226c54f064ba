"""The intermediate archive: rows leave everyday use for a store of their own, before they go.

The copy is committed in the archive before the live row is touched. A crash in between leaves the
row in both places, and the next run copies over the same key again.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

import sqlalchemy as sa

from troth.apply.archive_inside import documents_of, is_inside, parts_of
from troth.apply.carry import archived_column, carried, written
from troth.apply.eventday import DayReader, day_reader
from troth.apply.picked import Pick
from troth.apply.values import holds_value
from troth.apply.work import Work
from troth.datamap.documents import joined
from troth.datamap.inside import columns_of
from troth.errors import Broken, Refused
from troth.grounds.cells import json_of
from troth.plan.frame import Frame
from troth.plan.model import ArchiveRows, Plan
from troth.plan.schema import ColumnSchema, TableSchema
from troth.stores.address import DialectName
from troth.stores.tables import table_clause

ROWS_AT_ONCE = 500


FarDays = Mapping[tuple[Any, ...], date | None]
"""By the key of a row."""


@dataclass(frozen=True)
class Archive:
    """A step that fills an archive, and the archive's table.

    `far_days`: by column, the days that no single store can tell, found before the first write.
    """

    step: ArchiveRows
    table: TableSchema
    far_days: Mapping[str, FarDays] = field(default_factory=dict, repr=False)


Archives = dict[str, Archive]
"""By the step's id."""


def prepare_archives(plan: Plan, works: Mapping[str, Work]) -> Archives:
    """The tables of the plan's archives, made before the first write where they are missing.

    Refuses (`archive-columns`) a table that lacks a column which is to be archived.
    """
    found: Archives = {}
    for step in plan.steps:
        if isinstance(step, ArchiveRows):
            table = _prepared(works[step.store], works[step.to_store], step)
            asked = (*step.key, *step.keeps_columns, *columns_of(step.moves), *step.days)
            missing = [name for name in asked if table.column(name) is None]
            if missing:
                raise Refused(
                    "archive-columns",
                    f"the archive's table '{step.to_table}' has no column '{missing[0]}'",
                    place=step.to_store,
                    help="add the live table's columns to it, or let Troth create it",
                )
            found[step.id] = Archive(step, table)
    return found


def _add_far_days(archive: Archive, rows: list[dict[str, Any]]) -> None:
    for column in archive.step.days:
        days = archive.far_days.get(column)
        if days is not None:
            for row in rows:
                row[column] = days.get(tuple(row[name] for name in archive.step.key))


def _prepared(live: Work, archive: Work, step: ArchiveRows) -> TableSchema:
    known = archive.tables.get(step.to_table)
    if known is not None:
        return known
    source, same = live.row(step.table).table, live.schema.dialect == archive.schema.dialect
    columns = [
        archived_column(archive.schema.dialect, column, same=same, key=column.name in step.key)
        for column in source.columns
        if column.name in (*step.key, *columns_of(step.moves), *step.keeps_columns)
    ]
    kinds = archive.store.dialect.types
    columns += [ColumnSchema(name, "date", kinds["date"], nullable=True) for name in step.days]
    quote = archive.connection.dialect.identifier_preparer.quote
    lines = [
        # Said where it may be NULL too: else some MariaDB fill a TIMESTAMP with the moment.
        f"{quote(c.name)} {c.type_text} {'NOT NULL' if c.name in step.key else 'NULL'}"
        for c in columns
    ]
    keys = ", ".join(quote(name) for name in step.key)
    made = f"{', '.join(lines)}, PRIMARY KEY ({keys})"
    # another worker may have made it since the schema was read
    statement = f"CREATE TABLE IF NOT EXISTS {quote(step.to_table)} ({made})"
    if archive.connection.dialect.paramstyle in ("format", "pyformat"):
        statement = statement.replace("%", "%%")
    with archive.session.writing() as connection:
        connection.exec_driver_sql(statement)
    return TableSchema(step.to_table, tuple(columns), key=step.key)


def move_batch(
    live: Work,
    works: Mapping[str, Work],
    frame: Frame,
    connection: sa.Connection,
    archive: Archive,
    pick: Pick,
    batch: int,
) -> int:
    """Copies what moves of a batch's rows; how many.

    In another store the copy is committed when this returns; in the live store itself it shares
    the batch's transaction.
    """
    step = archive.step
    rows = _read(live, frame, connection, step, pick, batch)
    if not rows:
        return 0
    _add_far_days(archive, rows)
    there = works[step.to_store]
    dialect = there.schema.dialect
    columns = {column.name: column for column in archive.table.columns}
    carried_rows = [
        {name: carried(value, columns[name], dialect) for name, value in row.items()}
        for row in rows
    ]
    target = table_clause(dialect, archive.table)
    if there is live:
        _store_all(connection, target, archive, carried_rows, dialect)
    else:
        with there.session.writing() as into:
            _store_all(into, target, archive, carried_rows, dialect)
    return len(rows)


def _read(
    live: Work,
    frame: Frame,
    connection: sa.Connection,
    step: ArchiveRows,
    pick: Pick,
    batch: int,
) -> list[dict[str, Any]]:
    """The batch's rows that move something, with NULL for values that do not."""
    renderer = live.renderer()
    bare = live.row(step.table)
    row = renderer.row(step.table, bare.source.alias())
    moves = {name: renderer.condition(where, row) for name, where in step.moves.items()}
    present = {  # what an earlier move left behind may not cover the value in the archive
        name: sa.and_(moves[name], holds_value(live, step, row, name)) for name in moves
    }
    plain = list(dict.fromkeys((*step.key, *step.keeps_columns)))
    cells: list[Any] = [row.source.c[name] for name in plain]
    whole = [name for name in moves if not is_inside(step, name)]
    documents = documents_of(step)
    cells += [
        sa.case((present[name], row.source.c[name]), else_=sa.null()).label(name) for name in whole
    ]
    cells += [row.source.c[column] for column in documents]
    names = [name for some in documents.values() for name in some]
    cells += [sa.case((present[name], 1), else_=0) for name in names]
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
    found = []
    policy, today = frame.context.policy, frame.context.day
    for values in connection.execute(select):
        record = dict(zip([*plain, *whole, *documents], values[:width], strict=False))
        bits = zip(names, values[width - len(names) : width], strict=True)
        moving = {name for name, moves_too in bits if moves_too}
        for column, some in documents.items():
            record[column] = parts_of(step, record[column], moving.intersection(some))
        position = width
        for column, reader in readers.items():
            taken: Sequence[Any] = values[position : position + len(reader.cells)]
            position += len(reader.cells)
            record[column] = reader.day(taken, policy, today)
        found.append(record)
    return found


def _store_all(
    into: sa.Connection,
    target: sa.TableClause,
    archive: Archive,
    rows: list[dict[str, Any]],
    dialect: DialectName,
) -> None:
    for start in range(0, len(rows), ROWS_AT_ONCE):
        part = rows[start : start + ROWS_AT_ONCE]
        _store(into, target, archive, part, dialect)
        _verify(into, target, archive.step, part)


def _store(
    into: sa.Connection,
    target: sa.TableClause,
    archive: Archive,
    rows: list[dict[str, Any]],
    dialect: DialectName,
) -> None:
    """Inserts rows, or adds to those that an earlier move of other values has made."""
    step, documents = archive.step, tuple(documents_of(archive.step))
    width = len(step.key)
    there = _there(into, target, step, documents, rows)
    known = {written(cells[:width]): cells[width:] for cells in there}
    fresh = [row for row in rows if written(_key(step, row)) not in known]
    if fresh:
        into.execute(sa.insert(target), fresh)
    for row in rows:
        before = known.get(written(_key(step, row)))
        if before is None:
            continue
        given = {n: v for n, v in row.items() if n not in step.key and v is not None}
        for name, cell in zip(documents, before, strict=True):
            column = archive.table.column(name)
            if name in given and cell is not None and column is not None:
                whole = joined(json_of(cell), json_of(given[name]))
                given[name] = carried(whole, column, dialect)
        if given:
            same = sa.and_(*(target.c[name] == row[name] for name in step.key))
            values = {target.c[name]: value for name, value in given.items()}
            into.execute(sa.update(target).where(same).values(values))


def _verify(
    into: sa.Connection, target: sa.TableClause, step: ArchiveRows, rows: list[dict[str, Any]]
) -> None:
    """Every row is in the archive, with a value wherever one was moved; else `Broken`."""
    names = tuple(name for name in rows[0] if name not in step.key)
    width = len(step.key)
    there = {
        written(cells[:width]): cells[width:] for cells in _there(into, target, step, names, rows)
    }
    for row in rows:
        cells = there.get(written(_key(step, row)))
        lost = cells is None or any(
            row[name] is not None and cell is None for name, cell in zip(names, cells, strict=True)
        )
        if lost:
            raise Broken(
                "archive-incomplete",
                f"the archive's table '{step.to_table}' did not keep what was copied to it",
                place=step.to_store,
                help="nothing was deleted; look at the archive's triggers",
            )


def _there(
    into: sa.Connection,
    target: sa.TableClause,
    step: ArchiveRows,
    names: Sequence[str],
    rows: list[dict[str, Any]],
) -> Sequence[sa.Row[Any]]:
    """The archive's rows with these rows' keys: key columns, then `names`."""
    columns = [target.c[name] for name in step.key]
    keys = [_key(step, row) for row in rows]
    where = (
        columns[0].in_([key[0] for key in keys])
        if len(columns) == 1
        else sa.or_(
            *(sa.and_(*(c == part for c, part in zip(columns, key, strict=True))) for key in keys)
        )
    )
    select = sa.select(*columns, *(target.c[name] for name in names)).where(where)
    return into.execute(select).all()


def _key(step: ArchiveRows, row: dict[str, Any]) -> tuple[Any, ...]:
    return tuple(row[name] for name in step.key)
