"""Tokens by which the organisation's own systems call the API: made once, verified at each call."""

from __future__ import annotations

import re
import secrets
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from troth.desk.accounts.sessions import digest_of
from troth.documents.nearest import advice
from troth.errors import Refused
from troth.ledger.ledger import Ledger
from troth.ledger.session import Writing
from troth.ledger.tokens import ApiToken, keep_token, note_token_use, token_of

SCOPES: Mapping[str, str] = {
    "consent:read": "Reads consents.",
    "consent:write": "Records consents given and withdrawn.",
    "may:read": "Asks whether a use is allowed.",
    "requests:read": "Reads where requests stand.",
    "requests:write": "Hands requests in.",
    "requests:work": "Takes steps of requests; decides and approves nothing.",
    "disclosures:write": "Records what was disclosed to recipients.",
    "holds:read": "Reads which legal holds are open, without whom they name.",
    "suppression:read": "Asks whether an address must not be mailed.",
    "facts:write": "Records days and events of persons.",
}
LASTS_DAYS, LONGEST_DAYS = 365, 730
NOTED_EVERY = timedelta(hours=1)
PREFIX = "troth_"
"""By which scanners of code and logs know a token that was left there."""
_TOKEN = re.compile(r"troth_[A-Za-z0-9_-]{43}")
_BYTES = 32


@dataclass(frozen=True)
class NewToken:
    """A token, with what is shown once."""

    token: ApiToken
    secret: str = field(repr=False)


def make_token(
    writing: Writing,
    name: str,
    scopes: Collection[str],
    *,
    by: str,
    at: datetime,
    days: int = LASTS_DAYS,
) -> NewToken:
    """A new token for a system; Refused (`unknown-scope`, `token-lasts`, `token-name`)."""
    for scope in scopes:
        if scope not in SCOPES:
            raise Refused(
                "unknown-scope",
                f"there is no scope '{scope}'",
                help=advice(scope, SCOPES) or f"the scopes are {', '.join(SCOPES)}",
            )
    if not 0 < days <= LONGEST_DAYS:
        raise Refused(
            "token-lasts",
            f"a token lasts a day at least and {LONGEST_DAYS} days at most",
            help="make a new one before it ends",
        )
    if not name.strip() or not scopes:
        raise Refused(
            "token-name", "a token names the system that holds it, and its scopes",
            help="for example troth account token shop --scope consent:write",
        )  # fmt: skip
    secret = PREFIX + secrets.token_urlsafe(_BYTES)
    kept = keep_token(
        writing,
        digest_of(secret),
        name=name.strip(),
        scopes=tuple(sorted(set(scopes))),
        by=by,
        at=at,
        expires_at=at + timedelta(days=days),
    )
    return NewToken(kept, secret)


def verify_token(
    ledger: Ledger, organisation: str, secret: str, scope: str, now: datetime
) -> ApiToken:
    """The token that a call bears; Refused (`token-refused`, `token-scope`).

    One answer for a token that is unknown, revoked or over. `scope` is one of SCOPES.
    """
    found = None
    if _TOKEN.fullmatch(secret) is not None:
        with ledger.reading(organisation) as reading:
            found = token_of(reading, digest_of(secret))
    if found is None or not found.good_at(now):
        raise Refused(
            "token-refused", "the token does not count", help="make one by troth account token"
        )
    if scope not in found.scopes:
        raise Refused(
            "token-scope",
            f"the token has no scope {scope}",
            help="make one that has it, by troth account token",
        )
    if found.used_at is None or now - found.used_at >= NOTED_EVERY:
        with ledger.writing(organisation) as writing:
            note_token_use(writing, found.id, at=now)
    return found
