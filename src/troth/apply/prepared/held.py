"""Rows that open holds and restrictions name: whether they stand, and whether they are theirs."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping

import sqlalchemy as sa

from troth.apply.elsewhere import VALUES_AT_ONCE, among
from troth.apply.prepared.persons import Naming, Persons
from troth.apply.prepared.specialise import Reach
from troth.apply.prepared.unfit import UnfitError
from troth.apply.resolve import HeldRow, Resolution
from troth.apply.work import Work
from troth.grounds.cells import key_part
from troth.grounds.facts import Key

_COMPARED = ("integer", "text")
"""Kinds of keys that a driver compares as the ledger has them."""


def rows_held(resolution: Resolution) -> dict[tuple[str, str], list[Key]]:
    """The keys of the rows that open holds name, by store and table."""
    found: dict[tuple[str, str], list[Key]] = {}
    for hold in resolution.open_holds:
        for store, table, key in hold.rows:
            found.setdefault((store, table), []).append(key)
    return found


def held_and_there(resolution: Resolution) -> set[HeldRow]:
    """Those of them that exist, as `flag_unresolved` asks for them."""
    there: set[HeldRow] = set()
    for (store, table), keys in rows_held(resolution).items():
        work = resolution.works.get(store)
        if work is not None and table in work.tables:
            own = resolution.map.table(store, table).key
            for cells in _cells(work, table, own, keys, own):
                there.add((store, table, tuple(map(str, cells))))
                there.add((store, table, tuple(str(key_part(cell)) for cell in cells)))
    return there


def refuse_theirs(
    work: Work,
    resolution: Resolution,
    found: Mapping[Naming, Persons],
    reaches: Mapping[str, Reach],
    tables: Collection[str],
) -> None:
    """Unfit where one of the rows that go may be held; another's held row keeps nothing of them."""
    for (store, table), keys in rows_held(resolution).items():
        if store != work.name or table not in tables:
            continue
        reach = reaches.get(table)
        own = resolution.map.table(store, table).key
        if reach is not None and len(reach.hops) <= 1 and reach.naming in found:
            column = reach.hops[0].columns if reach.hops else (reach.naming.key,)
            theirs = {str(key_part(key)) for key in found[reach.naming].cells}
            at = _cells(work, table, own, keys, column)
            mine = any(str(key_part(cell)) in theirs for (cell,) in at)
        else:
            mine = any(True for _ in _cells(work, table, own, keys, own))
        if mine:
            raise UnfitError(f"a row of '{table}' is held")


def _cells(
    work: Work, table: str, key: tuple[str, ...], keys: list[Key], columns: tuple[str, ...]
) -> Iterator[tuple[object, ...]]:
    """Cells of the rows with these keys that are there."""
    row = work.row(table)
    if not key or any(row.kind(name) not in _COMPARED for name in key):
        raise UnfitError(f"rows of '{table}' are held, whose keys are not compared here")
    parts = [row.source.c[name] for name in key]
    for start in range(0, len(keys), VALUES_AT_ONCE):
        some = among(parts, keys[start : start + VALUES_AT_ONCE])
        select = sa.select(*(row.source.c[name] for name in columns)).where(some)
        with work.session.told():
            cells = work.connection.execute(select).all()
        yield from (tuple(each) for each in cells)
