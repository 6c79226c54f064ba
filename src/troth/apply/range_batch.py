"""Carrying out ranges: each in one statement that locks, decides and writes its rows."""

from __future__ import annotations

import time

import sqlalchemy as sa

from troth.apply.ranges import Range, RangePick, condition, find_ranges
from troth.apply.values import erased_forms
from troth.apply.work import Work
from troth.errors import Broken
from troth.plan.model import DeleteRows
from troth.stores.render import Row


def carry_out_range(
    work: Work, connection: sa.Connection, pick: RangePick, number: int
) -> tuple[int, int]:
    """Writes one range inside the open transaction; rows written, and rows no longer due.

    Raises `Broken` (`affected-rows-differ`) when due rows remain in it afterwards: looked for in
    the first range, where the table has triggers, and where the count is short. Raises
    `CrowdedError` where a range on a walk held more rows than a batch may write.
    """
    one = pick.ranges[number]
    if one.of == "rest":
        return 0, pick.follow(number, _rest(work, connection, pick))
    row = work.row(pick.step.table)
    target = row.source
    assert isinstance(target, sa.TableClause)
    where = (_within(work, pick, one, row), condition(work, pick.step, pick.delete, row))
    if isinstance(pick.step, DeleteRows):
        statement: sa.Delete | sa.Update = sa.delete(target).where(*where)
    else:
        forms = erased_forms(work, pick.step, row)
        statement = (
            sa.update(target)
            .where(*where)
            .values({target.c[name]: value for name, value in forms.items()})
        )
    begun = time.perf_counter()
    written = connection.execute(statement).rowcount
    seconds = time.perf_counter() - begun
    if one.rows is None:
        skipped, suspicious = pick.wrote(number, written, seconds), written == 0
    else:
        skipped, suspicious = max(one.rows - written, 0), written < one.rows
    if suspicious or number == 0 or row.table.triggers:
        select = sa.select(sa.func.count()).select_from(target).where(*where)
        left = connection.execute(select).scalar_one()
        if left:
            raise differs(work, pick.step.table, f"{left} rows that were to be written remain")
    return written, skipped


def _within(work: Work, pick: RangePick, one: Range, row: Row) -> sa.ColumnElement[bool]:
    """A row of the table is within a range."""
    if one.of == "pages":
        return work.store.dialect.on_pages(one.first, one.last)
    return row.source.c[pick.step.key[0]].between(one.first, one.last)


def _rest(work: Work, connection: sa.Connection, pick: RangePick) -> list[Range]:
    """What a walk along the pages left behind."""
    assert pick.walk is not None
    dialect = work.store.dialect
    with dialect.after_a_sweep(connection):
        return find_ranges(work, connection, pick.step, pick.delete, pick.walk.size)


def differs(work: Work, table: str, what: str) -> Broken:
    """The database did other than it was told."""
    return Broken(
        "affected-rows-differ",
        f"table '{table}': {what}; the batch was rolled back",
        place=work.name,
        help="a trigger or rule of the database suppresses or redirects the write",
    )
