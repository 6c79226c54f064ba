"""The frame of the console: who is let through to a page, and what every answer carries."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from starlette.responses import Response

from troth.desk.accounts.roles import PERMISSIONS, ROLES, Role
from troth.desk.accounts.sessions import IDLE, LONGEST
from troth.ledger.accounts import AccountEvent, record_account_event
from troth.ledger.entries import read_entries
from troth.ledger.looks import read_looks
from troth.ledger.verify import verify
from troth.web.console.routes import PAGES
from troth.web.console.visit import Page, Visit
from troth.web.console.words import CATALOGUES
from web.console.conftest import NOON, Bureau, form_token_in

CONTENT_POLICY = (
    "default-src 'none'; style-src 'self'; img-src 'self' data:; form-action 'self'; "
    "base-uri 'none'; frame-ancestors 'none'"
)


async def show_request(visit: Visit) -> Response:
    return visit.page("message", "Request", text="Anna Berg", help="")


async def send_file(visit: Visit) -> Response:
    return visit.answer(Response("Anna Berg", media_type="text/plain"))


async def change(visit: Visit) -> Response:
    return visit.to("/")


REQUEST = Page("GET", "/request/{number}", show_request, "requests", looks_at=("request", "number"))
UNLOOKED = (
    Page("GET", "/request/{number}", show_request, "requests"),
    Page("GET", "/file/{number}", send_file, "identity"),
)
CHANGE = Page("POST", "/change", change, "requests-decide")


def test_every_page_has_a_permission() -> None:
    assert {page.permission for page in PAGES} <= set(PERMISSIONS)
    assert len({(page.method, page.path) for page in PAGES}) == len(PAGES)


def test_what_changes_something_is_never_a_get_and_an_auditor_only_reads() -> None:
    for page in PAGES:
        if PERMISSIONS[page.permission].kind == "act" and page.method == "GET":
            assert page.path.endswith("/new")  # an empty form
    acts = [one for one in PERMISSIONS.values() if one.kind == "act"]
    theirs = [one.name for one in acts if {"auditor", "publisher"} & one.roles]
    assert theirs == ["own-keys", "leave"]  # of their own account alone


def test_nobody_is_shown_a_page_without_signing_in(bureau: Bureau) -> None:
    client = bureau.client()
    for page in PAGES:
        if PERMISSIONS[page.permission].kind != "open":
            answer = client.request(page.method, page.path)
            assert (answer.status_code, answer.headers["location"][:6]) == (303, "/login")


@pytest.mark.parametrize("role", ROLES)
def test_a_role_sees_what_the_table_says_and_no_more(bureau: Bureau, role: Role) -> None:
    bureau.pages = (*PAGES, REQUEST)
    client = bureau.signed_in(role)
    allowed = {"dpo", "agent", "approver", "auditor"}
    answer = client.get("/request/7KQ4M")
    assert answer.status_code == (200 if role in allowed else 403)
    assert ("Anna Berg" in answer.text) == (role in allowed)


def test_a_look_at_a_person_is_in_the_journal_before_it_is_shown(bureau: Bureau) -> None:
    bureau.pages = (REQUEST,)
    bureau.signed_in("agent", "jo").get("/request/7KQ4M")
    with bureau.desk.ledger.reading("softfil") as reading:
        (look,) = read_looks(reading, most=10)
        assert verify(reading).ok
    assert (look.account, look.what, look.reference, look.at) == ("jo", "request", "7KQ4M", NOON)
    assert look.purpose == "requests"


def test_nothing_that_somebody_types_as_a_number_is_in_the_journal(bureau: Bureau) -> None:
    bureau.pages = (REQUEST,)
    client = bureau.signed_in("agent", "jo")
    client.get("/request/anna.berg@mail.example")
    client.get("/request/anna")
    with bureau.desk.ledger.reading("softfil") as reading:
        references = [look.reference for look in read_looks(reading, most=10)]
        payloads = str([entry.payload for entry in read_entries(reading)])
    assert [len(one) for one in references] == [32, 32]
    assert "anna" not in payloads


@pytest.mark.parametrize("path", ["/request/7KQ4M", "/file/7KQ4M"])
def test_a_page_that_forgets_to_journal_shows_nothing(
    bureau: Bureau, capsys: pytest.CaptureFixture[str], path: str
) -> None:
    bureau.pages = UNLOOKED
    answer = bureau.signed_in("dpo").get(path)
    assert answer.status_code == 500
    assert "Anna Berg" not in answer.text
    assert "Anna" not in capsys.readouterr().err


def test_a_form_from_elsewhere_or_of_somebody_else_changes_nothing(bureau: Bureau) -> None:
    bureau.pages = (*PAGES, CHANGE)
    client = bureau.signed_in("dpo")
    token = form_token_in(client.get("/").text)
    stranger = form_token_in(bureau.signed_in("dpo", "other").get("/").text)
    assert client.post("/change", data={"token": token}).status_code == 303
    assert client.post("/change", data={"token": stranger}).status_code == 403
    assert client.post("/change", data={}).status_code == 403
    for headers in (
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
        {"Origin": "https://elsewhere.example"},
        {"Origin": "null"},
    ):
        answer = client.post("/change", data={"token": token}, headers=headers)
        assert answer.status_code == 403


def test_a_session_ends_by_rest_by_age_and_by_signing_out(bureau: Bureau) -> None:
    client = bureau.signed_in("dpo")
    bureau.now += IDLE - timedelta(seconds=1)
    assert client.get("/").status_code == 200
    bureau.now += IDLE + timedelta(seconds=1)
    assert client.get("/").status_code == 303

    client = bureau.signed_in("dpo", "second")
    start = bureau.now
    while bureau.now < start + LONGEST - timedelta(minutes=20):
        assert client.get("/").status_code == 200
        bureau.now += timedelta(minutes=20)
    bureau.now = start + LONGEST + timedelta(seconds=1)
    assert client.get("/").status_code == 303

    account = bureau.let_in("dpo", "third")
    token = bureau.token(account)
    client = bureau.client(token)
    sent = {"token": form_token_in(client.get("/").text)}
    assert client.post("/logout", data=sent).headers["location"] == "/login"
    assert bureau.client(token).get("/").status_code == 303


@pytest.mark.parametrize(
    ("kind", "detail"), [("disabled", {}), ("role-given", {"role": "auditor"}), ("keys-reset", {})]
)
def test_a_changed_account_ends_its_sessions_at_once(
    bureau: Bureau, kind: str, detail: dict[str, str]
) -> None:
    account = bureau.let_in("dpo")
    client = bureau.client(bureau.token(account))
    assert client.get("/").status_code == 200
    event = AccountEvent(account.id, kind, bureau.now, "test", detail)  # type: ignore[arg-type]  # one of the kinds
    with bureau.desk.ledger.writing("softfil") as writing:
        record_account_event(writing, event)
    assert client.get("/").status_code == 303


def test_another_host_shows_no_desk(bureau: Bureau) -> None:
    answer = bureau.client().get("/login", headers={"Host": "other.example"})
    assert answer.status_code == 404
    assert "Soft" not in answer.text


@pytest.mark.parametrize("path", ["/", "/login", "/style.css", "/nothing", "/nothing/more"])
def test_every_answer_carries_the_headers(bureau: Bureau, path: str) -> None:
    answer = bureau.signed_in("dpo").get(path)
    script = "; script-src 'self'" if path == "/login" else ""
    assert answer.headers["content-security-policy"] == CONTENT_POLICY + script
    assert answer.headers["x-content-type-options"] == "nosniff"
    if path != "/style.css":
        tls = answer.headers["strict-transport-security"]
        assert tls == "max-age=31536000; includeSubDomains"
    scripts = re.findall(r"<script[^>]*>", answer.text)
    assert scripts == (['<script src="/passkey.js" defer>'] if script else [])
    assert "style=" not in answer.text
    if path != "/style.css":
        assert answer.headers["cache-control"] == "no-store"


def test_cookies_are_for_this_host_and_out_of_reach(bureau: Bureau) -> None:
    cookie = bureau.client().get("/login").headers["set-cookie"]
    assert cookie.startswith("__Host-troth-visitor=")
    assert {"Secure", "HttpOnly", "SameSite=strict", "Path=/"} <= set(cookie.split("; "))
    assert "Domain" not in cookie


def test_both_languages_have_the_same_texts() -> None:
    assert CATALOGUES["en"].keys() == CATALOGUES["fr"].keys()


def test_the_language_is_kept(bureau: Bureau) -> None:
    client = bureau.signed_in("dpo")
    page = client.get("/").text
    assert 'lang="en"' in page
    sent = {"token": form_token_in(page), "language": "fr", "next": "/"}
    client.post("/language", data=sent)
    assert "Aujourd’hui" in client.get("/").text
