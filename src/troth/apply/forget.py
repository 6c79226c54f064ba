"""Kept days go with the row for which they were kept: they are personal data like any other."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

import sqlalchemy as sa

from troth.apply.work import Work
from troth.datamap.model import DataMap
from troth.grounds.facts import KeptDay


def days_of_gone_rows(
    works: Mapping[str, Work], datamap: DataMap, kept: Iterable[KeptDay]
) -> list[KeptDay]:
    """The kept days whose rows are not there any more, so that nothing counts from them."""
    by_table: dict[tuple[str, str], list[KeptDay]] = {}
    for day in kept:
        by_table.setdefault((day.store, day.table), []).append(day)
    found: list[KeptDay] = []
    for (store, table), days in by_table.items():
        work = works.get(store)
        entry = datamap.stores[store].tables.get(table) if store in datamap.stores else None
        if work is not None and entry is not None and entry.key and table in work.tables:
            present = set(_present(work, table, entry.key, days))
            found += [day for day in days if _text(day.key) not in present]
    return found


def _present(
    work: Work, table: str, key: tuple[str, ...], days: list[KeptDay]
) -> Iterator[tuple[str, ...]]:
    """The keys of these days' rows that are still there, as texts."""
    asked = work.temporary(f"kept:{table}", work.key_columns(table, key))
    rows = list(dict.fromkeys(day.key for day in days))
    source = work.row(table).source
    same = sa.and_(*(asked.c[name] == source.c[name] for name in key))
    select = sa.select(*(asked.c[name] for name in key)).select_from(asked.join(source, same))
    with work.session.told():
        work.store.dialect.bulk_load(work.connection, asked, key, rows)
        work.store.dialect.analyse(work.connection, asked.name)
        for cells in work.connection.execute(select):
            yield _text(tuple(cells))


def _text(key: tuple[object, ...]) -> tuple[str, ...]:
    return tuple(str(part) for part in key)
