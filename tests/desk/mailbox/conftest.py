"""One IMAP server for the session; a folder and a desk for each test."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from desk.mailbox.post import Server, imap_server
from troth.desk.mailbox.desk import MailDesk
from troth.ledger.ledger import Ledger
from troth.policy.model import Policy
from troth.project.load import load_policy

NOON = datetime(2026, 11, 29, 12, tzinfo=UTC)  # a Sunday
EXAMPLES = Path(__file__).parents[3] / "examples"


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


@pytest.fixture(scope="session")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    with imap_server(tmp_path_factory.mktemp("imap")) as running:
        yield running


@pytest.fixture(scope="session")
def policies() -> dict[str, Policy]:
    return {
        name: load_policy(EXAMPLES / name / "policy.yaml")
        for name in ("softfil", "spimed", "collectif-m")
    }


@pytest.fixture
def folder(server: Server) -> str:
    return server.new_folder()


@pytest.fixture
def desk(ledger: Ledger, policies: dict[str, Policy]) -> MailDesk:
    return desk_of(ledger, policies["softfil"])


def desk_of(ledger: Ledger, policy: Policy, now: datetime = NOON, **others: object) -> MailDesk:
    given = {"address": "privacy@shop.example", "sender": "privacy@shop.example", "key": bytes(32)}
    return MailDesk(ledger, policy, clock=lambda: now, **given | others)  # type: ignore[arg-type]  # a test may set any of them


def mail(
    text: str = "Please delete my data.",
    *,
    sender: str = "Anna Muster <anna@mail.example>",
    subject: str = "My data",
    id: str = "<a1@mail.example>",
    headers: str = "",
) -> bytes:
    """A mail as a person's program writes it."""
    head = f"From: {sender}\r\nTo: privacy@shop.example\r\nSubject: {subject}\r\n"
    head += f"Message-ID: {id}\r\n" if id else ""
    head += "MIME-Version: 1.0\r\nContent-Type: text/plain; charset=utf-8\r\n"
    more = headers.replace("\n", "\r\n")
    return f"{head}{more}\r\n{text}\r\n".encode()


def hours_ago(hours: float) -> datetime:
    return NOON - timedelta(hours=hours)
