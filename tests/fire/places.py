"""Fresh houses: on files alone, or with the shop on a PostgreSQL server."""

from __future__ import annotations

import random
import sqlite3
import tempfile
import uuid
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path

import psycopg
from sqlalchemy.engine import make_url

from fire.house import KINDS, House

SIZES = (5_000, 12, 6)  # rows of one store that one transaction takes


def on_files(people: int = len(KINDS)) -> Callable[[int], AbstractContextManager[House]]:
    """Houses of SQLite files."""

    @contextmanager
    def fresh(seed: int) -> Iterator[House]:
        chance = random.Random(f"house {seed}")
        with tempfile.TemporaryDirectory() as name:
            folder = Path(name)
            urls = {store: _file(folder / f"{store}.db") for store in ("shop", "crm", "attic")}
            yield House(urls, folder, people, chance.choice(SIZES))

    return fresh


def on_postgres(
    server: str, people: int = len(KINDS)
) -> Callable[[int], AbstractContextManager[House]]:
    """Houses whose shop is on this server; half of them with a role for the application."""

    @contextmanager
    def fresh(seed: int) -> Iterator[House]:
        chance = random.Random(f"house {seed}")
        mark = uuid.uuid4().hex[:12]
        name, role = f"fire_{mark}", f"app_{mark}"
        with psycopg.connect(server, autocommit=True) as connection:
            connection.execute(f"CREATE DATABASE {name} TEMPLATE template0".encode())
            connection.execute(f"CREATE ROLE {role}".encode())
        try:
            with tempfile.TemporaryDirectory() as folder:
                files = {s: _file(Path(folder) / f"{s}.db") for s in ("crm", "attic")}
                url = make_url(server).set(database=name)
                urls = {"shop": url.render_as_string(hide_password=False), **files}
                roles = (role,) if chance.random() < 0.5 else ()
                yield House(urls, Path(folder), people, chance.choice(SIZES), roles)
        finally:
            with psycopg.connect(server, autocommit=True) as connection:
                connection.execute(f"DROP DATABASE {name} WITH (FORCE)".encode())
                connection.execute(f"DROP ROLE {role}".encode())

    return fresh


def _file(path: Path) -> str:
    connection = sqlite3.connect(path)
    connection.execute("VACUUM")
    connection.close()
    return f"sqlite:///{path}"
