"""Letting colleagues in and out from the console, and who looked at what."""

from __future__ import annotations

from starlette.responses import Response

from troth.desk.accounts.letting_in import LetIn, give_role, let_in, recovered, shut_out
from troth.desk.accounts.roles import PERMISSIONS, ROLES
from troth.errors import Refused
from troth.ledger.accounts import Account, account_of, read_accounts
from troth.ledger.credentials import credentials_of
from troth.ledger.looks import read_looks
from troth.ledger.session import Reading
from troth.web.console.visit import Visit

LOOKS_SHOWN = 50


async def colleagues(visit: Visit) -> Response:
    """Who may sign in, as what and how; the newest looks at personal data."""
    return await _shown(visit)


async def colleague_let_in(visit: Visit) -> Response:
    """A new account; its code is shown this once."""
    try:
        made = await visit.writing(
            let_in,
            visit.desk.key,
            visit.text("name"),
            visit.text("role"),
            by=visit.by,
            at=visit.now,
            email=visit.text("email") or None,
        )
    except Refused as error:
        return await _shown(visit, error)
    return _code(visit, made)


async def role_given(visit: Visit) -> Response:
    """Another role for a colleague, at once."""
    try:
        name = await _other(visit)
        await visit.writing(give_role, name, visit.text("role"), by=visit.by, at=visit.now)
    except Refused as error:
        return await _shown(visit, error)
    return visit.to("/accounts")


async def colleague_shut_out(visit: Visit) -> Response:
    """Shuts a colleague's account, at once."""
    try:
        await visit.writing(shut_out, await _other(visit), by=visit.by, at=visit.now)
    except Refused as error:
        return await _shown(visit, error)
    return visit.to("/accounts")


async def keys_lost(visit: Visit) -> Response:
    """Destroys a colleague's keys, and shows a new code, this once."""
    try:
        made = await visit.writing(
            recovered, visit.desk.key, await _other(visit), by=visit.by, at=visit.now
        )
    except Refused as error:
        return await _shown(visit, error)
    return _code(visit, made)


async def _other(visit: Visit) -> str:
    """The name of the account that the path names by its id.

    Refused (`own-account`) for one's own, where a slip locks out, and (`unknown-account`).
    """
    account = await visit.reading(account_of, str(visit.request.path_params["account"]))
    if account is None:
        raise Refused("unknown-account", "there is no such account", help="look at the list again")
    if account.id == visit.account.id:
        raise Refused(
            "own-account",
            "nobody changes their own role or shuts themselves out",
            help="ask a colleague, or use troth account",
        )
    return account.name


def _ways(reading: Reading) -> list[tuple[Account, list[str]]]:
    return [
        (one, sorted({key.kind for key in credentials_of(reading, one.id)}))
        for one in read_accounts(reading)
    ]


async def _shown(visit: Visit, error: Refused | None = None) -> Response:
    return visit.page(
        "colleagues",
        visit.w("accounts"),
        code=422 if error else 200,
        problem=error,
        accounts=await visit.reading(_ways),
        permissions=PERMISSIONS,
        looks=await visit.reading(read_looks, most=LOOKS_SHOWN),
        roles=ROLES,
    )


def _code(visit: Visit, made: LetIn) -> Response:
    return visit.page("code", visit.w("accounts.code"), made=made)
