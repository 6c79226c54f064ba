"""A store at work: sessions that read one moment, and short transactions that write."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from typing import Any, Literal

import sqlalchemy as sa

from troth.errors import Refused, TrothError
from troth.stores.address import Address
from troth.stores.capabilities import Capabilities
from troth.stores.dialect import Dialect
from troth.stores.failures import BAD_OPTION, COMMIT_UNKNOWN, LOST, translate
from troth.stores.tables import TemporaryTable

Purpose = Literal["read", "write"]
OWN_SCHEMA = "troth"
OWN_PREFIX = "troth_"


@dataclass(frozen=True)
class Session:
    """One connection to a store. Temporary tables live until it ends; transactions follow it.

    Every driver's exception that leaves `reading`, `collecting` or `writing` has become a
    `TrothError` without a value of any row in it.
    """

    connection: sa.Connection = field(repr=False)
    dialect: Dialect
    store: str
    purpose: Purpose

    @contextmanager
    def reading(self) -> Iterator[sa.Connection]:
        """A transaction that sees one moment and can write to temporary tables alone."""
        with self._transaction(self.dialect.begin_reading, self.dialect.end_reading) as connection:
            yield connection

    @contextmanager
    def collecting(self) -> Iterator[sa.Connection]:
        """As `reading`, for INSERT … SELECT into temporary tables without a lock on any user's row.

        Where the store lacks `snapshot_collecting`, each statement sees a moment of its own.
        """
        begin, end = self.dialect.begin_collecting, self.dialect.end_reading
        with self._transaction(begin, end) as connection:
            yield connection

    @contextmanager
    def writing(self) -> Iterator[sa.Connection]:
        """A READ COMMITTED transaction with limits on locks; rolled back if an error leaves it."""
        self.refuse_reading_only()
        with self._transaction(self.dialect.begin_writing, None) as connection:
            yield connection

    def refuse_reading_only(self) -> None:
        """Refused (`store-opened-for-reading`) where nothing may be written."""
        if self.purpose != "write":
            raise Refused(
                "store-opened-for-reading",
                "the store was opened for reading only",
                place=self.store,
            )

    def create_temporary(self, table: TemporaryTable) -> sa.TableClause:
        """Creates a temporary table of this session, outside `reading` and `collecting`."""
        with self.told():
            return self.dialect.create_temporary(self.connection, table)

    def drop_temporary(self, table: TemporaryTable) -> None:
        """Drops a temporary table of this session."""
        with self.told():
            self.dialect.drop_temporary(self.connection, table)

    @contextmanager
    def told(self) -> Iterator[None]:
        """Raises a driver's exception of its body as a `TrothError`."""
        with told(self.dialect, self.store):
            yield

    @contextmanager
    def _transaction(
        self,
        begin: Callable[[sa.Connection], None],
        end: Callable[[sa.Connection], None] | None,
    ) -> Iterator[sa.Connection]:
        connection = self.connection
        if connection.invalidated:  # SQLAlchemy would reconnect, without our temporary tables
            raise LOST.error(self.store)
        with self.told():
            begin(connection)
            try:
                yield connection
            except BaseException:  # Ctrl-C too: nothing of a batch may stay half done
                self.abandon()
                raise
            self._commit()
            if end is not None:
                end(connection)

    def _commit(self) -> None:
        try:
            self.dialect.commit(self.connection)
        except self.dialect.errors as error:
            self.abandon()
            failure = translate(error, self.dialect.classify, self.store)
            if failure.code == LOST.code:
                failure = COMMIT_UNKNOWN.error(self.store)
            raise failure from None

    def abandon(self) -> None:
        """Rolls back; where even that fails the connection is closed, which rolls back as well."""
        try:
            self.dialect.rollback(self.connection)
            self.dialect.end_reading(self.connection)
        except Exception:
            self.connection.invalidate()


@dataclass(frozen=True)
class Store:
    """A database of the organisation, ready for use; it holds no open connection itself.

    `capabilities` were probed when it was opened. Neither repr nor errors show a password.
    """

    name: str
    address: Address
    dialect: Dialect
    purpose: Purpose
    capabilities: Capabilities = field(repr=False)
    engine: sa.Engine = field(repr=False)

    @contextmanager
    def session(self) -> Iterator[Session]:
        """One connection, settled; its temporary tables and settings end with it."""
        with opened(self.engine, self.dialect, self.name) as connection:
            yield Session(connection, self.dialect, self.name, self.purpose)

    @contextmanager
    def reading(self, temporary: Sequence[TemporaryTable] = ()) -> Iterator[sa.Connection]:
        """A session and one reading transaction; `temporary` tables are made before it begins."""
        with self.session() as session:
            for table in temporary:
                session.create_temporary(table)
            with session.reading() as connection:
                yield connection

    @contextmanager
    def writing(self) -> Iterator[sa.Connection]:
        """A session and one writing transaction."""
        with self.session() as session, session.writing() as connection:
            yield connection

    def error(self, error: BaseException) -> TrothError:
        """What a driver's exception means: refused, transient or broken, without any value."""
        return translate(error, self.dialect.classify, self.name)

    def own_table(self, name: str, *columns: sa.ColumnClause[Any]) -> sa.TableClause:
        """A table of Troth's own in this store: in schema `troth`, or prefixed `troth_`."""
        if self.capabilities.own_schema.yes:
            return sa.table(name, *columns, schema=OWN_SCHEMA)
        return sa.table(OWN_PREFIX + name, *columns)


@contextmanager
def opened(engine: sa.Engine, dialect: Dialect, store: str) -> Iterator[sa.Connection]:
    """A settled connection; failing to get one is told as a `TrothError`."""
    try:
        connection = engine.connect()
    except (sa.exc.SQLAlchemyError, TypeError) as error:
        # A TypeError is the driver's word for an option in the address that it does not know.
        raise _connect_error(error, dialect, store) from None
    try:
        with told(dialect, store):
            dialect.settle(connection)
        yield connection
    finally:
        with suppress(*dialect.errors):  # the server has ended it: nothing is left to close
            connection.close()


@contextmanager
def told(dialect: Dialect, store: str) -> Iterator[None]:
    """Raises a driver's exception of its body as a `TrothError`."""
    try:
        yield
    except dialect.errors as error:
        raise translate(error, dialect.classify, store) from None


def _connect_error(error: Exception, dialect: Dialect, store: str) -> TrothError:
    if isinstance(error, TypeError):
        return BAD_OPTION.error(store)
    return translate(error, dialect.classify, store)
