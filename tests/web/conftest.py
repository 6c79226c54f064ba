"""An organisation with a post box, its desk and its public pages, on one machine."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from troth.ledger.ledger import open_ledger
from troth.policy.model import Policy
from troth.postbox.box import Postbox, open_postbox
from troth.postbox.seal import new_key
from troth.project.load import load_policy
from troth.web.public.app import public_app
from troth.web.public.limits import Limits
from troth.web.serve import Desk

HOST = "rights.softfil.example"
NOON = datetime(2026, 11, 26, 12, tzinfo=UTC)
EXAMPLE = Path(__file__).parents[2] / "examples" / "softfil" / "policy.yaml"


class World:
    """What a test looks at: the desk, and the time, which a test moves."""

    def __init__(self, desk: Desk, box: Postbox) -> None:
        self.desk, self.box = desk, box
        self.now, self.seconds = NOON, 0.0

    def client(self, address: str = "203.0.113.7") -> TestClient:
        """A browser on another machine."""
        limits = Limits(lambda: self.seconds)
        app = public_app(self.box, lambda: self.now, limits)
        return TestClient(
            app, base_url=f"http://{HOST}", client=(address, 4000), follow_redirects=False
        )


@pytest.fixture(scope="session")
def policy() -> Policy:
    return load_policy(EXAMPLE)


@pytest.fixture
def world(tmp_path: Path, policy: Policy) -> Iterator[World]:
    with (
        open_postbox(str(tmp_path / "postbox.sqlite"), make=True) as box,
        open_ledger(str(tmp_path / "ledger.sqlite"), at=NOON) as ledger,
    ):
        made: list[World] = []
        desk = Desk(box, ledger, policy, new_key(), lambda: made[0].now)
        made.append(World(desk, box))
        desk.show(HOST)
        yield made[0]
