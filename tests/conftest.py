"""Databases for tests: a PostgreSQL from a wheel, a MariaDB in memory, SQLite files.

Each `*_url` fixture is the address of a fresh, empty database that is dropped after the test. Where
a module or a property test wants one database for longer, it uses `new_postgres` or `new_mariadb`.
"""

from __future__ import annotations

import gc
import os
import sqlite3
import tempfile
import uuid
from collections.abc import Iterator
from contextlib import ExitStack
from functools import cache
from pathlib import Path
from typing import Any

import pytest

import servers
from servers import NewDatabase
from troth.grounds import identity

gc.set_threshold(50_000)
"""Objects made before cycles among them are looked for: at Python's 700 a worker, which holds all
that has been imported, spends an eighth of its time looking."""


@pytest.fixture(scope="session", autouse=True)
def _phones_are_read_once() -> Iterator[None]:
    """The few numbers of the tests' people are read again and again, each for a tenth of a ms."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(identity, "_phone", cache(identity._phone))
        yield


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[str]:
    """The address of a PostgreSQL server, without a database; workers of one run share it."""
    # Not pytest's own directory: pytest narrows its permissions again when another run begins,
    # and the server, which runs as another user under root, would lose its files.
    run = os.environ.get("PYTEST_XDIST_TESTRUNUID") or uuid.uuid4().hex
    with servers.postgres_server(Path(tempfile.gettempdir()) / f"troth-postgres-{run[:12]}") as url:
        yield url


@pytest.fixture(scope="session")
def new_postgres(postgres_server: str) -> Iterator[NewDatabase]:
    """Makes fresh PostgreSQL databases."""
    with servers.postgres_databases(postgres_server) as new:
        yield new


@pytest.fixture(scope="session")
def mariadb_server() -> Iterator[str]:
    """The address of a MariaDB: of TROTH_TEST_MARIADB_URL, started here, or this machine's."""
    with ExitStack() as stack:
        try:
            address = stack.enter_context(servers.mariadb_server())
        except servers.UnreachableError as error:
            pytest.skip(str(error))
        yield address


@pytest.fixture(scope="session")
def new_mariadb(mariadb_server: str) -> Iterator[NewDatabase]:
    """Makes fresh MariaDB databases."""
    with servers.mariadb_databases(mariadb_server) as new:
        yield new


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
