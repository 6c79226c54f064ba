"""What happens to a run whose ranges overlap their commits, and what it wrote in its books."""

from __future__ import annotations

import threading
from collections.abc import Callable

import pytest
import sqlalchemy as sa

from apply.fire import ORG
from apply.journaled import receipts
from apply.shop import Shop
from troth.apply import batches as running
from troth.apply.ranges import RangePick
from troth.ledger.entries import read_entries
from troth.ledger.verify import verify
from troth.stores.dialect import Dialect

STEP = "delete:shop.log"


def journaled(shop: Shop) -> list[tuple[int, int]]:
    """Number and rows of each batch in the journal."""
    with shop.ledger.reading(ORG) as reading:
        assert verify(reading).ok
        entries = read_entries(reading, kind="batch-applied")
        return [(e.payload["batch"], e.payload["counts"][STEP]) for e in entries if e.payload]


def books(shop: Shop) -> int:
    """The rows that the journal knows of; its batches have no gap, and are the store's receipts."""
    found = journaled(shop)
    url = shop.setting.stores["shop"].address.url.render_as_string(hide_password=False)
    assert [batch for batch, _ in found] == list(range(len(found)))
    assert sorted(batch for _, batch, _ in receipts(url.replace("+psycopg", ""))) == [
        batch for batch, _ in found
    ]
    return sum(rows for _, rows in found)


def at_receipt(patch: pytest.MonkeyPatch, number: int, event: Callable[[], None]) -> None:
    """Lets `event` happen once, before the receipt of a batch is written."""
    real, seen = running.write_receipt, []

    def receipt(*arguments: object, **named: object) -> None:
        seen.append(True)
        if len(seen) == number:
            event()
        real(*arguments, **named)  # type: ignore[arg-type]  # handed on as they came

    patch.setattr(running, "write_receipt", receipt)


def at_commit(
    patch: pytest.MonkeyPatch, shop: Shop, number: int, event: Callable[[], None]
) -> None:
    """Lets `event` happen once, as the commit of a batch begins in its thread."""
    kind = type(shop.setting.stores["shop"].dialect)
    real, seen = kind.commit, []

    def commit(dialect: Dialect, connection: sa.Connection) -> None:
        if threading.current_thread() is not threading.main_thread():
            seen.append(True)
            if len(seen) == number:
                event()
        real(dialect, connection)

    patch.setattr(kind, "commit", commit)


def cut(shop: Shop) -> None:
    """The server ends every connection of a run."""
    with shop.engine.connect() as connection:
        if shop.engine.dialect.name == "postgresql":
            connection.exec_driver_sql(
                "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity "
                "WHERE application_name = 'troth' AND datname = current_database()"
            )
            return
        found = connection.exec_driver_sql(
            "SELECT id FROM information_schema.processlist "
            "WHERE db = database() AND id <> connection_id()"
        )
        for (number,) in found.all():
            connection.exec_driver_sql(f"KILL {number}")


def crowds(patch: pytest.MonkeyPatch) -> list[int]:
    """The rows of ranges that turn out too large from now on."""
    seen: list[int] = []
    real = RangePick.narrow

    def narrow(self: RangePick, number: int, rows: int) -> None:
        seen.append(rows)
        real(self, number, rows)

    patch.setattr(RangePick, "narrow", narrow)
    return seen
