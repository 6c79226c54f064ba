"""A desk with its console, and colleagues of each role who have signed in."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pyotp
import pytest
from httpx2 import Response
from starlette.testclient import TestClient

from troth.desk.accounts.letting_in import let_in
from troth.desk.accounts.roles import Role
from troth.desk.accounts.sessions import start_session
from troth.ledger.accounts import Account, add_account
from troth.web.console.app import console_app
from troth.web.console.cookies import SESSION
from troth.web.console.desks import OpenDesk, open_desk
from troth.web.console.routes import PAGES
from troth.web.console.visit import Page
from troth.web.public.limits import Limits

HOST = "desk.softfil.example"
NOON = datetime(2026, 11, 26, 12, tzinfo=UTC)
EXAMPLE = Path(__file__).parents[3] / "examples" / "softfil" / "policy.yaml"
KEY = bytes(range(32))


class Bureau:
    """One organisation's desk; a test moves the time, and lets colleagues in."""

    def __init__(self, desk: OpenDesk) -> None:
        self.desk = desk
        self.now, self.seconds = NOON, 0.0
        self.pages: tuple[Page, ...] = PAGES

    def client(self, token: str | None = None, address: str = "203.0.113.7") -> TestClient:
        """A browser: with the token of a session, or without."""
        limits = Limits(lambda: self.seconds)
        app = console_app({HOST: self.desk}, lambda: self.now, pages=self.pages, limits=limits)
        cookies = {SESSION: token} if token else {}
        return TestClient(
            app,
            base_url=f"https://{HOST}",
            client=(address, 4000),
            follow_redirects=False,
            cookies=cookies,
            headers={"Origin": f"https://{HOST}", "Sec-Fetch-Site": "same-origin"},
        )

    def let_in(self, role: Role, name: str = "") -> Account:
        with self.desk.ledger.writing(self.desk.organisation) as writing:
            return add_account(writing, name or f"{role}-1", role, by="test", at=self.now)

    def invited(self, name: str = "anne", role: Role = "dpo") -> Colleague:
        """Somebody who has been handed a code to enrol."""
        desk = self.desk
        with desk.ledger.writing(desk.organisation) as writing:
            made = let_in(writing, KEY, name, role, by="test", at=self.now, email=None)
        return Colleague(self, name, made.code, self.client())

    def token(self, account: Account) -> str:
        """A session of the account."""
        with self.desk.ledger.writing(self.desk.organisation) as writing:
            return start_session(writing, account, how="test", at=self.now)

    def signed_in(self, role: Role, name: str = "") -> TestClient:
        """The browser of a new colleague who has signed in."""
        return self.client(self.token(self.let_in(role, name)))


@dataclass
class Colleague:
    """A person with a name, a password and an authenticator, at a browser of their own."""

    bureau: Bureau
    name: str
    code: str
    browser: TestClient
    password: str = "four calm otters juggle"
    secret: str = ""
    recovery: list[str] = field(default_factory=list)

    def send(self, path: str, page: str | None = None, **fields: str) -> Response:
        """Sends a form of a page (default: of the same path) as the browser would."""
        token = form_token_in(self.browser.get(page or path).text)
        headers = {"Referer": f"https://{HOST}{page or path}"}
        return self.browser.post(path, data={"token": token, **fields}, headers=headers)

    def enrol(self) -> None:
        """Chooses a password and an authenticator with the code that was handed over."""
        answer = self.choose_password()
        self.recovery = re.findall(r'<li class="code">([A-Z0-9-]+)<', answer.text)
        assert len(self.recovery) == 10, answer.text
        self.bureau.now += timedelta(seconds=30)

    def choose_password(self) -> Response:
        """The page after that choice."""
        answer = self.send("/enrol", name=self.name, code=self.code)
        assert answer.headers["location"] == "/keys", answer.text
        shown = self.browser.get("/keys/password").text
        self.secret = re.findall(r'class="code">(\w+)<', shown)[0]
        ticket = re.findall(r'name="ticket" value="(\w+)"', shown)[0]
        return self.browser.post(
            "/keys/password",
            data={
                "token": form_token_in(shown),
                "ticket": ticket,
                "password": self.password,
                "code": self.totp(),
            },
        )

    def totp(self) -> str:
        """What the authenticator shows now."""
        return pyotp.TOTP(self.secret).at(self.bureau.now)

    def sign_in(self, **other: str) -> Response:
        """Signs in; `other` is typed instead."""
        typed = {"name": self.name, "password": self.password, "code": self.totp()} | other
        return self.send("/login", **typed)


def form_token_in(page: str) -> str:
    """What a form of the page carries."""
    found = re.search(r'name="token" value="(\w+)"', page)
    assert found
    return found[1]


@pytest.fixture(autouse=True)
def _a_day_that_stands_still(monkeypatch: pytest.MonkeyPatch) -> None:
    """The desk of these tests stands on a day of its own, and the databases' clocks go on."""
    monkeypatch.setattr("troth.apply.refusals.CLOCKS_DIFFER", timedelta(days=36_500))


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "policy.yaml").write_text(EXAMPLE.read_text())
    (tmp_path / "troth.yaml").write_text("troth: 1\n")
    return tmp_path


@pytest.fixture
def bureau(folder: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Bureau]:
    """A desk whose passwords cost little to compare; one test looks at what they cost really."""
    monkeypatch.setattr("troth.desk.accounts.passwords._MEMORY_KIB", 64)
    with open_desk(folder, {}, KEY, NOON) as desk:
        yield Bureau(desk)
