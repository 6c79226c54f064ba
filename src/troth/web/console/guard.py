"""What every answer of the console carries, and which forms are taken at all."""

from __future__ import annotations

import hmac
from hashlib import sha256

from starlette.requests import Request
from starlette.responses import Response

_POLICY = (
    "default-src 'none'; style-src 'self'; img-src 'self' data:; form-action 'self'; "
    "base-uri 'none'; frame-ancestors 'none'"
)
HEADERS = {
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
    "Referrer-Policy": "same-origin",
    "X-Content-Type-Options": "nosniff",
    "X-Robots-Tag": "noindex",
}
WATCHES = "work.js"
"""The one script that asks this console for how far something is."""
_YEAR_SECONDS = 31_536_000


def guarded(
    response: Response, *, script: str = "", lasting: bool = False, tls: bool = False
) -> Response:
    """The answer with its headers.

    `script`: the page's own script file may run. `lasting`: a browser may keep it, as it shows
    nothing of anybody. `tls`: the browser is to come back by TLS only.
    """
    response.headers.update(HEADERS)
    policy = _POLICY + ("; script-src 'self'" if script else "")
    policy += "; connect-src 'self'" if script == WATCHES else ""
    response.headers["Content-Security-Policy"] = policy
    response.headers["Cache-Control"] = "max-age=3600" if lasting else "no-store"
    if tls:
        response.headers["Strict-Transport-Security"] = (
            f"max-age={_YEAR_SECONDS}; includeSubDomains"
        )
    return response


def form_token(key: bytes, bearer: str) -> str:
    """What a form of our own carries, for the bearer of one cookie alone."""
    return hmac.new(key, b"form\n" + bearer.encode(), sha256).hexdigest()


def from_here(request: Request, origin: str) -> bool:
    """The form was sent by our own page, as the browser says.

    Every browser sends one of the two with a form; a call with neither is none of a page of ours.
    """
    site = request.headers.get("sec-fetch-site")
    sender = request.headers.get("origin")
    if site is not None and site != "same-origin":
        return False
    if sender is not None:
        return sender == origin
    return site == "same-origin"
