"""The public pages served for a browser, and what a careful person would look at on each."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import uvicorn
from starlette.applications import Starlette

from troth.web.public.app import public_app
from troth.web.public.limits import Limits
from web.conftest import World

if TYPE_CHECKING:
    from playwright.sync_api import Page

WIDTH = 320
AXE = Path(__file__).parents[1] / "notice" / "axe" / "axe.min.js"
_SPACED = (
    "* { line-height: 1.5 !important; letter-spacing: .12em !important; "
    "word-spacing: .16em !important } p { margin-bottom: 2em !important }"  # WCAG 1.4.12
)
STYLE_RULES = (
    "color-contrast",
    "css-orientation-lock",
    "link-in-text-block",
    "scrollable-region-focusable",
    "target-size",
)
"""The rules of axe that depend on colours and widths; the others look at the document alone."""
_TOO_WIDE = """text => {
  const style = document.createElement('style');
  style.textContent = text;
  document.head.append(style);
  const wide = document.documentElement.scrollWidth <= innerWidth ? []
    : [...document.querySelectorAll('body *')]
      .filter(e => e.getBoundingClientRect().right > innerWidth && !e.closest('.scroll'))
      .map(e => e.outerHTML.slice(0, 90));
  style.remove();
  return wide;
}"""
_LOOK = """() => {
  const told = [], name = e => e.outerHTML.slice(0, 90);
  const shown = e => e.checkVisibility() && e.getBoundingClientRect().left > -100;
  for (const e of document.querySelectorAll('a, button, input, textarea, summary, select')) {
    if (!shown(e) || e.type === 'hidden') continue;
    const label = e.type === 'radio' ? e.parentElement : e, box = label.getBoundingClientRect();
    const inline = e.tagName === 'A' && e.closest('p, dd, li, blockquote')
      && getComputedStyle(e).display === 'inline';
    if (!inline && (box.height < 24 || box.width < 24)) told.push('small: ' + name(e));
    if (e.tabIndex > 0) told.push('order: ' + name(e));
  }
  if (document.querySelectorAll('h1').length !== 1) told.push('one heading of the first rank');
  let last = 1;
  for (const h of document.querySelectorAll('main h1, main h2, main h3, main h4')) {
    const rank = +h.tagName[1];
    if (rank > last + 1) told.push('rank skipped: ' + name(h));
    last = rank;
  }
  if (document.documentElement.scrollWidth > innerWidth) told.push('wider than the screen');
  return told;
}"""
_WATCH_FOCUS = """() => {
  window.focused = [];
  document.activeElement.blur();
  addEventListener('keydown', () => {  // what has the focus before it moves on
    const e = document.activeElement, s = getComputedStyle(e), b = e.getBoundingClientRect();
    const outlined = s.outlineStyle !== 'none' && parseFloat(s.outlineWidth) >= 2;
    const seen = outlined && b.left > -100 && b.top >= 0;
    window.focused.push(e === document.body ? null : [e.outerHTML.slice(0, 90), seen]);
  });
}"""
_MOST_STOPS = "document.querySelectorAll('a, button, input, textarea, select, summary').length"


class _Server(uvicorn.Server):
    """A server in a thread of the test."""

    def __init__(self, app: Starlette, port: int) -> None:
        super().__init__(uvicorn.Config(app, port=port, log_level="warning", access_log=False))
        self.thread = threading.Thread(target=self.run, daemon=True)

    def install_signal_handlers(self) -> None:
        return


@contextmanager
def served(world: World) -> Iterator[str]:
    """The address of the pages of a world; a network may write as often as it likes."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = int(free.getsockname()[1])
    world.host = f"127.0.0.1:{port}"
    world.desk.show(world.host)
    limits = Limits(time.monotonic, burst=10_000)
    server = _Server(public_app(world.box, lambda: world.now, limits), port)
    server.thread.start()
    while not server.started:
        time.sleep(0.02)
    yield f"http://127.0.0.1:{port}"
    server.should_exit = True
    server.thread.join()


def tab_to(page: Page, selector: str, most: int = 80) -> None:
    """Moves the focus there by the keyboard alone."""
    for _ in range(most):
        page.keyboard.press("Tab")
        if page.locator(f"{selector}:focus").count():
            return
    raise AssertionError(f"the keyboard does not reach {selector}")


def type_into(page: Page, selector: str, text: str) -> None:
    """By the keyboard alone."""
    tab_to(page, selector)
    page.keyboard.type(text)


def press(page: Page, selector: str) -> None:
    """By the keyboard alone, and waits for the page that follows."""
    tab_to(page, selector)
    with page.expect_navigation():
        page.keyboard.press("Enter")


def looked_at(page: Page, *, keyboard: bool = False, style_alone: bool = False) -> list[str]:
    """What axe finds and what it could not tell; and what it misses.

    Sizes, order, ranks, a focus that nobody sees, and what is too wide with wide letters.
    `style_alone`: the same page was looked at before, in other colours or at another width, so
    axe asks again only what depends on those.
    """
    told: list[str] = page.evaluate(_LOOK)
    if keyboard:
        told += _unseen(page)
    told += axe_on(page, style_alone=style_alone)
    return told + too_wide(page)


def too_wide(page: Page) -> list[str]:
    """What makes a page wider than its screen, as it is or once its letters are set wide."""
    return [
        f"too wide{how}: {one}"
        for how, style in (("", ""), (" with wide letters", _SPACED))
        for one in page.evaluate(_TOO_WIDE, style)
    ]


def axe_on(page: Page, *, style_alone: bool = False, contrast: bool = True) -> list[str]:
    """What axe finds on a page, and what it could not tell; the page has its script.

    `contrast` False: with colours of the reader's own. The ticks of a chart are left out: axe
    cannot judge the contrast of one character, and they have the colour of soft text.
    """
    options: dict[str, Any] = {"resultTypes": ["violations", "incomplete"]}
    if style_alone:
        options["runOnly"] = {"type": "rule", "values": list(STYLE_RULES)}
    if not contrast:
        options["rules"] = {"color-contrast": {"enabled": False}}
    found: dict[str, Any] = page.evaluate(
        "options => axe.run({exclude: ['.chart .tick']}, options)", options
    )
    return [
        f"{kind} {one['id']}: {node['html'][:150]} {[a['message'] for a in node['any']]}"
        for kind in ("violations", "incomplete")
        for one in found[kind]
        for node in one["nodes"]
    ]


def _unseen(page: Page) -> list[str]:
    """What has the focus and does not show it."""
    page.evaluate(_WATCH_FOCUS)
    for _ in range(page.evaluate(_MOST_STOPS) + 2):
        page.keyboard.press("Tab")
    page.evaluate("document.activeElement.blur()")  # it has come round, to what it uncovers
    stops: list[Any] = page.evaluate("window.focused")
    assert any(stops), "the keyboard reaches nothing"
    return [f"focus: {one[0]}" for one in stops if one is not None and not one[1]]
