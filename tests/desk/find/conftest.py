"""The house on each database that the engine knows."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from desk.find.house import House, make_house


@pytest.fixture
def house(any_store_url: str, tmp_path: Path) -> Iterator[House]:
    made = make_house(any_store_url, tmp_path)
    yield made
    for engine in made.engines.values():
        engine.dispose()


@pytest.fixture
def small(sqlite_url: str, tmp_path: Path) -> Iterator[House]:
    """The same on SQLite alone, for what no database decides."""
    made = make_house(sqlite_url, tmp_path)
    yield made
    for engine in made.engines.values():
        engine.dispose()
