"""The API does what its description says, whatever is sent (schemathesis), and is described."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
import schemathesis
from hypothesis import HealthCheck, settings

from troth.datamap.model import DataMap
from troth.desk.accounts.tokens import SCOPES, make_token
from troth.ledger.ledger import open_ledger
from troth.policy.model import Policy
from troth.web.api.app import PREFIX, api_app, describe
from troth.web.api.desk import ApiDesk
from troth.web.api.guard import Bucket
from troth.web.api.reference import as_json, as_markdown
from web.api.conftest import NOON

EACH = 8  # examples of one operation: the whole API in seconds
DESKS: dict[str, ApiDesk] = {}  # filled once the session has one
schema = schemathesis.openapi.from_dict(describe())
schema.app = api_app(DESKS, bucket=Bucket(lambda: 0.0, burst=10**9))
HOST = "testserver"  # as schemathesis calls it


@pytest.fixture(scope="module")
def served(
    tmp_path_factory: pytest.TempPathFactory, promise: tuple[Policy, DataMap]
) -> Iterator[str]:
    """A token with every scope; the API is served meanwhile."""
    file = tmp_path_factory.mktemp("api") / "ledger.sqlite"
    with open_ledger(str(file), at=NOON) as ledger:
        with ledger.writing("softfil") as writing:
            token = make_token(writing, "fuzz", tuple(SCOPES), by="dpo", at=NOON)
        DESKS[HOST] = ApiDesk(ledger, *promise, clock=lambda: NOON)
        yield token.secret
        DESKS.pop(HOST).close()


@schema.parametrize()
@settings(
    max_examples=EACH,
    deadline=None,
    derandomize=True,
    suppress_health_check=list(HealthCheck),
)
def test_the_api_does_what_it_says(case: schemathesis.Case, served: str) -> None:
    case.call_and_validate(headers={"Authorization": f"Bearer {served}"})


def test_every_operation_but_health_names_its_scope_and_its_errors() -> None:
    document = describe()
    for path, operations in document["paths"].items():
        assert path.startswith(PREFIX)
        for operation in operations.values():
            said = set(operation["responses"])
            assert {"401", "403", "404", "429", "503"} <= said
            scopes = [one["HTTPBearer"] for one in operation.get("security", ())]
            assert [len(each) for each in scopes] == ([] if path == f"{PREFIX}/health" else [1])
            assert {scope for each in scopes for scope in each} <= set(SCOPES)
            assert operation["description"]
            parameters = {one["name"] for one in operation.get("parameters", ())}
            assert ("201" in said) == ("Idempotency-Key" in parameters)
            assert not parameters & {"email", "person", "value", "contact"}


def test_the_reference_is_what_the_code_says() -> None:
    folder = Path(__file__).parents[3] / "docs" / "reference"
    assert (folder / "openapi.json").read_text(encoding="utf-8") == as_json()
    assert (folder / "api.md").read_text(encoding="utf-8") == as_markdown()
