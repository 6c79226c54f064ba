"""The databases of the comparison, kept for the whole session."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import ExitStack

import pytest

from differential.databases import Databases
from differential.servers import all_of
from servers import NewDatabase


@pytest.fixture(scope="session")
def databases(new_postgres: NewDatabase, new_mariadb: NewDatabase) -> Iterator[Sequence[Databases]]:
    """SQLite, PostgreSQL and MariaDB; skipped aloud where one of them is missing."""
    with ExitStack() as stack:
        yield all_of(stack, new_postgres, new_mariadb)


@pytest.fixture(scope="session")
def sqlite_databases() -> Iterator[Sequence[Databases]]:
    """SQLite alone."""
    with ExitStack() as stack:
        yield all_of(stack, None, None)
