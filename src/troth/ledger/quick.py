"""Statements that every request asks of the ledger: written once, and given to the driver bare.

SQLAlchemy says what they are, and each kind of database how it writes them; only its work for each
single execution is spared, which costs several times what SQLite does.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import psycopg
from sqlalchemy import Connection, Select
from sqlalchemy.exc import DBAPIError
from sqlalchemy.sql.dml import UpdateBase

from troth.ledger.types import reader_of, writer_of

Statement = Select[Any] | UpdateBase
Values = Mapping[str, Any]
Convert = Callable[[Any], Any]


@dataclass(frozen=True)
class _Written:
    """A statement as one kind of database takes it."""

    text: str
    values: tuple[tuple[str, Any, Convert | None], ...]
    columns: tuple[Convert | None, ...]
    by_place: bool

    def told(self, values: Values) -> Any:
        """The values as they lie in the database, for the driver."""
        found = [
            values.get(name, own) if write is None else _by(write, values.get(name, own))
            for name, own, write in self.values
        ]
        if self.by_place:
            return found
        return {name: value for (name, _, _), value in zip(self.values, found, strict=True)}


class Quick:
    """One such statement; `columns`: those for which an insertion has values.

    `statement`: itself, or what writes it for the dialect of that name.
    """

    def __init__(
        self, statement: Statement | Callable[[str], Statement], columns: Collection[str] = ()
    ) -> None:
        self._statement = statement
        self._columns = tuple(columns)
        self._written: dict[str, _Written] = {}

    def rows(self, connection: Connection, values: Values) -> list[tuple[Any, ...]]:
        """What it finds or returns, in the transaction that is open."""
        written = self._for(connection)
        with _told():
            found = _driver(connection).execute(written.text, written.told(values)).fetchall()
        return [
            tuple(
                cell if read is None else _by(read, cell)
                for read, cell in zip(written.columns, row, strict=True)
            )
            for row in found
        ]

    def write(self, connection: Connection, *rows: Values) -> int:
        """Writes once with each of the values; how many rows that wrote."""
        written, driver = self._for(connection), _driver(connection)
        with _told():
            if len(rows) == 1:
                return int(driver.execute(written.text, written.told(rows[0])).rowcount)
            cursor = driver.cursor()
            cursor.executemany(written.text, [written.told(values) for values in rows])
            return int(cursor.rowcount)

    def _for(self, connection: Connection) -> _Written:
        name = connection.dialect.name
        if name not in self._written:
            statement = self._statement
            if not isinstance(statement, Select | UpdateBase):
                statement = statement(name)
            self._written[name] = _written(connection, statement, self._columns)
        return self._written[name]


def _written(connection: Connection, statement: Statement, columns: Sequence[str]) -> _Written:
    made: Any = statement.compile(
        dialect=connection.dialect, column_keys=list(columns) if columns else None
    )
    by_place = bool(made.positional)
    names = made.positiontup if by_place else list(made.binds)
    returned = (
        statement.selected_columns if isinstance(statement, Select) else statement.exported_columns
    )
    return _Written(
        str(made),
        tuple((name, made.binds[name].value, writer_of(made.binds[name].type)) for name in names),
        tuple(reader_of(column.type) for column in returned),
        by_place,
    )


def bare(connection: Connection, text: str) -> None:
    """Gives a text without values to the driver."""
    with _told():
        _driver(connection).execute(text)


class _told:  # noqa: N801 - used as a function; a generator would cost more than the statement
    """The driver's errors as those of SQLAlchemy, without any value."""

    def __enter__(self) -> None:
        return None

    def __exit__(self, _kind: object, error: BaseException | None, _trace: object) -> None:
        if isinstance(error, (sqlite3.Error, psycopg.Error)):
            raise DBAPIError(None, None, error) from error


def _by(convert: Convert, value: Any) -> Any:
    return None if value is None else convert(value)


def _driver(connection: Connection) -> Any:
    return connection.connection.driver_connection
