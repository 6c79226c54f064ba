"""Kills runs of a plan with SIGKILL at random moments, a thousand times unless told otherwise.

    .venv/bin/python scripts/under_fire.py [--kills N] [--seed S] [--postgres URL]

Each world has a shop and a CRM. With `--postgres` (a server's address whose user may create
databases) the shop is on PostgreSQL, else both are SQLite files. Ends with status 1 as soon as
anything that must stay is gone, a batch is done twice or the journal differs from the receipts.
"""

from __future__ import annotations

import argparse
import sqlite3
import sys
import tempfile
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg
from sqlalchemy.engine import make_url

sys.path.insert(0, str(Path(__file__).parents[1] / "tests"))

from apply.killing import under_fire


def empty_sqlite(path: Path) -> str:
    connection = sqlite3.connect(path)
    connection.execute("VACUUM")
    connection.close()
    return f"sqlite:///{path}"


@contextmanager
def files() -> Iterator[tuple[str, str, Path]]:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        yield empty_sqlite(folder / "shop.db"), empty_sqlite(folder / "crm.db"), folder


@contextmanager
def on_postgres(server: str) -> Iterator[tuple[str, str, Path]]:
    name = f"fire_{uuid.uuid4().hex[:12]}"
    url = make_url(server)
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name} TEMPLATE template0".encode())
    try:
        with tempfile.TemporaryDirectory() as folder:
            shop = url.set(database=name).render_as_string(hide_password=False)
            yield shop, empty_sqlite(Path(folder) / "crm.db"), Path(folder)
    finally:
        with psycopg.connect(server, autocommit=True) as connection:
            connection.execute(f"DROP DATABASE {name} WITH (FORCE)".encode())


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--kills", type=int, default=1_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--postgres", metavar="URL")
    given = parser.parse_args()
    stores = (lambda: on_postgres(given.postgres)) if given.postgres else files
    try:
        tally = under_fire(stores, given.kills, given.seed)
    except AssertionError as error:
        print(f"seed {given.seed}: {error}", file=sys.stderr)
        return 1
    print(f"{tally.kills} runs killed, {tally.finished} worlds brought to their end, nothing lost")
    return 0


if __name__ == "__main__":
    sys.exit(main())
