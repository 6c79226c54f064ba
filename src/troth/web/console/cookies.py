"""The cookies of the console: the session, the visitor's form key, the language, a way out.

All are `__Host-` cookies: sent to this host alone, by TLS alone (browsers count this machine
itself as such), and out of reach of scripts.
"""

from __future__ import annotations

import re
from typing import Literal

from starlette.requests import Request
from starlette.responses import Response

SESSION = "__Host-troth-session"
VISITOR = "__Host-troth-visitor"
LANGUAGE = "__Host-troth-language"
OIDC = "__Host-troth-oidc"
"""While somebody is at the identity provider; sent along when they come back from there."""
_YEAR_SECONDS = 31_536_000
_TOKEN = re.compile(r"[A-Za-z0-9_-]{22,64}")


def token_in(request: Request, name: str) -> str | None:
    """The random token that a cookie holds; None where it cannot be one of ours."""
    found = request.cookies.get(name, "")
    return found if _TOKEN.fullmatch(found) else None


def set_cookie(
    response: Response,
    name: str,
    value: str,
    *,
    lasting: bool = False,
    samesite: Literal["strict", "lax"] = "strict",
) -> None:
    """A cookie until the browser closes, or for a year where it is `lasting`."""
    response.set_cookie(
        name,
        value,
        max_age=_YEAR_SECONDS if lasting else None,
        path="/",
        secure=True,
        httponly=True,
        samesite=samesite,
    )


def drop_cookie(response: Response, name: str) -> None:
    """The browser forgets a cookie."""
    response.delete_cookie(name, path="/", secure=True, httponly=True, samesite="strict")
