"""Every page of the desk as axe and a careful person look at it, with all that can stand on it."""

from __future__ import annotations

import os
import re
import shutil
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from desk.fleet.town import make_town
from troth.desk.fleet.organisations import Organisations
from troth.desk.intake.entered import take_in
from troth.desk.nightly.jobs import ASKED
from troth.desk.overview.plans import waiting_plans
from troth.desk.workflow.answer import make_package
from troth.desk.workflow.correcting import Correction
from troth.desk.workflow.decision import decide
from troth.desk.workflow.execution import plan
from troth.desk.workflow.identity import accept_identity
from troth.desk.workflow.model import Item
from troth.desk.workflow.scope import record_act
from troth.ledger.breaches import read_breaches
from troth.ledger.jobs import take_lease
from troth.ledger.works import ask_work, begin_next, note_place
from troth.project.server import load_server
from web.console.served import NARROW, Site, served
from web.console.test_pages import Practice, filled, send
from web.console.world import NOON, ORG, entered, office_of
from web.site import AXE, axe_on, too_wide

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

__all__ = ["filled"]

PICTURES = os.environ.get("TROTH_PICTURES")
"""A folder into which each page is drawn, for somebody who looks."""
WIDE: Any = {"width": 1600, "height": 900}
_SMALL = """[...document.querySelectorAll('button, select, input:not([type=hidden]), summary')]
  .filter(e => e.getBoundingClientRect().height > 0)
  .filter(e => (e.closest('.choice') || e).getBoundingClientRect().height < 24)
  .map(e => 'small: ' + e.outerHTML.slice(0, 80))"""


@pytest.fixture(scope="module")
def site(
    browser: Browser, filled: tuple[Path, dict[str, str]], tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Site]:
    folder = tmp_path_factory.mktemp("looks") / "practice"
    shutil.copytree(filled[0], folder)
    server = load_server(make_town(folder.parent, ["acme", "cafe"]), {})
    (folder.parent / "cafe" / "map.yaml").unlink()
    with (
        Organisations(server, {}, lambda: NOON) as fleet,
        served(browser, folder, dict(filled[1]), fleet) as found,
    ):
        furnish(found.practice)
        yield found


def furnish(practice: Practice) -> None:
    """A correction to approve, a restriction, a package, wishes, a death, a key, a queue."""
    desk, numbers = practice.desk, practice.numbers
    office, now = office_of(desk), NOON
    for right in ("rectification", "restriction"):
        one = entered(right, now.date(), email="zoe@mail.example", name="Zoe Lefevre", words="Zoé")
        with desk.ledger.writing(ORG) as writing:
            numbers[right] = take_in(writing, desk.policy, one, by="ben", now=now)
    for name in ("rectification", "restriction", "fresh"):
        number = numbers[name]
        accept_identity(office, number, "known", reason="called back", by="ben", now=now)
        record_act(office, number, by="ben", now=now)
        if name != "restriction":  # which takes effect by itself
            decide(office, number, [Item("accepted")], by="dpo", now=now)
    right = Correction(("contact=Zoé Lefèvre",), ("contact=Zoe Lefevre",), (), False)
    plan(office, numbers["rectification"], by="ben", now=now, correction=right)
    make_package(office, numbers["fresh"], by="dpo", now=now)
    officer = practice.signed_in("dpo", "olga")
    wish = {"form": "file 2026-12", "do-erase": "yes", "trusted": "Ben Roux <ben@mail.example>"}
    for person in ("email=otto@mail.example", "email=zoe@mail.example"):
        done = send(officer, "/directives", "/directives", persons=person, **wish)
        assert done.status_code == 303, done.text
    proof = "certificate of 3 March, file 31"
    send(officer, "/directives/deaths", "/directives", persons="email=otto@mail.example",
         proof=proof)  # fmt: skip
    send(officer, "/tokens", "/tokens", name="shop", scopes=["may:read"], days="30")
    with desk.ledger.writing(ORG) as writing:
        ask_work(writing, "plan", by="olga", at=now)
        ask_work(writing, "check", by="olga", at=now)
        take_lease(writing, ASKED, "another", lasts=timedelta(minutes=5), now=now)
        work = begin_next(writing, now)
        assert work is not None
        note_place(writing, work, "shop.log", 1_200, 4_800)


def paths(site: Site) -> list[str]:
    with site.practice.desk.ledger.reading(ORG) as reading:
        (waiting,) = waiting_plans(reading, NOON)
        (breach,) = read_breaches(reading)
    numbers = site.practice.numbers
    return [
        "/",
        "/requests",
        "/requests?state=closed",
        "/requests/new",
        *(f"/requests/{numbers[name]}" for name in ("late", "known", "marketing", "fresh")),
        f"/requests/{numbers['rectification']}",
        f"/requests/{numbers['restriction']}",
        f"/requests/{numbers['known']}/grounds",
        f"/requests/{numbers['known']}/letters?kind=receipt",
        "/retention",
        f"/retention/plans/{waiting.digest}",
        "/holds",
        "/restrictions",
        "/packages",
        "/directives",
        "/tokens",
        "/people",
        "/register",
        "/breaches",
        f"/breaches/{breach.id}",
        "/journal",
        "/policy",
        "/map",
        "/accounts",
        "/calendar",
        "/keys",
        "/numbers",
        "/fleet",
    ]


def looked_at(page: Page, *, forced: bool) -> list[str]:
    """What is amiss on a page: by day, then by night; or in the reader's own colours."""
    page.set_viewport_size(WIDE)
    told = axe_on(page, contrast=not forced)
    if not forced:
        page.emulate_media(color_scheme="dark")
        told += [f"by night, {one}" for one in axe_on(page, style_alone=True)]
        page.emulate_media(color_scheme="light")
    page.set_viewport_size(NARROW)
    return told + too_wide(page) + page.evaluate(_SMALL)


@pytest.mark.parametrize(("language", "forced"), [("en", False), ("fr", True)])
def test_axe_finds_nothing_and_leaves_nothing_open_and_nothing_is_too_wide(
    site: Site, language: str, forced: bool
) -> None:
    options: dict[str, Any] = {"java_script_enabled": True, "bypass_csp": True, "locale": language}
    colours: dict[str, Any] = {"forced_colors": "active"} if forced else {}
    page = site.colleague("dpo", "Camille", **options, **colours)
    page.context.add_init_script(path=AXE)
    problems = []
    for path in paths(site):
        site.go(page, path)
        page.evaluate("document.querySelectorAll('details').forEach(e => e.open = true)")
        problems += [f"{path}: {one}" for one in looked_at(page, forced=forced)]
        if PICTURES:
            name = re.sub(r"\W+", "-", path).strip("-") or "today"
            page.screenshot(path=str(Path(PICTURES) / f"{name}-{language}.png"), full_page=True)
    page.context.close()
    assert "\n".join(problems) == ""
