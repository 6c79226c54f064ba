"""A person in a real browser: by keyboard, without JavaScript, at the width of a telephone."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest
import uvicorn
from starlette.applications import Starlette

from troth.ledger.requests import read_requests
from troth.web.public.app import public_app
from troth.web.public.limits import Limits
from web.conftest import World

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page, ViewportSize

NARROW: ViewportSize = {"width": 320, "height": 640}


class _Server(uvicorn.Server):
    """A server in a thread of the test."""

    def __init__(self, app: Starlette, port: int) -> None:
        super().__init__(uvicorn.Config(app, port=port, log_level="warning", access_log=False))
        self.thread = threading.Thread(target=self.run, daemon=True)

    def install_signal_handlers(self) -> None:
        return


@pytest.fixture
def site(world: World) -> Iterator[str]:
    """The address of the pages, served."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = int(free.getsockname()[1])
    world.desk.show(f"127.0.0.1:{port}")
    server = _Server(public_app(world.box, lambda: world.now, Limits(time.monotonic)), port)
    server.thread.start()
    while not server.started:
        time.sleep(0.02)
    yield f"http://127.0.0.1:{port}"
    server.should_exit = True
    server.thread.join()


def opened(browser: Browser, **options: object) -> Page:
    context = browser.new_context(viewport=NARROW, java_script_enabled=False, **options)
    return context.new_page()


def tab_to(page: Page, selector: str, most: int = 60) -> None:
    """Moves the focus there by the keyboard alone."""
    for _ in range(most):
        page.keyboard.press("Tab")
        if page.locator(f"{selector}:focus").count():
            return
    raise AssertionError(f"the keyboard does not reach {selector}")


@pytest.mark.parametrize(
    ("language", "sent"), [("en", "We have received"), ("fr", "Nous avons reçu")]
)
def test_a_person_asks_by_keyboard_without_javascript_on_a_telephone(
    browser: Browser, site: str, world: World, language: str, sent: str
) -> None:
    page = opened(browser, locale=language)
    page.goto(f"{site}/")
    tab_to(page, f'a[href="/{language}/erasure"]')
    page.keyboard.press("Enter")
    page.wait_for_url("**/erasure")
    tab_to(page, "#email")
    page.keyboard.type("anna@mail.example")
    tab_to(page, "#words")
    page.keyboard.type("All of it, please.")
    tab_to(page, "button")
    page.keyboard.press("Enter")
    page.wait_for_url("**/request/*")
    assert sent in page.locator("h1").inner_text()
    number = page.locator(".number").inner_text()
    world.desk.collect()
    with world.desk.ledger.reading("softfil") as reading:
        assert [(r.number, r.words) for r in read_requests(reading)] == [
            (number, "All of it, please.")
        ]


@pytest.mark.parametrize("path", ["/en/", "/fr/", "/en/erasure", "/fr/rectification"])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_nothing_is_wider_than_a_telephone_and_controls_can_be_touched(
    browser: Browser, site: str, path: str, scheme: str
) -> None:
    context = browser.new_context(viewport=NARROW, color_scheme=scheme)
    page = context.new_page()
    page.goto(f"{site}{path}")
    assert page.evaluate("document.documentElement.scrollWidth") <= NARROW["width"]
    sizes = page.evaluate(
        "[...document.querySelectorAll('main a, button, main input:not([type=hidden]), textarea')]"
        ".filter(e => e.tabIndex >= 0).map(e => [e.outerHTML.slice(0, 60), "
        "(e.type === 'radio' ? e.parentElement : e).getBoundingClientRect().height])"
    )
    assert sizes
    assert [one for one in sizes if one[1] < 24] == []


def test_the_focus_can_be_seen_in_forced_colours_too(browser: Browser, site: str) -> None:
    context = browser.new_context(viewport=NARROW, forced_colors="active")
    page = context.new_page()
    page.goto(f"{site}/en/erasure")
    for selector in ("#email", "button", "main a"):
        tab_to(page, selector)
        style = page.evaluate("getComputedStyle(document.activeElement).outlineStyle")
        assert style == "solid"
