"""The console of the practice served for a browser, and colleagues who have signed in."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import uvicorn

from troth.desk.accounts.roles import Role
from troth.desk.fleet.organisations import Organisations
from troth.web.console.app import console_app
from troth.web.console.cookies import SESSION
from troth.web.console.desks import open_desk
from troth.web.public.limits import Limits
from web.console.conftest import KEY
from web.console.test_pages import Practice
from web.console.world import NOON

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

NARROW: Any = {"width": 320, "height": 640}


class Site:
    """The console of the practice, served; browsers of colleagues who have signed in."""

    def __init__(self, browser: Browser, practice: Practice, address: str) -> None:
        self.browser, self.practice, self.address = browser, practice, address
        self._tokens: dict[str, str] = {}

    def colleague(self, role: Role, name: str, **options: Any) -> Page:
        """A page of somebody's own browser; who comes again has signed in before."""
        if name not in self._tokens:
            self._tokens[name] = self.practice.token(self.practice.let_in(role, name))
        context = self.browser.new_context(**{"java_script_enabled": False, **options})
        cookie: Any = {"name": SESSION, "value": self._tokens[name], "domain": "localhost"}
        cookie |= {"path": "/", "secure": True, "httpOnly": True, "sameSite": "Strict"}
        context.add_cookies([cookie])
        return context.new_page()

    def go(self, page: Page, path: str) -> None:
        page.goto(f"{self.address}{path}")


@contextmanager
def served(
    browser: Browser, folder: Path, numbers: dict[str, str], fleet: Organisations | None = None
) -> Iterator[Site]:
    """The console of the practice in `folder`, for as long as the block lasts.

    `fleet`: the organisations that it looks after, as an agency.
    """
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = int(free.getsockname()[1])
    with open_desk(folder, {}, KEY, NOON) as desk:
        desk = replace(desk, fleet=fleet)
        practice = Practice(desk, numbers)
        app = console_app(
            {f"localhost:{port}": desk}, lambda: practice.now, limits=Limits(time.monotonic)
        )
        server = uvicorn.Server(uvicorn.Config(app, port=port, log_level="warning"))
        thread = threading.Thread(target=server.run, daemon=True)
        thread.start()
        while not server.started:
            time.sleep(0.02)
        try:
            yield Site(browser, practice, f"http://localhost:{port}")
        finally:
            server.should_exit = True
            thread.join()
