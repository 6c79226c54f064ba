"""A shop on a fresh database, with a ledger beside."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from apply.fire import NOW
from apply.shop import Shop, open_shop
from troth.ledger.ledger import Ledger, open_ledger
from troth.plan.model import Limits


@pytest.fixture
def ledger(tmp_path: Path) -> Iterator[Ledger]:
    with open_ledger(str(tmp_path / "ledger.sqlite"), at=NOW) as opened:
        yield opened


@pytest.fixture
def shop(any_store_url: str, ledger: Ledger) -> Iterator[Shop]:
    found = open_shop(
        any_store_url, ledger, NOW, limits=Limits(batch_rows=2, walk_rows=2, batch_parents=2)
    )
    yield found
    found.engine.dispose()


@pytest.fixture
def small_shop(sqlite_url: str, ledger: Ledger) -> Iterator[Shop]:
    """The shop on SQLite alone, where the database makes no difference."""
    found = open_shop(
        sqlite_url, ledger, NOW, limits=Limits(batch_rows=2, walk_rows=2, batch_parents=2)
    )
    yield found
    found.engine.dispose()
