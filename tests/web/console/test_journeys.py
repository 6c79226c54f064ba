"""The desk in a real browser: a DPO's morning, requests to their end, by keyboard, for all."""

from __future__ import annotations

import shutil
import socket
import sqlite3
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
import uvicorn

from troth.desk.accounts.roles import Role
from troth.desk.overview.plans import waiting_plans
from troth.desk.workflow.office import look
from troth.ledger.breaches import read_breaches
from troth.web.console.app import console_app
from troth.web.console.cookies import SESSION
from troth.web.console.desks import open_desk
from troth.web.public.limits import Limits
from web.console.conftest import KEY
from web.console.test_pages import Practice, filled
from web.console.world import NOON, ORG, office_of

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

__all__ = ["filled"]

AXE = Path(__file__).parents[2] / "notice" / "axe" / "axe.min.js"
NARROW: Any = {"width": 320, "height": 640}


class Site:
    """The console of the practice, served; browsers of colleagues who have signed in."""

    def __init__(self, browser: Browser, practice: Practice, address: str) -> None:
        self.browser, self.practice, self.address = browser, practice, address

    def colleague(self, role: Role, name: str, **options: Any) -> Page:
        token = self.practice.token(self.practice.let_in(role, name))
        context = self.browser.new_context(**{"java_script_enabled": False, **options})
        context.add_cookies(
            [
                {
                    "name": SESSION,
                    "value": token,
                    "domain": "localhost",
                    "path": "/",
                    "secure": True,
                    "httpOnly": True,
                    "sameSite": "Strict",
                }
            ]
        )
        return context.new_page()

    def go(self, page: Page, path: str) -> None:
        page.goto(f"{self.address}{path}")


@pytest.fixture
def site(browser: Browser, filled: tuple[Path, dict[str, str]], tmp_path: Path) -> Iterator[Site]:
    folder = tmp_path / "practice"
    shutil.copytree(filled[0], folder)
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = int(free.getsockname()[1])
    with open_desk(folder, {}, KEY, NOON) as desk:
        practice = Practice(desk, filled[1])
        app = console_app(
            {f"localhost:{port}": desk}, lambda: practice.now, limits=Limits(time.monotonic)
        )
        server = uvicorn.Server(uvicorn.Config(app, port=port, log_level="warning"))
        thread = threading.Thread(target=server.run, daemon=True)
        thread.start()
        while not server.started:
            time.sleep(0.02)
        yield Site(browser, practice, f"http://localhost:{port}")
        server.should_exit = True
        thread.join()


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


def test_an_erasure_is_decided_with_its_grounds_and_carried_out(site: Site) -> None:
    """Refused for one activity, approved by a second person; the plan shown is what is done."""
    number = site.practice.numbers["due"]
    dpo = site.colleague("dpo", "Camille")
    site.go(dpo, f"/requests/{number}")
    open_step(dpo, "Note how it is known who asks")
    dpo.get_by_label("How it is known").select_option("known")
    dpo.get_by_label("By what means").fill("called back at the number on file")
    take(dpo, "Note how it is known who asks")
    take(dpo, "Record what the person asks")
    dpo.get_by_role("link", name="See the grounds, and decide").click()
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


def test_an_access_request_is_answered_to_its_end(site: Site) -> None:
    """Identity, act, decision, package, the paper archive, the letter, closed, the evidence."""
    number = site.practice.numbers["fresh"]
    dpo = site.colleague("dpo", "Camille")
    site.go(dpo, f"/requests/{number}")
    open_step(dpo, "Note how it is known who asks")
    dpo.get_by_label("How it is known").select_option("known")
    dpo.get_by_label("By what means").fill("called back at the number on file")
    take(dpo, "Note how it is known who asks")
    take(dpo, "Record what the person asks")
    dpo.get_by_role("link", name="See the grounds, and decide").click()
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


def paths(site: Site) -> list[str]:
    with site.practice.desk.ledger.reading(ORG) as reading:
        (plan,) = waiting_plans(reading, NOON)
        (breach,) = read_breaches(reading)
    numbers = site.practice.numbers
    return [
        "/",
        "/requests",
        "/requests?state=closed",
        "/requests/new",
        f"/requests/{numbers['late']}",
        f"/requests/{numbers['known']}",
        f"/requests/{numbers['known']}/grounds",
        f"/requests/{numbers['known']}/letters?kind=receipt",
        "/retention",
        f"/retention/plans/{plan.digest}",
        "/holds",
        "/packages",
        "/directives",
        "/tokens",
        "/people",
        "/register",
        "/breaches",
        f"/breaches/{breach.id}",
        "/restrictions",
        "/journal",
        "/policy",
        "/map",
    ]


# axe cannot judge the contrast of one character: the ticks of a chart have the colour of soft text.
ASKED = "{exclude: ['.chart .tick']}"
KINDS = "resultTypes: ['violations', 'incomplete']"
OPTIONS = {
    "light": f"{{{KINDS}}}",
    "dark": f"{{{KINDS}}}",
    # with forced colours the contrast is the reader's own
    "forced": f"{{{KINDS}, rules: {{'color-contrast': {{enabled: false}}}}}}",
}
SCHEMES = {
    "light": {"color_scheme": "light"},
    "dark": {"color_scheme": "dark"},
    "forced": {"forced_colors": "active", "locale": "fr"},
}


@pytest.mark.parametrize("scheme", SCHEMES)
def test_axe_finds_nothing_and_leaves_nothing_open_and_nothing_is_too_wide(
    site: Site, scheme: str
) -> None:
    options: dict[str, Any] = {"java_script_enabled": True, "bypass_csp": True}
    page = site.colleague("dpo", "Camille", **options, **SCHEMES[scheme])
    script = AXE.read_text(encoding="utf-8")
    problems = []
    for path in paths(site):
        site.go(page, path)
        page.evaluate("document.querySelectorAll('details').forEach(e => e.open = true)")
        page.set_viewport_size({"width": 1600, "height": 900})
        page.evaluate(script)
        found = page.evaluate(f"axe.run({ASKED}, {OPTIONS[scheme]})")
        page.set_viewport_size(NARROW)
        wide = page.evaluate("document.documentElement.scrollWidth > innerWidth")
        for kind in ("violations", "incomplete"):
            problems += [
                (path, kind, one["id"], one["nodes"][0]["html"][:160]) for one in found[kind]
            ]
        problems += [(path, "too wide", "", "")] if wide else []
        small = page.evaluate(
            "[...document.querySelectorAll('button, select, input:not([type=hidden]), summary')]"
            ".filter(e => e.getBoundingClientRect().height > 0)"
            ".filter(e => (e.closest('.choice') || e).getBoundingClientRect().height < 24)"
            ".map(e => e.outerHTML.slice(0, 80))"
        )
        problems += [(path, "small", one, "") for one in small]
    assert problems == []
