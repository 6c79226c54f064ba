"""Opening a store: its address becomes an adapter whose abilities are known."""

from __future__ import annotations

from importlib import import_module

import sqlalchemy as sa

from troth.stores.address import DialectName, parse_address
from troth.stores.dialect import Dialect
from troth.stores.failures import POOLED
from troth.stores.store import Purpose, Store, opened, told


def open_store(name: str, url: str, *, purpose: Purpose) -> Store:
    """Opens the store `name` at `url`, to read it only or to write as well.

    Connects once, to probe what the store can do. Raises `Refused` where the address or the login
    is wrong, the database does not exist or a pooler hands out connections by transaction;
    `Transient` with code `store-unreachable` where nobody answers. No error shows a password.
    """
    address = parse_address(url, place=name)
    dialect = dialect_of(address.dialect)
    engine = dialect.engine(address, writable=purpose == "write")
    with (
        opened(engine, dialect, name) as connection,
        opened(engine, dialect, name) as other,
    ):
        with told(dialect, name):
            capabilities = dialect.probe(connection)
            pooled = is_pooled(dialect, connection, other)
        if pooled:
            raise POOLED.error(name)
    return Store(
        name=name,
        address=address,
        dialect=dialect,
        purpose=purpose,
        capabilities=capabilities,
        engine=engine,
    )


def is_pooled(dialect: Dialect, connection: sa.Connection, other: sa.Connection) -> bool:
    """Whether a pooler hands out the server's processes by transaction.

    While `other` is inside a transaction, `connection` may not sit on the same process, nor move
    to another one.
    """
    if dialect.process_sql is None:
        return False
    before = connection.exec_driver_sql(dialect.process_sql).scalar()
    dialect.begin_reading(other)
    held = other.exec_driver_sql(dialect.process_sql).scalar()
    after = connection.exec_driver_sql(dialect.process_sql).scalar()
    dialect.rollback(other)
    return held == before or after != before


def dialect_of(name: DialectName) -> Dialect:
    """The adapter of a dialect; its driver is imported only now."""
    module, adapter = _ADAPTERS[name]
    made: Dialect = getattr(import_module(f"troth.stores.{module}"), adapter)()
    return made


_ADAPTERS: dict[DialectName, tuple[str, str]] = {
    "sqlite": ("sqlite", "SQLite"),
    "postgresql": ("postgresql", "PostgreSQL"),
    "mariadb": ("mariadb", "MariaDB"),
}
