"""Where a ledger is: a file, a SQLite address or a PostgreSQL address, and its engine."""

from __future__ import annotations

import os
import sqlite3
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError

from troth.errors import Refused, Transient
from troth.ledger.quick import bare

_POSTGRESQL = {"postgres", "postgresql", "postgresql+psycopg"}
_SQLITE = {"sqlite", "sqlite+pysqlite"}
READ = {"troth_begin": "BEGIN"}
WRITE = {"troth_begin": "BEGIN IMMEDIATE"}
CACHE_KIB = 32_768
"""Of a SQLite ledger's pages in memory, at most: marks of a large erasure come in random order."""


def parse_address(address: str) -> URL:
    """The address as a URL; a text without a scheme is the path of a SQLite file.

    Refused (`ledger-address`) for another kind of database.
    """
    if "://" not in address:
        return URL.create("sqlite", database=address)
    try:
        url = make_url(address)
    except (ArgumentError, ValueError) as error:
        raise _no_address() from error
    if url.drivername in _POSTGRESQL:
        return url.set(drivername="postgresql+psycopg")
    if url.drivername in _SQLITE and url.database:
        return url.set(drivername="sqlite")
    raise _no_address()


def place_of(url: URL) -> str:
    """How errors name the ledger: the file, or the server's host and database, never a password."""
    if url.drivername == "sqlite":
        return f"ledger {url.database}"
    return f"ledger {url.host or 'localhost'}/{url.database or ''}"


def make_engine(url: URL, *, patience: float) -> Engine:
    """An engine whose commits are durable; `patience` is how long a lock is awaited, in seconds."""
    if url.drivername == "sqlite":
        return _sqlite_engine(url, patience)
    milliseconds = int(patience * 1000)
    # TCP keeps a dead server from being awaited for ever; the option is ignored on sockets.
    return create_engine(
        url,
        pool_pre_ping=True,
        connect_args={
            "connect_timeout": 10,
            "options": f"-c lock_timeout={milliseconds} -c timezone=UTC",
            "application_name": "troth",
        },
    )


def _sqlite_engine(url: URL, patience: float) -> Engine:
    engine = create_engine(url, connect_args={"timeout": patience})

    @event.listens_for(engine, "connect")
    def _prepare(connection: sqlite3.Connection, _record: Any) -> None:
        connection.isolation_level = None  # we say BEGIN ourselves, see below
        connection.execute("PRAGMA synchronous = FULL")
        connection.execute("PRAGMA secure_delete = ON")  # what is forgotten leaves no free page
        connection.execute(f"PRAGMA cache_size = -{CACHE_KIB}")

    @event.listens_for(engine, "begin")
    def _begin(connection: Connection) -> None:
        bare(connection, connection.get_execution_options().get("troth_begin", "BEGIN"))

    return engine


def make_file(path: Path) -> None:
    """Create the empty file of a SQLite ledger, readable by its owner alone.

    Transient (`ledger-unreachable`) where its folder is missing, Refused (`ledger-read-only`)
    where the folder cannot be written.
    """
    try:
        os.close(os.open(path, os.O_CREAT | os.O_RDWR, 0o600))
    except (FileNotFoundError, NotADirectoryError) as error:
        raise Transient(
            "ledger-unreachable",
            "the folder of the ledger file does not exist",
            place=f"ledger {path}",
            help="create the folder, or correct the ledger's address in troth.yaml",
        ) from error
    except (IsADirectoryError, PermissionError) as error:
        raise Refused(
            "ledger-read-only",
            "the ledger file cannot be written",
            place=f"ledger {path}",
            help="name a file that this user may write",
        ) from error


def _no_address() -> Refused:
    return Refused(
        "ledger-address",
        "the ledger's address is neither a file nor a PostgreSQL address",
        help="write a path like .troth/ledger.db, or postgresql://user@host/database",
    )
