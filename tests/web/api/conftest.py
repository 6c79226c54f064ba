"""The API of an organisation at its host, called as its own systems call it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from starlette.testclient import TestClient

from troth.datamap.load import parse_map
from troth.datamap.model import DataMap
from troth.desk.accounts.tokens import SCOPES, make_token
from troth.ledger.ledger import Ledger, open_ledger
from troth.policy.model import Policy
from troth.project.load import load_policy
from troth.web.api.app import api_app
from troth.web.api.desk import ApiDesk
from troth.web.api.guard import Bucket

HOST = "desk.softfil.example"
NOON = datetime(2026, 11, 26, 12, tzinfo=UTC)
EXAMPLE = Path(__file__).parents[3] / "examples" / "softfil"
ANNA = {"namespace": "email", "value": "anna@mail.example"}


@dataclass
class Api:
    """The API with its ledger, at an instant and a second that a test may move."""

    ledger: Ledger
    policy: Policy
    map: DataMap
    now: datetime = NOON
    second: float = 0.0
    app: Any = None
    tokens: dict[str, str] = field(default_factory=dict)
    keys: int = 0
    client: TestClient = field(init=False)

    def call(
        self, method: str, path: str, body: Any = None, *, token: str = "all", **headers: str
    ) -> Any:
        """An answer; writes get a key of their own unless one is given."""
        self.keys += 1
        sent = {
            "Authorization": f"Bearer {self.tokens.get(token, token)}",
            "Idempotency-Key": f"k{self.keys}",
        }
        sent |= {name.replace("_", "-"): value for name, value in headers.items()}
        return self.client.request(method, f"/api/v1{path}", json=body, headers=sent)

    def post(self, path: str, body: Any, **headers: str) -> Any:
        return self.call("POST", path, body, **headers)

    def get(self, path: str, **headers: str) -> Any:
        return self.call("GET", path, **headers)

    def may(self, **more: Any) -> Any:
        question = {"purpose": "targeted-advertising", "category": "cookie-data", "person": [ANNA]}
        question["role"] = "marketing"
        return self.post("/may", question | more).json()


@pytest.fixture(scope="session")
def promise() -> tuple[Policy, DataMap]:
    policy = load_policy(EXAMPLE / "policy.yaml")
    datamap, _ = parse_map((EXAMPLE / "map.yaml").read_bytes(), "map.yaml", policy)
    return policy, datamap


BOTH = pytest.mark.parametrize(
    "ledger_address",
    ["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)],
    indirect=True,
)


@pytest.fixture
def ledger_address(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """A SQLite file; on both databases where a test asks for `BOTH`."""
    if getattr(request, "param", "sqlite") == "sqlite":
        return str(tmp_path / "ledger.sqlite")
    url: str = request.getfixturevalue("postgres_url")
    return url


@pytest.fixture
def api(ledger_address: str, promise: tuple[Policy, DataMap]) -> Iterator[Api]:
    with open_ledger(ledger_address, at=NOON) as ledger:
        made = Api(ledger, *promise)
        with ledger.writing("softfil") as writing:
            every = make_token(writing, "shop", tuple(SCOPES), by="dpo", at=NOON)
            reader = make_token(writing, "till", ["may:read"], by="dpo", at=NOON)
        made.tokens = {"all": every.secret, "reader": reader.secret}
        desk = ApiDesk(ledger, *promise, clock=lambda: made.now)
        made.app = api_app({HOST: desk}, bucket=Bucket(lambda: made.second))
        made.client = TestClient(made.app, base_url=f"http://{HOST}", raise_server_exceptions=False)
        yield made
        desk.close()
