"""An organisation with a post box, its desk and its public pages, on one machine."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from troth.datamap.load import parse_map
from troth.datamap.model import DataMap
from troth.ledger.ledger import open_ledger
from troth.policy.model import Policy
from troth.postbox.box import Postbox, open_postbox
from troth.postbox.seal import new_key
from troth.project.load import load_policy
from troth.web.public.app import public_app
from troth.web.public.limits import Limits
from troth.web.serve import Desk

ORG = "softfil"
HOST = "rights.softfil.example"
NOON = datetime(2026, 11, 26, 12, tzinfo=UTC)
MAP = """
troth: 1
stores:
  shop:
    tables:
      account:
        key: [id]
        roles:
          owner: {subject: customer}
        columns:
          id:
          email: {category: identity, identity: email, compare: email}
    ignored: {}
"""
EXAMPLE = Path(__file__).parents[2] / "examples" / "softfil" / "policy.yaml"


class World:
    """What a test looks at: the desk, and the time, which a test moves."""

    def __init__(self, desk: Desk, box: Postbox) -> None:
        self.desk, self.box = desk, box
        self.now, self.seconds, self.host = NOON, 0.0, HOST

    def client(self, address: str = "203.0.113.7") -> TestClient:
        """A browser on another machine."""
        limits = Limits(lambda: self.seconds)
        app = public_app(self.box, lambda: self.now, limits)
        return TestClient(
            app, base_url=f"http://{self.host}", client=(address, 4000), follow_redirects=False
        )


def people(policy: Policy) -> DataMap:
    """A data map in which people are known by their e-mail address."""
    return parse_map(MAP.encode(), "map.yaml", policy)[0]


@pytest.fixture(scope="session")
def policy() -> Policy:
    return load_policy(EXAMPLE)


@pytest.fixture(scope="session")
def founded(tmp_path_factory: pytest.TempPathFactory, policy: Policy) -> tuple[Path, bytes]:
    """A folder with a box whose window is dressed, and a ledger; and the desk's key."""
    folder, key = tmp_path_factory.mktemp("founded"), new_key()
    with (
        open_postbox(str(folder / "postbox.sqlite"), make=True) as box,
        open_ledger(str(folder / "ledger.sqlite"), at=NOON) as ledger,
    ):
        Desk(box, ledger, policy, key, lambda: NOON, people(policy)).show(HOST)
    return folder, key


@pytest.fixture
def world(tmp_path: Path, policy: Policy, founded: tuple[Path, bytes]) -> Iterator[World]:
    folder, key = founded
    for name in ("postbox.sqlite", "ledger.sqlite"):
        shutil.copy(folder / name, tmp_path / name)
    with (
        open_postbox(str(tmp_path / "postbox.sqlite")) as box,
        open_ledger(str(tmp_path / "ledger.sqlite"), at=NOON) as ledger,
    ):
        made: list[World] = []
        desk = Desk(box, ledger, policy, key, lambda: made[0].now, people(policy))
        made.append(World(desk, box))
        yield made[0]
