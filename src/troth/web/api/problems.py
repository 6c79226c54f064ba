"""What goes wrong, as problem details (RFC 9457) with our codes; no value sent is ever repeated."""

from __future__ import annotations

from collections.abc import Mapping
from http import HTTPStatus
from typing import Any

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from pydantic import BaseModel, Field
from starlette.exceptions import HTTPException
from starlette.routing import Match

from troth.errors import Transient, TrothError
from troth.logs import defect

MEDIA = "application/problem+json"
RETRY_SECONDS = 5
REFUSED = 409
"""What is well said, and cannot be as the promise, the map or the ledger stand."""
_STATUS = {
    "token-refused": 401,
    "token-missing": 401,
    "token-scope": 403,
    "unknown-request": 404,
    "cursor-unreadable": 404,
}


class Wrong(BaseModel):
    """One thing that is wrong with what was sent."""

    pointer: str = Field(description="Where it stands (JSON Pointer), or which parameter it is.")
    detail: str = Field(description="What is wrong with it.")


class Problem(BaseModel):
    """Problem details (RFC 9457)."""

    type: str = Field(description="`urn:troth:error:` and the code.")
    title: str = Field(description="One line in lower case.")
    status: int
    code: str = Field(description="Stable; see the page of errors.")
    detail: str = Field(default="", description="What to do about it.")
    errors: list[Wrong] = Field(default=[], description="Everything that is wrong with the input.")


def problem(
    status: int,
    code: str,
    title: str,
    detail: str = "",
    *,
    errors: list[Wrong] | None = None,
    headers: Mapping[str, str] | None = None,
) -> JSONResponse:
    """An error as an answer."""
    body = Problem(
        type=f"urn:troth:error:{code}",
        title=title,
        status=status,
        code=code,
        detail=detail,
        errors=errors or [],
    )
    return JSONResponse(
        body.model_dump(exclude_defaults=True), status, media_type=MEDIA, headers=headers
    )


def install(app: FastAPI) -> None:
    """Every error of the application as a problem; a defect is told by its kind alone."""
    app.add_exception_handler(TrothError, _told)
    app.add_exception_handler(RequestValidationError, _invalid)
    app.add_exception_handler(HTTPException, _http)
    app.add_exception_handler(Exception, _defect)


async def _told(_request: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, TrothError)
    headers = {}
    if isinstance(error, Transient):
        status = 503
        headers["Retry-After"] = str(RETRY_SECONDS)
    else:
        status = _STATUS.get(error.code, REFUSED if error.kind == "refused" else 500)
    if status == 401:
        headers["WWW-Authenticate"] = 'Bearer realm="troth"'
    return problem(status, error.code, error.message, error.help, headers=headers)


async def _invalid(_request: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, RequestValidationError)
    wrong = [_wrong(one) for one in error.errors()]
    status = 400 if any(one["type"] == "json_invalid" for one in error.errors()) else 422
    title = "the body is not JSON" if status == 400 else "what was sent is not as described"
    return problem(status, "body-invalid", title, "see /api/v1/openapi.json", errors=wrong[:50])


async def _http(request: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, HTTPException)
    headers = dict(error.headers or {})
    if error.status_code == 405:
        headers["Allow"] = ", ".join(_methods(request))
    code = {400: "body-invalid", 404: "no-such-path", 405: "no-such-method"}.get(
        error.status_code, "not-possible"
    )
    title = HTTPStatus(error.status_code).phrase.lower()
    return problem(error.status_code, code, title, headers=headers)


def _methods(request: Request) -> list[str]:
    """The methods of a path, of all its routes."""
    found: set[str] = set()
    for route in request.app.routes:
        if route.matches(request.scope)[0] is not Match.NONE:
            found |= set(getattr(route, "methods", None) or ())
    return sorted(found)


async def _defect(request: Request, error: Exception) -> JSONResponse:
    route = getattr(request.scope.get("route"), "path", "")
    defect(error, page=route)
    return problem(500, "defect", "something went wrong here", "try again; tell whoever runs it")


def _wrong(one: Mapping[str, Any]) -> Wrong:
    if one["type"] == "extra_forbidden":  # its name is a word of whoever sent it
        return Wrong(pointer=_pointer(one["loc"][:-1]), detail="a field that is not described")
    return Wrong(pointer=_pointer(one["loc"]), detail=_plain(one))


def _plain(one: Mapping[str, Any]) -> str:
    """What is wrong, without what was sent."""
    if one["type"] in ("json_invalid", "value_error", "union_tag_invalid"):
        return str(one["type"]).replace("_", " ")
    return str(one["msg"]).lower()


def _pointer(where: tuple[Any, ...]) -> str:
    first, *rest = where or ("body",)
    if first != "body":
        return "/".join(str(part) for part in (first, *rest))
    return "/" + "/".join(str(part).replace("~", "~0").replace("/", "~1") for part in rest)
