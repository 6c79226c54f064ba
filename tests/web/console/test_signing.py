"""Signing in: by code once, then by password and authenticator; and what attackers try."""

from __future__ import annotations

import re
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import text

from troth.desk.accounts.letting_in import give_role, recovered, shut_out
from troth.desk.accounts.passwords import hash_password, matches, refuse_weak
from troth.desk.accounts.sessions import FRESH
from troth.desk.accounts.signing import FIRST_WAIT, FREE_TRIES
from troth.errors import Refused
from troth.ledger.entries import read_entries
from troth.ledger.verify import verify
from troth.web.console.routes import PAGES
from troth.web.console.visit import Page
from web.console.conftest import HOST, KEY, Bureau, form_token_in
from web.console.test_frame import change

FRESH_CHANGE = Page("POST", "/lift", change, "holds-change")


def test_a_colleague_enrols_signs_in_and_signs_out(bureau: Bureau) -> None:
    anne = bureau.invited()
    anne.enrol()
    assert anne.browser.get("/").status_code == 200  # enrolling ends in a session of their own
    anne.browser.cookies.clear()
    answer = anne.sign_in(next="/keys")
    assert (answer.status_code, answer.headers["location"]) == (303, "/keys")
    page = anne.browser.get("/").text
    assert "anne" in page
    with bureau.desk.ledger.reading("softfil") as reading:
        assert verify(reading).ok


def test_the_code_to_enrol_counts_once_and_not_for_ever(bureau: Bureau) -> None:
    anne, ben = bureau.invited("anne"), bureau.invited("ben")
    assert ben.send("/enrol", name="ben", code=anne.code).status_code == 422
    anne.enrol()
    again = bureau.client()
    token = form_token_in(again.get("/enrol").text)
    used = again.post("/enrol", data={"token": token, "name": "anne", "code": anne.code})
    bureau.now += timedelta(days=3)
    late = ben.send("/enrol", name="ben", code=ben.code)
    nobody = ben.send("/enrol", name="zoe", code=ben.code)
    assert (used.status_code, late.status_code, nobody.status_code) == (422, 422, 422)
    assert problem_in(used.text) == problem_in(late.text) == problem_in(nobody.text)


def test_whoever_is_enrolling_reaches_their_own_keys_alone(bureau: Bureau) -> None:
    anne = bureau.invited()
    anne.send("/enrol", name="anne", code=anne.code)
    answer = anne.browser.get("/")
    assert (answer.status_code, answer.headers["location"]) == (303, "/keys")
    assert anne.browser.get("/keys").status_code == 200


def test_a_code_counts_once_also_within_its_half_minute(bureau: Bureau) -> None:
    anne = bureau.invited()
    anne.enrol()
    code = anne.totp()
    assert anne.sign_in(code=code).status_code == 303
    anne.browser.cookies.clear()
    assert anne.sign_in(code=code).status_code == 422
    bureau.now += timedelta(seconds=30)
    assert anne.sign_in().status_code == 303


def test_the_code_that_enrolled_is_spent_too(bureau: Bureau) -> None:
    anne = bureau.invited()
    anne.enrol()
    bureau.now -= timedelta(seconds=30)
    anne.browser.cookies.clear()
    assert anne.sign_in().status_code == 422


@pytest.mark.parametrize(("seconds", "taken"), [(-30, True), (30, True), (-60, False), (60, False)])
def test_a_clock_may_be_off_by_one_step(bureau: Bureau, seconds: int, taken: bool) -> None:
    anne = bureau.invited()
    anne.enrol()
    bureau.now += timedelta(minutes=5)
    anne.browser.cookies.clear()
    real = bureau.now
    bureau.now += timedelta(seconds=seconds)
    code = anne.totp()
    bureau.now = real
    assert (anne.sign_in(code=code).status_code == 303) == taken


def test_a_recovery_code_counts_once(bureau: Bureau) -> None:
    anne = bureau.invited()
    anne.enrol()
    anne.browser.cookies.clear()
    code = anne.recovery[3].lower()
    assert anne.sign_in(code=code).status_code == 303
    anne.browser.cookies.clear()
    assert anne.sign_in(code=code).status_code == 422
    assert anne.sign_in(code=anne.recovery[4]).status_code == 303


def test_known_and_unknown_names_are_answered_alike(bureau: Bureau) -> None:
    anne = bureau.invited()
    anne.enrol()
    anne.browser.cookies.clear()
    wrong_password = anne.sign_in(password="not the password at all")
    wrong_code = anne.sign_in(code="000000")
    unknown = anne.sign_in(name="zoe")
    shut = bureau.invited("shut")
    shut.enrol()
    with bureau.desk.ledger.writing("softfil") as writing:
        shut_out(writing, "shut", by="test", at=bureau.now)
    shut.browser.cookies.clear()
    answers = [wrong_password, wrong_code, unknown, shut.sign_in()]
    assert {answer.status_code for answer in answers} == {422}
    assert len({problem_in(answer.text) for answer in answers}) == 1


def test_guessing_is_slowed_for_any_name_and_the_right_password_does_not_help(
    bureau: Bureau,
) -> None:
    anne = bureau.invited()
    anne.enrol()
    anne.browser.cookies.clear()
    for name in ("anne", "zoe"):
        for _ in range(FREE_TRIES):
            assert anne.sign_in(name=name, password="wrong").status_code == 422
        bureau.seconds += 600  # another network, as it were: the limit by address starts again
        assert anne.sign_in(name=name).status_code == 429
    bureau.now += FIRST_WAIT
    assert anne.sign_in().status_code == 303
    anne.browser.cookies.clear()
    bureau.now += timedelta(minutes=1)
    assert anne.sign_in(password="wrong").status_code == 422  # counted from the start again


def test_wrong_tries_are_in_the_journal(bureau: Bureau) -> None:
    anne = bureau.invited()
    anne.enrol()
    anne.browser.cookies.clear()
    anne.sign_in(password="wrong")
    anne.sign_in()
    with bureau.desk.ledger.reading("softfil") as reading:
        kinds = [entry.kind for entry in read_entries(reading)]
        failed = list(read_entries(reading, kind="sign-in-failed"))
    assert kinds[-2:] == ["sign-in-failed", "signed-in"]
    assert "anne" not in str(failed)
    assert "wrong" not in str(failed)


def test_one_network_cannot_try_name_after_name(bureau: Bureau) -> None:
    client = bureau.client("")
    token = form_token_in(client.get("/login").text)
    typed = {"token": token, "password": "x", "code": "1"}
    answers = [client.post("/login", data={**typed, "name": f"n{n}"}) for n in range(11)]
    assert [answer.status_code for answer in answers] == [422] * 10 + [429]


def test_signing_in_always_makes_a_new_session(bureau: Bureau) -> None:
    anne, attacker = bureau.invited("anne"), bureau.invited("ben", "agent")
    anne.enrol()
    attacker.enrol()
    planted = attacker.browser.cookies["__Host-troth-session"]
    anne.browser.cookies.clear()
    anne.browser.cookies.set("__Host-troth-session", planted, domain=HOST)
    bureau.now += timedelta(minutes=1)
    assert anne.sign_in().status_code == 303
    mine = [one.value for one in anne.browser.cookies.jar if "session" in one.name]
    assert any(value != planted for value in mine)
    assert bureau.client(planted).get("/").status_code == 303  # and what was planted is over


def test_nothing_that_signs_in_lies_in_the_ledger(bureau: Bureau, folder: Path) -> None:
    anne = bureau.invited()
    anne.enrol()
    cookie = anne.browser.cookies["__Host-troth-session"]
    secrets = [anne.password, anne.secret, cookie, anne.code, *anne.recovery]
    kept = b"".join(path.read_bytes() for path in folder.iterdir() if "ledger" in path.name)
    assert b"anne" in kept
    assert [one for one in secrets if one.encode() in kept] == []


def test_a_page_says_before_a_form_is_filled_in_that_it_asks_for_a_proof(bureau: Bureau) -> None:
    token = bureau.token(bureau.let_in("dpo"))
    assert "/prove?next=/tokens" not in bureau.client(token).get("/tokens").text
    bureau.now += timedelta(minutes=20)
    assert 'href="/prove?next=/tokens"' in bureau.client(token).get("/tokens").text
    assert "/prove?next=" not in bureau.client(token).get("/register").text
    auditor = bureau.token(bureau.let_in("auditor"))
    bureau.now += timedelta(minutes=20)  # who cannot send it is not asked
    assert "/prove?next=" not in bureau.client(auditor).get("/tokens").text


def test_a_dangerous_step_asks_for_a_fresh_proof(bureau: Bureau) -> None:
    bureau.pages = (*PAGES, FRESH_CHANGE)
    anne = bureau.invited()
    anne.browser = bureau.client()
    anne.enrol()
    bureau.now += FRESH + timedelta(seconds=1)
    asked = anne.send("/lift", page="/keys")
    assert asked.headers["location"] == "/prove?next=/keys"
    wrong = anne.send("/prove", page="/prove?next=/keys", password="wrong", code=anne.totp())
    assert wrong.status_code == 422
    right = anne.send("/prove", password=anne.password, code=anne.totp(), next="/keys")
    assert right.headers["location"] == "/keys"
    assert anne.send("/lift", page="/keys").headers["location"] == "/"


def test_keys_that_are_lost_are_destroyed_and_a_new_code_lets_in(bureau: Bureau) -> None:
    anne = bureau.invited()
    anne.enrol()
    with bureau.desk.ledger.writing("softfil") as writing:
        anne.code = recovered(writing, KEY, "anne", by="test", at=bureau.now).code
    assert anne.browser.get("/").status_code == 303
    anne.browser.cookies.clear()
    assert anne.sign_in().status_code == 422
    anne.enrol()
    anne.browser.cookies.clear()
    assert anne.sign_in().status_code == 303


def test_a_stolen_session_is_of_no_use_after_a_change_of_role_or_password(
    bureau: Bureau,
) -> None:
    anne = bureau.invited()
    anne.enrol()
    stolen = bureau.client(anne.browser.cookies["__Host-troth-session"])
    assert stolen.get("/").status_code == 200
    with bureau.desk.ledger.writing("softfil") as writing:
        give_role(writing, "anne", "auditor", by="test", at=bureau.now)
    assert stolen.get("/").status_code == 303

    anne.browser.cookies.clear()
    anne.sign_in()
    elsewhere = bureau.client(anne.browser.cookies["__Host-troth-session"])
    anne.browser.cookies.clear()
    bureau.now += timedelta(minutes=1)
    anne.sign_in()
    assert anne.send("/keys/sessions", page="/keys").status_code == 303
    assert elsewhere.get("/").status_code == 303
    assert anne.browser.get("/").status_code == 200


def test_the_last_way_to_sign_in_cannot_be_taken_away(bureau: Bureau) -> None:
    anne = bureau.invited()
    anne.enrol()
    with bureau.desk.ledger.reading("softfil") as reading:
        (id,) = reading.connection.execute(
            text("SELECT id FROM account_credentials WHERE kind = 'totp'")
        ).scalars()
    assert anne.send("/keys/drop", page="/keys", id=id).status_code == 422
    assert anne.send("/keys/drop", page="/keys", id="key-of-another").status_code == 422


@pytest.mark.parametrize(
    "password", ["short", "aaaaaaaaaaaaaaaa", "password123456", "softfil-anne-1", "x" * 201]
)
def test_what_anybody_would_try_is_no_password(password: str) -> None:
    with pytest.raises(Refused, match="password"):
        refuse_weak(password, "anne", "softfil")


@pytest.mark.parametrize(
    "password",
    ["thuglife2pac", "Thuglife2PAC", "1qaz2wsx3edc4rfv", "leavemealone", "jesuschrist7"],
)
def test_a_password_of_a_breach_is_refused(password: str) -> None:
    with pytest.raises(Refused) as refused:
        refuse_weak(password, "anne", "softfil")
    assert refused.value.code == "stolen-password"


def test_a_password_that_nobody_had_is_taken() -> None:
    for one in (
        "four calm otters juggle",
        "quatre loutres jonglent calmement é",
        ("seven otters juggle lamps " * 8)[:200],
    ):
        refuse_weak(one, "anne", "softfil")


@pytest.mark.parametrize(("language", "said"), [("en", "stolen passwords"), ("fr", "volés")])
def test_whoever_chooses_a_stolen_password_is_told_so(
    bureau: Bureau, language: str, said: str
) -> None:
    anne = bureau.invited()
    anne.browser.headers["Accept-Language"] = language
    anne.password = "thuglife2pac"
    assert said in problem_in(anne.choose_password().text)


def test_passwords_are_compared_whole_and_nobody_has_none() -> None:
    kept = hash_password("four calm otters juggle ✓")
    assert matches("four calm otters juggle ✓", kept)
    assert not matches("four calm otters juggle", kept)
    assert not matches("", None)
    assert not matches("x" * 10_000, kept)
    assert kept.startswith(b"$argon2id$v=19$m=65536,t=2,p=1$")


@pytest.mark.parametrize(
    "next", ["//evil.example", "https://evil.example", "/\\evil.example", "", "/x\r\nSet-Cookie: a"]
)
def test_signing_in_never_leads_elsewhere(bureau: Bureau, next: str) -> None:
    anne = bureau.invited()
    anne.enrol()
    anne.browser.cookies.clear()
    assert anne.sign_in(next=next).headers["location"] == "/"


def problem_in(page: str) -> str:
    found = re.search(r'id="problem">([^<]+)<', page)
    assert found
    return found[1]
