"""Signing in by the organisation's identity provider: out to it, and back.

The browser comes back from another site, so the session's cookie, which is for this site alone, is
not sent. What has to be known then is in a sealed cookie of a quarter of an hour.
"""

from __future__ import annotations

from starlette.concurrency import run_in_threadpool
from starlette.responses import RedirectResponse, Response

from troth.desk.accounts.federated import account_linked, link, sign_in_by_identity
from troth.desk.accounts.oidc import Identity, ask_provider, hear_provider
from troth.desk.accounts.sessions import (
    FRESH,
    Session,
    end_session,
    end_sessions,
    session_of_digest,
    start_session,
)
from troth.desk.accounts.tickets import LASTS, make_ticket, open_ticket, spent_digest
from troth.errors import Refused
from troth.ledger.credentials import spend
from troth.ledger.session import Writing
from troth.project.load import Oidc
from troth.web.console.cookies import OIDC, SESSION, drop_cookie, set_cookie
from troth.web.console.entry import refuse_flood, safe_next
from troth.web.console.visit import ENROLMENT, Visit

RETURN = "/login/oidc/return"


async def sent_out(visit: Visit) -> Response:
    """Sends somebody to the provider: to sign in, to prove who they are, or to link the two."""
    asked = visit.request.query_params
    why = next((one for one in ("link", "prove") if asked.get(one) == "yes"), "login")
    if why != "login" and visit.session is None:
        return visit.to("/login")
    if why == "link" and not _may_link(visit):
        return visit.to("/prove?next=/keys")
    refuse_flood(visit)
    out = await run_in_threadpool(
        ask_provider, _provider(visit), _redirect(visit), again=why == "prove"
    )
    kept = out.kept | {"why": why, "next": safe_next(asked.get("next", ""))}
    if visit.session is not None:
        kept["session"] = visit.session.digest
    ticket = make_ticket(visit.desk.own_key("tickets"), "oidc", kept, visit.now)
    response = visit.answer(RedirectResponse(out.url, 303))
    set_cookie(response, OIDC, ticket, samesite="lax")
    return response


async def came_back(visit: Visit) -> Response:
    """Takes the provider's word, once, and goes on."""
    refuse_flood(visit)
    ticket = visit.request.cookies.get(OIDC, "")
    kept = open_ticket(visit.desk.own_key("tickets"), "oidc", ticket, visit.now)
    if kept is None or not await visit.writing(_spend, ticket, visit):
        raise Refused(
            "oidc-refused", "this way in has expired, or was used", help="sign in once more"
        )
    provider, said = _provider(visit), dict(visit.request.query_params)
    who = await run_in_threadpool(hear_provider, provider, _redirect(visit), kept, said, visit.now)
    if kept["why"] == "login":
        response = await _signed_in(visit, provider, who, kept["next"])
    else:
        response = await _of_session(visit, provider, who, kept)
    drop_cookie(response, OIDC)
    return response


async def _signed_in(visit: Visit, provider: Oidc, who: Identity, next: str) -> Response:
    account = await visit.writing(sign_in_by_identity, visit.desk.key, provider, who, visit.now)
    token = await visit.writing(start_session, account, how="oidc", at=visit.now)
    response = _onward(visit, next)
    set_cookie(response, SESSION, token)
    return response


async def _of_session(
    visit: Visit, provider: Oidc, who: Identity, kept: dict[str, str]
) -> Response:
    """Links, or proves: for the session that was there when the browser went out."""
    session = await visit.reading(session_of_digest, kept.get("session", ""), visit.now)
    if session is None:
        return visit.to("/login")
    if kept["why"] == "link":
        return await _linked(visit, provider, who, session)
    account = await visit.writing(account_linked, visit.desk.key, who, visit.now)
    at = who.authenticated_at
    if account is None or account.id != session.account.id or at is None or visit.now - at > FRESH:
        raise Refused(
            "oidc-refused",
            "the provider did not ask you anew, or you are somebody else there",
            help="prove it by a passkey or a password",
        )
    return await _renewed(visit, session, _onward(visit, kept["next"]), session.how)


async def _linked(visit: Visit, provider: Oidc, who: Identity, session: Session) -> Response:
    await visit.writing(link, visit.desk.key, provider, session.account, who, visit.now)
    await visit.writing(end_sessions, session.account, but=session.digest)
    response = _onward(visit, "/keys")
    if session.how == ENROLMENT:
        return await _renewed(visit, session, response, "oidc")
    return response


async def _renewed(visit: Visit, session: Session, response: Response, how: str) -> Response:
    """A new session in place of the one there was, by a new token."""
    await visit.writing(end_session, session.digest, at=visit.now)
    token = await visit.writing(start_session, session.account, how=how, at=visit.now)
    set_cookie(response, SESSION, token)
    return response


def _may_link(visit: Visit) -> bool:
    session = visit.session
    return session is not None and (session.how == ENROLMENT or session.fresh(visit.now))


def _provider(visit: Visit) -> Oidc:
    if visit.desk.settings.oidc is None:
        raise Refused(
            "oidc-settings",
            "no identity provider is named",
            place="troth.yaml",
            help="name it under 'oidc' of 'desk'",
        )
    return visit.desk.settings.oidc


def _redirect(visit: Visit) -> str:
    return f"{visit.origin}{visit.base}{RETURN}"


def _spend(writing: Writing, ticket: str, visit: Visit) -> bool:
    return spend(writing, spent_digest(ticket), until=visit.now + LASTS, at=visit.now)


def _onward(visit: Visit, next: str) -> Response:
    """A page of ours that goes on by itself: only then is the new cookie sent."""
    return visit.page("onward", visit.w("onward"), onward=f"{visit.base}{next}")
