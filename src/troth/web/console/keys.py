"""One's own keys: enrolling, passkeys, password with authenticator, recovery codes, sessions."""

from __future__ import annotations

import segno
from starlette.responses import Response

from troth.desk.accounts.enrol import (
    WAYS,
    NewAuthenticator,
    authenticator_of,
    drop_way,
    invited,
    new_authenticator,
    renew_recovery_codes,
    set_password,
)
from troth.desk.accounts.passkeys import add_passkey, ask_for_new
from troth.desk.accounts.sessions import end_sessions, sessions_of
from troth.errors import Refused
from troth.ledger.credentials import credentials_of
from troth.web.console.entry import begin, provider_name, refuse_flood, site_of, status_of
from troth.web.console.visit import ENROLMENT, Visit

_NAME, _CODE = 100, 60


async def ask_for_code(visit: Visit) -> Response:
    """The page for whoever signs in for the first time."""
    return _enrol(visit)


async def enrolled(visit: Visit) -> Response:
    """Lets somebody with a code choose how to sign in, and no further."""
    try:
        refuse_flood(visit)
        account = await visit.reading(
            invited,
            visit.desk.key,
            visit.text("name")[:_NAME],
            visit.text("code")[:_CODE],
            visit.now,
        )
    except Refused as error:
        return _enrol(visit, error)
    return await begin(visit, account, ENROLMENT, "/keys")


async def own_keys(visit: Visit) -> Response:
    """The keys and sessions of whoever calls."""
    return await _keys(visit)


async def passkey_added(visit: Visit) -> Response:
    """Adds a passkey; other sessions end."""
    try:
        await visit.writing(
            add_passkey,
            visit.desk.key,
            visit.account,
            site_of(visit),
            ticket=visit.text("ticket"),
            answer=visit.text("answer"),
            label=visit.text("label"),
            now=visit.now,
        )
    except Refused as error:
        return await _keys(visit, error)
    return await _on(visit, visit.to("/keys"))


async def ask_for_password(visit: Visit) -> Response:
    """The page on which a password and an authenticator are chosen."""
    waiting = new_authenticator(visit.desk.key, visit.organisation, visit.account, visit.now)
    return _password(visit, waiting)


async def password_set(visit: Visit) -> Response:
    """Keeps them, and shows recovery codes, this once."""
    password = visit.form.get("password")
    ticket = visit.text("ticket")
    try:
        codes = await visit.writing(
            set_password,
            visit.desk.key,
            visit.account,
            password if isinstance(password, str) else "",
            ticket,
            visit.text("code"),
            visit.now,
        )
    except Refused as error:
        key, organisation = visit.desk.key, visit.organisation
        waiting = authenticator_of(key, organisation, visit.account, ticket, visit.now)
        if waiting is None:
            waiting = new_authenticator(key, organisation, visit.account, visit.now)
        return _password(visit, waiting, error)
    return await _on(visit, _recovery(visit, codes))


async def recovery_renewed(visit: Visit) -> Response:
    """New recovery codes, shown this once."""
    codes = await visit.writing(renew_recovery_codes, visit.desk.key, visit.account, visit.now)
    return _recovery(visit, codes)


async def key_dropped(visit: Visit) -> Response:
    """Takes one way to sign in away; other sessions end."""
    try:
        await visit.writing(drop_way, visit.account, visit.text("id"), visit.now)
    except Refused as error:
        return await _keys(visit, error)
    return await _on(visit, visit.to("/keys"))


async def sessions_ended(visit: Visit) -> Response:
    """Ends every other session of whoever calls."""
    return await _on(visit, visit.to("/keys"))


async def _on(visit: Visit, response: Response) -> Response:
    """Other sessions end; one that was for enrolling becomes an ordinary one, by a new token."""
    if visit.session is None:
        return response
    await visit.writing(end_sessions, visit.account, but=visit.session.digest)
    if visit.session.how == ENROLMENT:
        begun = await begin(visit, visit.account, "enrolled", "/")
        for name, value in begun.raw_headers:
            if name == b"set-cookie":
                response.raw_headers.append((name, value))
    return response


def _enrol(visit: Visit, error: Refused | None = None) -> Response:
    problem = error.code if error else ""
    return visit.page("enrol", visit.w("enrol"), code=status_of(error), problem=problem)


async def _keys(visit: Visit, error: Refused | None = None) -> Response:
    asked = await visit.reading(
        ask_for_new, visit.desk.key, visit.account, site_of(visit), visit.now
    )
    all_keys = await visit.reading(credentials_of, visit.account.id)
    kinds = [one.kind for one in all_keys]
    return visit.page(
        "keys",
        visit.w("keys"),
        code=status_of(error),
        problem=error.code if error else "",
        asked=asked,
        ways=[one for one in all_keys if one.kind in WAYS],
        has_totp="totp" in kinds,
        recovery=kinds.count("recovery"),
        sessions=await visit.reading(sessions_of, visit.account, visit.now),
        enrolling=visit.session is not None and visit.session.how == ENROLMENT,
        provider=provider_name(visit),
    )


def _password(visit: Visit, waiting: NewAuthenticator, error: Refused | None = None) -> Response:
    return visit.page(
        "password",
        visit.w("keys.new.totp"),
        code=status_of(error),
        problem=error.code if error else "",
        waiting=waiting,
        picture=segno.make(waiting.uri, error="m").svg_data_uri(scale=4, border=2),
    )


def _recovery(visit: Visit, codes: tuple[str, ...]) -> Response:
    return visit.page("recovery", visit.w("keys.recovery"), codes=codes)
