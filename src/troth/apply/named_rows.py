"""Rows that a person names by key, looked for in their stores."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import sqlalchemy as sa

from troth.apply.work import Work, working
from troth.datamap.model import DataMap
from troth.errors import Refused
from troth.ledger.scope import RowName
from troth.plan.schema import ColumnSchema
from troth.policy.model import Policy
from troth.stores.reflect import reflect
from troth.stores.store import Store

_AT = "troth_at"


def rows_not_there(
    stores: Mapping[str, Store], datamap: DataMap, policy: Policy, rows: Sequence[RowName]
) -> tuple[RowName, ...]:
    """Those of the named rows that their store does not have; rows of other stores are left out.

    A key with too many or too few parts, or one that its columns cannot hold, names no row.
    """
    schemas = {name: reflect(store) for name, store in stores.items()}
    missing: list[RowName] = []
    with working(stores, schemas, datamap, policy.zoneinfo) as works:
        for place in dict.fromkeys((store, table) for store, table, _ in rows):
            store, table = place
            if store in works:
                named = [row for row in rows if row[:2] == place]
                key = datamap.table(store, table).key
                fitting = [row for row in named if len(row[2]) == len(key)]
                there = _there(works[store], table, key, fitting) if key else set()
                missing += [row for row in named if row not in there]
    return tuple(missing)


def _there(work: Work, table: str, key: tuple[str, ...], rows: Sequence[RowName]) -> set[RowName]:
    """The rows that the table has, found by one join with their keys."""
    if not rows:
        return set()
    at = ColumnSchema(_AT, "integer", work.store.dialect.types["integer"], nullable=True)
    named = work.temporary("named-rows", (*work.key_columns(table, key), at))
    numbered = [(*row[2], number) for number, row in enumerate(rows)]
    try:
        with work.session.told():
            work.store.dialect.bulk_load(work.connection, named, (*key, _AT), numbered)
    except Refused as error:
        if error.code != "value-rejected":
            raise
        if len(rows) == 1:
            return set()
        half = len(rows) // 2
        return _there(work, table, key, rows[:half]) | _there(work, table, key, rows[half:])
    source = work.row(table).source
    same = sa.and_(*(source.c[name] == named.c[name] for name in key))
    with work.session.told():
        found = work.connection.execute(sa.select(named.c[_AT]).join_from(named, source, same))
        return {rows[int(number)] for number in found.scalars()}
