"""Signing in with name, password and code: one question, one answer, the same for any name.

Whoever fails is told nothing of what was wrong. After some failures a name has to wait, longer each
time, whether or not there is such an account.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta

from troth.desk.accounts.codes import DRIFT, STEP, open_secret, plain_code, step_of
from troth.desk.accounts.keys import keyed_digest, purpose_key
from troth.desk.accounts.passwords import matches
from troth.errors import Refused
from troth.ledger.accounts import Account, read_accounts
from troth.ledger.credentials import (
    Credential,
    credentials_of,
    drop_credentials,
    note_credential_use,
    note_tries,
    spend,
    tries_of,
)
from troth.ledger.desk_key import keys_of
from troth.ledger.ledger import Ledger
from troth.ledger.session import Reading, Writing

FREE_TRIES = 5
FIRST_WAIT = timedelta(seconds=15)
LONGEST_WAIT = timedelta(minutes=15)
FORGOTTEN_AFTER = timedelta(days=1)


@dataclass(frozen=True)
class Given:
    """What somebody typed to sign in."""

    name: str
    password: str = field(repr=False)
    code: str = field(repr=False)


def waits_until(failures: int, last_at: datetime | None) -> datetime | None:
    """Until when a name waits after so many failures in a row."""
    if last_at is None or failures < FREE_TRIES:
        return None
    doubled: timedelta = FIRST_WAIT * 2 ** min(failures - FREE_TRIES, 10)
    return last_at + min(doubled, LONGEST_WAIT)


def sign_in(ledger: Ledger, organisation: str, key: bytes, given: Given, now: datetime) -> Account:
    """The account whose name, password and code these are.

    `key` is the desk's. Refused: `sign-in-refused`, `sign-in-waits`. The comparison of the password
    holds no transaction open; a code counts once.
    """
    tries = keyed_digest(purpose_key(key, organisation, "tries"), given.name.casefold())
    with ledger.reading(organisation) as reading:
        _refuse_waiting(reading, tries, now)
        account = _named(reading, given.name)
        password = _password(reading, account)
    right = matches(given.password, password.secret if password else None)
    with ledger.writing(organisation) as writing:
        _refuse_waiting(writing, tries, now)
        known = _named(writing, given.name)
        accepted = (
            right
            and known is not None
            and password == _password(writing, known)
            and _takes_code(writing, key, known, given.code, now)
        )
        failures = 0 if accepted else tries_of(writing, tries)[0] + 1
        note_tries(writing, tries, failures, at=now, forget=now - FORGOTTEN_AFTER)
        if failures and known is not None:
            writing.append("sign-in-failed", now, {"account": known.id, "in-a-row": failures})
    if not accepted or known is None:
        raise Refused(
            "sign-in-refused",
            "name, password and code do not go together",
            help="a code counts once: wait for the next one",
        )
    return known


def _refuse_waiting(reading: Reading, tries: str, now: datetime) -> None:
    until = waits_until(*tries_of(reading, tries))
    if until is not None and now < until:
        raise Refused(
            "sign-in-waits",
            "there were too many tries under this name",
            help="wait some minutes, or sign in with a passkey",
        )


def _named(reading: Reading, name: str) -> Account | None:
    for account in read_accounts(reading):
        if account.active and account.name.casefold() == name.casefold():
            return account
    return None


def _password(reading: Reading, account: Account | None) -> Credential | None:
    found = credentials_of(reading, account.id if account else "", "password")
    return found[0] if found else None


def _takes_code(writing: Writing, key: bytes, account: Account, code: str, now: datetime) -> bool:
    """Whether a code of the authenticator, or a recovery code, counts now; it is used up."""
    plain = plain_code(code)
    own = [purpose_key(one, writing.organisation, "totp") for one in keys_of(key)]
    for one in credentials_of(writing, account.id, "totp"):
        opened = (open_secret(each, one.secret, account.id, one.id) for each in own)
        secret = next((found for found in opened if found is not None), None)
        step = step_of(secret, plain, now) if secret is not None else None
        if step is not None:
            until = now + STEP * (2 * DRIFT + 2)
            if not spend(writing, f"{one.id}/{step}", until=until, at=now):
                return False
            note_credential_use(writing, one.id, at=now, uses=one.uses + 1)
            return True
    mine = [recovery_digest(one, writing.organisation, account.id, plain) for one in keys_of(key)]
    for one in credentials_of(writing, account.id, "recovery"):
        if one.finder in mine:
            drop_credentials(writing, account.id, at=now, id=one.id)
            return True
    return False


def recovery_digest(key: bytes, organisation: str, account: str, code: str) -> str:
    """What is kept of a recovery code."""
    return keyed_digest(purpose_key(key, organisation, "recovery"), account, plain_code(code))
