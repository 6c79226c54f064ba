"""Statements sent one behind the other, prepared, without waiting for each answer."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import psycopg

from troth.apply.work import Work

PREPARED_MOST = 20_000  # statements that a session keeps prepared


@dataclass(frozen=True)
class Statement:
    """Text with its values as $1, $2…; `rows`: what it returns is wanted."""

    text: str
    values: Sequence[Any] = field(default=(), repr=False)
    rows: bool = False


@dataclass(frozen=True)
class Answer:
    """How many rows a statement wrote or found, and those that it returned."""

    count: int
    rows: Sequence[tuple[Any, ...]] = field(default=(), repr=False)


class Pipeline:
    """The driver's pipeline of a session of PostgreSQL."""

    def __init__(self, work: Work) -> None:
        self._work = work
        driver: Any = work.connection.connection.driver_connection
        self._driver = driver
        driver.prepared_max = PREPARED_MOST
        self._queued: list[Statement] = []

    def queue(self, texts: Sequence[str]) -> None:
        """Statements that go with the next ones, without a way of their own."""
        self._queued += [Statement(text) for text in texts]

    def forget(self) -> None:
        """What is queued is not sent."""
        self._queued.clear()

    def one(self, statement: Statement) -> Answer:
        """The answer of one statement."""
        if self._queued:
            return self.run([statement])[0]
        with self._work.session.told():
            cursor = self._sent(statement)
            return Answer(cursor.rowcount, cursor.fetchall() if statement.rows else ())

    def run(self, statements: Sequence[Statement]) -> list[Answer]:
        """The answers in order; an error of one is raised, and leaves the transaction broken."""
        queued, self._queued = self._queued, []
        with self._work.session.told():
            with self._driver.pipeline():
                for each in queued:
                    self._sent(each)
                cursors = [self._sent(each) for each in statements]
            return [
                Answer(cursor.rowcount, cursor.fetchall() if each.rows else ())
                for cursor, each in zip(cursors, statements, strict=True)
            ]

    def _sent(self, statement: Statement) -> Any:
        # a raw cursor takes the text as it is: nothing in it is looked for, or doubled
        cursor: Any = psycopg.RawCursor(self._driver)
        return cursor.execute(statement.text, statement.values, prepare=True)
