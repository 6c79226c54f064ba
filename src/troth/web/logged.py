"""Around an application: a call that failed or took long is logged, a defect by where it broke.

No line holds an address, a query, or who called: the addresses of the pages hold secrets. Each
answer bears the name of its line (`X-Request-Id`), so that a person can tell it to whoever runs
the server. `/-/health` answers for whatever watches over the process.
"""

from __future__ import annotations

import secrets
import time
from collections.abc import Callable

import structlog
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import MutableHeaders
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from troth.errors import TrothError
from troth.logs import defect, logger

HEALTH = "/-/health"
SLOW_SECONDS = 2.0
_METHODS = {"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"}
_MOST_HOST = 100
Probe = Callable[[], None]
"""Raises where the process cannot do its work just now."""


class Logged:
    """The application behind its log. `probe`: what `/-/health` tries."""

    def __init__(self, app: ASGIApp, probe: Probe) -> None:
        self._app, self._probe = app, probe

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        if scope["path"] == HEALTH:
            await (await self._health())(scope, receive, send)
            return
        name = secrets.token_hex(8)
        with structlog.contextvars.bound_contextvars(request=name):
            await self._call(scope, receive, _Answer(send, name))

    async def _call(self, scope: Scope, receive: Receive, answer: _Answer) -> None:
        began = time.perf_counter()
        try:
            await self._app(scope, receive, answer.send)
        except Exception as error:  # a defect: whoever runs the server sees where
            defect(error)
            if answer.status is None:
                await PlainTextResponse("something went wrong here\n", 500)(
                    scope, receive, answer.send
                )
        finally:
            seconds = time.perf_counter() - began
            shown = answer.status is None or answer.status >= 500 or seconds > SLOW_SECONDS
            (logger().warning if shown else logger().debug)(
                "call",
                method=scope["method"] if scope["method"] in _METHODS else "other",
                host=_host(scope),
                route=_route(scope),
                status=answer.status,
                ms=round(seconds * 1000, 1),
            )

    async def _health(self) -> PlainTextResponse:
        headers = {"Cache-Control": "no-store"}
        try:
            await run_in_threadpool(self._probe)
        except TrothError as error:
            logger().warning("unhealthy", code=error.code)
            return PlainTextResponse("not possible just now\n", 503, headers)
        return PlainTextResponse("well\n", headers=headers)


class _Answer:
    """What is sent: its status is noted, and it bears the name of the call."""

    def __init__(self, send: Send, name: str) -> None:
        self._send, self._name = send, name
        self.status: int | None = None

    async def send(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self.status = message["status"]
            MutableHeaders(scope=message)["X-Request-Id"] = self._name
        await self._send(message)


def _route(scope: Scope) -> str:
    """The route as it is written in the code; `-` where there is none."""
    return str(getattr(scope.get("route"), "path", "-"))


def _host(scope: Scope) -> str:
    for name, value in scope["headers"]:
        if name == b"host":
            return str(value.decode("latin-1"))[:_MOST_HOST]
    return ""
