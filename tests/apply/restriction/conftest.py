"""A shop with two customers, once on each database."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from apply.restriction.world import ANN, BEN, World, insert, open_world
from troth.ledger.ledger import Ledger


@pytest.fixture
def world(any_store_url: str, ledger: Ledger) -> Iterator[World]:
    found = open_world(any_store_url, ledger)
    insert(found, ANN, BEN)
    yield found
    found.engine.dispose()


@pytest.fixture
def postgres_world(postgres_url: str, ledger: Ledger) -> Iterator[World]:
    found = open_world(postgres_url, ledger)
    insert(found, ANN, BEN)
    yield found
    found.engine.dispose()
