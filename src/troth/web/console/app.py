"""The console as an ASGI application: whose desk, who calls, may they, and only then the page."""

from __future__ import annotations

import re
import secrets
import time
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from urllib.parse import urlsplit

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from starlette.applications import Starlette
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response
from starlette.routing import Route

from troth.desk.accounts.roles import PERMISSIONS
from troth.desk.accounts.sessions import Session, find_session, note_use
from troth.errors import Transient, TrothError
from troth.ledger.session import Writing
from troth.logs import defect
from troth.web.console.cookies import LANGUAGE, SESSION, VISITOR, set_cookie, token_in
from troth.web.console.desks import OpenDesk
from troth.web.console.entry import safe_next
from troth.web.console.guard import form_token, from_here, guarded
from troth.web.console.routes import PAGES
from troth.web.console.visit import ENROLMENT, Frame, Page, Visit
from troth.web.console.words import Words, language_of
from troth.web.public.limits import Limits

_HERE = Path(__file__).parent
MOST_BODY_BYTES = 20_000_000  # with a letter or a proof attached
_VISITOR_BYTES = 24
_NUMBER = re.compile(r"-|(?=.*[0-9])[A-Za-z0-9_-]{1,64}")
REFUSED = "refused"
"""The purpose in the journal of a look that was not allowed."""
_WHILE_ENROLLING = ("own", "own-keys", "leave")
_STATIC = {
    "style.css": "text/css",
    "desk.css": "text/css",
    "passkey.js": "text/javascript",
    "work.js": "text/javascript",
}
Endpoint = Callable[[Request], Awaitable[Response]]


def console_app(
    desks: Mapping[str, OpenDesk],
    clock: Callable[[], datetime],
    *,
    pages: tuple[Page, ...] = PAGES,
    limits: Limits | None = None,
) -> Starlette:
    """The application; `desks` by the host under which each is reached, `clock` aware."""
    templates = Environment(
        loader=FileSystemLoader([_HERE / "templates", _HERE / "pages"]),
        autoescape=True,
        undefined=StrictUndefined,
        auto_reload=False,  # an upgrade under a running server shows when it is started again
        trim_blocks=True,
        lstrip_blocks=True,
    )
    frame = Frame(templates, clock, pages, limits or Limits(time.monotonic))

    def at(page: Page) -> Endpoint:
        async def answer(request: Request) -> Response:
            return await _answer(frame, desks, page, request)

        return answer

    missing = Page("GET", "/{rest:path}", _missing, "open")
    routes = [Route(f"/{name}", _static(name, kind)) for name, kind in _STATIC.items()]
    routes += [Route(page.path, at(page), methods=[page.method]) for page in (*pages, missing)]
    return Starlette(routes=routes, max_body_size=MOST_BODY_BYTES)


async def _answer(
    frame: Frame, desks: Mapping[str, OpenDesk], page: Page, request: Request
) -> Response:
    """The organisation comes from the host alone, never from what a form says."""
    desk = desks.get(request.headers.get("host", "").lower())
    if desk is None:
        return _plain("no desk is here\n", 404)
    visit = _visit(frame, desk, page, request)
    try:
        return await _visited(visit)
    except TrothError as error:
        return _failed(visit, error)
    except ClientDisconnect:
        return _plain("", 400)
    except Exception as error:  # a defect: it is told by its kind, as its text may name somebody
        defect(error, page=page.path)
        return visit.message("defect", 500)


async def _visited(visit: Visit) -> Response:
    session = await _session(visit)
    if session is not None:
        visit = replace(visit, session=session, bearer=session.digest)
    refused = await _refused(visit)
    if refused is not None:
        return refused
    if visit.request.method == "POST":
        form = await visit.request.form()
        visit = replace(visit, form=form)
        key = visit.desk.own_key("forms")
        sent = form.get("token")
        wanted = form_token(key, visit.bearer)
        if not isinstance(sent, str) or not secrets.compare_digest(sent.encode(), wanted.encode()):
            return visit.message("form-not-ours", 403)
    if visit.page_of.looks_at is not None:
        what, parameter = visit.page_of.looks_at
        await visit.looked(what, _reference(visit, parameter))
    response = await visit.page_of.handler(visit)
    kind = PERMISSIONS[visit.page_of.permission].kind
    if kind == "look" and response.status_code < 300 and not visit.looks:
        raise LookupError("personal data would be shown without a journaled look")
    return _with_visitor(visit, response)


async def _refused(visit: Visit) -> Response | None:
    """The answer to whoever may not: not from here, not signed in, not allowed, not proven."""
    permission = PERMISSIONS[visit.page_of.permission]
    writes = visit.request.method not in ("GET", "HEAD")
    if writes and not from_here(visit.request, visit.origin):
        return visit.message("form-not-ours", 403)
    if permission.kind == "open":
        return None
    if visit.session is None:
        path = visit.request.url.path
        return visit.to("/login" if writes or path == "/" else f"/login?next={path}")
    if visit.session.how == ENROLMENT and permission.name not in _WHILE_ENROLLING:
        return visit.to("/keys")
    if not visit.may(permission.name):
        return await _not_allowed(visit)
    proven = visit.session.how == ENROLMENT or visit.session.fresh(visit.now)
    if permission.fresh and not proven:
        path = _came_from(visit) if writes else visit.request.url.path
        return visit.to(f"/prove?next={path}")
    return None


async def _not_allowed(visit: Visit) -> Response:
    """Who may not look at personal data and tries is in the journal, as who looked is."""
    home = visit.home()
    if visit.request.url.path == "/" and visit.request.method == "GET" and home is not None:
        return visit.to(home)
    if PERMISSIONS[visit.page_of.permission].kind == "look":
        what, parameter = visit.page_of.looks_at or (visit.page_of.permission, "")
        await visit.looked(what, _reference(visit, parameter), REFUSED)
    else:
        await visit.writing(_note_refused, visit)
    return visit.message("not-allowed", 403)


def _reference(visit: Visit, parameter: str) -> str:
    """What a path says is looked at: a number of ours, or a keyed hash of whatever was typed."""
    typed = str(visit.request.path_params.get(parameter, "-"))
    return typed if _NUMBER.fullmatch(typed) else visit.hidden(typed)


def _note_refused(writing: Writing, visit: Visit) -> None:
    payload = {"account": visit.account.id, "permission": visit.page_of.permission}
    writing.append("access-refused", visit.now, payload)


def _came_from(visit: Visit) -> str:
    """The page of ours whose form was sent, as the browser says."""
    sender = urlsplit(visit.request.headers.get("referer", ""))
    return safe_next(sender.path) if f"{sender.scheme}://{sender.netloc}" == visit.origin else "/"


async def _session(visit: Visit) -> Session | None:
    token = token_in(visit.request, SESSION)
    if token is None:
        return None
    found = await visit.reading(find_session, token, visit.now)
    if found is not None and found.to_note(visit.now):
        await visit.writing(note_use, found, visit.now)
    return found


def _visit(frame: Frame, desk: OpenDesk, page: Page, request: Request) -> Visit:
    default = desk.settings.locale or desk.policy.languages[0]
    chosen = request.cookies.get(LANGUAGE)
    language = language_of(chosen, request.headers.get("accept-language", ""), default)
    bearer = token_in(request, VISITOR) or secrets.token_urlsafe(_VISITOR_BYTES)
    return Visit(frame, request, desk, page, Words(language, desk.zone), frame.clock(), bearer)


def _with_visitor(visit: Visit, response: Response) -> Response:
    """Before signing in, forms are bound to a cookie of the visitor."""
    if visit.session is None and token_in(visit.request, VISITOR) is None:
        set_cookie(response, VISITOR, visit.bearer)
    return response


def _failed(visit: Visit, error: TrothError) -> Response:
    code = 503 if isinstance(error, Transient) else 409
    title = visit.w("later.title" if code == 503 else "refused.title")
    told = visit.w.refusal(error.code, error.message, error.help)
    return visit.page("message", title, code=code, text=told.sentence, help=told.help, own=told.own)


async def _missing(visit: Visit) -> Response:
    return visit.message("missing", 404)


def _static(name: str, kind: str) -> Endpoint:
    text = (_HERE / "static" / name).read_text(encoding="utf-8")

    async def answer(_request: Request) -> Response:
        return guarded(Response(text, media_type=kind), lasting=True)

    return answer


def _plain(text: str, code: int) -> Response:
    return guarded(Response(text, code, media_type="text/plain"))
