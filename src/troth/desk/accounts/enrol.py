"""Letting somebody in: a code that counts until they have a way of their own to sign in."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta

from troth.desk.accounts.codes import (
    DRIFT,
    STEP,
    new_enrolment_code,
    new_recovery_codes,
    new_totp_secret,
    plain_code,
    provisioning_uri,
    seal_secret,
    step_of,
)
from troth.desk.accounts.keys import keyed_digest, purpose_key
from troth.desk.accounts.passwords import hash_password, refuse_weak
from troth.desk.accounts.signing import recovery_digest
from troth.desk.accounts.tickets import make_ticket, open_ticket, spent_digest
from troth.errors import Refused
from troth.ledger.accounts import (
    Account,
    read_accounts,
)
from troth.ledger.credentials import (
    credentials_found,
    credentials_of,
    drop_credentials,
    keep_credential,
    spend,
)
from troth.ledger.desk_key import keys_of
from troth.ledger.session import Reading, Writing

INVITED_FOR = timedelta(days=3)
WAYS = ("passkey", "totp", "oidc")
"""Each of these is a whole way to sign in; a password counts with its authenticator only."""


def invite(writing: Writing, key: bytes, account: Account, now: datetime) -> str:
    """A code that lets the account's person choose how to sign in; earlier ones end.

    `key` is the desk's.
    """
    drop_credentials(writing, account.id, at=now, kind="enrolment")
    code = new_enrolment_code()
    finder = _enrolment_digest(key, writing.organisation, account.id, code)
    until = now + INVITED_FOR
    keep_credential(writing, account.id, "enrolment", at=now, finder=finder, expires_at=until)
    return code


def invited(reading: Reading, key: bytes, name: str, code: str, now: datetime) -> Account:
    """The account that a code lets in; Refused (`enrolment-refused`), whatever is wrong."""
    for account in read_accounts(reading):
        if account.active and account.name.casefold() == name.casefold():
            for each in keys_of(key):
                finder = _enrolment_digest(each, reading.organisation, account.id, code)
                for one in credentials_found(reading, "enrolment", finder):
                    if one.expires_at is not None and now < one.expires_at:
                        return account
    raise Refused(
        "enrolment-refused",
        "name and code do not go together, or the code has expired",
        help="ask whoever let you in for a new code",
    )


@dataclass(frozen=True)
class NewAuthenticator:
    """A secret that waits for its first code: what the picture says, and what the form carries."""

    secret: str = field(repr=False)
    uri: str = field(repr=False)
    ticket: str


def new_authenticator(
    key: bytes, organisation: str, account: Account, now: datetime
) -> NewAuthenticator:
    """A secret for an authenticator, kept by nobody but the form until a code proves it."""
    secret = new_totp_secret()
    own = purpose_key(key, organisation, "tickets")
    ticket = make_ticket(own, "authenticator", {"secret": secret, "account": account.id}, now)
    return NewAuthenticator(secret, provisioning_uri(secret, account.name, organisation), ticket)


def authenticator_of(
    key: bytes, organisation: str, account: Account, ticket: str, now: datetime
) -> NewAuthenticator | None:
    """The same again, where the form has to be shown once more."""
    own = purpose_key(key, organisation, "tickets")
    values = open_ticket(own, "authenticator", ticket, now)
    if values is None or values["account"] != account.id:
        return None
    uri = provisioning_uri(values["secret"], account.name, organisation)
    return NewAuthenticator(values["secret"], uri, ticket)


def set_password(
    writing: Writing, key: bytes, account: Account, password: str, ticket: str, code: str,
    now: datetime,
) -> tuple[str, ...]:  # fmt: skip
    """A password with an authenticator, whose first code proves it; its recovery codes.

    They replace what was there. Refused: `weak-password`, `code-refused`.
    """
    organisation = writing.organisation
    refuse_weak(password, account.name, organisation)
    waiting = authenticator_of(key, organisation, account, ticket, now)
    step = step_of(waiting.secret, plain_code(code), now) if waiting is not None else None
    if waiting is None or step is None or not _spend(writing, ticket, now):
        raise Refused(
            "code-refused",
            "the code is not the authenticator's, or the page was open for too long",
            help="scan the picture and type the code that is shown then",
        )
    for kind in ("password", "totp"):
        drop_credentials(writing, account.id, at=now, kind=kind)
    keep_credential(writing, account.id, "password", at=now, secret=hash_password(password))
    id = writing.new_id("key")
    own = purpose_key(key, organisation, "totp")
    sealed = seal_secret(own, waiting.secret, account.id, id)
    keep_credential(writing, account.id, "totp", at=now, secret=sealed, id=id)
    spend(writing, f"{id}/{step}", until=now + STEP * (2 * DRIFT + 2), at=now)
    drop_credentials(writing, account.id, at=now, kind="enrolment")
    return renew_recovery_codes(writing, key, account, now)


def renew_recovery_codes(
    writing: Writing, key: bytes, account: Account, now: datetime
) -> tuple[str, ...]:
    """New recovery codes; those before count no more."""
    drop_credentials(writing, account.id, at=now, kind="recovery")
    codes = new_recovery_codes()
    for code in codes:
        finder = recovery_digest(key, writing.organisation, account.id, code)
        keep_credential(writing, account.id, "recovery", at=now, finder=finder)
    return codes


def drop_way(writing: Writing, account: Account, id: str, now: datetime) -> None:
    """Takes one way to sign in away; Refused (`last-key`) for the last, (`no-such-key`)."""
    ways = [one for one in credentials_of(writing, account.id) if one.kind in WAYS]
    mine = [one for one in ways if one.id == id]
    if not mine:
        raise Refused("no-such-key", "there is no such key", help="look at the list again")
    if len(ways) == 1:
        raise Refused(
            "last-key",
            "this is the last way to sign in",
            help="add another one first",
        )
    drop_credentials(writing, account.id, at=now, id=id)
    if mine[0].kind == "totp":
        for kind in ("password", "recovery"):
            drop_credentials(writing, account.id, at=now, kind=kind)


def has_way(reading: Reading, account: Account) -> bool:
    """Whether the account can sign in by itself."""
    return any(one.kind in WAYS for one in credentials_of(reading, account.id))


def _spend(writing: Writing, ticket: str, now: datetime) -> bool:
    return spend(writing, spent_digest(ticket), until=now + timedelta(days=1), at=now)


def _enrolment_digest(key: bytes, organisation: str, account: str, code: str) -> str:
    return keyed_digest(purpose_key(key, organisation, "enrolment"), account, plain_code(code))
