"""Role by route: what a hand-written table says each may open, and that nobody gets further."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest
from starlette.responses import HTMLResponse, Response

from troth.desk.accounts.roles import PERMISSIONS, ROLES, Role
from troth.desk.accounts.special import is_special, may_see
from troth.ledger.looks import read_looks
from troth.policy.model import Policy
from troth.project.load import load_policy
from troth.project.model import DeskSettings
from troth.web.console.routes import PAGES
from troth.web.console.visit import Page, Visit
from web.console.conftest import EXAMPLE, HOST, Bureau, form_token_in
from web.console.test_frame import REQUEST

# D data protection officer, A agent, V approver, E engineer, U auditor, M practitioner, P publisher
LETTERS: dict[Role, str] = dict(zip(ROLES, "DAVEUMP", strict=True))
EVERYBODY, STAFF = "DAVEUMP", "DAVEUM"
TABLE = {
    "GET /": STAFF,
    "GET /fleet": STAFF,  # of the agency; the page is nowhere else
    "GET /numbers": EVERYBODY,
    "GET /calendar": STAFF,
    "GET /calendar/{token}.ics": EVERYBODY,  # by the secret in its address
    "GET /login": EVERYBODY,
    "POST /login": EVERYBODY,
    "POST /login/passkey": EVERYBODY,
    "GET /login/oidc": EVERYBODY,
    "GET /login/oidc/return": EVERYBODY,
    "GET /enrol": EVERYBODY,
    "POST /enrol": EVERYBODY,
    "POST /language": EVERYBODY,
    "GET /prove": EVERYBODY,
    "POST /prove": EVERYBODY,
    "POST /prove/passkey": EVERYBODY,
    "POST /logout": EVERYBODY,
    "GET /accounts": "DU",
    "POST /accounts": "D",
    "POST /accounts/{account}/role": "D",
    "POST /accounts/{account}/disable": "D",
    "POST /accounts/{account}/recover": "D",
    "GET /tokens": "DEU",
    "POST /tokens": "DE",
    "POST /tokens/{token}/revoke": "DE",
    "GET /keys": EVERYBODY,
    "POST /keys/passkey": EVERYBODY,
    "GET /keys/password": EVERYBODY,
    "POST /keys/password": EVERYBODY,
    "POST /keys/recovery": EVERYBODY,
    "POST /keys/drop": EVERYBODY,
    "POST /keys/sessions": EVERYBODY,
    # requests: whoever works on them, the second person and the auditor
    "GET /requests": STAFF,
    "POST /requests/search": STAFF,
    "GET /requests/export/{kind}": "DU",
    "GET /requests/new": "DA",
    "POST /requests": "DA",
    "POST /views": EVERYBODY,
    "POST /views/drop": EVERYBODY,
    "GET /requests/{number}": "DAVU",
    "GET /requests/{number}/grounds": "DAUM",
    "GET /requests/{number}/documents/{document}": "DAVU",
    "POST /requests/{number}/identity-document": "D",
    "POST /requests/{number}/steps/{step}": "DA",
    "POST /requests/{number}/decide": "D",
    "POST /requests/{number}/lifting": "D",
    "POST /requests/{number}/approve": "DV",
    "POST /requests/{number}/assigned": "DA",
    "GET /requests/{number}/letters": "DAVU",
    "POST /requests/{number}/letters": "DA",
    "GET /requests/{number}/evidence": "DU",
    # what is held about a person: who may look at people; the publisher and who approves may not
    "GET /packages": "DAUM",
    "GET /requests/{number}/package": "DAUM",
    "GET /restrictions": "DAVEU",
    "GET /directives": "DAU",
    "POST /directives": "DA",
    "POST /directives/{directive}/revoke": "DA",
    "POST /directives/deaths": "D",
    "POST /directives/deaths/{death}": "D",
    # retention, holds, people, registers
    "GET /retention": STAFF,
    "GET /retention/plans/{digest}": STAFF,
    "POST /retention/plans/{digest}/approval": "DV",
    "POST /retention/plans/{digest}/application": "DE",
    "POST /retention/checks": "DE",
    "POST /retention/plans": "DE",
    "GET /retention/work": STAFF,
    "POST /retention/work/{number}/drop": "DE",
    "GET /holds": "DAU",
    "POST /holds": "D",
    "POST /holds/{hold}/lift": "D",
    "GET /people": "DAUM",
    "POST /people": "DAUM",
    "GET /register": STAFF,
    "GET /register/file/{kind}": STAFF,
    "GET /breaches": "DVEU",
    "POST /breaches": "DE",
    "GET /breaches/{breach}": "DVEU",
    "POST /breaches/{breach}": "DE",
    "GET /journal": "DEU",
    "POST /journal/verification": "DEU",
    "GET /policy": STAFF,
    "GET /map": STAFF,
}


def name_of(page: Page) -> str:
    return f"{page.method} {page.path}"


def test_every_page_has_a_row_that_somebody_thought_about() -> None:
    """A new page fails here until its row is written: by hand, from what each role is for."""
    assert {name_of(page) for page in PAGES} == TABLE.keys()


async def opened(visit: Visit) -> Response:
    if PERMISSIONS[visit.page_of.permission].kind == "look":
        await visit.looked("test", "1")
    return HTMLResponse("opened")


@pytest.mark.parametrize("role", ROLES)
def test_each_role_opens_what_the_table_says(bureau: Bureau, role: Role) -> None:
    pages = {name_of(page): page for page in PAGES if name_of(page) in TABLE}
    bureau.pages = tuple(replace(page, handler=opened) for page in PAGES)
    token = bureau.token(bureau.let_in(role))
    client = bureau.client(token)
    missing = client.get("/nothing").text
    form = {"token": form_token_in(missing)}
    found = {}
    for name, page in pages.items():
        path = re.sub(r"\{\w+\}", "x", page.path)
        headers = {"Referer": f"https://{HOST}/keys"}
        answer = client.request(
            page.method, path, headers=headers, data=form if page.method == "POST" else None
        )
        found[name] = answer.status_code
    wanted = {name: 200 if LETTERS[role] in TABLE[name] else 403 for name in pages}
    if role == "publisher":
        wanted["GET /"] = 303  # on to the numbers
    assert found == wanted


def test_who_may_not_look_and_tries_is_in_the_journal(bureau: Bureau) -> None:
    """Each role tries: what is shown and what is refused stand there alike."""
    bureau.pages = (REQUEST,)
    statuses = [bureau.signed_in(role).get("/request/7KQ4M").status_code for role in ROLES]
    with bureau.desk.ledger.reading("softfil") as reading:
        looks = read_looks(reading, most=100)
    assert statuses == [200, 200, 200, 403, 200, 403, 403]
    assert {(one.account, one.purpose == "refused") for one in looks} == {
        (f"{role}-1", status == 403) for role, status in zip(ROLES, statuses, strict=True)
    }


@pytest.mark.clause("MAS-DAT-10")
def test_health_answers_are_the_practitioners_alone_where_the_project_says_so() -> None:
    policy = load_policy(EXAMPLE.parents[1] / "mast" / "policy.yaml")
    special = [name for name in policy.categories if is_special(policy, name)]
    plain = [name for name in policy.categories if name not in special]
    assert special
    assert plain
    desk = DeskSettings(special_categories="practitioner")
    for role in ROLES:
        assert seen(role, desk, policy, special) == (role == "practitioner")
        assert seen(role, desk, policy, plain)
    everybody = [role for role in ROLES if seen(role, DeskSettings(), policy, special)]
    assert everybody == ["dpo", "agent", "auditor", "practitioner"]


def test_a_publisher_sees_numbers_and_nobody(bureau: Bureau) -> None:
    publisher = [one.name for one in PERMISSIONS.values() if "publisher" in one.roles]
    assert publisher == ["open", "own", "own-keys", "leave", "numbers"]
    client = bureau.signed_in("publisher")
    assert client.get("/").headers["location"] == "/numbers"
    assert client.get("/numbers").status_code == 200


def seen(role: Role, desk: DeskSettings, policy: Policy, categories: list[str]) -> bool:
    """All of the categories, or none."""
    answers = {may_see(role, desk, policy, category) for category in categories}
    assert len(answers) == 1
    return answers.pop()
