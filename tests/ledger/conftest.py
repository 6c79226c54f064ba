"""A fresh ledger on each of the two databases that can hold one."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from troth.ledger.ledger import Ledger, open_ledger

NOW = datetime(2026, 1, 15, 12, tzinfo=UTC)


def repeatable_bytes() -> Callable[[int], bytes]:
    """A randomness that gives the same bytes in every run of a test."""
    return random.Random(20260115).randbytes


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def ledger_address(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The address of a place in which no ledger is yet."""
    if request.param == "sqlite":
        return str(tmp_path / "ledger.sqlite")
    url: str = request.getfixturevalue("postgres_url")
    return url


@pytest.fixture
def ledger(ledger_address: str) -> Iterator[Ledger]:
    """An open, empty ledger."""
    with open_ledger(ledger_address, at=NOW, randomness=repeatable_bytes()) as opened:
        yield opened
