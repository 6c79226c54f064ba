"""Coming in and going out: signing in, proving again who one is, signing out, the language."""

from __future__ import annotations

from starlette.concurrency import run_in_threadpool
from starlette.responses import Response

from troth.desk.accounts.passkeys import Site, ask_for_any, sign_in_by_passkey
from troth.desk.accounts.sessions import end_session, start_session
from troth.desk.accounts.signing import Given, sign_in
from troth.errors import Refused
from troth.ledger.accounts import Account
from troth.web.console.cookies import LANGUAGE, SESSION, drop_cookie, set_cookie
from troth.web.console.desks import bare_host
from troth.web.console.visit import Visit
from troth.web.console.words import CATALOGUES

_NAME, _CODE = 100, 40  # characters of a form's fields that are looked at


async def ask_to_sign_in(visit: Visit) -> Response:
    """The page to sign in."""
    return _login(visit, _asked_for(visit))


async def signed_in(visit: Visit) -> Response:
    """Signs in with name, password and code, and goes on to the page that was asked for."""
    try:
        account = await _by_password(visit, visit.text("name"))
    except Refused as error:
        return _login(visit, safe_next(visit.text("next")), error)
    return await begin(visit, account, "password", safe_next(visit.text("next")))


async def signed_in_by_passkey(visit: Visit) -> Response:
    """Signs in with a passkey."""
    try:
        account = await _by_passkey(visit)
    except Refused as error:
        return _login(visit, safe_next(visit.text("next")), error)
    return await begin(visit, account, "passkey", safe_next(visit.text("next")))


async def ask_to_prove(visit: Visit) -> Response:
    """The page on which somebody proves again who they are, before a step that asks for it."""
    return _prove(visit, _asked_for(visit))


async def proved(visit: Visit) -> Response:
    """Proves it by password and code."""
    next = safe_next(visit.text("next"))
    try:
        account = await _by_password(visit, visit.account.name)
    except Refused as error:
        return _prove(visit, next, error)
    return await _noted(visit, account, next)


async def proved_by_passkey(visit: Visit) -> Response:
    """Proves it by a passkey of the same account."""
    next = safe_next(visit.text("next"))
    try:
        account = await _by_passkey(visit)
    except Refused as error:
        return _prove(visit, next, error)
    return await _noted(visit, account, next)


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


async def begin(visit: Visit, account: Account, how: str, next: str) -> Response:
    """A new session, always with a new token, in place of the one there was."""
    if visit.session is not None:
        await visit.writing(end_session, visit.session.digest, at=visit.now)
    token = await visit.writing(start_session, account, how=how, at=visit.now)
    response = visit.to(next)
    set_cookie(response, SESSION, token)
    return response


def site_of(visit: Visit) -> Site:
    """The site for which passkeys count: the verified host that was asked."""
    host = bare_host(visit.request.headers.get("host", ""))
    return Site(host, visit.origin, visit.desk.name)


def refuse_flood(visit: Visit) -> None:
    """Refused (`sign-in-waits`) where one network tries too often."""
    address = visit.request.client.host if visit.request.client else ""
    if not visit.frame.limits.allow(address):
        raise Refused(
            "sign-in-waits", "there were too many tries", help="wait some minutes and try again"
        )


def provider_name(visit: Visit) -> str:
    """What the identity provider is called; empty where there is none."""
    oidc = visit.desk.settings.oidc
    return oidc.terms.name if oidc is not None else ""


def safe_next(path: str) -> str:
    """A path of the console to go on to; the first page for anything else."""
    good = path.startswith("/") and not path.startswith("//") and len(path) <= 500
    return path if good and path.isprintable() and "\\" not in path else "/"


def status_of(error: Refused | None) -> int:
    """The status of a page that shows why somebody was not let in."""
    if error is None:
        return 200
    return 429 if error.code == "sign-in-waits" else 422


async def _by_password(visit: Visit, name: str) -> Account:
    refuse_flood(visit)
    password = visit.form.get("password")
    given = Given(
        name[:_NAME],
        password if isinstance(password, str) else "",
        visit.text("code")[:_CODE],
    )
    desk = visit.desk
    return await run_in_threadpool(
        sign_in, desk.ledger, desk.organisation, desk.key, given, visit.now
    )


async def _by_passkey(visit: Visit) -> Account:
    refuse_flood(visit)
    return await visit.writing(
        sign_in_by_passkey,
        visit.desk.key,
        site_of(visit),
        ticket=visit.text("ticket"),
        answer=visit.text("answer"),
        now=visit.now,
    )


async def _noted(visit: Visit, account: Account, next: str) -> Response:
    if visit.session is None or account.id != visit.account.id:
        raise Refused(
            "passkey-refused", "this is somebody else's key", help="use one of your own keys"
        )
    return await begin(visit, account, visit.session.how, next)


def _asked_for(visit: Visit) -> str:
    return safe_next(visit.request.query_params.get("next", ""))


def _login(visit: Visit, next: str, error: Refused | None = None) -> Response:
    return _form(visit, "login", next, error)


def _prove(visit: Visit, next: str, error: Refused | None = None) -> Response:
    return _form(visit, "prove", next, error)


def _form(visit: Visit, which: str, next: str, error: Refused | None) -> Response:
    asked = ask_for_any(visit.desk.key, visit.organisation, site_of(visit), visit.now)
    return visit.page(
        which,
        visit.w(which),
        code=status_of(error),
        next=next,
        problem=error.code if error else "",
        asked=asked,
        provider=provider_name(visit),
    )
