"""The log around an application: routes and statuses, never addresses; and its health."""

from __future__ import annotations

import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route
from starlette.testclient import TestClient
from structlog.testing import capture_logs

from troth.errors import Transient
from troth.web.logged import HEALTH, Logged

SECRET = "kJ8sSecretOfALink"


async def page(request: Request) -> Response:
    return PlainTextResponse("a page")


async def broken(request: Request) -> Response:
    raise ValueError(request.path_params["secret"])


def nothing() -> None:
    """The process can do its work."""


def client(probe: object = nothing) -> TestClient:
    routes = [Route("/page/{secret}", page), Route("/broken/{secret}", broken, methods=["POST"])]
    app = Logged(Starlette(routes=routes), probe)  # type: ignore[arg-type]
    return TestClient(app, raise_server_exceptions=True)


def test_a_call_is_known_by_its_route_and_its_name(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("troth.web.logged.SLOW_SECONDS", -1.0)
    with capture_logs() as found:
        answer = client().get(f"/page/{SECRET}?email=anna@mail.example")
    (call,) = found
    assert (call["route"], call["method"], call["status"]) == ("/page/{secret}", "GET", 200)
    assert len(answer.headers["x-request-id"]) == 16
    assert SECRET not in str(found)
    assert "anna" not in str(found)


def test_a_method_of_somebodys_own_invention_is_not_repeated(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("troth.web.logged.SLOW_SECONDS", -1.0)
    with capture_logs() as found:
        client().request("ANNA-MARTIN", f"/elsewhere/{SECRET}")
    assert [(one["method"], one["route"], one["status"]) for one in found] == [("other", "-", 404)]


def test_a_defect_is_answered_and_told_by_where_it_broke() -> None:
    with capture_logs() as found:
        answer = client().post(f"/broken/{SECRET}")
    assert (answer.status_code, answer.text) == (500, "Internal Server Error")
    defect, call = found
    assert defect["event"] == "defect"
    assert isinstance(defect["exc_info"], ValueError)
    assert (call["route"], call["status"]) == ("/broken/{secret}", 500)
    assert SECRET not in str(call)


def test_health_is_what_the_probe_says() -> None:
    def away() -> None:
        raise Transient("ledger-away", "the ledger does not answer")

    assert (client().get(HEALTH).status_code, client().get(HEALTH).text) == (200, "well\n")
    ill = client(away).get(HEALTH)
    assert (ill.status_code, ill.text) == (503, "not possible just now\n")
