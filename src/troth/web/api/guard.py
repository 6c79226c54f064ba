"""What stands before the API: whose host, how large, of which type, how often; and safe headers."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from troth.web.api.desk import ApiDesk
from troth.web.api.problems import problem

MOST_BODY_BYTES = 1_000_000
MOST_CALLERS = 50_000  # that are remembered; the longest quiet is forgotten first
HEADERS = {
    "Cache-Control": "no-store",
    "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "X-Robots-Tag": "noindex",
}


@dataclass
class Bucket:
    """Calls by caller: `burst` at once, then `per_second`; nothing is kept on disk.

    `now` counts seconds and never goes back.
    """

    now: Callable[[], float]
    burst: int = 200
    per_second: float = 50.0
    _spent: OrderedDict[str, tuple[float, float]] = field(default_factory=OrderedDict)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def allow(self, caller: str) -> bool:
        """Whether a caller may call now; counts it if so."""
        now = self.now()
        with self._lock:
            spent, at = self._spent.pop(caller, (0.0, now))
            spent = max(0.0, spent - (now - at) * self.per_second)
            allowed = spent + 1 <= self.burst
            self._spent[caller] = (spent + allowed, now)
            if len(self._spent) > MOST_CALLERS:
                self._spent.popitem(last=False)
        return allowed


class Guard:
    """The application behind its guard: the organisation comes from the host alone."""

    def __init__(self, app: ASGIApp, desks: Mapping[str, ApiDesk], bucket: Bucket) -> None:
        self._app, self._desks, self._bucket = app, desks, bucket

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        guarded = _with_headers(send)
        headers = Headers(scope=scope)
        desk = self._desks.get(headers.get("host", "").lower())
        refused: ASGIApp | None = None
        if desk is None:
            refused = problem(404, "no-such-host", "no organisation is here")
        elif not self._bucket.allow(_caller(scope, headers)):
            refused = problem(
                429, "too-often", "too many calls", "wait a second", headers={"Retry-After": "1"}
            )
        elif scope["method"] not in ("GET", "HEAD"):
            refused = _unfit(headers)
        if refused is not None:
            await refused(scope, receive, guarded)
            return
        scope["troth.desk"] = desk
        body = _limited(receive)
        try:
            await self._app(scope, body, guarded)
        except _TooLargeError:
            too_large = problem(413, "body-too-large", f"more than {MOST_BODY_BYTES} bytes")
            await too_large(scope, receive, guarded)


def _unfit(headers: Headers) -> ASGIApp | None:
    length = headers.get("content-length", "0")
    if length.isdigit() and int(length) > MOST_BODY_BYTES:
        return problem(413, "body-too-large", f"more than {MOST_BODY_BYTES} bytes")
    kind, _, options = headers.get("content-type", "").lower().partition(";")
    charset = options.replace(" ", "").replace('"', "")
    if kind.strip() != "application/json" or charset not in ("", "charset=utf-8"):
        return problem(
            415, "not-json", "the body is of another type", "send application/json in UTF-8"
        )
    return None


def _caller(scope: Scope, headers: Headers) -> str:
    """By its token where it bears one, so that systems behind one address do not share a limit."""
    token = headers.get("authorization", "")
    client = scope.get("client")
    return token[-64:] if token else str(client[0] if client else "")


class _TooLargeError(Exception):
    """More bytes came than a body may have."""


def _limited(receive: Receive) -> Receive:
    read = 0

    async def limited() -> Message:
        nonlocal read
        message = await receive()
        read += len(message.get("body", b""))
        if read > MOST_BODY_BYTES:
            raise _TooLargeError
        return message

    return limited


def _with_headers(send: Send) -> Send:
    async def sending(message: Message) -> None:
        if message["type"] == "http.response.start":
            headers = MutableHeaders(scope=message)
            for name, value in HEADERS.items():
                headers.setdefault(name, value)
        await send(message)

    return sending
