"""Passkeys, and the pages as a browser shows them: a real Chromium with a virtual authenticator."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
import uvicorn

from troth.desk.accounts.letting_in import let_in, shut_out
from troth.web.console.app import console_app
from troth.web.console.cookies import SESSION
from troth.web.public.limits import Limits
from web.console.conftest import KEY, Bureau

if TYPE_CHECKING:
    from playwright.sync_api import Browser, BrowserContext, CDPSession, Page

AXE = Path(__file__).parents[2] / "notice" / "axe" / "axe.min.js"
NARROW = {"width": 320, "height": 640}


class _Server(uvicorn.Server):
    """A server in a thread of the test."""

    def install_signal_handlers(self) -> None:
        return


@pytest.fixture
def site(bureau: Bureau) -> Iterator[str]:
    """The console, served on this machine as it is by default: without TLS."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = int(free.getsockname()[1])
    app = console_app(
        {f"localhost:{port}": bureau.desk}, lambda: bureau.now, limits=Limits(time.monotonic)
    )
    server = _Server(uvicorn.Config(app, port=port, log_level="warning", access_log=False))
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    while not server.started:
        time.sleep(0.02)
    yield f"http://localhost:{port}"
    server.should_exit = True
    thread.join()


def with_authenticator(context: BrowserContext, page: Page) -> CDPSession:
    """A device with a fingerprint reader, whose finger always fits."""
    session = context.new_cdp_session(page)
    session.send("WebAuthn.enable")
    session.send(
        "WebAuthn.addVirtualAuthenticator",
        {
            "options": {
                "protocol": "ctap2",
                "transport": "internal",
                "hasResidentKey": True,
                "hasUserVerification": True,
                "isUserVerified": True,
                "automaticPresenceSimulation": True,
            }
        },
    )
    return session


def code_for(bureau: Bureau, name: str) -> str:
    with bureau.desk.ledger.writing("softfil") as writing:
        return let_in(writing, KEY, name, "dpo", by="test", at=bureau.now, email=None).code


def enrol(page: Page, site: str, name: str, code: str) -> None:
    page.goto(f"{site}/enrol")
    page.fill("#name", name)
    page.fill("#code", code)
    page.click("main button")
    page.wait_for_url("**/keys")


def test_a_passkey_is_added_and_signs_in_and_proves(
    browser: Browser, site: str, bureau: Bureau
) -> None:
    context = browser.new_context(viewport=NARROW)  # type: ignore[arg-type]  # a size
    page = context.new_page()
    wrong: list[str] = []
    page.on("console", lambda said: wrong.append(said.text))
    device = with_authenticator(context, page)
    enrol(page, site, "anne", code_for(bureau, "anne"))
    page.fill("#label", "my telephone")
    page.click("form[data-passkey] button")
    page.wait_for_selector("text=my telephone")

    page.click("text=Sign out")
    page.wait_for_url("**/login")
    page.click("form[data-passkey] button")
    page.wait_for_url(f"{site}/")
    assert "anne" in page.locator("header").inner_text()
    cookie = next(one for one in context.cookies() if one["name"] == SESSION)
    assert (cookie["httpOnly"], cookie["secure"], cookie["sameSite"]) == (True, True, "Strict")

    page.goto(f"{site}/prove?next=/keys")
    page.click("form[data-passkey] button")
    page.wait_for_url("**/keys")
    assert [said for said in wrong if "Clear-Site-Data" not in said] == []
    device.detach()


def test_a_passkey_that_is_unknown_or_of_a_shut_account_is_refused(
    browser: Browser, site: str, bureau: Bureau
) -> None:
    context = browser.new_context()
    page = context.new_page()
    with_authenticator(context, page)
    enrol(page, site, "anne", code_for(bureau, "anne"))
    page.fill("#label", "mine")
    page.click("form[data-passkey] button")
    page.wait_for_selector("text=mine")
    with bureau.desk.ledger.writing("softfil") as writing:
        shut_out(writing, "anne", by="test", at=bureau.now)
    page.goto(f"{site}/login")
    page.click("form[data-passkey] button")
    page.wait_for_selector("#problem")
    assert "not accepted" in page.locator("#problem").inner_text()


def test_without_javascript_the_password_way_is_there_and_no_dead_button(
    browser: Browser, site: str, bureau: Bureau
) -> None:
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    enrol(page, site, "ben", code_for(bureau, "ben"))
    assert page.locator("form[data-passkey]").is_hidden()
    page.click("text=Choose a password")
    assert page.locator("img.qr").evaluate("i => i.naturalWidth") > 100
    assert page.locator("input#password").is_visible()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_pages_fit_a_telephone_and_axe_finds_nothing(
    browser: Browser, site: str, bureau: Bureau, scheme: str
) -> None:
    context = browser.new_context(viewport=NARROW, color_scheme=scheme, bypass_csp=True)  # type: ignore[arg-type]
    page = context.new_page()
    with_authenticator(context, page)
    look_at(page, site, "/login", "/enrol")
    enrol(page, site, "anne", code_for(bureau, "anne"))
    page.fill("#label", "mine")
    page.click("form[data-passkey] button")
    page.wait_for_selector("text=mine")
    look_at(page, site, "/keys", "/keys/password", "/prove", "/numbers", "/accounts", "/nothing")


def look_at(page: Page, site: str, *paths: str) -> None:
    """Nothing is wider than the page, every control can be touched, and axe leaves nothing open."""
    for path in paths:
        page.goto(f"{site}{path}")
        assert page.url.endswith(path)
        assert page.evaluate("document.documentElement.scrollWidth") <= NARROW["width"], path
        sizes = page.evaluate(
            "[...document.querySelectorAll('a:not(.skip), button, input:not([type=hidden])')]"
            ".filter(e => e.offsetParent).map(e => [e.outerHTML.slice(0, 60), "
            "e.getBoundingClientRect().height])"
        )
        assert sizes
        assert [one for one in sizes if one[1] < 24] == [], path
        page.evaluate(AXE.read_text(encoding="utf-8"))
        found = page.evaluate("axe.run(document, {resultTypes: ['violations', 'incomplete']})")
        wrong = [(rule["id"], [node["html"] for node in rule["nodes"]])
                 for kind in ("violations", "incomplete") for rule in found[kind]]  # fmt: skip
        assert wrong == [], path
