"""Access from the form to the package and the end: a browser, mails, two databases, the desk."""

from __future__ import annotations

import re
import zipfile
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from apply.sink import Sink
from stories.case import Case, text_of
from stories.conftest import Tell
from stories.test_softfil import ANN
from stories.test_softfil_rights import EVERYTHING, practitioner
from troth.desk.intake.parcels import send_package
from troth.desk.workflow.answer import answer, make_package
from troth.desk.workflow.closing import close
from troth.desk.workflow.identity import ask_code
from troth.desk.workflow.office import Office
from troth.ledger.requests import read_requests
from troth.ledger.verify import verify
from troth.postbox.box import open_postbox
from troth.web.public.words import CATALOGUES
from troth.web.serve import Desk
from web.conftest import World
from web.site import WIDTH, press, served, type_into

if TYPE_CHECKING:
    from playwright.sync_api import Browser

KEY = b"k" * 32


@pytest.mark.parametrize("language", ["en", "fr"])
def test_access_goes_from_the_form_to_the_package_and_the_end(
    tell: Tell, mail: Sink, browser: Browser, tmp_path: Path, language: str
) -> None:
    story = tell("softfil", *EVERYTHING)
    practitioner(story)
    words = CATALOGUES[language]  # type: ignore[index]  # en or fr
    with open_postbox(str(tmp_path / "postbox.sqlite"), make=True) as box:
        made: list[World] = []
        desk = Desk(
            box, story.ledger, story.setting.policy, KEY, lambda: made[0].now, story.setting.map
        )
        world = World(desk, box)
        made.append(world)
        world.now = story.instant("2026-03-10 09:00")
        office = Office(
            ledger=story.ledger,
            policy=story.setting.policy,
            map=story.setting.map,
            key=KEY,
            setting=story.setting,
            mailer=mail.mailer(),
            box=box,
        )

        def at(text: str) -> datetime:
            world.now = story.instant(text)
            return world.now

        with served(world) as site:
            context = browser.new_context(
                viewport={"width": WIDTH, "height": 640}, java_script_enabled=False
            )
            page = context.new_page()
            page.goto(f"{site}/{language}/access")
            type_into(page, "#email", ANN)
            press(page, "main button")
            number = page.locator(".number").inner_text()
            desk.collect()
            with story.ledger.reading(story.organisation) as reading:
                (request,) = read_requests(reading)
            assert (request.number, request.contact) == (number, ANN)
            case = Case(story, office, number, ANN)

            ask_code(office, number, by="desk", now=at("2026-03-10 10:00"))
            desk.collect()
            code = re.search(r"\b\d{6}\b", text_of(mail.letters[-1]))
            assert code
            press(page, ".again")
            type_into(page, "#code", code[0])
            press(page, '[action$="/code"] button')
            at("2026-03-10 10:05")
            desk.collect()
            page.reload()
            assert words["note.code"] in page.locator("main").inner_text()

            case.recorded("2026-03-10 11:00", confirm=case.doubtful())
            case.decided("2026-03-11 09:00")
            now = at("2026-03-12 09:00")
            make_package(case.office_of(now), number, by="desk", now=now)

            def laid(number: str, file: Path) -> str:
                return send_package(box, story.ledger, desk.policy, number, file, by="desk",
                                    now=now)  # fmt: skip

            answer(office, number, by="desk", now=now, hand_over=laid)
            case.sent("2026-03-12 09:30")
            desk.collect()
            letter = text_of(mail.letters[-1])
            opens = re.search(r"\b[0-9A-Z]{4}-[0-9A-Z]{4}\b", letter)
            assert opens, letter
            page.reload()
            type_into(page, "#package", opens[0])
            with page.expect_download() as fetched:
                page.keyboard.press("Enter")
            file = Path(fetched.value.path())
            with zipfile.ZipFile(file) as package:
                assert package.testzip() is None
                assert any(ANN.encode() in package.read(name) for name in package.namelist())

            close(office, number, by="desk", now=at("2026-03-12 12:00"))
            desk.collect()
            page.reload()
            shown = page.locator("main").inner_text()
            assert words["status.closed.granted"] in shown
            assert words["note.package-fetched"] in shown
            context.close()
    with story.ledger.reading(story.organisation) as reading:
        assert verify(reading).ok
