"""Statements of one session, prepared where the database can, and sent one behind the other."""

from __future__ import annotations

import json
from abc import ABC, abstractmethod
from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field
from typing import Any, ClassVar, Literal

from troth.apply.prepared.unfit import UnfitError
from troth.apply.work import Work
from troth.errors import Transient
from troth.stores.failures import COMMIT_UNKNOWN, LOST
from troth.stores.postgresql import (
    BEGIN_READING,
    BEGIN_WRITING,
    READING_LIMITS,
    WRITING_LIMITS,
)
from troth.stores.postgresql_prepared import PreparedStatements

Shape = Literal["one", "list", "table"]
"""How the keys of persons come: as a value or a list of the statement, or in a temporary table."""


@dataclass(frozen=True)
class Statement:
    """Text with its values as $1, $2… (?1, ?2… on SQLite); `rows`: what it returns is wanted."""

    text: str
    values: Sequence[Any] = field(default=(), repr=False)
    rows: bool = False


@dataclass(frozen=True)
class Answer:
    """How many rows a statement wrote or found, and those that it returned."""

    count: int
    rows: Sequence[Any] = field(default=(), repr=False)


class Pipeline(ABC):
    """How one kind of database takes statements, and the keys of persons in them."""

    temporary: ClassVar[str]
    """The schema of temporary tables."""

    def __init__(self, work: Work) -> None:
        self._work = work

    @staticmethod
    def of(work: Work) -> Pipeline:
        """That of a session; Unfit for a database without one."""
        dialect = work.store.address.dialect
        if dialect == "postgresql" and work.store.capabilities.row_locks.yes:
            return PostgresPipeline(work)
        if dialect == "sqlite":
            return SqlitePipeline(work)
        raise UnfitError(f"store '{work.name}' takes no prepared statements that return rows")

    @abstractmethod
    def run(self, statements: Sequence[Statement], *, last: bool = False) -> list[Answer]:
        """The answers in order; an error of one is raised, and leaves the transaction broken.

        `last`: nothing comes after them in the open `moment`, whose end may go with them.
        """

    def one(self, statement: Statement) -> Answer:
        """The answer of one statement."""
        return self.run([statement])[0]

    def later(self, statement: Statement) -> None:
        """A statement whose answer nobody waits for; it goes with the next at the latest."""
        self.one(statement)

    @abstractmethod
    def moment(self) -> AbstractContextManager[None]:
        """A block in which everything that is read is of one moment."""

    @abstractmethod
    def writing(self) -> AbstractContextManager[None]:
        """A transaction as `Session.writing` begins it."""

    @staticmethod
    @abstractmethod
    def keys(shape: Shape, type_text: str, table: str) -> str:
        """What follows a column that has one of the persons' keys; `table`: the temporary one."""

    @staticmethod
    @abstractmethod
    def values(shape: Shape, keys: Sequence[Any]) -> tuple[object, ...]:
        """The keys as values of a statement."""

    @staticmethod
    @abstractmethod
    def place(number: int) -> str:
        """Where a statement takes its value of this number, from 1."""


class PostgresPipeline(Pipeline):
    """Prepared statements of a session of PostgreSQL, each batch sent as one."""

    temporary = "pg_temp"

    def __init__(self, work: Work) -> None:
        super().__init__(work)
        driver: Any = work.connection.connection.driver_connection
        info = work.connection.info
        info[_MADE] = info.get(_MADE, 0) + 1
        self._prepared = PreparedStatements(driver, info[_MADE])
        self._queued: list[Statement] = []
        self._open = False
        with work.session.told():
            work.connection.exec_driver_sql(_SETTINGS)

    @contextmanager
    def moment(self) -> Iterator[None]:
        # the transaction begins with the first statement, on its way, and may end with the last
        with self._transaction([Statement(BEGIN_READING)]):
            yield

    @contextmanager
    def writing(self) -> Iterator[None]:
        self._work.session.refuse_reading_only()
        with self._transaction([Statement(BEGIN_WRITING), _LIMITED]):
            yield
            try:
                self.run([], last=True)
            except Transient as error:
                if error.code == LOST.code:
                    raise COMMIT_UNKNOWN.error(self._work.name) from None
                raise

    @contextmanager
    def _transaction(self, begin: Sequence[Statement]) -> Iterator[None]:
        self._queued, self._open = list(begin), True
        try:
            yield
            if self._open:
                self.run([], last=True)
        except BaseException:
            self._queued.clear()
            self._work.session.abandon()
            raise
        finally:
            self._open = False

    def later(self, statement: Statement) -> None:
        self._queued.append(statement)

    def run(self, statements: Sequence[Statement], *, last: bool = False) -> list[Answer]:
        queued, self._queued = self._queued, []
        ends = last and self._open
        together = [*queued, *statements, *((_COMMIT,) if ends else ())]
        if ends:
            self._open = False
        with self._work.session.told():
            answers = self._prepared.run(together)
        mine = answers[len(queued) : len(queued) + len(statements)]
        return [Answer(count, rows) for count, rows in mine]

    @staticmethod
    def keys(shape: Shape, type_text: str, table: str) -> str:
        if shape == "one":
            return f"= $1::{type_text}"
        return f"= ANY($1::{type_text}[])" if shape == "list" else f"IN (SELECT id FROM {table})"

    @staticmethod
    def values(shape: Shape, keys: Sequence[Any]) -> tuple[object, ...]:
        if shape == "table":
            return ()
        if shape == "one":
            return (str(keys[0]),)
        # a text has one type whatever its numbers, so that the statement stays prepared
        if all(isinstance(key, int) for key in keys):
            return ("{" + ",".join(map(str, keys)) + "}",)
        return ([str(key) for key in keys],)

    @staticmethod
    def place(number: int) -> str:
        return f"${number}"


_SETTINGS = "; ".join(
    ("SET plan_cache_mode = force_generic_plan", *(f"SET {one}" for one in READING_LIMITS))
)
"""A statement is planned once; transactions that write have limits of their own."""
_MADE = "troth_prepared"  # in what SQLAlchemy keeps for a connection: how many came before
_COMMIT = Statement("COMMIT")
_LIMITED = Statement(
    "SELECT "
    + ", ".join(f"set_config('{name}', '{value}', true)" for name, value in WRITING_LIMITS.items())
)


class SqlitePipeline(Pipeline):
    """The driver of a file of SQLite, which keeps the newest statements compiled by itself."""

    temporary = "temp"

    def __init__(self, work: Work) -> None:
        super().__init__(work)
        self._driver: Any = work.connection.connection.driver_connection

    @contextmanager
    def moment(self) -> Iterator[None]:
        with self._work.session.reading():
            yield

    @contextmanager
    def writing(self) -> Iterator[None]:
        with self._work.session.writing():
            yield

    def run(self, statements: Sequence[Statement], *, last: bool = False) -> list[Answer]:  # noqa: ARG002 - nothing is waited for
        with self._work.session.told():
            return [self._answer(each) for each in statements]

    def _answer(self, statement: Statement) -> Answer:
        cursor = self._driver.execute(statement.text, tuple(statement.values))
        rows = cursor.fetchall()  # the count is that of all rows only once they are read
        return Answer(len(rows) if statement.rows else cursor.rowcount, rows)

    @staticmethod
    def keys(shape: Shape, type_text: str, table: str) -> str:  # noqa: ARG004 - values have types
        if shape == "one":
            return "= ?1"
        found = "SELECT value FROM json_each(?1)" if shape == "list" else f"SELECT id FROM {table}"
        return f"IN ({found})"

    @staticmethod
    def values(shape: Shape, keys: Sequence[Any]) -> tuple[object, ...]:
        if not all(isinstance(key, int | str) for key in keys):
            raise UnfitError("persons have keys that are neither numbers nor texts")
        if shape == "one":
            return (keys[0],)
        return (json.dumps(list(keys)),) if shape == "list" else ()

    @staticmethod
    def place(number: int) -> str:
        return f"?{number}"
