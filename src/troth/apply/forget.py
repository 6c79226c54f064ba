"""What the ledger keeps for a row goes with the row: it is personal data like any other."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import replace
from datetime import datetime

import sqlalchemy as sa

from troth.apply.marking import oldest_backup
from troth.apply.moved import rows_without
from troth.apply.work import Work
from troth.datamap.model import DataMap
from troth.grounds.cells import key_part
from troth.grounds.facts import Identifier, KeptDay, Key, MovedName
from troth.law.calendar import day_of
from troth.ledger.kept import forget_days, read_kept_days
from troth.ledger.ledger import Ledger
from troth.ledger.marks import destroy_expired
from troth.ledger.moved import MovedRow, forget_moved, moved_rows
from troth.ledger.quick import Quick
from troth.ledger.rectifications import Correction, forget_corrections, list_corrections
from troth.ledger.scope import RowName
from troth.ledger.session import Reading
from troth.ledger.tables import corrections, kept_days, moved_names
from troth.policy.model import Policy


def forget_what_went(
    works: Mapping[str, Work],
    policy: Policy,
    datamap: DataMap,
    ledger: Ledger,
    clock: Callable[[], datetime],
) -> None:
    """Forgets days, names and corrections of rows that have gone, and marks without a backup."""
    now, organisation = clock(), policy.organisation
    expired = oldest_backup(policy, day_of(now, policy.zoneinfo))
    with ledger.writing(organisation) as writing:
        destroy_expired(writing, expired, at=now)
    forget_of_rows(works, datamap, ledger, organisation, clock)


def keeps_of_rows(reading: Reading) -> bool:
    """Whether the ledger keeps anything for single rows."""
    own = {"own": reading.organisation}
    ((kept,),) = _KEEPS.rows(reading.connection, own)
    return bool(kept)


_KEEPS = Quick(
    sa.select(
        sa.or_(
            *(
                sa.exists().where(table.c.organisation == sa.bindparam("own"))
                for table in (kept_days, moved_names, corrections)
            )
        )
    )
)


def forget_of_rows(
    works: Mapping[str, Work],
    datamap: DataMap,
    ledger: Ledger,
    organisation: str,
    clock: Callable[[], datetime],
) -> None:
    """Forgets days, names and corrections that the ledger kept for rows that have gone."""
    with ledger.reading(organisation) as reading:
        kept, moved = read_kept_days(reading), moved_rows(reading)
        corrected = list_corrections(reading)
    gone = days_of_gone_rows(works, datamap, kept)
    if gone:
        with ledger.writing(organisation) as writing:
            forget_days(writing, gone, at=clock())
    beside = corrections_of_gone_rows(works, datamap, corrected)
    if beside:
        with ledger.writing(organisation) as writing:
            forget_corrections(writing, beside, at=clock())
    nameless = names_of_gone_rows(works, datamap, moved)
    if nameless:
        with ledger.writing(organisation) as writing:
            forget_moved(writing, nameless, at=clock())


def days_of_gone_rows(
    works: Mapping[str, Work], datamap: DataMap, kept: Iterable[KeptDay]
) -> list[KeptDay]:
    """The kept days whose rows are not there any more, so that nothing counts from them."""
    days = list(kept)
    gone = rows_gone(works, datamap, {(day.store, day.table, day.key) for day in days})
    return [day for day in days if (day.store, day.table, day.key) in gone]


def corrections_of_gone_rows(
    works: Mapping[str, Work], datamap: DataMap, recorded: Iterable[Correction]
) -> list[Correction]:
    """The corrections beside papers that are not there any more."""
    beside = list(recorded)
    gone = rows_gone(works, datamap, {(one.store, one.table, one.key) for one in beside})
    return [one for one in beside if (one.store, one.table, one.key) in gone]


def names_of_gone_rows(
    works: Mapping[str, Work], datamap: DataMap, moved: Iterable[MovedRow]
) -> list[MovedRow]:
    """Moved names whose row is not there any more, or of which the archive has no copy any more."""
    rows = list(moved)
    copies = {row: copy for row in rows if (copy := _copy(row)) is not None}
    named = {(row.store, row.table, row.key) for row in (*rows, *copies.values())}
    gone = rows_gone(works, datamap, named)
    emptied = set(_emptied(works, datamap, copies.values()))

    def over(row: MovedRow) -> bool:
        return (row.store, row.table, row.key) in gone

    return [
        row
        for row in rows
        if over(row) or (row in copies and (over(copies[row]) or copies[row] in emptied))
    ]


def _copy(row: MovedRow) -> MovedRow | None:
    """The archive's copy of a row."""
    kind, _, place = row.moved_by.partition(":")
    store, dot, table = place.partition(".")
    return replace(row, store=store, table=table) if kind == "archive" and dot else None


def _emptied(
    works: Mapping[str, Work], datamap: DataMap, copies: Iterable[MovedRow]
) -> Iterator[MovedRow]:
    """Copies that are there without the name."""
    by_table: dict[tuple[str, str], dict[MovedName, MovedRow]] = {}
    for copy in copies:
        name = MovedName(copy.store, copy.table, copy.key, copy.column, _NOBODY)
        by_table.setdefault((copy.store, copy.table), {})[name] = copy
    for (store, table), asked in by_table.items():
        work = works.get(store)
        if work is not None and table in datamap.stores[store].tables:
            for _, one in rows_without(work, datamap, table, (), asked):
                yield asked[one]


_NOBODY = Identifier("", "")


def rows_gone(works: Mapping[str, Work], datamap: DataMap, rows: Iterable[RowName]) -> set[RowName]:
    """Those of the rows, of tables that can be asked, which are not there."""
    by_table: dict[tuple[str, str], list[Key]] = {}
    for store, table, key in rows:
        by_table.setdefault((store, table), []).append(key)
    found: set[RowName] = set()
    for (store, table), keys in by_table.items():
        work = works.get(store)
        entry = datamap.stores[store].tables.get(table) if store in datamap.stores else None
        if work is not None and entry is not None and entry.key and table in work.tables:
            present = set(_present(work, table, entry.key, keys))
            found |= {(store, table, key) for key in keys if _text(key) not in present}
    return found


def _present(
    work: Work, table: str, key: tuple[str, ...], keys: list[Key]
) -> Iterator[tuple[str, ...]]:
    """Those of the keys whose rows are still there, as texts."""
    asked = work.temporary(f"kept:{table}", work.key_columns(table, key))
    rows = list(dict.fromkeys(keys))
    source = work.row(table).source
    same = sa.and_(*(asked.c[name] == source.c[name] for name in key))
    select = sa.select(*(asked.c[name] for name in key)).select_from(asked.join(source, same))
    with work.session.told():
        work.store.dialect.bulk_load(work.connection, asked, key, rows)
        work.store.dialect.analyse(work.connection, asked.name)
        for cells in work.connection.execute(select):
            yield _text(tuple(cells))


def _text(key: tuple[object, ...]) -> tuple[str, ...]:
    return tuple(str(key_part(part)) for part in key)
