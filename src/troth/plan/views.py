"""Materialised views: copies that the database keeps, and that no delete or update reaches."""

from __future__ import annotations

from collections.abc import Iterator

from troth.plan.model import DeleteRows, EraseValues, Notice
from troth.plan.schema import StoreSchema, TableSchema


def stale_views(
    schema: StoreSchema, table: TableSchema, step: DeleteRows | EraseValues
) -> Iterator[Notice]:
    """A notice for each materialised view that reads a table which a step writes, by any way."""
    for view in _readers(schema, table):
        yield Notice(
            code="materialised-view",
            severity="warning",
            store=step.store,
            table=step.table,
            message=f"materialised view {view.name} reads it, and shows what was there until it is "
            "refreshed",
            help=f"after the run: {_refresh(view)}",
        )


def _readers(schema: StoreSchema, table: TableSchema) -> Iterator[TableSchema]:
    """The materialised views over a table and its partitions, also through other views.

    One that reads another comes after it, as they are to be refreshed.
    """
    reached = {table.name}
    while more := {one.name for one in schema.tables if one.partition_of in reached} - reached:
        reached |= more
    waiting = [one for one in schema.tables if one.reads]
    while found := [one for one in waiting if reached & set(one.reads)]:
        waiting = [one for one in waiting if one not in found]
        reached |= {one.name for one in found}
        yield from (one for one in found if one.kind == "materialised-view")


def _refresh(view: TableSchema) -> str:
    """With a unique index it is refreshed while others read it."""
    how = "CONCURRENTLY " if view.unique else ""
    name = ".".join('"' + part.replace('"', '""') + '"' for part in view.name.split("."))
    return f"REFRESH MATERIALIZED VIEW {how}{name}"
