"""What stands before the API: whose host, how large, of which type, how often; and safe headers."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable, Collection, Mapping
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

    def __init__(
        self,
        app: ASGIApp,
        desks: Mapping[str, ApiDesk],
        bucket: Bucket,
        posted: Collection[str],
    ) -> None:
        """`posted`: the paths that take a body."""
        self._app, self._desks, self._bucket, self._posted = app, desks, bucket, posted

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
        elif scope["method"] == "POST" and scope["path"] in self._posted:
            refused = _unfit(headers)
        if refused is not None:
            await refused(scope, receive, guarded)
            return
        scope["troth.desk"] = desk
        body = await _body(receive) if scope["method"] not in ("GET", "HEAD") else b""
        if body is None:
            await _too_large()(scope, receive, guarded)
            return
        await self._app(scope, _replayed(body, receive), guarded)


def _unfit(headers: Headers) -> ASGIApp | None:
    length = headers.get("content-length", "0")
    if length.isdigit() and int(length) > MOST_BODY_BYTES:
        return _too_large()
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


def _too_large() -> ASGIApp:
    return problem(413, "body-too-large", f"the body has more than {MOST_BODY_BYTES} bytes")


async def _body(receive: Receive) -> bytes | None:
    """The whole body; None for one that is too large, whatever its header said."""
    parts: list[bytes] = []
    read = 0
    while True:
        message = await receive()
        part = message.get("body", b"")
        read += len(part)
        if read > MOST_BODY_BYTES:
            return None
        parts.append(part)
        if message["type"] != "http.request" or not message.get("more_body", False):
            return b"".join(parts)


def _replayed(body: bytes, receive: Receive) -> Receive:
    """What was read, once; then what comes after it."""
    told = False

    async def replayed() -> Message:
        nonlocal told
        if told:
            return await receive()
        told = True
        return {"type": "http.request", "body": body, "more_body": False}

    return replayed


def _with_headers(send: Send) -> Send:
    async def sending(message: Message) -> None:
        if message["type"] == "http.response.start":
            headers = MutableHeaders(scope=message)
            for name, value in HEADERS.items():
                headers.setdefault(name, value)
        await send(message)

    return sending
