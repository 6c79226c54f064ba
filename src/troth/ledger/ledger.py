"""A ledger: opening it, reading it at one moment, and writing facts and journal together.

    with open_ledger("ledger.db", at=now) as ledger, ledger.writing("acme") as writing:
        add_hold(writing, ...)

Writers of one organisation come one after the other. What is written in one `writing` block, facts
and journal entries, is committed as one and durably, or not at all.
"""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Self

from sqlalchemy import Connection, Engine, text

from troth.errors import Refused
from troth.ledger import migrations
from troth.ledger.address import READ, WRITE, make_engine, make_file, parse_address, place_of
from troth.ledger.faults import ledger_faults
from troth.ledger.journal import Randomness
from troth.ledger.older import bind_older_facts
from troth.ledger.session import Reading, Writing, lock_head, save_head

PATIENCE_SECONDS = 30.0


class Ledger:
    """An open ledger, which may hold many organisations, each strictly apart.

    `place` names it in errors. It may be shared by threads; close it when done.
    """

    def __init__(self, engine: Engine, place: str, randomness: Randomness) -> None:
        self.engine = engine
        self.place = place
        self.randomness = randomness
        self._bound: set[str] = set()  # organisations none of whose facts is unbound

    @contextmanager
    def reading(self, organisation: str) -> Iterator[Reading]:
        """One organisation's facts and journal as of now, unmoved by writers."""
        with ledger_faults(self.place), self._begin(organisation, write=False) as connection:
            yield Reading(connection, organisation)

    @contextmanager
    def writing(self, organisation: str) -> Iterator[Writing]:
        """A transaction that commits at the end of the block, or leaves nothing.

        Transient: `ledger-locked` after the ledger's patience, `ledger-full`,
        `ledger-unreachable`. Refused: `ledger-read-only`.
        """
        with ledger_faults(self.place), self._begin(organisation, write=True) as connection:
            head = lock_head(connection, organisation)
            writing = Writing(connection, organisation, head, self.randomness)
            if organisation not in self._bound:
                bind_older_facts(writing)
            yield writing
            if writing.head != head:
                save_head(connection, organisation, writing.head)
        self._bound.add(organisation)

    def close(self) -> None:
        """Let go of every connection."""
        self.engine.dispose()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_exception: object) -> None:
        self.close()

    @contextmanager
    def _begin(self, organisation: str, *, write: bool) -> Iterator[Connection]:
        if not organisation or "\n" in organisation:
            raise ValueError("a ledger is read and written for a named organisation")
        with self.engine.connect() as connection:
            if connection.dialect.name == "postgresql":
                connection = connection.execution_options(
                    isolation_level="READ COMMITTED" if write else "REPEATABLE READ",
                    postgresql_readonly=not write,
                )
            else:
                connection = connection.execution_options(**(WRITE if write else READ))
            with connection.begin():
                name_session(connection, organisation)
                yield connection


def open_ledger(
    address: str,
    *,
    at: datetime,
    randomness: Randomness = secrets.token_bytes,
    patience: float = PATIENCE_SECONDS,
) -> Ledger:
    """Open the ledger at a file path, `sqlite:///…` or `postgresql://…`; make it if it is missing.

    `at` is the instant written beside migrations. `patience` is how long to wait for another
    writer, in seconds. Refused: `ledger-address`, `ledger-newer`, `not-a-ledger`,
    `ledger-read-only`, `ledger-login`. Transient: `ledger-unreachable`, `ledger-locked`.
    """
    url = parse_address(address)
    place = place_of(url)
    if url.drivername == "sqlite" and not Path(str(url.database)).exists():
        make_file(Path(str(url.database)))
    engine = make_engine(url, patience=patience)
    try:
        with ledger_faults(place):
            _prepare(engine, at)
    except BaseException:
        engine.dispose()
        raise
    return Ledger(engine, place, randomness)


def name_session(connection: Connection, organisation: str) -> None:
    """On PostgreSQL, say for this transaction whose rows it may see, and where the tables lie."""
    if connection.dialect.name == "postgresql":
        connection.execute(
            text(
                "SELECT set_config('search_path', :schema, true), "
                "set_config('troth.organisation', :organisation, true)"
            ),
            {"schema": migrations.SCHEMA, "organisation": organisation},
        )


def _prepare(engine: Engine, at: datetime) -> None:
    with engine.connect() as connection, connection.begin():
        name_session(connection, "")
        version = migrations.schema_version(connection)
    migrations.refuse_newer(version)
    if version == migrations.NEWEST:
        return
    if engine.dialect.name == "sqlite":
        with engine.connect() as connection, connection.begin():
            migrations.refuse_foreign(connection)  # before the file's own setting is changed
        with engine.connect() as connection:
            # Readers go on while one writes; a setting of the file, so made once and for all.
            cursor = connection.connection.cursor()
            mode = cursor.execute("PRAGMA journal_mode = WAL").fetchone()
            if mode is None or mode[0] != "wal":
                raise Refused(
                    "ledger-file-system",
                    "the ledger file lies where SQLite cannot keep a write-ahead log",
                    help="move the ledger to a local disk, or keep it on PostgreSQL",
                )
    with engine.connect() as connection:
        connection = connection.execution_options(**WRITE) if version == 0 else connection
        with connection.begin():
            name_session(connection, "")
            migrations.migrate(connection, at)
