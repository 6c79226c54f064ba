"""Stories on SQLite and on PostgreSQL, told right or under a planted fault."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from datetime import UTC, datetime
from pathlib import Path

import pytest

from apply.sink import Sink, sink
from stories.faults import planted
from stories.organisation import organisation
from stories.world import Story
from troth.ledger.ledger import open_ledger

Tell = Callable[..., Story]
LONG_AGO = datetime(2005, 1, 1, tzinfo=UTC)


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def tell(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Tell]:
    """Opens a story: `tell("softfil", "erp", "accounting")`, with fresh and empty databases."""
    with ExitStack() as stack:
        ledger = stack.enter_context(open_ledger(str(tmp_path / "ledger.sqlite"), at=LONG_AGO))

        def url(store: str) -> str:
            if request.param == "postgres":
                new = request.getfixturevalue("new_postgres")
                address: str = stack.enter_context(new())
                return address
            path = tmp_path / f"{store}.db"
            connection = sqlite3.connect(path)
            connection.execute("VACUUM")  # writes the header, so that the file is a database
            connection.close()
            return f"sqlite:///{path}"

        def opened(name: str, *stores: str, parameters: dict[str, str] | None = None) -> Story:
            given = organisation(name, stores, parameters)
            story = Story(given, {store: url(store) for store in stores}, ledger)
            stack.callback(story.close)
            return story

        yield opened


@pytest.fixture(scope="session")
def _post() -> Iterator[Sink]:
    with sink() as found:
        yield found


@pytest.fixture
def mail(_post: Sink) -> Sink:
    """A mail server that has received nothing yet."""
    _post.letters.clear()
    return _post


@pytest.fixture(autouse=True)
def _fault() -> Iterator[None]:
    """The planted fault that TROTH_PLANTED_FAULT names, under which stories must fail."""
    with planted(os.environ.get("TROTH_PLANTED_FAULT", "")):
        yield
