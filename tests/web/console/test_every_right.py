"""Each right in a real browser, from the public form to the closed request, in both languages.

One desk, one mail server and one browser serve all of them, without script: the person writes,
proves who they are by a code, the data protection officer goes the way to its end, the person
reads that it is closed. Forms are found by what they do, as their words are in two languages.
"""

from __future__ import annotations

import re
import socket
import sqlite3
import threading
import time
import zipfile
from collections.abc import Iterator
from contextlib import ExitStack, closing
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
import uvicorn

from apply.sink import Sink, sink
from stories.case import text_of
from troth.desk.accounts.sessions import start_session
from troth.ledger.accounts import add_account
from troth.ledger.directives import read_directives
from troth.ledger.verify import verify
from troth.postbox.box import open_postbox
from troth.postbox.content import RIGHTS
from troth.web.console.app import console_app
from troth.web.console.cookies import SESSION
from troth.web.console.desks import OpenDesk, open_desk
from troth.web.public.app import public_app
from troth.web.public.limits import Limits
from troth.web.public.words import CATALOGUES
from troth.web.serve import Desk
from web.console.conftest import KEY
from web.console.world import MAP, ORG, POLICY, make_project

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Locator, Page

START = datetime.now(UTC).replace(microsecond=0)
"""The desk's day is today: the databases' own clocks are asked before anything is written."""
MORE = """
consents:
  news:
    label: News of the practice
    channel: [paper form]
    withdrawal: On every letter.
    clauses: [G-1]
recipients:
  carrier: {name: The carrier, role: processor, task: Delivers parcels, data_categories: [contact],
    terms: {kind: Art. 28 contract}, clauses: [H-1]}
"""
NEWS = """
  news:
    purpose: Sending news
    controllers: [practice]
    subjects: [patient]
    categories: [contact]
    legal_bases: [{kind: consent, consent: news, clauses: [G-1]}]
    direct_marketing: true
    retention:
      - id: news-five-years
        promise: Data for news goes five years after the last order.
        period: P5Y
        after: last-order
        clauses: [G-2]
    clauses: [G-1]
"""


@dataclass
class Site:
    """The two addresses, the letters that left, and pages of a person and of the desk."""

    desk: OpenDesk
    pages: Desk
    mail: Sink
    public: str
    console: str
    browser: Browser
    folder: Path
    opened: dict[tuple[str, str], Page] = field(default_factory=dict)

    def person(self, language: str) -> Page:
        if ("person", language) not in self.opened:
            context = self.browser.new_context(java_script_enabled=False)
            self.opened["person", language] = context.new_page()
        return self.opened["person", language]

    def officer(self, language: str) -> Page:
        if ("officer", language) not in self.opened:
            with self.desk.ledger.writing(ORG) as writing:
                account = add_account(writing, f"dpo-{language}", "dpo", by="test", at=START)
                token = start_session(writing, account, how="test", at=START)
            context = self.browser.new_context(java_script_enabled=False, locale=language)
            cookie: Any = {"name": SESSION, "value": token, "domain": "localhost", "path": "/"}
            context.add_cookies([{**cookie, "secure": True, "sameSite": "Strict"}])
            self.opened["officer", language] = context.new_page()
        return self.opened["officer", language]

    def letter(self, address: str, pattern: str) -> str:
        """What the newest letter to somebody says that looks so."""
        newest = [one for one in self.mail.letters if str(one["To"]) == address][-1]
        found = re.search(pattern, text_of(newest))
        assert found, text_of(newest)
        return found[0]

    def shop(self, query: str) -> list[tuple[Any, ...]]:
        with closing(sqlite3.connect(self.folder / "shop.sqlite")) as shop:
            return shop.execute(query).fetchall()


def address(right: str, language: str) -> str:
    return f"{right}.{language}@mail.example"


CASES = [(right, language) for right in RIGHTS for language in ("en", "fr")]


@pytest.fixture(scope="module")
def site(browser: Browser, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    folder = make_project(tmp_path_factory.mktemp("practice"))
    sales = "    purpose: Selling supports and insoles\n"
    policy = POLICY.replace(sales, f"{sales}    recipients: [carrier]\n", 1)
    policy = policy.replace("activities:\n", f"activities:{NEWS}", 1) + MORE
    (folder / "policy.yaml").write_text(policy, encoding="utf-8")
    (folder / "map.yaml").write_text(MAP, encoding="utf-8")
    with closing(sqlite3.connect(folder / "shop.sqlite")) as shop:
        for key, (right, language) in enumerate(CASES, 100):
            row = (key, address(right, language), f"Pat {key}", "fine")
            shop.execute("INSERT INTO customer VALUES (?, ?, ?, ?)", row)
            order = (key, key, "2026-10-01", f"{key} Mill Lane")
            shop.execute("INSERT INTO orders VALUES (?, ?, ?, ?)", order)
        shop.commit()
    with ExitStack() as stack:
        mail = stack.enter_context(sink())
        ports = [_port(), _port()]
        (folder / "troth.yaml").write_text(
            "troth: 1\nstores: {shop: 'sqlite:///shop.sqlite'}\nledger: ledger.sqlite\n"
            f"mail: {{host: 127.0.0.1, port: {mail.port}, from: desk@practice.example, "
            f"security: none}}\nportal: {{address: 'http://localhost:{ports[0]}'}}\n",
            encoding="utf-8",
        )
        ticks = [0]

        def clock() -> datetime:
            """A second goes by with each look; the desk and its databases agree on the hour."""
            ticks[0] += 1
            return START + timedelta(seconds=ticks[0])

        desk = stack.enter_context(open_desk(folder, {}, KEY, START))
        box = stack.enter_context(open_postbox(str(folder / "postbox.sqlite"), make=True))
        pages = Desk(box, desk.ledger, desk.policy, KEY, clock, desk.project().map)
        pages.show(f"localhost:{ports[0]}")
        limits = Limits(time.monotonic, burst=10_000)
        served = (
            public_app(box, clock, limits),
            console_app({f"localhost:{ports[1]}": desk}, clock, limits=limits),
        )
        for app, port in zip(served, ports, strict=True):
            stack.callback(_serve(app, port))
        made = Site(
            desk,
            pages,
            mail,
            f"http://localhost:{ports[0]}",
            f"http://localhost:{ports[1]}",
            browser,
            folder,
        )
        yield made
        for page in made.opened.values():
            page.context.close()


def _port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])


def _serve(app: Any, port: int) -> Any:
    """Serves an application; what ends it."""
    server = uvicorn.Server(uvicorn.Config(app, port=port, log_level="warning", access_log=False))
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    while not server.started:
        time.sleep(0.02)

    def end() -> None:
        server.should_exit = True
        thread.join()

    return end


def form_of(page: Page, path: str, within: str = "") -> Locator:
    """The form that sends there, in view: its step is opened where it is shut."""
    form = page.locator(f'form[action$="{path}"]{within}').first
    step = page.locator("details.step:not([open])", has=form)
    if step.count():
        step.locator("> summary").click()
    return form


def sent(form: Locator, /, **fields: str) -> None:
    """Fills a form in and sends it."""
    for name, value in fields.items():
        part = form.locator(f'[name="{name}"]').first
        if part.evaluate("e => e.tagName") == "SELECT":
            part.select_option(value)
        else:
            part.fill(value)
    form.locator("button").first.click()


class Journey:
    """One right on its way: what the person does, what the desk does."""

    def __init__(self, site: Site, right: str, language: str) -> None:
        self.site, self.right, self.language = site, right, language
        self.email = address(right, language)
        self.person, self.desk = site.person(language), site.officer(language)
        self.number = self.link = ""
        self.told = 0

    def write(self) -> None:
        """The form of the right, as a person fills it in."""
        self.person.goto(f"{self.site.public}/{self.language}/{self.right}")
        self.person.locator("#email").fill(self.email)
        if self.right == "rectification":
            self.person.locator("#words").fill("My name is written wrongly.")
        if self.right == "directives-after-death":
            self.person.locator("#name").fill("Pat")
            self.person.locator("#wish-hand-over").check()
            self.person.locator("#trusted").fill("Ben Roux")
            self.person.locator("#trusted_contact").fill("ben@mail.example")
        self.person.locator("main form button").last.click()
        self.number = self.person.locator(".number").inner_text()
        self.link = self.person.url
        self.site.pages.collect()

    def step(self, name: str, /, **fields: str) -> None:
        sent(form_of(self.desk, f"/{self.number}/steps/{name}"), **fields)
        problem = self.desk.locator("#problem")
        assert not problem.count(), problem.inner_text()

    def prove(self) -> None:
        """A code by mail, typed on the page of the request."""
        self.desk.goto(f"{self.site.console}/requests/{self.number}")
        assert self.desk.locator("html").get_attribute("lang") == self.language
        self.step("ask-code")
        self.site.pages.collect()
        self.person.goto(self.link)
        self.person.locator("#code").fill(self.site.letter(self.email, r"\b\d{6}\b"))
        self.person.locator('[action$="/code"] button').click()
        self.site.pages.collect()
        self.desk.goto(f"{self.site.console}/requests/{self.number}")

    def grant(self) -> None:
        """Decided with the grounds before the officer's eyes."""
        self.desk.goto(f"{self.site.console}/requests/{self.number}/grounds")
        assert self.desk.locator(".ground").count()
        self.desk.locator("#outcome-accepted").check()
        self.desk.locator('form[action$="/decide"] button').click()

    def answer(self) -> None:
        """Tasks with their proof, the answer by mail, what recipients say, the end."""
        while form_of(self.desk, "/steps/finish-task").count():
            self.step("finish-task", said="done: minutes of the day, file 7")
        self.desk.goto(f"{self.site.console}/requests/{self.number}/letters")
        sent(self.desk.locator('form:has(input[value="write"])'))
        self.desk.goto(f"{self.site.console}/requests/{self.number}")
        while form_of(self.desk, "/steps/acknowledge").count():
            self.step("acknowledge", said="their mail of today, file 7")
            self.told += 1
        self.step("close")
        left = self.desk.locator("details.step form")
        ways = [one.get_attribute("action") for one in left.all()]
        lifting = f"/requests/{self.number}/lifting"  # a restriction goes on until it is lifted
        assert ways == ([lifting] if self.right == "restriction" else [])

    def ended(self) -> None:
        """What the person reads on the page of the request."""
        self.site.pages.collect()
        self.person.goto(self.link)
        words = CATALOGUES[self.language]  # type: ignore[index]  # en or fr
        shown = self.person.locator("main").inner_text()
        assert words["status.closed.granted"] in shown
        assert words[self.right] in shown

    def fetch(self) -> None:
        """The package, once, by the code of the answer."""
        code = self.site.letter(self.email, r"\b[0-9A-Z]{4}-[0-9A-Z]{4}\b")
        self.site.pages.collect()
        self.person.goto(self.link)
        self.person.locator("#package").fill(code)
        with self.person.expect_download() as got:
            self.person.locator('[action$="/package"] button').click()
        with zipfile.ZipFile(got.value.path()) as package:
            assert any(self.email.encode() in package.read(one) for one in package.namelist())


PACKAGED = ("access", "portability")
PLANNED: dict[str, dict[str, str]] = {
    "erasure": {},
    "objection": {},
    "opt-out": {},
    "rectification": {"name": "contact", "new": "Pat Right"},
    "restriction": {"ground": "accuracy"},
}
RECORDED: dict[str, dict[str, str]] = {"account-closure": {"event": "last-order"}}
TOLD = ("erasure", "objection", "rectification", "restriction")
OF_ITSELF = (
    "opt-out",
    "withdrawal",
    "restriction",
    "human-decision",
    "account-closure",
    "directives-after-death",
)


@pytest.mark.parametrize(("right", "language"), CASES)
def test_a_right_goes_from_its_form_to_its_end(site: Site, right: str, language: str) -> None:
    journey = Journey(site, right, language)
    key = 100 + CASES.index((right, language))
    journey.write()
    if right != "opt-out":
        journey.prove()
    else:  # whoever asks for no more advertisements is not asked who they are
        journey.desk.goto(f"{site.console}/requests/{journey.number}")
    journey.step("record-act", **RECORDED.get(right, {}))
    if right not in OF_ITSELF:
        journey.grant()
    if right in PACKAGED:
        sent(form_of(journey.desk, "/letters", ':has(input[value="package"])'))
    if right in PLANNED:
        more = {"old": f"Pat {key}"} if right == "rectification" else {}
        journey.step("plan", **PLANNED[right], **more)
        journey.step("execute")
    journey.answer()
    if right in PACKAGED:
        journey.fetch()
    journey.ended()
    assert journey.told == (right in TOLD)  # Art. 19: the one recipient of what was touched
    assert AFTERWARDS.get(right, standing)(site, key), site.shop(
        f"SELECT * FROM customer WHERE id = {key}"
    )


def test_who_telephones_gets_a_page_and_the_package_there(site: Site) -> None:
    """Written down at the desk; the link comes once it is known who asks, the code later."""
    journey = Journey(site, "access", "en")
    journey.email, key = "phone@mail.example", 99
    with closing(sqlite3.connect(site.folder / "shop.sqlite")) as shop:
        shop.execute("INSERT INTO customer VALUES (?, ?, 'Pat', 'fine')", (key, journey.email))
        shop.execute("INSERT INTO orders VALUES (?, ?, '2026-10-01', '9 Mill Lane')", (key, key))
        shop.commit()
    journey.desk.goto(f"{site.console}/requests/new")
    entry = journey.desk.locator('main form[action$="/requests"]')
    sent(entry, channel="phone", right="access", email=journey.email, name="Pat")
    journey.number = journey.desk.url.rpartition("/")[2]
    assert not form_of(journey.desk, "/steps/give-page").count()  # nobody knows yet who asks
    journey.step("accept-identity", way="known", reason="called back at the number on file")
    journey.step("give-page")
    journey.link = site.letter(journey.email, r"http://localhost:\d+/en/request/[0-9A-Z-]{31}")
    journey.step("record-act")
    journey.grant()
    sent(form_of(journey.desk, "/letters", ':has(input[value="package"])'))
    journey.answer()
    journey.fetch()
    journey.ended()


def standing(site: Site, key: int) -> bool:
    return [(f"Pat {key}",)] == site.shop(f"SELECT name FROM customer WHERE id = {key}")


def gone(site: Site, key: int) -> bool:
    return not site.shop(f"SELECT name FROM customer WHERE id = {key}")


def corrected(site: Site, key: int) -> bool:
    return site.shop(f"SELECT name FROM customer WHERE id = {key}") == [("Pat Right",)]


def hidden(site: Site, key: int) -> bool:
    """The everyday tables hold neither name nor answers any more."""
    return f"Pat {key}" not in str(site.shop(f"SELECT * FROM customer WHERE id = {key}"))


def released(site: Site, key: int) -> bool:
    """What rested on legitimate interest alone went; answers rest on a contract, and stay."""
    return site.shop(f"SELECT * FROM customer WHERE id = {key}") == [(key, None, None, "fine")]


def wished(site: Site, key: int) -> bool:
    """The wish of the form is a version, with its trusted person."""
    right, language = CASES[key - 100]
    with site.desk.ledger.reading(ORG) as reading:
        found = [
            one
            for one in read_directives(reading)
            if address(right, language) in {person.value for person in one.persons}
        ]
    (version,) = found
    (instruction,) = version.instructions
    to = instruction.to
    return instruction.action == "hand-over" and to is not None and to.contact == "ben@mail.example"


AFTERWARDS = {
    "erasure": gone,
    "objection": released,
    "rectification": corrected,
    "restriction": hidden,
    "directives-after-death": wished,
}


def test_the_journal_of_all_of_them_is_whole(site: Site) -> None:
    with site.desk.ledger.reading(ORG) as reading:
        assert verify(reading).ok
