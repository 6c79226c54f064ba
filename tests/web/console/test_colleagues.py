"""The page of colleagues: let in and out by another colleague, at once, and never oneself."""

from __future__ import annotations

import re

from troth.ledger.accounts import find_account
from web.console.conftest import Bureau, form_token_in


def test_a_colleague_is_let_in_by_the_console_and_shut_out(bureau: Bureau) -> None:
    officer = bureau.signed_in("dpo", "anne")
    form = {"token": form_token_in(officer.get("/accounts").text)}
    made = officer.post("/accounts", data=form | {"name": "ben", "role": "agent"})
    code = re.search(r'class="code">([A-Z0-9-]+)<', made.text)
    assert code
    assert code[1] not in officer.get("/accounts").text
    ben = bureau.client()
    sent = {"token": form_token_in(ben.get("/enrol").text), "name": "ben", "code": code[1]}
    assert ben.post("/enrol", data=sent).headers["location"] == "/keys"

    id = id_of(bureau, "ben")
    officer.post(f"/accounts/{id}/role", data=form | {"role": "auditor"})
    assert ben.get("/keys").status_code == 303
    assert officer.post(f"/accounts/{id}/recover", data=form).status_code == 200
    officer.post(f"/accounts/{id}/disable", data=form)
    with bureau.desk.ledger.reading("softfil") as reading:
        found = find_account(reading, "ben")
    assert (found.role, found.active) == ("auditor", False)


def test_what_cannot_be_is_said_and_nobody_changes_themselves(bureau: Bureau) -> None:
    officer = bureau.signed_in("dpo", "anne")
    form = {"token": form_token_in(officer.get("/accounts").text)}
    own = id_of(bureau, "anne")
    for path, more in (
        ("/accounts", {"name": "x", "role": "agent"}),
        ("/accounts", {"name": "ben", "role": "boss"}),
        (f"/accounts/{own}/role", {"role": "agent"}),
        (f"/accounts/{own}/disable", {}),
        (f"/accounts/{own}/recover", {}),
        ("/accounts/account-000/disable", {}),
    ):
        answer = officer.post(path, data=form | more)
        assert answer.status_code == 422, path
        assert 'role="alert"' in answer.text
    assert officer.get("/").status_code == 200


def test_an_auditor_sees_the_list_and_the_looks_and_no_form(bureau: Bureau) -> None:
    page = bureau.signed_in("auditor").get("/accounts").text
    assert "auditor-1" in page
    assert "<form" not in page.split("<main")[1]


def id_of(bureau: Bureau, name: str) -> str:
    with bureau.desk.ledger.reading("softfil") as reading:
        return find_account(reading, name).id
