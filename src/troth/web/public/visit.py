"""A call of a page: at the organisation of its host, in one of its languages."""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from jinja2 import Environment
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect, Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

from troth.errors import TrothError
from troth.language import Language
from troth.law.calendar import day_of
from troth.logs import defect, logger
from troth.postbox.box import Letter, Postbox
from troth.postbox.content import Content, FollowUp, Preferences, Right, written
from troth.postbox.numbers import number_of
from troth.postbox.seal import fingerprint, seal
from troth.postbox.window import Window
from troth.web.public.guard import from_here, guarded
from troth.web.public.limits import Limits
from troth.web.public.slot import Slot
from troth.web.public.words import CATALOGUES, Words

SECRET_BYTES = 16
WINDOW_SECONDS = 1.0  # for how long a window is not read again
_MOST_DAYS = 100  # counted from one window
Handler = Callable[["Visit"], Awaitable[Response]]


@dataclass
class Remembered:
    """A window as it was last read: when, what, and the days due that were counted from it."""

    read_at: float
    content: dict[str, Any]
    window: Window
    due: dict[tuple[Right, date], date] = field(default_factory=dict)


@dataclass(frozen=True)
class Public:
    """What the pages stand on: the post box, the time, and how often one network may write."""

    box: Postbox
    now: Callable[[], datetime]
    limits: Limits
    pages: Environment
    slot: Slot
    windows: dict[str, Remembered] = field(default_factory=dict)
    reading: dict[str, asyncio.Lock] = field(default_factory=dict)

    async def window(self, host: str) -> Remembered | None:
        """What the organisation at a host shows; of many calls at once one reads it anew."""
        known = self.windows.get(host)
        if known is not None and self.limits.now() - known.read_at < WINDOW_SECONDS:
            return known
        if known is None:  # hosts that nobody has are not remembered
            return await self._read(host, None)
        async with self.reading.setdefault(host, asyncio.Lock()):
            newer = self.windows.get(host)
            return newer if newer is not known else await self._read(host, known)

    async def _read(self, host: str, known: Remembered | None) -> Remembered | None:
        seconds = self.limits.now()
        content = await run_in_threadpool(self.box.window, host)
        if content is None:
            self.windows.pop(host, None)
            return None
        if known is not None and known.content == content:
            known.read_at = seconds
            return known
        read = Remembered(seconds, content, Window.model_validate(content))
        self.windows[host] = read
        return read


@dataclass(frozen=True)
class Visit:
    """One call of a page."""

    public: Public
    request: Request
    shown: Remembered
    w: Words

    @property
    def window(self) -> Window:
        return self.shown.window

    @property
    def now(self) -> datetime:
        return self.public.now()

    @property
    def today(self) -> date:
        """The day at the organisation."""
        return day_of(self.now, ZoneInfo(self.window.zone))

    def due_on(self, right: Right) -> date:
        """The last day for an answer to what is received today."""
        known, asked = self.shown.due, (right, self.today)
        if asked not in known:
            if len(known) >= _MOST_DAYS:
                known.clear()
            known[asked] = self.window.due_on(*asked)
        return known[asked]

    @property
    def secret(self) -> str:
        """The secret of the address."""
        return str(self.request.path_params["secret"])

    @property
    def known_language(self) -> bool:
        """Whether the language of the address is one of the organisation's."""
        return bool(self.request.path_params.get("language", "") == self.w.language)

    def page(self, name: str, title: str, *, code: int = 200, **values: Any) -> Response:
        start = f"/{self.w.language}/"
        here = str(
            values.get("path") or self.request.url.path
        )  # a form's own page, not where it goes
        tail = here.removeprefix(start) if here.startswith(start) else ""
        shown = [
            (one, f"/{one}/{tail}", CATALOGUES[one]["language"]) for one in self.window.languages
        ]
        html = self.public.pages.get_template(f"{name}.html.j2").render(
            w=self.w,
            window=self.window,
            title=title,
            languages=shown if len(shown) > 1 else [],
            fresh=fresh_secret,
            **values,
        )
        return guarded(HTMLResponse(html, code))

    def message(self, key: str, code: int) -> Response:
        return self.page("message", self.w(f"{key}.title"), code=code, text=self.w(key))

    def missing(self) -> Response:
        return self.message("missing", 404)

    def turned_away(self) -> Response | None:
        """Why a form is not taken at all: it comes from another site, or too many came."""
        if not from_here(self.request):
            return self.message("missing", 403)
        client = self.request.client
        if not self.public.limits.allow(client.host if client is not None else ""):
            return self.message("busy", 429)
        return None

    def on_to(self, path: str) -> Response:
        """Where the browser goes after a form was taken."""
        return guarded(RedirectResponse(f"/{self.w.language}/{path}", 303))

    async def post(
        self, said: Content | FollowUp | Preferences, due_on: str = "", document: bytes = b""
    ) -> Response | None:
        """Seals a letter for the desk, and keeps it; a page where that was not possible.

        The same form sent twice is the same letter.
        """
        if document:
            letter = await run_in_threadpool(self._sealed, said, due_on, document)
        else:
            letter = self._sealed(said, due_on, b"")  # quicker than the way to another thread
        try:
            await self.public.slot.post(letter)
        except TrothError:
            return self.message("later", 503)
        return None

    def _sealed(
        self, said: Content | FollowUp | Preferences, due_on: str, document: bytes
    ) -> Letter:
        organisation, number = self.window.organisation, number_of(said.secret)
        key = bytes.fromhex(self.window.key)
        sealed = seal(written(said, document), key, f"{organisation} {number}")
        link = fingerprint(said.secret)
        return Letter(link, organisation, number, self.now, due_on, sealed)


def fresh_secret() -> str:
    """The secret of a new form."""
    return secrets.token_urlsafe(SECRET_BYTES)


async def visited(public: Public, request: Request, handler: Handler) -> Response:
    """The organisation comes from the host alone, the language from the path."""
    try:
        shown = await public.window(request.headers.get("host", ""))
    except TrothError:
        return _plain("not possible just now", 503)
    if shown is None:
        return _plain("no organisation is shown here", 404)
    visit = Visit(public, request, shown, Words(_language(request, shown.window)))
    try:
        return await handler(visit)
    except TrothError as error:
        logger().warning("not-possible", code=error.code)
        return visit.message("later", 503)
    except (ClientDisconnect, HTTPException):
        raise
    except Exception as error:  # a defect: the person is told in their language
        defect(error)
        return visit.message("defect", 500)


def _plain(text: str, code: int) -> Response:
    return guarded(Response(f"{text}\n", code, media_type="text/plain"))


def _language(request: Request, window: Window) -> Language:
    asked = request.path_params.get("language")
    for language in window.languages:
        if language == asked:
            return language
    wanted = [
        part.split(";")[0].strip()[:2]
        for part in request.headers.get("accept-language", "").split(",")
    ]
    known = [language for one in wanted for language in window.languages if language == one]
    return (known or list(window.languages))[0]
