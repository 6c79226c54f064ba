"""The databases that a comparison runs on, found or started, and given back at the end."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path

from differential.databases import STORE_NAMES, Databases, Servers, SQLiteFiles
from servers import NewDatabase
from troth.stores.address import DialectName


@contextmanager
def sqlite_files() -> Iterator[Databases]:
    """SQLite files, in memory where the machine has a directory for that."""
    memory = Path("/dev/shm")
    where = memory if memory.is_dir() else None
    with tempfile.TemporaryDirectory(prefix="troth-differential-", dir=where) as directory:
        yield SQLiteFiles(Path(directory))


@contextmanager
def server_databases(dialect: DialectName, new: NewDatabase) -> Iterator[Databases]:
    """One database of a server for each store name."""
    with ExitStack() as stack:
        urls = {name: stack.enter_context(new()) for name in STORE_NAMES}
        yield Servers(dialect, urls)


def all_of(
    stack: ExitStack, postgres: NewDatabase | None, mariadb: NewDatabase | None
) -> Sequence[Databases]:
    """SQLite, and the servers that there are."""
    found = [stack.enter_context(sqlite_files())]
    if postgres is not None:
        found.append(stack.enter_context(server_databases("postgresql", postgres)))
    if mariadb is not None:
        found.append(stack.enter_context(server_databases("mariadb", mariadb)))
    return found
