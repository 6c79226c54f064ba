"""What every answer of the public pages carries, and which writes are taken at all."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import Response

HEADERS = {
    "Content-Security-Policy": "default-src 'none'; style-src 'self'; img-src 'self'; "
    "form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
}


def _raw(cached: str) -> list[tuple[bytes, bytes]]:
    named = HEADERS | {"Cache-Control": cached}
    return [(name.lower().encode(), value.encode()) for name, value in named.items()]


_LASTING, _PASSING = _raw("max-age=3600"), _raw("no-store")


def guarded(response: Response, *, lasting: bool = False) -> Response:
    """The answer with its headers; only what is `lasting` may be kept by a browser."""
    response.raw_headers += _LASTING if lasting else _PASSING
    return response


def from_here(request: Request) -> bool:
    """The form was sent by our own page.

    There is no cookie that another site could make use of; this keeps it from sending forms in
    the name of its visitors. Old browsers send neither header.
    """
    site = request.headers.get("sec-fetch-site")
    if site is not None:
        return site in ("same-origin", "none")
    origin = request.headers.get("origin")
    return origin is None or origin.split("://")[-1] == request.headers.get("host")
