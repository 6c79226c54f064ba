"""Prepared statements of one session of PostgreSQL, sent together: one wait for all answers.

The driver's own pipeline goes to the network once for each statement, which costs several times
what the statement does. Here libpq, through the driver, collects them and sends them as one.
"""

from __future__ import annotations

from collections.abc import Generator, Sequence
from contextlib import suppress
from typing import Any, Protocol

import psycopg
from psycopg.abc import PQGen
from psycopg.abc import Transformer as Texts
from psycopg.adapt import PyFormat, Transformer
from psycopg.errors import error_from_result
from psycopg.pq import ConnStatus, ExecStatus
from psycopg.pq.abc import PGconn, PGresult
from psycopg.waiting import Ready, Wait


class Asked(Protocol):
    """A statement with $1, $2…, its values, and whether the rows that it returns are wanted."""

    @property
    def text(self) -> str: ...
    @property
    def values(self) -> Sequence[Any]: ...
    @property
    def rows(self) -> bool: ...


Answered = tuple[int, Sequence[tuple[Any, ...]]]
"""How many rows a statement wrote or found, and those that were wanted."""

_PREPARED_MOST = 20_000  # statements that a session keeps prepared; the oldest go
_FAILED = (ExecStatus.FATAL_ERROR, ExecStatus.BAD_RESPONSE)


class PreparedStatements:
    """Keeps the statements of a session prepared; `number` tells it from others of the session.

    A statement's values get the types that the statement itself gives them.
    """

    def __init__(self, connection: psycopg.Connection[Any], number: int) -> None:
        self._connection = connection
        self._number = number
        self._made = 0
        self._names: dict[str, bytes] = {}
        self._texts: Texts = Transformer(connection)
        self._encoding = connection.info.encoding

    def run(self, statements: Sequence[Asked]) -> list[Answered]:
        """The answers in order; `psycopg.Error` is that of the first statement that failed."""
        pgconn = self._connection.pgconn
        pgconn.enter_pipeline_mode()
        try:
            sent = [self._send(pgconn, each) for each in statements]
            pgconn.pipeline_sync()
            results = self._connection.wait(_results(pgconn))
        except BaseException:
            self._names.clear()  # nobody knows which of them the server has
            with suppress(psycopg.Error):
                pgconn.exit_pipeline_mode()
            raise
        if pgconn.status != ConnStatus.BAD:
            pgconn.exit_pipeline_mode()
        return self._answers(statements, sent, results)

    def _send(self, pgconn: PGconn, asked: Asked) -> int:
        """Puts a statement behind those before; how many results come before its own."""
        text, values = asked.text, asked.values
        before, name = 0, self._names.get(text)
        if name is None:
            before += self._make_room(pgconn)
            self._made += 1
            name = self._names[text] = f"troth_{self._number}_{self._made}".encode()
            pgconn.send_prepare(name, text.encode(self._encoding))
            before += 1
        told = self._texts.dump_sequence(values, [PyFormat.TEXT] * len(values)) if values else None
        pgconn.send_query_prepared(name, told)
        return before

    def _make_room(self, pgconn: PGconn) -> int:
        if len(self._names) < _PREPARED_MOST:
            return 0
        oldest = next(iter(self._names))
        pgconn.send_query_params(b"DEALLOCATE " + self._names.pop(oldest), None)
        return 1

    def _answers(
        self, statements: Sequence[Asked], sent: Sequence[int], results: Sequence[PGresult]
    ) -> list[Answered]:
        for result in results:
            if result.status in _FAILED:
                self._names.clear()  # those behind it are not prepared; the others are again
                raise error_from_result(result, self._encoding)
        answers: list[Answered] = []
        at, texts = 0, self._texts
        for asked, before in zip(statements, sent, strict=True):
            result = results[at + before]
            at += before + 1
            rows: Sequence[tuple[Any, ...]] = ()
            if asked.rows:
                texts.set_pgresult(result)
                rows = texts.load_rows(0, result.ntuples, tuple)
            answers.append((result.command_tuples or 0, rows))
        texts.set_pgresult(None)  # it would keep the rows of the last one
        return answers


def _results(pgconn: PGconn) -> PQGen[list[PGresult]]:
    """What the server answers up to the sync; what is still to be sent goes out meanwhile."""
    found: list[PGresult] = []
    while True:
        ready = yield Wait.RW if pgconn.flush() else Wait.R
        if ready & Ready.R:
            try:
                pgconn.consume_input()
            except psycopg.OperationalError:
                if any(one.status in _FAILED for one in found):
                    return found  # the server has said why it leaves
                raise
            for one in _arrived(pgconn):
                if one.status == ExecStatus.PIPELINE_SYNC:
                    return found
                found.append(one)


def _arrived(pgconn: PGconn) -> Generator[PGresult, None, None]:
    """The results that are there; each statement's end with a None, twice where there are none."""
    ended = False
    while not pgconn.is_busy():
        one = pgconn.get_result()
        if one is None:
            if ended:
                return
            ended = True
        else:
            ended = False
            yield one
