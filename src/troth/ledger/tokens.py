"""API tokens of an organisation's own systems: of each the digest alone, its scopes, its end."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import insert, select, update

from troth.errors import Refused
from troth.ledger.account_tables import api_tokens
from troth.ledger.session import Reading, Writing


@dataclass(frozen=True)
class ApiToken:
    """A token as it is listed; the token itself was shown once and is known to its holder alone."""

    id: str
    name: str
    scopes: tuple[str, ...]
    made_at: datetime
    made_by: str
    expires_at: datetime
    revoked_at: datetime | None
    used_at: datetime | None

    def good_at(self, now: datetime) -> bool:
        """It counts: neither revoked nor expired."""
        return self.revoked_at is None and now < self.expires_at


def keep_token(
    writing: Writing,
    digest: str,
    *,
    name: str,
    scopes: tuple[str, ...],
    by: str,
    at: datetime,
    expires_at: datetime,
) -> ApiToken:
    """Keep a new token by its digest; the journal says its id, scopes and end."""
    id = writing.new_id("token")
    writing.connection.execute(
        insert(api_tokens).values(
            organisation=writing.organisation,
            id=id,
            digest=digest,
            name=name,
            scopes=" ".join(scopes),
            made_at=at,
            made_by=by,
            expires_at=expires_at,
        )
    )
    payload = {"token": id, "scopes": list(scopes), "expires_at": expires_at.isoformat()}
    writing.append("api-token-made", at, payload)
    return ApiToken(id, name, scopes, at, by, expires_at, None, None)


def read_tokens(reading: Reading) -> tuple[ApiToken, ...]:
    """Every token, the oldest first."""
    table = api_tokens.c
    query = select(api_tokens).where(table.organisation == reading.organisation)
    rows = reading.connection.execute(query.order_by(table.made_at, table.id))
    return tuple(_token(row) for row in rows)


def token_of(reading: Reading, digest: str) -> ApiToken | None:
    """The token of a digest."""
    table = api_tokens.c
    row = reading.connection.execute(
        select(api_tokens).where(table.organisation == reading.organisation, table.digest == digest)
    ).one_or_none()
    return None if row is None else _token(row)


def note_token_use(writing: Writing, id: str, *, at: datetime) -> None:
    """Note when a token was last used; whoever calls does so once in a while."""
    _change(writing, id, used_at=at)


def revoke_token(writing: Writing, name: str, *, at: datetime) -> int:
    """Revoke the tokens of a name, or the one of an id, at once; Refused (`unknown-token`)."""
    mine = [one for one in read_tokens(writing) if name in (one.name, one.id)]
    good = [one for one in mine if one.revoked_at is None]
    if not mine:
        raise Refused(
            "unknown-token",
            f"there is no token '{name}'",
            help="`troth account tokens` shows them",
        )
    for one in good:
        _change(writing, one.id, revoked_at=at)
        writing.append("api-token-revoked", at, {"token": one.id})
    return len(good)


def _change(writing: Writing, id: str, **values: datetime) -> None:
    table = api_tokens.c
    writing.connection.execute(
        update(api_tokens)
        .where(table.organisation == writing.organisation, table.id == id)
        .values(**values)
    )


def _token(row: Any) -> ApiToken:
    return ApiToken(
        row.id,
        row.name,
        tuple(row.scopes.split()),
        row.made_at,
        row.made_by,
        row.expires_at,
        row.revoked_at,
        row.used_at,
    )
