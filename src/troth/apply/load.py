"""A set of keys loaded into its store: a temporary table of the session, with an index."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

import sqlalchemy as sa

from troth.apply.work import Work
from troth.plan.schema import ColumnSchema


def load_set(
    work: Work,
    name: str,
    columns: tuple[ColumnSchema, ...],
    rows: Iterable[tuple[Any, ...]],
    *,
    keys: int,
    indexed: bool = True,
) -> sa.TableClause | None:
    """A temporary table with the rows, as the set `name` of `work`; None where there are none.

    The first `keys` of the columns are what the set is keyed on. Inside a transaction it goes
    without an index, whose creation would end MariaDB's.
    """
    source = iter(rows)
    first = next(source, None)
    if first is None:
        return None
    names = [column.name for column in columns]
    table = work.temporary(name, columns)

    def all_rows() -> Iterator[tuple[Any, ...]]:
        yield first
        yield from source

    with work.session.told():
        work.store.dialect.bulk_load(work.connection, table, names, all_rows())
        if indexed:
            _index(work, table, names[:keys])
            work.store.dialect.analyse(work.connection, table.name)
    work.sets[name] = table
    return table


def _index(work: Work, table: sa.TableClause, columns: list[str]) -> None:
    """An index on the keys, where the key's type takes one without a length."""
    integers = all(isinstance(table.c[name].type, sa.BigInteger) for name in columns)
    if work.store.address.dialect == "mariadb" and not integers:
        return
    quote = work.connection.dialect.identifier_preparer.quote
    listed = ", ".join(quote(name) for name in columns)
    place = f"{quote(table.name)} ({listed})"
    prefix = "temp." if work.store.address.dialect == "sqlite" else ""
    index = quote(f"{table.name}_keys")
    work.connection.exec_driver_sql(
        f"CREATE INDEX {prefix}{index} ON {place}".replace("%", "%%")
        if work.connection.dialect.paramstyle in ("format", "pyformat")
        else f"CREATE INDEX {prefix}{index} ON {place}"
    )
