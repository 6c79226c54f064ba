"""Columns that a plan would write or read, and that the database does not have."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from troth.apply.schema_check import real_table
from troth.datamap.inside import columns_of
from troth.datamap.model import DataMap
from troth.documents.nearest import nearest
from troth.errors import Problems, Refused
from troth.plan.model import ArchiveRows, EraseValues, Plan, Step
from troth.plan.schema import StoreSchema


def refuse_missing(plan: Plan, datamap: DataMap, schemas: Mapping[str, StoreSchema]) -> None:
    """Refuses (`unknown-column`) a plan that names a column which its table lacks."""
    found = dict.fromkeys(_missing(plan, datamap, schemas))
    if found:
        raise Problems([_refusal(*one) for one in found])


def _missing(
    plan: Plan, datamap: DataMap, schemas: Mapping[str, StoreSchema]
) -> Iterator[tuple[str, str, str, str | None]]:
    """Store, table, column, and the column of the database that looks most like it."""
    for step in plan.steps:
        entry = datamap.stores[step.store].tables[step.table]
        real = real_table(schemas[step.store], step.table, entry)
        if real is None:
            continue  # told as unknown-table, where the table is first read
        there = [column.name for column in real.columns]
        free = [name for name in there if name not in entry.columns]
        for name in _named(step):
            if name not in there:
                yield step.store, step.table, name, nearest(name, free)


def _named(step: Step) -> Iterable[str]:
    if isinstance(step, EraseValues):
        return (*step.key, *columns_of(step.columns))
    if isinstance(step, ArchiveRows):
        return (*step.key, *columns_of(step.moves), *step.keeps_columns)
    return step.key


def _refusal(store: str, table: str, column: str, like: str | None) -> Refused:
    help = "correct the map; troth check --schema shows every difference"
    return Refused(
        "unknown-column",
        f"the database has no column '{column}' in table '{table}'",
        place=store,
        help=f"did you mean '{like}'? {help}" if like else help,
    )
