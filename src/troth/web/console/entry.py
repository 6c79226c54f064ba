"""Coming in and going out: the page to sign in, signing out, and the language."""

from __future__ import annotations

from starlette.concurrency import run_in_threadpool
from starlette.responses import Response

from troth.desk.accounts.sessions import end_session, start_session
from troth.desk.accounts.signing import Given, sign_in
from troth.errors import Refused
from troth.web.console.cookies import LANGUAGE, SESSION, drop_cookie, set_cookie
from troth.web.console.visit import Visit
from troth.web.console.words import CATALOGUES

_NAME, _CODE = 100, 40  # characters of a form's fields that are looked at


async def ask_to_sign_in(visit: Visit) -> Response:
    """The page to sign in."""
    return _form(visit, next=safe_next(visit.request.query_params.get("next", "")))


async def signed_in(visit: Visit) -> Response:
    """Signs in with name, password and code, and goes on to the page that was asked for."""
    next = safe_next(visit.text("next"))
    address = visit.request.client.host if visit.request.client else ""
    if not visit.frame.limits.allow(address):
        return _form(visit, next=next, problem="sign-in-waits", code=429)
    password = visit.form.get("password")
    given = Given(
        visit.text("name")[:_NAME],
        password if isinstance(password, str) else "",
        visit.text("code")[:_CODE],
    )
    desk = visit.desk
    try:
        account = await run_in_threadpool(
            sign_in, desk.ledger, desk.organisation, desk.key, given, visit.now
        )
    except Refused as error:
        code = 429 if error.code == "sign-in-waits" else 422
        return _form(visit, next=next, problem=error.code, code=code)
    token = await visit.writing(start_session, account, how="password", at=visit.now)
    response = visit.to(next)
    set_cookie(response, SESSION, token)
    return response


async def sign_out(visit: Visit) -> Response:
    """Ends the session, here and in the ledger."""
    if visit.session is not None:
        await visit.writing(end_session, visit.session.digest, at=visit.now)
    response = visit.to("/login")
    drop_cookie(response, SESSION)
    response.headers["Clear-Site-Data"] = '"cache", "storage"'
    return response


async def choose_language(visit: Visit) -> Response:
    """Keeps the language, and goes back."""
    response = visit.to(safe_next(visit.text("next")))
    if visit.text("language") in CATALOGUES:
        set_cookie(response, LANGUAGE, visit.text("language"), lasting=True)
    return response


def safe_next(path: str) -> str:
    """A path of the console to go on to; the first page for anything else."""
    good = path.startswith("/") and not path.startswith("//") and len(path) <= 500
    return path if good and path.isprintable() and "\\" not in path else "/"


def _form(visit: Visit, *, next: str, problem: str = "", code: int = 200) -> Response:
    return visit.page("login", visit.w("login"), code=code, next=next, problem=problem)
