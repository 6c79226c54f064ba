"""What a store holds, read from its catalogue in a handful of queries for all tables at once."""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module

import sqlalchemy as sa

from troth.plan.schema import StoreSchema, TableSchema
from troth.stores.address import DialectName
from troth.stores.store import Store, told

Reader = Callable[[sa.Connection], tuple[TableSchema, ...]]

_READERS: dict[DialectName, str] = {
    "sqlite": "troth.stores.sqlite_schema",
    "postgresql": "troth.stores.postgresql_schema",
    "mariadb": "troth.stores.mariadb_schema",
}


def reflect(store: Store) -> StoreSchema:
    """The tables and views of a store, sorted by name; Troth's own tables are left out.

    - `indexes` are the full, plain ones, the key's and the unique ones among them; an index with a
      condition, an expression or a prefix is in none of the lists.
    - A foreign key is `deferrable` where the store can defer it to the commit.
    - A table whose `history_of` is its own name keeps erased rows in itself (system versioning).
    - A rule of PostgreSQL that acts on a write is a trigger with the timing `rule`.
    """
    with store.session() as session, session.reading() as connection:
        return reflect_connection(store, connection)


def reflect_connection(store: Store, connection: sa.Connection) -> StoreSchema:
    """As `reflect`, as an open transaction sees the store."""
    reader: Reader = import_module(_READERS[store.address.dialect]).read_tables
    with told(store.dialect, store.name):
        tables = reader(connection)
    ordered = tuple(sorted(tables, key=lambda table: table.name))
    return StoreSchema(store=store.name, dialect=store.address.dialect, tables=ordered)
