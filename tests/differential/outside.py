"""Servers for scripts, which run outside pytest and its fixtures."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager

import servers
from servers import NewDatabase


@contextmanager
def postgres() -> Iterator[NewDatabase]:
    """A PostgreSQL from the wheel, stopped and deleted at the end."""
    with (
        servers.temporary_directory("troth-differential-pg-") as directory,
        servers.postgres_server(directory) as address,
        servers.postgres_databases(address) as new,
    ):
        yield new


@contextmanager
def mariadb() -> Iterator[NewDatabase | None]:
    """The MariaDB of TROTH_TEST_MARIADB_URL, started here, or this machine's.

    None, said aloud, without one.
    """
    with ExitStack() as stack:
        try:
            address = stack.enter_context(servers.mariadb_server())
        except servers.UnreachableError as error:
            print(f"{error}; it is left out")
            yield None
            return
        yield stack.enter_context(servers.mariadb_databases(address))
