"""What a call of the API does: what it records binds at once, once, and names nobody in URLs."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from starlette.testclient import TestClient
from structlog.testing import capture_logs

from troth.grounds.facts import Identifier
from troth.ledger.consents import read_consents
from troth.ledger.holds import add_hold
from troth.ledger.requests import RequestEvent, read_requests, record_event
from troth.ledger.verify import verify
from troth.web.api.app import api_app
from troth.web.api.desk import ApiDesk
from troth.web.api.desks import ApiDesks
from troth.web.console.desks import open_desk
from web.api.conftest import ANNA, BOTH, EXAMPLE, NOON, Api

PROOF = {"text": "banner 2026-3", "where": "cookie panel", "how": "pressed Accept"}


def consent(state: str, **more: Any) -> dict[str, Any]:
    return {"person": ANNA, "consent": "ads-cookies", "state": state} | more


@BOTH
def test_a_consent_withdrawn_binds_the_very_next_decision(api: Api) -> None:
    assert not api.may()["allowed"]
    assert api.post("/consents", consent("given", proof=PROOF)).status_code == 201
    assert api.may()["ground"]["activity"] == "targeted-advertising"
    api.now += timedelta(seconds=1)
    assert api.post("/consents", consent("withdrawn")).json() == {"recorded": 1}
    denied = api.may()
    assert not denied["allowed"]
    assert [part["code"] for part in denied["missing"]] == ["consent-withdrawn"]


def test_a_consent_is_read_back_with_its_proof(api: Api) -> None:
    api.post("/consents", consent("given", proof=PROOF))
    state = api.post("/preferences/state", {"person": ANNA}).json()
    (ads,) = (one for one in state["consents"] if one["consent"] == "ads-cookies")
    assert (ads["state"], ads["history"][0]["proof"]) == ("given", PROOF)
    others = {one["state"] for one in state["consents"] if one["consent"] != "ads-cookies"}
    assert others == {"never-asked"}
    with api.ledger.reading("softfil") as reading:
        assert verify(reading).ok


def test_choices_are_recorded_together_and_suppress_at_once(api: Api) -> None:
    choices = [
        {"consent": "newsletter-subscription", "state": "withdrawn"},
        {"consent": "audience-cookies", "state": "given"},
    ]
    assert api.post("/preferences", {"person": ANNA, "choices": choices}).json() == {"recorded": 2}
    assert api.post("/preferences/state", {"person": ANNA}).json()["suppressed"] is True
    upper = {"namespace": "email", "value": "Anna@Mail.example"}
    bob = {"namespace": "email", "value": "bob@mail.example"}
    asked = api.post("/suppression/ask", {"contacts": [[bob], [upper]]})
    assert asked.json() == {"asked": 2, "blocked": [1]}
    wrong = [choices[1], {"consent": "newsletter", "state": "given"}]
    refused = api.post("/preferences", {"person": ANNA, "choices": wrong})
    assert (refused.status_code, refused.json()["code"]) == (409, "unknown-consent")
    with api.ledger.reading("softfil") as reading:
        assert len(read_consents(reading, NOON)) == 2


def test_many_decisions_are_of_one_instant_and_know_what_is_said(api: Api) -> None:
    question = {"purpose": "newsletter", "category": "email-address", "person": [ANNA]}
    question |= {"role": "communication"}
    known = {"known": {"true": ["entry-path-recorded"]}}
    consented = {"person": ANNA, "consent": "newsletter-subscription", "state": "given"}
    api.post("/consents", consented)
    found = api.post("/may/many", {"questions": [question, question | known]}).json()
    assert found["at"].startswith("2026-11-26T12:00:00")
    assert [one["allowed"] for one in found["decisions"]] == [False, True]
    codes = [part["code"] for part in found["decisions"][0]["missing"]]
    assert codes == ["condition-not-met"]


def test_a_request_handed_in_has_its_term_and_what_follows(api: Api) -> None:
    body = {"right": "erasure", "email": "anna@mail.example", "words": "All of it, please."}
    body |= {"received_at": "2026-11-25T23:30:00Z"}  # the 26th in Paris
    taken = api.post("/requests", body)
    answer = taken.json()
    assert (taken.status_code, answer["answer_by"]) == (201, "2026-12-28")  # the 26th: a Saturday
    assert "info@softfil.example" in answer["follows"]
    number = answer["number"]
    shown = api.get(f"/requests/{number}")
    assert "anna" not in shown.text
    tag = shown.headers["etag"]
    assert api.get(f"/requests/{number}", If_None_Match=tag).status_code == 304
    with api.ledger.writing("softfil") as writing:
        record_event(writing, number, RequestEvent("closed", NOON, "dpo"))
    closed = api.get(f"/requests/{number}", If_None_Match=tag)
    assert (closed.status_code, closed.json()["open"]) == (200, False)
    assert api.get("/requests/7KQ4M-2XC9D").status_code == 404


@BOTH
def test_requests_come_a_page_at_a_time(api: Api) -> None:
    for each in range(5):
        api.now += timedelta(minutes=each % 2)  # two share an instant
        api.post("/requests", {"right": "access", "email": f"p{each}@mail.example"})
    pages, cursor = [], ""
    while cursor is not None:
        page = api.get(f"/requests?limit=2{cursor and '&cursor=' + cursor}").json()
        pages += [one["number"] for one in page["requests"]]
        cursor = page["next"]
    with api.ledger.reading("softfil") as reading:
        every = [request.number for request in read_requests(reading)]
    assert (sorted(pages), len(pages)) == (sorted(every), 5)
    wrong = api.get("/requests?cursor=nonsense")
    assert (wrong.status_code, wrong.json()["code"]) == (404, "cursor-unreadable")


@BOTH
def test_a_write_sent_again_is_done_once(api: Api) -> None:
    body = {"right": "access", "email": "anna@mail.example"}
    first = api.post("/requests", body, Idempotency_Key="order-17")
    again = api.post("/requests", body, Idempotency_Key="order-17")
    assert first.json() == again.json()
    assert again.headers["idempotency-replayed"] == "true"
    other = api.post("/requests", body | {"right": "erasure"}, Idempotency_Key="order-17")
    assert (other.status_code, other.json()["code"]) == (409, "idempotency-key-reused")
    with api.ledger.reading("softfil") as reading:
        assert len(read_requests(reading)) == 1
    api.now += timedelta(days=8)  # forgotten by then
    assert api.post("/requests", body, Idempotency_Key="order-17").json() != first.json()


def test_a_write_sent_many_times_at_once_is_done_once(api: Api) -> None:
    body = {"right": "access", "email": "anna@mail.example"}
    with ThreadPoolExecutor(8) as threads:
        answers = list(
            threads.map(
                lambda _: api.post("/requests", body, Idempotency_Key="order-18").json(), range(8)
            )
        )
    assert len({answer["number"] for answer in answers}) == 1
    with api.ledger.reading("softfil") as reading:
        assert len(read_requests(reading)) == 1


def test_disclosures_are_all_recorded_or_none(api: Api) -> None:
    good = {"person": ANNA, "recipient": "newsletter-service", "categories": ["email-address"]}
    good |= {"basis": "newsletter of November"}
    assert api.post("/disclosures", {"disclosures": [good]}).json() == {"recorded": 1}
    bad = good | {"recipient": "newsletter-servise"}
    refused = api.post("/disclosures", {"disclosures": [good, bad]}).json()
    assert (refused["code"], refused["status"]) == ("unknown-recipient", 409)
    assert "newsletter-service" in refused["detail"]


def test_holds_are_shown_without_whom_they_name(api: Api) -> None:
    with api.ledger.writing("softfil") as writing:
        hold = add_hold(
            writing,
            case="17/2026",
            reason="Anna sues",
            by="dpo",
            at=NOON,
            persons=[Identifier("email", "anna@mail.example")],
        )
    shown = api.get("/holds")
    assert shown.json()["holds"][0] | {"opened_at": ""} == {
        "id": hold.id,
        "opened_at": "",
        "review_on": None,
        "persons": 1,
        "tables": [],
        "rows": 0,
    }
    assert "nna" not in shown.text


@pytest.mark.parametrize(
    ("change", "status", "code"),
    [
        ({"token": ""}, 401, "token-missing"),
        ({"token": "guessed"}, 401, "token-refused"),
        ({"token": "reader"}, 403, "token-scope"),
        ({"Host": "other.example"}, 404, "no-such-host"),
        ({"Content_Type": "text/plain"}, 415, "not-json"),
        ({"Content_Type": "application/json; charset=latin-1"}, 415, "not-json"),
    ],
)
def test_who_may_not_is_told_as_a_problem(
    api: Api, change: dict[str, str], status: int, code: str
) -> None:
    answer = api.post("/consents", consent("given"), **change)
    assert (answer.status_code, answer.json()["code"]) == (status, code)
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.headers["cache-control"] == "no-store"
    assert "access-control-allow-origin" not in answer.headers
    with api.ledger.reading("softfil") as reading:
        assert not read_consents(reading, NOON)


def test_what_is_wrong_is_said_without_repeating_it(api: Api) -> None:
    body = consent("granted", at="yesterday", person=ANNA | {"name": "Anna Secret"})
    answer = api.post("/consents", body)
    assert answer.status_code == 422
    assert {one["pointer"] for one in answer.json()["errors"]} == {
        "/person",
        "/state",
        "/at",
    }
    assert "Secret" not in answer.text
    assert "granted" not in answer.text
    future = (NOON + timedelta(hours=1)).isoformat()
    answer = api.post("/consents", consent("given", at=future))
    assert answer.json()["code"] == "consent-in-the-future"


def test_bodies_and_calls_are_bounded(api: Api) -> None:
    huge = {"right": "access", "email": "a@b.example", "words": "x" * 1_100_000}
    assert api.post("/requests", huge).status_code == 413
    headers = {
        "Authorization": "Bearer all",
        "Idempotency-Key": "k",
        "Content-Type": "application/json",
    }
    chunks = (b"[" + b"1," * 50_000 for _ in range(20))
    sent = api.client.post("/api/v1/requests", content=chunks, headers=headers)
    assert sent.status_code == 413
    codes = [api.get("/health").status_code for _ in range(260)]
    assert (codes[0], codes[-1]) == (200, 429)
    api.second += 1
    assert api.get("/health").status_code == 200


def test_the_description_is_served_without_a_script(api: Api) -> None:
    found = api.client.get("/api/v1/openapi.json")
    assert found.json()["openapi"].startswith("3.1")
    for path in ("/docs", "/redoc", "/api/v1/docs"):
        assert api.client.get(path).status_code == 404


def test_instants_are_told_with_their_offset(api: Api) -> None:
    assert datetime.fromisoformat(api.may()["at"]).utcoffset() is not None


def test_a_token_of_one_organisation_is_unknown_at_anothers_host(api: Api) -> None:
    other = api.policy.model_copy(update={"organisation": "other"})
    desks = {
        host: ApiDesk(api.ledger, policy, api.map, lambda: NOON)
        for host, policy in (("one.example", api.policy), ("two.example", other))
    }
    app = api_app(desks)
    answers = {}
    for host in (*desks, "three.example"):
        client = TestClient(app, base_url=f"http://{host}")
        headers = {"Authorization": f"Bearer {api.tokens['all']}", "Idempotency-Key": "k"}
        sent = client.post("/api/v1/consents", json=consent("given"), headers=headers)
        answers[host] = sent.status_code, sent.json().get("code")
    for desk in desks.values():
        desk.close()
    assert answers == {
        "one.example": (201, None),
        "two.example": (401, "token-refused"),
        "three.example": (404, "no-such-host"),
    }


def test_an_unfinished_map_leaves_the_console_and_no_api(tmp_path: Path) -> None:
    (tmp_path / "policy.yaml").write_text((EXAMPLE / "policy.yaml").read_text())
    (tmp_path / "map.yaml").write_text("troth: 1\n")
    (tmp_path / "troth.yaml").write_text("troth: 1\n")
    with (
        open_desk(tmp_path, {}, bytes(32), NOON) as desk,
        ApiDesks({"one.example": desk}, lambda: NOON) as desks,
        capture_logs() as told,
    ):
        assert desks.get("one.example") is None
        assert desks.get("one.example") is None
    assert [one["event"] for one in told] == ["api-not-served"], "told once, and not at each call"


@pytest.mark.parametrize("body", [b"[" * 500_000, b"{", b"\xff\xfe", b"NaN", b""])
def test_what_is_no_json_is_told_so(api: Api, body: bytes) -> None:
    headers = {"Authorization": f"Bearer {api.tokens['all']}", "Idempotency-Key": "k"}
    headers["Content-Type"] = "application/json"
    answer = api.client.post("/api/v1/may", content=body, headers=headers)
    assert (answer.status_code, answer.json()["code"]) in (
        (400, "body-invalid"),
        (422, "body-invalid"),
    )
