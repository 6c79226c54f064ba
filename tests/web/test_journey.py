"""A person in a real browser: by keyboard, without JavaScript, at the width of a telephone."""

from __future__ import annotations

import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from troth.desk.intake.parcels import send_package
from troth.desk.workflow.identity import ask_code, ask_document
from troth.postbox.content import RIGHTS
from troth.web.public.words import CATALOGUES
from web.conftest import World
from web.site import WIDTH, press, served, tab_to, type_into
from web.test_following import PNG, office
from web.test_preferring import opt_outs, states, token_of
from web.test_public import requests_of

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

LANGUAGES = pytest.mark.parametrize("language", ["en", "fr"])


@pytest.fixture
def site(world: World) -> Iterator[str]:
    """The address of the pages, served."""
    with served(world) as address:
        yield address


def opened(browser: Browser, language: str) -> Page:
    """A telephone without JavaScript."""
    context = browser.new_context(
        viewport={"width": WIDTH, "height": 640}, java_script_enabled=False, locale=language
    )
    return context.new_page()


@LANGUAGES
def test_every_right_is_asked_for_from_the_list_to_its_receipt(
    browser: Browser, site: str, world: World, language: str
) -> None:
    words = CATALOGUES[language]  # type: ignore[index]  # en or fr
    page = opened(browser, language)
    numbers = set()
    offered = [right for right in RIGHTS if right in _offered(world)]
    assert "directives-after-death" in offered
    for right in offered:
        page.goto(f"{site}/")
        press(page, f'a[href="/{language}/{right}"]')
        type_into(page, "#email", "anna@mail.example")
        if right == "directives-after-death":
            type_into(page, "#name", "Anna Berg")
            tab_to(page, "input[name=wish]")
            page.keyboard.press("Space")
            type_into(page, "#trusted", "Ben Roux")
            type_into(page, "#trusted_contact", "ben@mail.example")
        type_into(page, "#words", "All of it, please.")
        press(page, "main button")
        assert page.locator("h1").inner_text() == words["receipt.title"]
        numbers.add(page.locator(".number").inner_text())
    assert world.desk.collect().taken == len(offered)
    assert {request.number for request in requests_of(world)} == numbers
    assert {request.right for request in requests_of(world)} == set(offered)
    press(page, ".again")
    assert page.locator("h1").inner_text() == words["standing.title"]


def _offered(world: World) -> tuple[str, ...]:
    from troth.policy.offered import rights_of

    return tuple(rights_of(world.desk.policy))


@LANGUAGES
@pytest.mark.parametrize("behalf", ["child", "deceased", "represented"])
def test_somebody_asks_for_another(
    browser: Browser, site: str, world: World, language: str, behalf: str
) -> None:
    page = opened(browser, language)
    page.goto(f"{site}/{language}/erasure")
    press(page, f'a[href$="/erasure/{behalf}"]')
    words = CATALOGUES[language]  # type: ignore[index]  # en or fr
    assert words[f"proof.{behalf}"] in page.locator("main").inner_text()
    type_into(page, "#email", "anna@mail.example")
    type_into(page, "#name", "Anna Berg")
    type_into(page, "#about", "Mia Berg")
    press(page, "main button")
    world.desk.collect()
    (request,) = requests_of(world)
    assert (request.behalf, request.names["about"]) == (behalf, "Mia Berg")


@LANGUAGES
def test_a_request_is_followed_from_the_code_to_the_package(
    browser: Browser, site: str, world: World, language: str, tmp_path: Path
) -> None:
    words = CATALOGUES[language]  # type: ignore[index]  # en or fr
    page, desk = opened(browser, language), office(world)
    page.goto(f"{site}/{language}/access")
    type_into(page, "#email", "anna@mail.example")
    press(page, "main button")
    world.desk.collect()
    number = requests_of(world)[0].number

    ask_code(desk, number, by="dpo", now=world.now, make=lambda: "123456")
    world.desk.collect()
    press(page, ".again")
    type_into(page, "#code", "123456")
    press(page, '[action$="/code"] button')
    assert page.locator(".done").inner_text() == words["done.code"]
    world.desk.collect()
    page.reload()
    assert words["note.code"] in page.locator("main").inner_text()

    tab_to(page, "summary")
    page.keyboard.press("Enter")
    type_into(page, "#word", "I am in no hurry.")
    press(page, '[action$="/word"] button')
    assert page.locator(".done").inner_text() == words["done.word"]

    file = tmp_path / "package.zip"
    with zipfile.ZipFile(file, "w") as made:
        made.writestr("data.json", "{}" * 200_000)
    code = send_package(world.box, desk.ledger, desk.policy, number, file, by="dpo", now=world.now)
    world.desk.collect()
    page.goto(page.url.split("?")[0])
    type_into(page, "#package", "0000 0000")
    press(page, '[action$="/package"] button')
    assert words["problem.package-code"] in page.locator(".problems").inner_text()
    type_into(page, "#package", code)
    tab_to(page, '[action$="/package"] button')
    with page.expect_download() as fetched:
        page.keyboard.press("Enter")
    assert fetched.value.suggested_filename == f"softfil-{number}.zip"
    assert Path(fetched.value.path()).read_bytes() == file.read_bytes()


@LANGUAGES
def test_a_document_is_chosen_and_sent(
    browser: Browser, site: str, world: World, language: str
) -> None:
    page, desk = opened(browser, language), office(world)
    page.goto(f"{site}/{language}/access")
    type_into(page, "#email", "anna@mail.example")
    press(page, "main button")
    world.desk.collect()
    number = requests_of(world)[0].number
    ask_document(desk, number, doubt="two people have this name", by="dpo", now=world.now)
    world.desk.collect()
    press(page, ".again")
    file = {"name": "passport.png", "mimeType": "image/png", "buffer": PNG}
    page.set_input_files("#document", file)  # type: ignore[arg-type]  # the file of a dialogue
    press(page, '[action$="/document"] button')
    world.desk.collect()
    page.reload()
    words = CATALOGUES[language]  # type: ignore[index]  # en or fr
    assert words["note.document"] in page.locator("main").inner_text()


@LANGUAGES
def test_a_request_is_withdrawn(browser: Browser, site: str, world: World, language: str) -> None:
    page = opened(browser, language)
    page.goto(f"{site}/{language}/erasure")
    type_into(page, "#email", "anna@mail.example")
    press(page, "main button")
    tab_to(page, "details:last-of-type summary")
    page.keyboard.press("Enter")
    press(page, '[action$="/withdraw"] button')
    words = CATALOGUES[language]  # type: ignore[index]  # en or fr
    assert page.locator(".done").inner_text() == words["done.withdraw"]
    world.desk.collect()
    assert [event.kind for event in requests_of(world)[0].events] == ["withdrawn"]


@LANGUAGES
def test_preferences_are_chosen_and_newsletters_ended_by_one_button(
    browser: Browser, site: str, world: World, language: str
) -> None:
    words = CATALOGUES[language]  # type: ignore[index]  # en or fr
    page, token = opened(browser, language), token_of(world)
    page.goto(f"{site}/{language}/preferences/{token}")
    tab_to(page, "fieldset input")
    page.keyboard.press("ArrowDown")
    tab_to(page, "main button")
    with page.expect_navigation():
        page.keyboard.press("Enter")
    assert words["noted.waits"] in page.locator("main").inner_text()
    world.desk.collect()
    page.reload()
    assert words["noted.no"] in page.locator("dd").all_inner_texts()
    assert "withdrawn" in states(world).values()

    page.goto(f"{site}/u/{token}")
    press(page, "main button")
    world.desk.collect()
    page.reload()
    assert page.locator(".lead").inner_text() == words["noted.unsubscribed"]
    assert opt_outs(world) == ((),)


@LANGUAGES
def test_the_policy_is_read_page_by_page(browser: Browser, site: str, language: str) -> None:
    page = opened(browser, language)
    page.goto(f"{site}/{language}/")
    press(page, f'main a[href="/{language}/policy"]')
    pages = 0
    press(page, "nav[aria-labelledby=contents] a")
    while page.locator("a[rel=next]").count():
        pages += 1
        page.goto(f"{site}{page.locator('a[rel=next]').get_attribute('href')}")
        assert page.locator("h1").inner_text()
    assert pages > 10
