"""Every page, as axe and a careful person look at it: narrow, by night, in forced colours."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Literal

import pytest

from troth.desk.intake.parcels import send_package
from troth.desk.standing.record import record_event
from troth.ledger.requests import RequestEvent
from web.conftest import ORG, World
from web.site import AXE, WIDTH, looked_at, served
from web.test_following import show
from web.test_preferring import secret_in, token_of
from web.test_public import requests_of, send

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

PICTURES = os.environ.get("TROTH_PICTURES")
"""A folder into which each page is drawn, for somebody who looks."""


@dataclass(frozen=True)
class Case:
    """A page; `press`: what is pressed on it first, once its fields have been made empty."""

    name: str
    path: str
    press: str = ""


@pytest.fixture
def site(world: World) -> Iterator[str]:
    """The address of the pages, served."""
    with served(world) as address:
        yield address


def cases(world: World, language: str, folder: Path) -> Iterator[Case]:
    """Every page, with everything that can stand on it."""
    for name, path in (
        ("rights", ""),
        ("missing", "nothing"),
        ("access", "access"),
        ("human", "account-closure"),
        ("child", "erasure/child"),
        ("deceased", "access/deceased"),
        ("directive", "directives-after-death"),
        ("letter", "letter"),
        ("policy", "policy"),
        ("policy-overview", "policy/overview"),
        ("policy-purposes", "policy/6"),
        ("policy-recipients", "policy/9"),
    ):
        yield Case(name, f"/{language}/{path}")
    yield Case("problems", f"/{language}/directives-after-death", "main button")
    client, token = world.client(), token_of(world)
    yield Case("preferences", f"/{language}/preferences/{token}")
    yield Case("unsubscribe", f"/u/{token}")
    posted = client.post(f"/u/{token}", data={"secret": secret_in(client.get(f"/u/{token}").text)})
    yield Case("noted-waits", _in(language, posted.headers["location"]))
    receipt = _in(language, send(client, "access"))
    yield Case("receipt", receipt)
    world.desk.collect()
    yield Case("noted", _in(language, posted.headers["location"]))
    yield Case("standing", receipt)
    (request,) = requests_of(world)
    file = folder / "package.zip"
    file.write_bytes(b"made up" * 100_000)
    send_package(world.box, world.desk.ledger, world.desk.policy, request.number, file, by="dpo",
                 now=world.now)  # fmt: skip
    world.desk.collect()
    show(world, receipt, awaited=("code", "document", "word"), due_on=None, stage="identity",
         stopped_on=date(2026, 11, 27), asked="Which of our shops do you mean?")  # fmt: skip
    yield Case("asked", receipt)
    yield Case("asked-done", f"{receipt}?done=word")
    yield Case("asked-problem", receipt, '[action$="/package"] button')
    with world.desk.ledger.writing(ORG) as writing:
        event = RequestEvent("closed", world.now, "dpo")
        record_event(writing, world.desk.policy, request.number, event)
    world.desk.collect()
    yield Case("closed", receipt)


def _in(language: str, path: str) -> str:
    return f"/{language}/{path.split('/', 2)[2]}"


def come_to(page: Page, site: str, case: Case) -> None:
    """The page, after what is pressed on it."""
    page.set_extra_http_headers({"Accept-Language": case.path[1:3]})
    page.goto(f"{site}{case.path}")
    page.wait_for_load_state()
    if case.press:
        page.evaluate("document.querySelectorAll('form').forEach(e => e.noValidate = true)")
        with page.expect_navigation():
            page.click(case.press)


@dataclass(frozen=True)
class Looking:
    """How a page is looked at: at which width, in which colours, and whether by the keyboard."""

    width: int = WIDTH
    scheme: Literal["light", "dark"] = "light"
    forced: Literal["active", "none"] = "none"
    keyboard: bool = False


LOOKINGS = {
    "en": (Looking(), Looking(forced="active", keyboard=True)),
    "fr": (Looking(scheme="dark"), Looking(1280)),
}
"""Each page is loaded once in a language; the first look is whole, the next asks what changes."""


def seen_as(page: Page, looking: Looking) -> None:
    page.set_viewport_size({"width": looking.width, "height": 700})
    page.emulate_media(color_scheme=looking.scheme, forced_colors=looking.forced)


@pytest.mark.parametrize("language", LOOKINGS)
def test_every_page_is_looked_at(
    browser: Browser, site: str, world: World, tmp_path: Path, language: str
) -> None:
    context = browser.new_context(bypass_csp=True)
    context.add_init_script(path=AXE)
    page, found, titles = context.new_page(), [], set[str]()
    first, *others = LOOKINGS[language]
    for case in cases(world, language, tmp_path):
        seen_as(page, first)
        come_to(page, site, case)
        titles.add(page.title())
        for looking in (first, *others):
            seen_as(page, looking)
            if PICTURES:
                how = f"{language}-{looking.width}-{looking.scheme}-{looking.forced}"
                file = Path(PICTURES) / f"{case.name}-{how}.png"
                page.screenshot(path=str(file), full_page=True)
            told = looked_at(page, keyboard=looking.keyboard, style_alone=looking is not first)
            found += [f"{case.name} {looking}: {one}" for one in told]
    context.close()
    assert "\n".join(found) == ""
    assert len(titles) > 15
