"""Whether a rectification can be written at all, examined before anything is (Art. 16)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from troth.apply.load import load_set
from troth.apply.work import Work
from troth.datamap.bindings import Binding, EarliestOf, FirstOf, LatestOf, RelatedDay
from troth.datamap.model import DataMap
from troth.datamap.paths import path_end, resolve_path
from troth.desk.rectify.copies import Site
from troth.desk.rectify.model import Notice, Place, Target
from troth.desk.rectify.values import bound
from troth.errors import Refused
from troth.stores.render import Row

DAYS = ("date", "timestamp", "timestamptz")


@dataclass(frozen=True)
class Spot:
    """A column to be written, with its cells."""

    work: Work
    table: str
    column: str
    key: tuple[str, ...]
    targets: tuple[Target, ...]

    @property
    def label(self) -> str:
        return f"{self.work.name}.{self.table}.{self.column}"


def key_of(datamap: DataMap, work: Work, table: str) -> tuple[str, ...]:
    """The key by which rows of a table are written: the map's, else the database's."""
    entry = datamap.stores[work.name].tables.get(table)
    return entry.key if entry is not None and entry.key else work.row(table).table.key


def spots(site: Site, targets: Sequence[Target]) -> list[Spot]:
    """The columns of some cells."""
    found: dict[Place, list[Target]] = {}
    for target in targets:
        found.setdefault((target.store, target.table, target.column), []).append(target)
    return [
        Spot(
            site.desk.works[store],
            table,
            column,
            key_of(site.setting.map, site.desk.works[store], table),
            tuple(some),
        )
        for (store, table, column), some in found.items()
    ]


def examine(site: Site, targets: Sequence[Target]) -> tuple[Notice, ...]:
    """What whoever approves should know; refuses what no database would take.

    Refused: `rectify-type`, `rectify-too-long`, `rectify-not-in-enum`, `rectify-generated`,
    `rectify-not-unique`, `rectify-no-transactions`, `store-read-only`.
    """
    notices: dict[Notice, None] = {}
    for spot in spots(site, targets):
        notices.update(dict.fromkeys(_column(site, spot)))
        if not any(target.path for target in spot.targets):
            _unique(site, spot)
    return tuple(notices)


def _column(site: Site, spot: Spot) -> Iterator[Notice]:
    row = spot.work.row(spot.table)
    column = row.column(spot.column)
    if column.generated:
        raise Refused(
            "rectify-generated",
            "the database computes the column",
            place=spot.label,
            help="correct the columns that it is computed from; leave this one out with --except",
        )
    if not row.table.transactional:
        raise Refused(
            "rectify-no-transactions",
            "the table's engine has no transactions: a failure would leave half of it",
            place=f"{spot.work.name}.{spot.table}",
            help="change the engine (ALTER TABLE … ENGINE=InnoDB)",
        )
    for target in spot.targets:
        if target.path is None:
            new = site.changes[target.change].new
            bound(column, new, spot.label, spot.work.store.address.dialect)
    yield from _notices(spot, row)


def _notices(spot: Spot, row: Row) -> Iterator[Notice]:
    place = f"{spot.work.name}.{spot.table}"
    for trigger in row.table.triggers:
        if trigger.event == "update":
            yield Notice(
                "trigger",
                place,
                f"the trigger {trigger.name} runs with the write",
                "read what it does: a copy that it makes is looked for afterwards",
            )
    for check in row.table.checks:
        if spot.column in check:
            yield Notice("check-constraint", spot.label, "a check constraint reads the column")
    for column in row.table.columns:
        if column.on_update:
            yield Notice(
                "on-update-column",
                f"{place}.{column.name}",
                "every update sets it to now; it keeps its value here",
            )
    if row.table.history_of is not None:
        yield Notice(
            "history-table",
            place,
            "the database keeps old versions of rows: the old value stays in its history",
            "delete its history: DELETE HISTORY FROM …",
        )


def _unique(site: Site, spot: Spot) -> None:
    """The new value would meet that of another row in a unique index."""
    row = spot.work.row(spot.table)
    column = row.column(spot.column)
    dialect = spot.work.store.address.dialect
    for unique in dict.fromkeys((*row.table.unique, row.table.key)):
        if spot.column not in unique:
            continue
        for number in {target.change for target in spot.targets}:
            new = bound(column, site.changes[number].new, spot.label, dialect)
            mine = [target for target in spot.targets if target.change == number]
            if (unique == (spot.column,) and len(mine) > 1) or _taken(spot, row, unique, new, mine):
                raise Refused(
                    "rectify-not-unique",
                    "another row has the new value, and the column takes each but once",
                    place=spot.label,
                    help="look whose row it is: troth request find; perhaps both are one person's",
                )


def _taken(
    spot: Spot, row: Row, unique: tuple[str, ...], new: Any, targets: Sequence[Target]
) -> bool:
    """Another row has the new value beside the same other columns of the index."""
    picks = load_keys(spot.work, spot.table, spot.key, [target.key for target in targets])
    mine, other = row.source.alias("troth_mine"), row.source.alias("troth_other")
    rest = [name for name in unique if name != spot.column]
    itself = sa.and_(*(mine.c[name] == other.c[name] for name in spot.key))
    select = (
        sa.select(sa.func.count())
        .select_from(
            picks.join(mine, sa.and_(*(picks.c[name] == mine.c[name] for name in spot.key))),
            other,
        )
        .where(other.c[spot.column] == new, sa.not_(itself))
        .where(*(mine.c[name] == other.c[name] for name in rest))
    )
    with spot.work.session.told():
        return bool(spot.work.connection.execute(select).scalar_one())


def load_keys(
    work: Work, table: str, key: tuple[str, ...], keys: Sequence[tuple[Any, ...]]
) -> sa.TableClause:
    """A temporary table of keys, each once."""
    rows = list(dict.fromkeys(keys))
    name = f"rectify-{table}"
    work.sets.pop(name, None)
    made = load_set(work, name, work.key_columns(table, key), rows, keys=len(key))
    assert made is not None
    del work.sets[name]
    return made


def watched(datamap: DataMap, work: Work, table: str) -> tuple[str, ...]:
    """Columns of a table from whose days rules count: our own write must not move them."""
    found: dict[str, None] = {}
    for store, entry in datamap.stores.items():
        for name, described in entry.tables.items():
            for binding in described.events.values():
                for part, end in _days(datamap, store, name, binding):
                    if end == (work.name, table):
                        found[part] = None
    columns = work.row(table).table.columns
    return tuple(c.name for c in columns if c.name in found or c.on_update)


def _days(
    datamap: DataMap, store: str, table: str, binding: Binding
) -> Iterator[tuple[str, tuple[str, str]]]:
    """The columns that a binding reads, each with its table."""
    match binding:
        case FirstOf():
            parts: Sequence[Binding] = binding.first
        case LatestOf():
            parts = binding.latest
        case EarliestOf():
            parts = binding.earliest
        case RelatedDay():
            end = path_end(store, table, resolve_path(datamap, store, table, binding.related))
            yield binding.day.column, end
            return
        case _:
            for name in ("column", "financial_year_end_of", "period_end_of"):
                found = getattr(binding, name, None)
                column = getattr(found, "column", found)
                if isinstance(column, str):
                    yield column, (store, table)
            return
    for part in parts:
        yield from _days(datamap, store, table, part)
