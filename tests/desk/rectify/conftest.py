"""The desk on each database that the engine knows."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from desk.rectify.desk import Desk, make_desk


@pytest.fixture
def desk(any_store_url: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Iterator[Desk]:
    made = make_desk(any_store_url, tmp_path, capsys)
    yield made
    for engine in made.engines.values():
        engine.dispose()


@pytest.fixture
def small(sqlite_url: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Iterator[Desk]:
    """The same on SQLite alone, for what no database decides."""
    made = make_desk(sqlite_url, tmp_path, capsys)
    yield made
    for engine in made.engines.values():
        engine.dispose()
