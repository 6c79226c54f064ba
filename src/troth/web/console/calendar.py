"""Deadlines as a calendar that a program subscribes to, by an address that is its own key."""

from __future__ import annotations

import secrets

from starlette.responses import Response

from troth.desk.accounts.keys import keyed_digest, purpose_key
from troth.desk.accounts.roles import allows
from troth.desk.nightly.deadlines import deadlines_of
from troth.desk.nightly.feed import calendar_of
from troth.ledger.accounts import Account, read_accounts
from troth.ledger.desk_key import keys_of
from troth.ledger.session import Reading
from troth.web.console.guard import guarded
from troth.web.console.visit import Visit

PERMISSION = "today"


async def address(visit: Visit) -> Response:
    """The address of one's own calendar; it ends with any change of the account."""
    token = _token(visit, visit.account, visit.desk.key)
    where = f"{visit.origin}{visit.base}/calendar/{token}.ics"
    return visit.page("calendar", visit.w("calendar"), where=where)


async def feed(visit: Visit) -> Response:
    """The calendar, to whoever has the address of an account that may see deadlines."""
    token = visit.request.path_params["token"]

    def found(reading: Reading) -> bytes | None:
        if not any(_opens(visit, account, token) for account in read_accounts(reading)):
            return None
        policy = visit.desk.policy.model_copy(update={"zone": visit.desk.zone.key})
        deadlines = deadlines_of(reading, policy, visit.now)
        return calendar_of(deadlines, visit.organisation, visit.now)

    content = await visit.reading(found)
    if content is None:
        return visit.message("missing", 404)
    return guarded(Response(content, media_type="text/calendar; charset=utf-8"))


def _opens(visit: Visit, account: Account, token: str) -> bool:
    may = account.active and allows(account.role, PERMISSION)  # type: ignore[arg-type]  # one of ROLES
    return may and any(
        secrets.compare_digest(_token(visit, account, one).encode(), token.encode())
        for one in keys_of(visit.desk.key)
    )


def _token(visit: Visit, account: Account, key: bytes) -> str:
    own = purpose_key(key, visit.organisation, "calendar")
    return keyed_digest(own, account.id, str(account.stands_on))
