"""The corner shop as a project folder, on each database that the commands are tried on."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from cli.project import Folder, make_folder


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def folder(
    request: pytest.FixtureRequest, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> Iterator[Folder]:
    made = make_folder(tmp_path, request.getfixturevalue(f"{request.param}_url"), capsys)
    yield made
    made.engine.dispose()


@pytest.fixture
def small(sqlite_url: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Iterator[Folder]:
    """The same on SQLite alone, for what no database decides."""
    made = make_folder(tmp_path, sqlite_url, capsys)
    yield made
    made.engine.dispose()
