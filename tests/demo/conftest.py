"""A small SoftFil: its databases, and what the reference interpreter reads from them."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import ExitStack
from datetime import UTC, date, datetime
from importlib.resources import files
from pathlib import Path

import pytest

from servers import NewDatabase
from troth.datamap.load import parse_map
from troth.datamap.model import DataMap
from troth.demo.history import History, history
from troth.demo.world import build, read_back, schemas
from troth.grounds.evidence import Evidence
from troth.grounds.facts import Facts, Hold
from troth.policy.load import parse_policy
from troth.policy.model import Policy

TODAY = date(2026, 11, 22)
NOW = datetime(2026, 11, 22, 10, tzinfo=UTC)
PEOPLE = 36


@pytest.fixture(scope="session")
def policy() -> Policy:
    return parse_policy(files("troth.demo").joinpath("softfil/policy.yaml").read_bytes(), "p")


@pytest.fixture(scope="session")
def datamap(policy: Policy) -> DataMap:
    return parse_map(
        files("troth.demo").joinpath("softfil/map.yaml").read_bytes(), "map.yaml", policy
    )[0]


@pytest.fixture(scope="session")
def small() -> History:
    return history(TODAY, people=PEOPLE)


def make_files(folder: Path) -> dict[str, str]:
    """An empty SQLite file for each store."""
    addresses = {}
    for store in schemas():
        path = folder / f"{store}.sqlite"
        connection = sqlite3.connect(path)
        connection.execute("VACUUM")
        connection.close()
        addresses[store] = f"sqlite:///{path}"
    return addresses


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def databases(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[dict[str, str]]:
    """The addresses of an empty database for each store, once on each dialect."""
    with ExitStack() as stack:
        if request.param == "sqlite":
            yield make_files(tmp_path)
            return
        new: NewDatabase = request.getfixturevalue("new_postgres")
        yield {store: stack.enter_context(new()) for store in schemas()}


@pytest.fixture
def built(databases: dict[str, str], small: History) -> dict[str, str]:
    """The small world's databases, once on each dialect."""
    build(databases, small.rows)
    return databases


@pytest.fixture(scope="session")
def small_evidence(
    tmp_path_factory: pytest.TempPathFactory, small: History, policy: Policy, datamap: DataMap
) -> Evidence:
    """The small world as SQLite gives it back."""
    addresses = make_files(tmp_path_factory.mktemp("softfil"))
    build(addresses, small.rows)
    return evidence_of(addresses, policy, datamap)


def facts_of(history: History, *, held: bool = True, opened_at: datetime = NOW) -> Facts:
    """What the demo writes into the ledger, as facts."""
    holds = tuple(
        Hold(
            id=f"hold-{number}",
            case=hold.case,
            reason=hold.reason,
            opened_at=opened_at,
            rows=tuple((store, table, (key,)) for store, table, key in hold.rows),
        )
        for number, hold in enumerate(history.holds if held else ())
    )
    return Facts(holds=holds, consents=history.consents)


def evidence_of(addresses: dict[str, str], policy: Policy, datamap: DataMap) -> Evidence:
    """The databases' rows as the interpreter takes them."""
    return Evidence(policy, datamap, read_back(addresses))
