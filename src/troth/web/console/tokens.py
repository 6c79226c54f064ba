"""Keys by which the organisation's own systems call the API: listed, made, revoked."""

from __future__ import annotations

from starlette.responses import Response

from troth.desk.accounts.tokens import LASTS_DAYS, SCOPES, NewToken, make_token
from troth.errors import Refused
from troth.ledger.tokens import read_tokens, revoke_token
from troth.web.console.visit import Visit


async def tokens_page(visit: Visit) -> Response:
    """Every token by its name, scopes and end; never its secret."""
    return await _shown(visit)


async def token_made(visit: Visit) -> Response:
    """A new token; its secret is shown this once."""
    scopes = [one for one in visit.form.getlist("scopes") if isinstance(one, str)]
    days = visit.text("days") or str(LASTS_DAYS)
    try:
        made = await visit.writing(
            make_token,
            visit.text("name"),
            scopes,
            by=visit.by,
            at=visit.now,
            days=int(days) if days.isdecimal() else 0,
        )
    except Refused as error:
        return await _shown(visit, error)
    return await _shown(visit, made=made)


async def token_revoked(visit: Visit) -> Response:
    """Revokes a token, at once."""
    try:
        await visit.writing(revoke_token, str(visit.request.path_params["token"]), at=visit.now)
    except Refused as error:
        return await _shown(visit, error)
    return visit.to("/tokens")


async def _shown(
    visit: Visit, error: Refused | None = None, made: NewToken | None = None
) -> Response:
    return visit.page(
        "tokens",
        visit.w("tokens"),
        code=422 if error else 200,
        problem=error,
        made=made,
        tokens=(await visit.reading(read_tokens))[::-1],
        scopes=SCOPES,
        days=LASTS_DAYS,
    )
