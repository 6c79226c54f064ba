"""What an adapter is: the few things that databases do differently.

A new store is a subclass of `Dialect` that passes `conformance.StoreConformance`. Connections are
in the driver's autocommit mode; the adapter itself begins and ends transactions, so that what the
server is told is written down here and nowhere else.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager, nullcontext
from datetime import datetime
from itertools import islice
from typing import Any, ClassVar

import sqlalchemy as sa

from troth.plan.schema import TypeKind
from troth.stores.address import Address, DialectName
from troth.stores.capabilities import Capabilities
from troth.stores.failures import Failure
from troth.stores.limits import LOAD_ROWS
from troth.stores.pages import Pages
from troth.stores.readers import Readers
from troth.stores.tables import TemporaryTable, create_temporary_sql

Condition = sa.ColumnElement[bool]
Pairs = Sequence[tuple[str, str]]
"""Columns of a target and the columns of picked keys that they equal."""


class Dialect(ABC):
    """One kind of database. Methods take a connection and keep nothing of it."""

    name: ClassVar[DialectName]
    types: ClassVar[Mapping[TypeKind, str]]
    """The type with which a temporary table holds values of a kind."""
    driver_errors: ClassVar[tuple[type[Exception], ...]]
    """What the driver raises where SQLAlchemy does not stand between."""

    @property
    def errors(self) -> tuple[type[Exception], ...]:
        """Every exception that talking to the database may raise."""
        return (sa.exc.SQLAlchemyError, *self.driver_errors)

    process_sql: ClassVar[str | None]
    """Asks the number of the server's process behind a connection, where there is a server."""

    @abstractmethod
    def engine(self, address: Address, *, writable: bool) -> sa.Engine:
        """An engine without a pool, in autocommit mode, that hides parameters in its errors."""

    @abstractmethod
    def settle(self, connection: sa.Connection) -> None:
        """Session settings without which the same statement means different things."""

    @abstractmethod
    def probe(self, connection: sa.Connection) -> Capabilities:
        """What the store can do, found by reading only."""

    @abstractmethod
    def begin_reading(self, connection: sa.Connection) -> None:
        """Begins a transaction that sees one moment and cannot write to a user's table."""

    def begin_collecting(self, connection: sa.Connection) -> None:
        """As `begin_reading`, where INSERT … SELECT into a temporary table locks no user's row."""
        self.begin_reading(connection)

    @abstractmethod
    def begin_writing(self, connection: sa.Connection) -> None:
        """Begins a READ COMMITTED transaction (or stronger) with time limits on locks."""

    def commit(self, connection: sa.Connection) -> None:
        connection.exec_driver_sql("COMMIT")

    def rollback(self, connection: sa.Connection) -> None:
        connection.exec_driver_sql("ROLLBACK")

    @abstractmethod
    def end_reading(self, connection: sa.Connection) -> None:
        """Undoes what `begin_reading` did to the session; the transaction has ended."""

    @abstractmethod
    def classify(self, error: BaseException) -> tuple[Failure, str]:
        """A driver's exception to the failure it is, and what it is about (names only)."""

    @abstractmethod
    def clock(self, connection: sa.Connection) -> datetime:
        """The store's own clock, aware, in UTC."""

    def who_reads(
        self,
        connection: sa.Connection,  # noqa: ARG002 - a store may not know
        tables: Sequence[str],  # noqa: ARG002 - the same
        allowed: Sequence[str],  # noqa: ARG002 - the same
    ) -> Readers:
        """Who can read the tables (by their own names), `allowed` being accounts that may."""
        return Readers(untold="the store's adapter does not read its rights")

    def defer_constraints(self, connection: sa.Connection) -> None:  # noqa: B027 - optional
        """Defers to the commit of this transaction the foreign keys that can be."""

    def unchecked(
        self,
        connection: sa.Connection,  # noqa: ARG002 - where none can be deferred, it is needed
    ) -> AbstractContextManager[None]:
        """For statements that no foreign key may refuse, where none can be deferred.

        Only after a proof that the transaction as a whole breaks none.
        """
        return nullcontext()

    def keep_writers_out(self, connection: sa.Connection, table: sa.TableClause) -> None:
        """Until the transaction ends nobody writes to a table; waits for a moment only.

        Only where the store can `drop_partitions`, as `drop_table`.
        """
        raise NotImplementedError

    def drop_table(self, connection: sa.Connection, table: sa.TableClause) -> None:
        """Drops a table inside the transaction, as soon as nobody uses it; waits for a moment."""
        raise NotImplementedError

    def analyse(self, connection: sa.Connection, table: str) -> None:  # noqa: B027 - optional
        """Gives the planner statistics of a temporary table that has just been filled."""

    @contextmanager
    def after_a_sweep(self, connection: sa.Connection) -> Iterator[None]:  # noqa: ARG002
        """Statements inside read tables that have just lost many rows; in a transaction."""
        yield

    def pages(
        self,
        connection: sa.Connection,  # noqa: ARG002 - a store may not tell
        table: sa.TableClause,  # noqa: ARG002 - the same
    ) -> Pages | None:
        """How a table lies on the disk, in a transaction; None where `on_pages` cannot read it."""
        return None

    def on_pages(self, first: int, last: int) -> sa.ColumnElement[bool]:
        """A row of the statement's own table lies on these pages (`last` inclusive)."""
        raise NotImplementedError

    def create_temporary(self, connection: sa.Connection, table: TemporaryTable) -> sa.TableClause:
        """Creates a temporary table; never inside `reading` or `collecting`."""
        statement = create_temporary_sql(connection.dialect, table)
        connection.exec_driver_sql(_literal(connection, statement))
        return table.clause(self.name)

    def drop_temporary(self, connection: sa.Connection, table: TemporaryTable) -> None:
        """Drops a temporary table, and never a user's table of that name."""
        quoted = connection.dialect.identifier_preparer.quote(table.name)
        connection.exec_driver_sql(_literal(connection, self._drop_temporary_sql(quoted)))

    @abstractmethod
    def _drop_temporary_sql(self, quoted: str) -> str: ...

    def bulk_load(
        self,
        connection: sa.Connection,
        table: sa.TableClause,
        columns: Sequence[str],
        rows: Iterable[Sequence[Any]],
    ) -> int:
        """Inserts rows of Python values, in the order of `columns`; returns how many.

        Holds `LOAD_ROWS` rows in memory at most.
        """
        statement = sa.insert(table)
        source, count = iter(rows), 0
        while chunk := [dict(zip(columns, row, strict=True)) for row in islice(source, LOAD_ROWS)]:
            connection.execute(statement, chunk)
            count += len(chunk)
        return count

    def insert_from_select(
        self,
        connection: sa.Connection,
        table: sa.TableClause,
        columns: Sequence[str],
        select: sa.Select[Any],
    ) -> int:
        """INSERT … SELECT; returns how many rows were inserted."""
        statement = sa.insert(table).from_select(list(columns), select)
        # SQLAlchemy drops the count of an INSERT unless told to keep it.
        return connection.execute(statement, execution_options={"preserve_rowcount": True}).rowcount

    def lock_statement(
        self,
        target: sa.TableClause,
        picked: sa.FromClause,
        on: Pairs,
        *,
        batch: Condition | None = None,
        where: Condition | None = None,
    ) -> sa.Select[int]:
        """Locks the target's rows whose keys are picked; its one value says how many.

        `batch` is a condition on `picked` (a range of it), `where` one on the target.
        """
        rows = (
            sa.select(sa.literal_column("1").label("one"))
            .select_from(picked.join(target, joined(target, picked, on)))
            .where(*given(batch, where))
            .with_for_update(of=target)
            .subquery("locked")
        )
        return sa.select(sa.func.count()).select_from(rows)

    def delete_statement(
        self,
        target: sa.TableClause,
        picked: sa.FromClause,
        on: Pairs,
        *,
        batch: Condition | None = None,
        where: Condition | None = None,
    ) -> sa.Delete:
        """Deletes the target's rows whose keys are picked.

        `batch` is a condition on `picked`, `where` one on the target. A subquery in `where` must
        not read the target again, which MariaDB refuses: decide first, and keep in `picked` what
        remains due.
        """
        return sa.delete(target).where(joined(target, picked, on), *given(batch, where))

    def update_statement(
        self,
        target: sa.TableClause,
        picked: sa.TableClause,
        on: Pairs,
        values: Mapping[str, Any],
        *,
        batch: Condition | None = None,
        where: Condition | None = None,
    ) -> sa.Update:
        """Updates the target's rows whose keys are picked; `values` may read `picked`'s columns.

        `batch` is a condition on `picked`, `where` one on the target.
        """
        statement = sa.update(target).where(joined(target, picked, on), *given(batch, where))
        return statement.values({target.c[name]: value for name, value in values.items()})


def joined(target: sa.TableClause, picked: sa.FromClause, on: Pairs) -> Condition:
    """The equality of the target's columns with the picked ones."""
    return sa.and_(*(target.c[left] == picked.c[right] for left, right in on))


def given(*conditions: Condition | None) -> tuple[Condition, ...]:
    """Conditions as arguments of a WHERE, without those that are not there."""
    return tuple(condition for condition in conditions if condition is not None)


def _literal(connection: sa.Connection, statement: str) -> str:
    """A statement for the driver as it is; drivers that format with % want it doubled."""
    return statement.replace("%", "%%") if connection.dialect.paramstyle in _FORMATS else statement


_FORMATS = ("format", "pyformat")
