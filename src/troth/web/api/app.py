"""The API as an ASGI application, and its description."""

from __future__ import annotations

import time
from collections.abc import Mapping
from typing import Any

from fastapi import FastAPI
from starlette.types import ASGIApp, Receive, Scope, Send

from troth import __version__
from troth.web.api import consents, decisions, others, problems, requests, steps
from troth.web.api.desk import ApiDesk
from troth.web.api.guard import Bucket, Guard
from troth.web.api.problems import MEDIA, Problem

PREFIX = "/api/v1"
_SAID = {
    400: "The body is no JSON.",
    401: "No token, or one that does not count.",
    403: "The token lacks the scope.",
    404: "There is no such thing, or no organisation at this host.",
    409: "Refused as the policy, the map and the ledger stand, or the key named another write; "
    "nothing was changed.",
    413: "The body is too large.",
    415: "The body is not JSON in UTF-8.",
    422: "What was sent is not as described; nothing was changed.",
    429: "Too many calls.",
    503: "Not possible just now; the same call may succeed later.",
}
_DESCRIPTION = """\
By this API an organisation's own systems record consents, ask whether data may be used, hand
requests in and record disclosures. The organisation is that of the host; the token says which
system calls and what it may do. Persons are named in bodies, never in URLs. Errors are problem
details (RFC 9457) with stable codes. A write bears an `Idempotency-Key`: sent again, it is done
once and answered alike; a step of a request that was taken is refused when it is sent again.
"""


def make_app() -> FastAPI:
    """The application without its guard: routes, errors, description."""
    app = FastAPI(
        title="Troth",
        version=__version__,
        description=_DESCRIPTION,
        openapi_url=f"{PREFIX}/openapi.json",
        docs_url=None,  # it would load scripts from elsewhere
        redoc_url=None,
        redirect_slashes=False,
    )
    answers: dict[int | str, dict[str, Any]] = {
        status: {"description": said, "content": {MEDIA: {"schema": _problem_schema()}}}
        for status, said in _SAID.items()
    }
    for part in (consents, decisions, requests, steps, others):
        app.include_router(part.router, prefix=PREFIX, responses=answers)
    problems.install(app)
    return app


def api_app(desks: Mapping[str, ApiDesk], *, bucket: Bucket | None = None) -> ASGIApp:
    """The API; `desks` by the host under which each is reached."""
    app = make_app()
    posted = {path for path, found in app.openapi()["paths"].items() if "post" in found}
    return Guard(app, desks, bucket or Bucket(time.monotonic), posted)


def with_api(app: ASGIApp, api: ASGIApp) -> ASGIApp:
    """An application with the API beside it, in the same process."""

    async def either(scope: Scope, receive: Receive, send: Send) -> None:
        mine = scope["type"] == "http" and scope["path"].startswith(f"{PREFIX}/")
        await (api if mine else app)(scope, receive, send)

    return either


def describe() -> dict[str, Any]:
    """The OpenAPI document."""
    return make_app().openapi()


def _problem_schema() -> dict[str, Any]:
    schema = Problem.model_json_schema(ref_template="#/components/schemas/{model}")
    wrong = schema.pop("$defs")["Wrong"]
    schema["properties"]["errors"]["items"] = wrong
    return schema
