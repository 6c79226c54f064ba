"""The public pages as an ASGI application over a post box."""

from __future__ import annotations

import json
import secrets
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response
from starlette.routing import Route

from troth.errors import TrothError
from troth.law.calendar import day_of
from troth.postbox.box import Letter, Postbox
from troth.postbox.content import BEHALVES, MOST_LETTERS, RIGHTS, Content
from troth.postbox.numbers import number_of
from troth.postbox.seal import SealError, fingerprint, seal, unlock
from troth.postbox.window import Language, Window
from troth.web.public.form import SECRET, Given, content_of, given_of
from troth.web.public.guard import from_here, guarded
from troth.web.public.limits import Limits
from troth.web.public.words import CATALOGUES, Words

_PAGES = Path(__file__).parent / "pages"
_SECRET_BYTES = 16
MOST_FORM_BYTES = 60_000
Handler = Callable[["Visit"], Awaitable[Response]]


@dataclass(frozen=True)
class Public:
    """What the pages stand on: the post box, the time, and how often one network may write."""

    box: Postbox
    now: Callable[[], datetime]
    limits: Limits
    pages: Environment


@dataclass(frozen=True)
class Visit:
    """One call of a page, at the organisation of its host, in one of its languages."""

    public: Public
    request: Request
    window: Window
    w: Words

    def page(self, name: str, title: str, *, code: int = 200, **values: Any) -> Response:
        tail = self.request.url.path.removeprefix(f"/{self.w.language}/")
        shown = [
            (one, f"/{one}/{tail}", CATALOGUES[one]["language"]) for one in self.window.languages
        ]
        html = self.public.pages.get_template(f"{name}.html.j2").render(
            w=self.w,
            window=self.window,
            title=title,
            languages=shown if len(shown) > 1 else [],
            **values,
        )
        return guarded(HTMLResponse(html, code))

    def message(self, key: str, code: int) -> Response:
        return self.page("message", self.w(f"{key}.title"), code=code, text=self.w(key))


def public_app(box: Postbox, now: Callable[[], datetime], limits: Limits) -> Starlette:
    """The application; `now` is aware."""
    pages = Environment(loader=FileSystemLoader(_PAGES), autoescape=True, undefined=StrictUndefined)
    public = Public(box, now, limits, pages)

    def at(handler: Handler) -> Callable[[Request], Awaitable[Response]]:
        async def answer(request: Request) -> Response:
            return await _visited(public, request, handler)

        return answer

    return Starlette(
        routes=[
            Route("/", at(_front)),
            Route("/style.css", _style),
            Route("/colours.css", at(_colours)),
            Route("/{language:str}/", at(_rights)),
            Route("/{language:str}/request/{secret:str}", at(_receipt)),
            Route("/{language:str}/{right:str}", at(_form)),
            Route("/{language:str}/{right:str}", at(_send), methods=["POST"]),
            Route("/{rest:path}", at(_missing)),
        ],
        max_body_size=MOST_FORM_BYTES,
    )


async def _visited(public: Public, request: Request, handler: Handler) -> Response:
    """The organisation comes from the host alone, the language from the path."""
    host = request.headers.get("host", "")
    try:
        content = await run_in_threadpool(public.box.window, host)
        if content is None:
            return guarded(
                Response("no organisation is shown here\n", 404, media_type="text/plain")
            )
        window = Window.model_validate(content)
        return await handler(Visit(public, request, window, Words(_language(request, window))))
    except TrothError:
        return guarded(Response("not possible just now\n", 503, media_type="text/plain"))


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


async def _front(visit: Visit) -> Response:
    return guarded(RedirectResponse(f"/{visit.w.language}/", 302))


async def _style(_request: Request) -> Response:
    text = (_PAGES / "style.css").read_text(encoding="utf-8")
    return guarded(Response(text, media_type="text/css"), lasting=True)


async def _colours(visit: Visit) -> Response:
    accent = visit.window.accent
    light = sum(int(accent[at : at + 2], 16) * part for at, part in ((1, 3), (3, 6), (5, 1))) > 1400
    on = "#000000" if light else "#ffffff"
    text = (
        f":root {{ --accent: {accent}; --on-accent: {on}; }}\n"
        "@media (prefers-color-scheme: dark) { :root { "
        f"--accent: color-mix(in srgb, {accent} 40%, white); --on-accent: #000000; }} }}\n"
    )
    return guarded(Response(text, media_type="text/css"), lasting=True)


async def _rights(visit: Visit) -> Response:
    if visit.request.path_params["language"] != visit.w.language:
        return await _missing(visit)
    return visit.page("rights", visit.w("rights.title"))


async def _missing(visit: Visit) -> Response:
    return visit.message("missing", 404)


async def _form(visit: Visit) -> Response:
    right = visit.request.path_params["right"]
    if right not in RIGHTS or visit.request.path_params["language"] != visit.w.language:
        return await _missing(visit)
    return _shown_form(visit, right, Given(), {}, secrets.token_urlsafe(_SECRET_BYTES))


def _shown_form(
    visit: Visit, right: str, given: Given, problems: dict[str, str], secret: str
) -> Response:
    return visit.page(
        "form",
        visit.w(right),
        code=422 if problems else 200,
        right=right,
        given=given,
        problems=problems,
        secret=secret,
        behalves=BEHALVES,
        most=MOST_LETTERS,
    )


async def _send(visit: Visit) -> Response:
    request, w = visit.request, visit.w
    right = next((one for one in RIGHTS if one == request.path_params["right"]), None)
    if right is None or request.path_params["language"] != w.language:
        return await _missing(visit)
    if not from_here(request):
        return visit.message("missing", 403)
    address = request.client.host if request.client is not None else ""
    if not visit.public.limits.allow(address):
        return visit.message("busy", 429)
    async with request.form(max_files=0, max_fields=20, max_part_size=MOST_FORM_BYTES) as form:
        given, secret = given_of(form), str(form.get("secret") or "")
        trapped = bool(form.get("website"))
    if not SECRET.fullmatch(secret):
        fresh = secrets.token_urlsafe(_SECRET_BYTES)
        return _shown_form(visit, right, given, {"email": w("problem.form")}, fresh)
    content = content_of(given, right, secret, w)
    if isinstance(content, dict):
        return _shown_form(visit, right, given, content, secret)
    if not trapped:
        try:
            await run_in_threadpool(visit.public.box.post, _letter(visit, content))
        except TrothError:
            return visit.message("later", 503)
    return guarded(RedirectResponse(f"/{w.language}/request/{secret}", 303))


def _letter(visit: Visit, content: Content) -> Letter:
    """The content sealed for the desk; the same form sent twice is the same letter."""
    window, at = visit.window, visit.public.now()
    number = number_of(content.secret)
    due = window.due_on(content.right, day_of(at, ZoneInfo(window.zone)))
    sealed = seal(
        content.model_dump_json().encode(),
        bytes.fromhex(window.key),
        f"{window.organisation} {number}",
    )
    link = fingerprint(content.secret)
    return Letter(link, window.organisation, number, at, due.isoformat(), sealed)


async def _receipt(visit: Visit) -> Response:
    """Where a request stands, for whoever has its link; nothing changes by looking."""
    secret = visit.request.path_params["secret"]
    found = await run_in_threadpool(_status, visit.public.box, secret)
    if found is None or visit.request.path_params["language"] != visit.w.language:
        return await _missing(visit)
    due = found.get("due_on")
    return visit.page(
        "receipt",
        visit.w("receipt.title"),
        number=number_of(secret),
        right=found.get("right"),
        status=found["status"],
        due_on=date.fromisoformat(due) if due else None,
    )


def _status(box: Postbox, secret: str) -> dict[str, str] | None:
    link = fingerprint(secret)
    locked = box.answer(link)
    if locked is not None:
        try:
            status: dict[str, str] = json.loads(unlock(locked, secret))
        except SealError:
            return None
        return status
    letter = box.letter(link)
    return None if letter is None else {"status": "posted", "due_on": letter.due_on}
