"""Partitions of which every row is due: counted for the plan, looked at again and dropped.

The drop needs a moment alone with the whole table, and whoever waits for that makes everybody else
wait behind. So the partition is first only kept from writers while its rows are decided, and the
last lock is asked for briefly: where a long reader holds it, the rows go in batches.
"""

from __future__ import annotations

import sqlalchemy as sa

from troth.apply.counting import settled
from troth.apply.work import Work
from troth.plan.model import DeleteRows, WholePartition
from troth.stores.render import Row

_NAMED = " partition "


def receipt_name(step: DeleteRows, partition: WholePartition) -> str:
    """Under which name a receipt counts the rows of a dropped partition."""
    return f"{step.id}{_NAMED}{partition.name}"


def step_of(name: str) -> str:
    """The step to which a name in a receipt belongs."""
    return name.partition(_NAMED)[0]


def wholly_due(work: Work, step: DeleteRows) -> tuple[WholePartition, ...]:
    """Those of the step's partitions of which every row is due now, with their rows."""
    found = []
    for partition in step.partitions:
        if partition.name in work.tables:
            rows = due_rows(work, work.connection, step, partition)
            if rows:
                found.append(partition.model_copy(update={"rows": rows}))
    return tuple(found)


def due_rows(
    work: Work, connection: sa.Connection, step: DeleteRows, partition: WholePartition
) -> int | None:
    """The rows of a partition, if all of them are due; else None."""
    source = work.row(partition.name).source
    row = Row(work.row(step.table).table, source)
    due = work.renderer().condition(settled(step.due, work, step.table), row)
    select = sa.select(sa.func.count(), sa.func.count().filter(due)).select_from(source)
    every, going = connection.execute(select).one()
    return int(every) if every == going else None


def drop_if_due(
    work: Work, connection: sa.Connection, step: DeleteRows, partition: WholePartition
) -> int | None:
    """Inside the open transaction: drops a partition that is still wholly due; its rows, or None.

    `Transient` (`lock-timeout`) where others use it: their work goes first.
    """
    table = work.row(partition.name).source
    assert isinstance(table, sa.TableClause)
    dialect = work.store.dialect
    dialect.keep_writers_out(connection, table)
    rows = due_rows(work, connection, step, partition)
    if rows:
        dialect.drop_table(connection, table)
    return rows
