"""The desk in a real browser: a DPO's morning, requests to their end, by keyboard, for all."""

from __future__ import annotations

import shutil
import sqlite3
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from troth.desk.workflow.office import look
from web.console.served import NARROW, Site, served
from web.console.test_pages import filled
from web.console.world import NOON, office_of

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

__all__ = ["filled"]


@pytest.fixture(scope="module")
def site(
    browser: Browser, filled: tuple[Path, dict[str, str]], tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Site]:
    """One desk for all journeys: each is about a request of its own."""
    folder = tmp_path_factory.mktemp("journeys") / "practice"
    shutil.copytree(filled[0], folder)
    with served(browser, folder, filled[1]) as found:
        yield found


ANNA = 2  # rows of hers in the shop: her own, and an order


def shop_rows(site: Site) -> int:
    """The rows of Anna Berg, customer 1, in the shop's database."""
    with sqlite3.connect(site.practice.desk.settings.folder / "shop.sqlite") as shop:
        one = shop.execute("SELECT count(*) FROM customer WHERE id = 1").fetchone()
        two = shop.execute("SELECT count(*) FROM orders WHERE customer_id = 1").fetchone()
    return int(one[0]) + int(two[0])


def open_step(page: Page, name: str) -> None:
    """Opens the form of a step, where it is not open."""
    summary = page.locator("summary", has_text=name)
    if not page.locator("details[open]", has=summary).count():
        summary.click()


def take(page: Page, name: str) -> None:
    """Takes a step of a request."""
    open_step(page, name)
    page.locator("button", has_text=name).first.click()


def test_a_dpos_morning(site: Site) -> None:
    """What is late is seen first, taken on, and looked at."""
    page = site.colleague("dpo", "Camille")
    site.go(page, "/")
    late = page.locator(".tile", has_text="Late").first
    assert late.locator("strong").inner_text() == "1"
    late.locator("a").click()
    number = site.practice.numbers["late"]
    assert page.locator("tbody tr").count() == 1
    page.get_by_role("link", name=number).click()
    assert page.locator("h1").inner_text() == f"Request {number}"
    page.get_by_role("button", name="Take it on").click()
    assert "Camille" in page.locator("ol.history").inner_text()
    site.go(page, "/requests?assigned=me")
    assert page.get_by_role("link", name=number).is_visible()
    page.get_by_label("Name this view").fill("Mine")
    page.get_by_role("button", name="Save").click()
    assert page.get_by_role("link", name="Mine").get_attribute("href") == (
        "/requests?assigned=me&state=open"
    )


def at_the_grounds(site: Site, number: str) -> Page:
    """The officer's page on which a request is decided: it is known who asks, and what."""
    dpo = site.colleague("dpo", "Camille")
    site.go(dpo, f"/requests/{number}")
    open_step(dpo, "Note how it is known who asks")
    dpo.get_by_label("How it is known").select_option("known")
    dpo.get_by_label("By what means").fill("called back at the number on file")
    take(dpo, "Note how it is known who asks")
    take(dpo, "Record what the person asks")
    dpo.get_by_role("link", name="See the grounds, and decide").click()
    return dpo


def test_an_access_request_is_answered_to_its_end(site: Site) -> None:
    """Identity, act, decision, package, the paper archive, the letter, closed, the evidence."""
    number = site.practice.numbers["fresh"]
    dpo = at_the_grounds(site, number)
    dpo.get_by_label("Granted", exact=True).check()
    dpo.get_by_role("button", name="Decide").click()
    take(dpo, "Make the package")
    with dpo.expect_download() as got:
        dpo.get_by_role("link", name="package", exact=True).click()
    assert Path(got.value.path()).read_bytes().startswith(b"PK")
    open_step(dpo, "Finish a task")
    dpo.get_by_label("What was done, and where").fill("copies of folder 3 are in the letter")
    take(dpo, "Finish a task")
    site.go(dpo, f"/requests/{number}/letters")
    assert number in dpo.locator("article").inner_text()
    dpo.get_by_role("button", name="Write this letter").click()
    site.go(dpo, f"/requests/{number}/letters")
    dpo.get_by_role("button", name="Note that it was posted").click()
    assert "left on 26 November 2026" in dpo.locator("main").inner_text()
    take(dpo, "Close the request")
    assert "Closed" in dpo.locator("p.lead").inner_text()
    assert dpo.locator("details.step").count() == 0
    with dpo.expect_download() as got:
        dpo.get_by_role("link", name="Evidence file").click()
    assert Path(got.value.path()).read_bytes().startswith(b"PK")
    site.go(dpo, "/requests")
    assert not dpo.get_by_role("link", name=number).count()


def test_a_refusal_waits_for_a_second_person(site: Site) -> None:
    number = site.practice.numbers["known"]
    dpo = site.colleague("dpo", "Camille")
    site.go(dpo, f"/requests/{number}/grounds")
    dpo.get_by_label("Refused", exact=True).check()
    dpo.get_by_role("button", name="Decide").click()
    assert "no ground against" in dpo.get_by_role("alert").inner_text()
    site.go(dpo, f"/requests/{number}/grounds")
    dpo.get_by_label("Refused", exact=True).check()
    dpo.get_by_label("Ground of the refusal").select_option("legal-claims")
    dpo.get_by_label("Facts and weighing").fill("An invoice is unpaid, and a claim is filed.")
    dpo.get_by_label("Open case, for legal claims").fill("2026/17")
    dpo.get_by_role("button", name="Decide").click()
    assert "waits for a second person" in dpo.locator("main").inner_text()
    approver = site.colleague("approver", "Mo")
    site.go(approver, "/")
    approver.locator(".tile", has_text="second person").locator("a").click()
    approver.get_by_role("link", name=number).click()
    assert "An invoice is unpaid" in approver.locator("main").inner_text()
    approver.get_by_role("button", name="Approve").click()
    assert "approved by Mo" in approver.locator("main").inner_text()
    _, progress = look(office_of(site.practice.desk), number, NOON)
    assert progress.decision is not None
    assert (progress.decision.by, progress.decision.approved_by) == ("Camille", "Mo")


def tab_to(page: Page, selector: str, most: int = 80) -> None:
    """Moves the focus there by the keyboard alone; it is seen wherever it stops."""
    for _ in range(most):
        page.keyboard.press("Tab")
        if page.locator(f"{selector}:focus").count():
            return
    raise AssertionError(f"the keyboard does not reach {selector}")


def test_a_letter_is_entered_by_keyboard_alone(site: Site) -> None:
    page = site.colleague("agent", "Jo", viewport=NARROW)
    site.go(page, "/requests")
    tab_to(page, 'a[href="/requests/new"]')
    page.keyboard.press("Enter")
    page.wait_for_url("**/requests/new")
    tab_to(page, "#f-right")
    page.keyboard.type("Erasure")
    tab_to(page, "#name")
    page.keyboard.type("Mia Sand")
    tab_to(page, "#email")
    page.keyboard.type("mia@mail.example")
    tab_to(page, "main button")
    page.keyboard.press("Enter")
    page.wait_for_url("**/requests/*-*")
    assert "mia@mail.example" in page.locator("main").inner_text()
    assert "Erasure" in page.locator("p.lead").inner_text()


def test_an_erasure_is_decided_with_its_grounds_and_carried_out(site: Site) -> None:
    """The plan shown is what is done. It comes last, as nobody is Anna Berg afterwards."""
    number = site.practice.numbers["due"]
    dpo = at_the_grounds(site, number)
    shown = dpo.locator("main").inner_text()
    assert "Selling supports and insoles" in shown
    assert "GDPR 6(1)(f)" in shown
    dpo.get_by_label("Granted", exact=True).check()
    dpo.get_by_role("button", name="Decide").click()
    assert "Granted" in dpo.locator("main").inner_text()
    task = dpo.locator("ul.plain li", has_text="Paper archive")
    assert "open" in task.inner_text()
    take(dpo, "Make the plan")
    assert "shop.customer" in dpo.locator("table").inner_text()
    assert shop_rows(site) == ANNA
    take(dpo, "Carry it out")
    assert "carried out" in dpo.locator("main").inner_text()
    assert shop_rows(site) == 0
    open_step(dpo, "Finish a task")
    dpo.get_by_label("What was done, and where").fill("folder 3 shredded")
    proof = {"name": "p.pdf", "mimeType": "application/pdf", "buffer": b"%PDF-1.7 minutes"}
    dpo.get_by_label("Proof, if there is a paper").set_input_files(proof)
    take(dpo, "Finish a task")
    assert "folder 3 shredded" in dpo.locator("main").inner_text()
    with dpo.expect_download() as got:
        dpo.get_by_role("link", name="proof").click()
    assert Path(got.value.path()).read_bytes() == b"%PDF-1.7 minutes"
