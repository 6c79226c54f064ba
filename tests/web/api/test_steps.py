"""Steps of a request by a system of the organisation's own: what it may do, and what it may not."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from starlette.testclient import TestClient

from troth.desk.accounts.tokens import make_token
from troth.desk.intake.entered import take_in
from troth.desk.workflow.decision import decide
from troth.desk.workflow.identity import accept_identity
from troth.desk.workflow.model import Item
from troth.web.api.app import api_app
from troth.web.api.desks import ApiDesks
from troth.web.console.desks import open_desk
from web.console.conftest import KEY
from web.console.world import NOON, ORG, entered, make_project, office_of


@pytest.fixture
def desk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    """The practice's API, a request whose person is known, and a call of a step."""
    monkeypatch.setattr("troth.apply.refusals.CLOCKS_DIFFER", timedelta(days=36_500))
    with open_desk(make_project(tmp_path), {}, KEY, NOON) as opened:
        policy = opened.policy
        with opened.ledger.writing(ORG) as writing:
            asked = entered("erasure", NOON.date(), email="anna@mail.example", name="Anna")
            number = take_in(writing, policy, asked, by="ben", now=NOON)
            secrets = {
                scope: make_token(writing, scope, [scope], by="dpo", at=NOON).secret
                for scope in ("requests:work", "requests:read")
            }
        office = office_of(opened)
        accept_identity(office, number, "known", reason="called back", by="ben", now=NOON)
        with ApiDesks({"testserver": opened}, lambda: NOON) as desks:
            client = TestClient(api_app(desks))

            def call(body: Any = None, scope: str = "requests:work") -> Any:
                path = f"/api/v1/requests/{number}/" + ("steps" if body else "progress")
                headers = {"Authorization": f"Bearer {secrets[scope]}"}
                return client.request("POST" if body else "GET", path, json=body, headers=headers)

            yield call, office, number, tmp_path


def test_a_system_takes_a_rectification_to_its_end_but_decides_nothing(desk: Any) -> None:
    call, office, number, folder = desk
    reason = "the letter asks for another name"
    moved = call({"step": "correct-right", "right": "rectification", "reason": reason})
    assert moved.json()["right"] == "rectification", moved.text
    person = {"namespace": "email", "value": "anna@mail.example"}
    assert call({"step": "record-act", "persons": [person]}).status_code == 200
    assert call({"step": "decide", "outcome": "accepted"}).status_code == 422
    assert call({"step": "approve"}).status_code == 422
    early = call({"step": "plan"})
    assert (early.status_code, early.json()["code"]) == (409, "step-not-now")
    decide(office, number, [Item("accepted")], by="dpo", now=NOON)

    bare = call({"step": "plan"})
    assert (bare.status_code, bare.json()["code"]) == (409, "rectify-unclear")
    right = {"name": "contact", "new": "Anna Bergh", "old": "Anna Berg"}
    assert call({"step": "plan", "correct": [right]}).status_code == 200
    assert call({"step": "execute"}).status_code == 200
    again = call({"step": "execute"})
    assert (again.status_code, again.json()["code"]) == (409, "step-not-now")
    with closing(sqlite3.connect(folder / "shop.sqlite")) as shop:
        assert shop.execute("SELECT name FROM customer WHERE id = 1").fetchone() == ("Anna Bergh",)

    told = call(scope="requests:read").json()
    (task,) = told["tasks"]
    assert task["place"] == "paper"
    done = call({"step": "finish-task", "task": task["id"], "said": "card 3 written anew"})
    assert done.json()["owed"] == ["answer"]
    assert call({"step": "close"}).json()["code"] == "request-open"
    assert "anna" not in str(told).lower()


def test_a_step_needs_its_scope(desk: Any) -> None:
    call, *_ = desk
    refused = call({"step": "close"}, scope="requests:read")
    assert (refused.status_code, refused.json()["code"]) == (403, "token-scope")
