"""The pages of the desk: what each role is shown, what is journaled, and what names nobody."""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from httpx2 import Response
from starlette.testclient import TestClient

from troth.desk.accounts.roles import Role
from troth.desk.overview.plans import waiting_plans
from troth.desk.standing.fold import standing_of
from troth.ledger.looks import read_looks
from troth.ledger.requests import find_request, read_requests
from troth.ledger.standings import read_standings
from troth.ledger.verify import verify
from troth.web.console.desks import OpenDesk, open_desk
from troth.web.console.pages.english import ENGLISH
from troth.web.console.pages.french import FRENCH
from web.console.conftest import KEY, Bureau, form_token_in
from web.console.world import NOON, ORG, fill, make_project


class Practice(Bureau):
    """The desk of the practice, with its requests by name."""

    def __init__(self, desk: OpenDesk, numbers: dict[str, str]) -> None:
        super().__init__(desk)
        self.numbers = numbers

    def looks(self) -> list[tuple[str, str, str]]:
        with self.desk.ledger.reading(ORG) as reading:
            return [(one.account, one.what, one.purpose) for one in read_looks(reading, most=100)]


@pytest.fixture(scope="session")
def filled(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, dict[str, str]]:
    """The practice's folder, made once and copied for each test."""
    folder = make_project(tmp_path_factory.mktemp("practice"))
    with open_desk(folder, {}, KEY, NOON) as desk:
        return folder, fill(desk)


@pytest.fixture
def practice(filled: tuple[Path, dict[str, str]], tmp_path: Path) -> Iterator[Practice]:
    folder = tmp_path / "practice"
    shutil.copytree(filled[0], folder)
    with open_desk(folder, {}, KEY, NOON) as desk:
        yield Practice(desk, filled[1])


def send(browser: TestClient, path: str, page: str = "/requests", **fields: object) -> Response:
    token = form_token_in(browser.get(page).text)
    return browser.post(path, data={"token": token, **fields})


def test_both_languages_say_the_same_things() -> None:
    assert list(ENGLISH) == list(FRENCH)
    for key, text in ENGLISH.items():
        wanted = {part for part in text.split("{") if "}" in part}
        told = {part for part in FRENCH[key].split("{") if "}" in part}
        assert {p.split("}")[0] for p in wanted} == {p.split("}")[0] for p in told}, key


def test_the_morning_counts_and_names_nobody(practice: Practice) -> None:
    browser = practice.signed_in("dpo")
    page = browser.get("/").text
    assert practice.numbers["late"] in page
    assert "days late" in page
    assert "Promises broken" in page
    for name in ("Anna", "mail.example", "Zoe"):
        assert name not in page
        assert name not in browser.get("/requests?state=all").text
    assert practice.looks() == []


def test_who_looks_at_a_request_stands_in_the_journal(practice: Practice) -> None:
    number = practice.numbers["late"]
    page = practice.signed_in("agent", "jo").get(f"/requests/{number}").text
    assert "anna@mail.example" in page
    assert practice.looks() == [("jo", "request", "requests")]
    engineer = practice.signed_in("engineer").get(f"/requests/{number}")
    assert engineer.status_code == 403
    assert "anna" not in engineer.text


def test_a_text_is_searched_by_a_form_and_its_words_stay_there(practice: Practice) -> None:
    jo = practice.signed_in("agent", "jo")
    found = send(jo, "/requests/search", q="lefev")
    assert practice.numbers["known"] in found.text
    assert practice.numbers["late"] not in found.text
    ((account, what, _),) = practice.looks()
    assert (account, what) == ("jo", "request-search")
    engineer = practice.signed_in("engineer")
    hidden = send(engineer, "/requests/search", q="lefev")
    assert practice.numbers["known"] not in hidden.text


def test_a_letter_that_came_is_written_down_with_the_day_of_its_receipt(practice: Practice) -> None:
    jo = practice.signed_in("agent", "jo")
    given = {
        "channel": "post",
        "received": "2026-10-30",
        "right": "erasure",
        "behalf": "self",
        "name": "Mia Sand",
        "address": "4 Mill Lane",
        "language": "fr",
        "words": "Please erase it.",
    }
    answer = send(jo, "/requests", "/requests/new", **given)
    assert answer.status_code == 303
    number = answer.headers["location"].removeprefix("/requests/")
    with practice.desk.ledger.reading(ORG) as reading:
        found = find_request(reading, number)
        assert verify(reading).ok
    # one month from 30 October 2026 is Monday 30 November
    assert (found.channel, found.language, found.contact) == ("post", "fr", "4 Mill Lane")
    assert found.answer_by.isoformat() == "2026-11-30"
    for wrong in ({"received": "2026-11-27"}, {"received": "x"}, {"address": ""}, {"right": "x"}):
        refused = send(jo, "/requests", "/requests/new", **{**given, **wrong})
        assert refused.status_code == 422
        assert 'role="alert"' in refused.text
        assert "Please erase it." in refused.text  # nothing that was typed is lost


def test_a_link_that_a_scanner_opens_changes_nothing(practice: Practice) -> None:
    browser = practice.signed_in("dpo")
    number = practice.numbers["known"]
    with practice.desk.ledger.reading(ORG) as reading:
        before = read_requests(reading)
    for path in (
        f"/requests/{number}/steps/close",
        f"/requests/{number}/decide",
        f"/requests/{number}/approve",
        f"/requests/{number}/assigned",
    ):
        assert browser.get(path).status_code in (404, 405)
    with practice.desk.ledger.reading(ORG) as reading:
        assert read_requests(reading) == before


@pytest.mark.parametrize(
    ("role", "sees"), [("practitioner", True), ("dpo", False), ("agent", False)]
)
def test_answers_about_health_are_the_practitioners_alone(
    tmp_path: Path, role: Role, sees: bool
) -> None:
    folder = make_project(tmp_path)
    file = folder / "troth.yaml"
    file.write_text(file.read_text() + "desk: {special_categories: practitioner}\n")
    with open_desk(folder, {}, KEY, NOON) as desk:
        practice = Bureau(desk)
        browser = practice.signed_in(role)
        page = send(browser, "/people", "/people", person="anna@mail.example", reason="a call")
        publisher = practice.signed_in("publisher").get("/people")
    assert page.status_code == 200
    assert "Anna Berg" in page.text
    assert ("knee pain" in page.text) == sees
    assert ("special categories are hidden" in page.text) == (not sees)
    assert publisher.status_code == 403


def test_a_person_is_shown_with_every_ground_and_the_look_says_why(practice: Practice) -> None:
    jo = practice.signed_in("agent", "jo")
    page = send(jo, "/people", "/people", person="zoe@mail.example", reason="asked by telephone")
    assert "Selling supports and insoles" in page.text
    assert "until 1 November 2031" in page.text  # five years after the order of 1 November 2026
    assert "legal hold" in page.text
    assert practice.looks() == [("jo", "person", "asked by telephone")]
    with practice.desk.ledger.reading(ORG) as reading:
        (look,) = read_looks(reading, most=5)
    assert "zoe" not in look.reference
    unexplained = send(jo, "/people", "/people", person="zoe@mail.example", reason="")
    assert unexplained.status_code == 422
    assert "Mill Lane" not in unexplained.text


def test_a_plan_is_approved_by_a_second_person_and_its_digest(practice: Practice) -> None:
    with practice.desk.ledger.reading(ORG) as reading:
        (waiting,) = waiting_plans(reading, NOON)
    path = f"/retention/plans/{waiting.digest}"
    engineer = practice.signed_in("engineer")
    assert "Approve this plan" not in engineer.get(path).text
    assert send(engineer, f"{path}/approval", path).status_code == 403
    approver = practice.signed_in("approver", "mo")
    assert "Log lines go after twelve months." in approver.get(path).text
    assert send(approver, f"{path}/approval", path).status_code == 303
    assert "approved by mo" in approver.get(path).text
    with practice.desk.ledger.reading(ORG) as reading:
        (approved,) = waiting_plans(reading, NOON)
        assert verify(reading).ok
    assert approved.approval is not None


def test_standing_approvals_are_shown_as_the_file_has_them_now(practice: Practice) -> None:
    browser = practice.signed_in("auditor")
    assert "every plan waits for a person" in browser.get("/retention").text
    file = practice.desk.settings.folder / "troth.yaml"
    before = file.read_text(encoding="utf-8")
    file.write_text(
        f"{before}nightly:\n  approved:\n    log-old: {{rows: 500, by: Camille Roux}}\n"
        "    mail-old: {rows: 20, by: Ben, until: 2020-01-31}\n",
        encoding="utf-8",
    )
    page = browser.get("/retention", headers={"accept-language": "en"}).text
    assert re.search(r"log-old</th>.*?500<.*?Camille Roux</td><td>–<", page, re.DOTALL)
    assert re.search(r"mail-old</th>.*?31 January 2020 <span[^>]*>over<", page, re.DOTALL)
    file.write_text(f"{before}nightly: {{approve: {{}}}}\n", encoding="utf-8")
    page = browser.get("/retention", headers={"accept-language": "fr"})
    assert page.status_code == 200
    assert "troth.yaml ne peut pas être lu" in page.text


def test_a_step_that_does_not_come_now_is_refused_with_what_may(practice: Practice) -> None:
    browser = practice.signed_in("dpo")
    number = practice.numbers["late"]
    page = f"/requests/{number}"
    answer = send(browser, f"{page}/steps/close", page)
    assert answer.status_code == 409
    assert "find out who asks" in answer.text
    assert send(browser, f"{page}/steps/unknown", page).status_code == 404
    agent = practice.signed_in("agent")
    assert send(agent, f"/requests/{number}/decide", page, outcome="accepted").status_code == 403


def test_every_page_is_there_in_both_languages_and_no_list_is_behind(practice: Practice) -> None:
    browser = practice.signed_in("dpo")
    for path in (
        "/",
        "/requests",
        "/requests/new",
        *(f"/requests/{number}" for number in practice.numbers.values()),
        "/retention",
        "/holds",
        "/people",
        "/register",
        "/breaches",
        "/journal",
        "/journal?kind=hold-added",
        "/policy",
        "/map",
    ):
        for language in ("en", "fr"):
            answer = browser.get(path, headers={"accept-language": language})
            assert answer.status_code == 200, path
            assert f'<html lang="{language}">' in answer.text
            assert len(answer.content) < 50_000, path
    with practice.desk.ledger.reading(ORG) as reading:
        kept = list(read_standings(reading))
        folded = [standing_of(r, practice.desk.policy, NOON) for r in read_requests(reading)]
    assert kept == sorted(folded, key=lambda one: one.number)


def test_what_came_in_overnight_is_told_apart_from_what_is_worked_on(practice: Practice) -> None:
    """Four of the five requests have seen nobody yet; the tile leads to exactly them."""
    officer = practice.signed_in("dpo")
    tile = re.search(r'<a href="([^"]+)"><strong>(\d+)</strong>New: nothing', officer.get("/").text)
    assert tile
    assert tile[2] == "4"
    listed = officer.get(tile[1]).text
    for name, new in (("late", True), ("due", True), ("fresh", True), ("known", False)):
        assert (practice.numbers[name] in listed) == new


def test_the_register_is_taken_away_as_a_file_by_whoever_reads_it(practice: Practice) -> None:
    auditor = practice.signed_in("auditor")
    page = auditor.get("/register").text
    for kind, begins in (("ods", b"PK"), ("xlsx", b"PK")):
        assert f'href="/register/file/{kind}"' in page
        answer = auditor.get(f"/register/file/{kind}")
        assert answer.content.startswith(begins)
        assert f'filename="{ORG}-register.{kind}"' in answer.headers["content-disposition"]
    assert auditor.get("/register/file/exe").status_code == 404
    assert practice.looks() == []  # it names nobody


def test_the_journal_offers_the_kinds_that_it_has(practice: Practice) -> None:
    auditor = practice.signed_in("auditor")
    page = auditor.get("/journal").text
    offered = re.findall(r'<option value="([\w-]+)">', page)
    assert "hold-added" in offered
    assert offered == sorted(set(offered))
    one = auditor.get("/journal?kind=hold-added").text
    assert set(re.findall(r"<code>([\w-]+)</code>", one)) == {"hold-added"}


def test_codes_of_events_have_the_words_of_the_pages(practice: Practice) -> None:
    officer = practice.signed_in("dpo")
    officer.headers["Accept-Language"] = "fr"
    page = officer.get(f"/requests/{practice.numbers['known']}").text
    assert "par un autre moyen" in page.split('class="history"')[1]
    assert "RGPD 12(3)" in page
    assert "GDPR" not in page
