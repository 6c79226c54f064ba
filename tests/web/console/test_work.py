"""What the console lets each role do besides requests: packages, wishes, keys, checks, plans."""

from __future__ import annotations

import re
from datetime import timedelta
from pathlib import Path

import pytest
from httpx2 import Response

from troth.desk.overview.plans import waiting_plans
from troth.desk.workflow.answer import make_package
from troth.desk.workflow.decision import decide
from troth.desk.workflow.identity import accept_identity
from troth.desk.workflow.model import Item
from troth.desk.workflow.scope import record_act
from troth.ledger.directives import read_directives
from troth.ledger.kept_checks import check_history
from troth.ledger.looks import read_looks
from troth.ledger.tokens import read_tokens
from web.console.test_pages import Practice, filled, practice, send
from web.console.world import NOON, ORG, office_of

__all__ = ["filled", "practice"]


def packed(practice: Practice) -> str:
    """A request whose package is made; its number."""
    number, office = practice.numbers["fresh"], office_of(practice.desk)
    accept_identity(office, number, "known", reason="called back", by="ben", now=NOON)
    record_act(office, number, by="ben", now=NOON)
    decide(office, number, [Item("accepted")], by="dpo", now=NOON)
    make_package(office, number, by="dpo", now=NOON)
    return number


@pytest.mark.clause("MAS-DAT-10")
def test_the_practitioner_alone_takes_packages_out_where_the_project_says_so(
    practice: Practice,
) -> None:
    """The officer sees that there is one; the publisher does not even see its number."""
    number = packed(practice)
    officer = practice.signed_in("dpo", "camille")
    path = f"/requests/{number}/package"
    assert officer.get(path).content.startswith(b"PK")

    file = Path(practice.desk.settings.folder) / "troth.yaml"
    file.write_text(file.read_text() + "desk: {special_categories: practitioner}\n")
    with_practitioner = Practice(reopened(practice), practice.numbers)
    officer = with_practitioner.signed_in("dpo", "dana")
    refused = officer.get(path)
    assert refused.status_code == 409
    assert b"PK" not in refused.content
    listed = officer.get("/packages").text
    assert number in listed
    assert path not in listed
    doctor = with_practitioner.signed_in("practitioner", "doc")
    assert path in doctor.get("/packages").text
    assert doctor.get(path).content.startswith(b"PK")
    publisher = with_practitioner.signed_in("publisher")
    assert publisher.get(path).status_code == 403
    assert publisher.get("/packages").status_code == 403
    document = re.search(r"/documents/([\w-]+)", officer.get(f"/requests/{number}").text)
    assert document is None  # nor by its name as a document
    with practice.desk.ledger.reading(ORG) as reading:
        looks = {(one.account, one.what, one.purpose) for one in read_looks(reading, most=100)}
    assert {
        ("camille", "request-package", "packages"),
        ("dana", "request-package", "packages"),
        ("doc", "request-package", "packages"),
        ("publisher-1", "request-package", "refused"),
    } <= looks


def reopened(practice: Practice) -> object:
    """The desk with its settings as they are now."""
    from dataclasses import replace

    from troth.project.load import load_settings

    folder = practice.desk.settings.folder
    return replace(practice.desk, settings=load_settings(folder, {}))


def test_a_wish_on_paper_a_death_and_its_plan(practice: Practice) -> None:
    """Recorded, revoked, recorded again; carried out by the trusted person alone, on a proof."""
    officer = practice.signed_in("dpo", "camille")
    wish = {
        "persons": "email=zoe@mail.example",
        "form": "file 2026-12",
        "do-erase": "yes",
        "trusted": "Ben Roux <ben@mail.example>",
    }
    empty = send(officer, "/directives", "/directives", **{**wish, "do-erase": ""})
    assert empty.status_code == 422
    assert "says what is to be done" in empty.text
    assert send(officer, "/directives", "/directives", **wish).status_code == 303
    with practice.desk.ledger.reading(ORG) as reading:
        (first,) = read_directives(reading)
    assert not first.general
    send(officer, f"/directives/{first.id}/revoke", "/directives")
    again = {**wish, "registered": "register 12"}
    send(officer, "/directives", "/directives", **again)
    shown = officer.get("/directives").text
    assert "revoked" in shown
    assert "register 12" in shown

    unproven = send(officer, "/directives/deaths", "/directives", persons=wish["persons"])
    assert unproven.status_code == 422
    proof = "certificate of 3 March, file 31"
    send(officer, "/directives/deaths", "/directives", persons=wish["persons"], proof=proof)
    death = re.search(r"/directives/deaths/([\w-]+)", officer.get("/directives").text)
    assert death
    path = f"/directives/deaths/{death[1]}"
    asked = {"what": "wish", "asked-by": "Mallory", "identity": "passport seen"}
    refused = send(officer, path, "/directives", **asked)
    assert refused.status_code == 422
    assert "in charge" in refused.text
    with practice.desk.ledger.reading(ORG) as reading:
        before = {one.digest for one in waiting_plans(reading, NOON)}
    asked["asked-by"] = "Ben Roux"
    assert send(officer, path, "/directives", **asked).status_code == 303
    with practice.desk.ledger.reading(ORG) as reading:
        (plan,) = [one for one in waiting_plans(reading, NOON) if one.digest not in before]
        assert [one.end.how for one in read_directives(reading) if one.end] == [
            "revoked",
            "executed",
        ]
    assert plan.plan.scope
    auditor = practice.signed_in("auditor")
    assert "zoe@mail.example" in auditor.get("/directives").text
    assert "/directives/deaths" not in auditor.get("/directives").text


def test_a_key_is_shown_once_and_revoked_at_once(practice: Practice) -> None:
    engineer = practice.signed_in("engineer", "eva")
    missing = send(engineer, "/tokens", "/tokens", name="shop")
    assert missing.status_code == 422
    made = send(engineer, "/tokens", "/tokens", name="shop", scopes=["may:read"], days="30")
    (secret,) = re.findall(r"troth_[\w-]{43}", made.text)
    assert secret not in engineer.get("/tokens").text
    with practice.desk.ledger.reading(ORG) as reading:
        (token,) = read_tokens(reading)
    assert (token.scopes, token.made_by) == (("may:read",), "eva")
    assert send(engineer, f"/tokens/{token.id}/revoke", "/tokens").status_code == 303
    with practice.desk.ledger.reading(ORG) as reading:
        (token,) = read_tokens(reading)
    assert token.revoked_at is not None
    assert "revoked" in practice.signed_in("auditor").get("/tokens").text


def test_a_check_is_made_and_an_approved_plan_carried_out(practice: Practice) -> None:
    """Beside the pages; a plan that nobody approved is refused, and one that is done is gone."""
    officer, desk = practice.signed_in("dpo", "camille"), practice.desk
    with desk.ledger.reading(ORG) as reading:
        (plan,) = waiting_plans(reading, NOON)
        checks = len(check_history(reading, most=100))
    path = f"/retention/plans/{plan.digest}"
    assert "Carry it out" not in officer.get(path).text
    assert send(officer, f"{path}/application", path).status_code == 409
    send(practice.signed_in("approver", "mo"), f"{path}/approval", path)
    assert "Carry it out" in officer.get(path).text
    assert send(officer, f"{path}/application", path).status_code == 303
    desk.background.wait()
    told = officer.get(path).text
    assert "Carried out: nothing of it remains due." in told, told
    with desk.ledger.reading(ORG) as reading:
        assert not waiting_plans(reading, NOON)
    assert send(officer, "/retention/checks", "/retention").status_code == 303
    desk.background.wait()
    shown = officer.get("/retention").text
    assert "The promises are compared anew." in shown, shown
    with desk.ledger.reading(ORG) as reading:
        assert len(check_history(reading, most=100)) >= checks


def test_what_a_wish_hands_over_is_packed_here_before_it_erases(practice: Practice) -> None:
    """Its request is made with it; the plan that erases comes once the package is made."""
    officer, desk = practice.signed_in("dpo", "camille"), practice.desk
    wish = {
        "persons": "email=zoe@mail.example",
        "form": "file 2026-12",
        "do-erase": "yes",
        "do-hand-over": "yes",
        "categories-hand-over": ["order"],
        "trusted": "Ben Roux <ben@mail.example>",
    }
    send(officer, "/directives", "/directives", **wish)
    proof = "certificate of 3 March, file 31"
    send(officer, "/directives/deaths", "/directives", persons=wish["persons"], proof=proof)
    page = officer.get("/directives").text
    path = re.findall(r"/directives/deaths/[\w-]+", page)[0]
    with desk.ledger.reading(ORG) as reading:
        before = {one.digest for one in waiting_plans(reading, NOON)}
    asked = {"what": "wish", "asked-by": "Ben Roux", "identity": "passport seen"}
    assert send(officer, path, "/directives", **asked).status_code == 303
    with desk.ledger.reading(ORG) as reading:
        assert {one.digest for one in waiting_plans(reading, NOON)} == before
    number = re.findall(r"/requests/([0-9A-Z]{5}-[0-9A-Z]{5})", officer.get("/directives").text)[0]
    shown = officer.get(f"/requests/{number}").text
    assert "Handing over after a death" in shown
    assert "Make the package" in shown
    send(officer, f"/requests/{number}/letters", f"/requests/{number}", what="package")
    assert officer.get(f"/requests/{number}/package").content.startswith(b"PK")
    with desk.ledger.reading(ORG) as reading:
        (plan,) = [one for one in waiting_plans(reading, NOON) if one.digest not in before]
    assert plan.plan.scope
    assert "what the wish erases was recorded" in officer.get(f"/requests/{number}").text


def test_a_restriction_ends_here_by_two_people(practice: Practice) -> None:
    """Decided by the officer, approved by another, told by a letter, lifted some days later."""
    file = practice.desk.settings.folder / "troth.yaml"
    file.write_text(file.read_text() + "desk: {two_people: true}\n")
    officer, other = practice.signed_in("dpo", "camille"), practice.signed_in("approver", "mo")
    number = practice.numbers["marketing"]
    here, steps = f"/requests/{number}", f"/requests/{number}/steps"

    def step(name: str, **fields: object) -> Response:
        return send(officer, f"{steps}/{name}", here, **fields)

    step("correct-right", right="restriction", reason="she wants it set aside")
    step("accept-identity", way="known", reason="called back")
    step("record-act")
    step("plan", ground="accuracy")
    send(other, f"{here}/approve", here, what="plan")
    assert step("execute").status_code == 303
    listed = officer.get("/restrictions").text
    assert number in listed
    assert "disputed" in listed
    assert "Anna" not in listed

    empty = send(officer, f"{here}/lifting", here)
    assert "has a reason" in empty.text
    assert send(other, f"{here}/lifting", here, reason="x").status_code == 403
    why = "the passport was seen"
    assert send(officer, f"{here}/lifting", here, reason=why).status_code == 303
    assert (
        "somebody else approves it" in send(officer, f"{here}/approve", here, what="lifting").text
    )
    assert "Restrictions that wait" in officer.get("/").text
    assert send(other, f"{here}/approve", here, what="lifting").status_code == 303
    early = step("lift")
    assert early.status_code == 409
    assert "hears of it" in early.text
    letters = f"{here}/letters"
    (document,) = set(
        re.findall(r'name="document" value="(document-[\w-]+)"', officer.get(letters).text)
    )
    sent = {"what": "posted", "document": document, "day": "2026-11-26"}
    assert send(officer, letters, letters, **sent).status_code == 303
    assert "29 November 2026" in officer.get(here).text
    practice.now = NOON + timedelta(days=3)
    officer = practice.client(practice.token(practice.let_in("dpo", "dana")))
    done = send(officer, f"{steps}/lift", here)
    assert done.status_code == 303, done.text
    assert "lifted on" in officer.get(here).text
    assert "Nothing is set aside" in officer.get("/restrictions").text
    french = officer.get("/restrictions", headers={"Accept-Language": "fr"}).text
    assert "Rien n’est mis de côté" in french
