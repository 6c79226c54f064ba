"""Letting people in and out: what the command and the console's page call alike."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime

from troth.desk.accounts.enrol import invite
from troth.desk.accounts.roles import ROLES, Role
from troth.desk.accounts.sessions import end_sessions
from troth.documents.nearest import advice
from troth.errors import Refused
from troth.ledger.accounts import (
    Account,
    AccountEvent,
    add_account,
    find_account,
    record_account_event,
)
from troth.ledger.credentials import drop_credentials
from troth.ledger.session import Writing

_NAME = re.compile(r"[\w][\w.-]{1,39}")
_EMAIL = re.compile(r"[^@\s]{1,64}@[^@\s]{1,190}")


@dataclass(frozen=True)
class LetIn:
    """A new account, and the code with which its person enrols; it is shown once."""

    account: Account
    code: str


def role_of(text: str) -> Role:
    """A role by its name; Refused (`no-such-role`)."""
    for role in ROLES:
        if role == text:
            return role
    raise Refused(
        "no-such-role",
        f"there is no role '{text}'",
        help=advice(text, ROLES) or f"the roles are {', '.join(ROLES)}",
    )


def let_in(
    writing: Writing, key: bytes, name: str, role: str, *, by: str, at: datetime, email: str | None
) -> LetIn:
    """A new account with a code to enrol; `key` is the desk's.

    Refused: `account-name`, `account-exists`, `no-such-role`, `account-email`.
    """
    if _NAME.fullmatch(name) is None:
        raise Refused(
            "account-name",
            "the name of an account is 2 to 40 letters, digits, dots and hyphens",
            help="for example anne.martin",
        )
    if email is not None and _EMAIL.fullmatch(email) is None:
        raise Refused("account-email", "this is no mail address", help="for example a@b.example")
    account = add_account(writing, name, role_of(role), by=by, at=at, email=email)
    return LetIn(account, invite(writing, key, account, at))


def give_role(writing: Writing, name: str, role: str, *, by: str, at: datetime) -> Account:
    """Another role, at once: sessions under the old one end."""
    account = find_account(writing, name)
    new = role_of(role)
    if new != account.role:
        event = AccountEvent(account.id, "role-given", at, by, {"role": new})
        record_account_event(writing, event)
        end_sessions(writing, account)
    return find_account(writing, name)


def shut_out(writing: Writing, name: str, *, by: str, at: datetime) -> Account:
    """Nobody signs in by this account any more; sessions end at once, its keys are destroyed."""
    account = find_account(writing, name)
    if account.active:
        record_account_event(writing, AccountEvent(account.id, "disabled", at, by))
        end_sessions(writing, account)
        drop_credentials(writing, account.id, at=at)
    return find_account(writing, name)


def let_in_again(writing: Writing, key: bytes, name: str, *, by: str, at: datetime) -> LetIn:
    """Opens an account that was shut, with a new code to enrol."""
    account = find_account(writing, name)
    if not account.active:
        record_account_event(writing, AccountEvent(account.id, "enabled", at, by))
    account = find_account(writing, name)
    return LetIn(account, invite(writing, key, account, at))


def recovered(writing: Writing, key: bytes, name: str, *, by: str, at: datetime) -> LetIn:
    """For whoever lost their keys: none counts any more, and a new code; Refused (`account-shut`).

    Sessions end at once. Whoever calls has made sure who is asking.
    """
    account = find_account(writing, name)
    if not account.active:
        raise Refused(
            "account-shut", f"the account '{name}' is shut", help="`troth account enable` opens it"
        )
    drop_credentials(writing, account.id, at=at)
    record_account_event(writing, AccountEvent(account.id, "keys-reset", at, by))
    end_sessions(writing, account)
    return LetIn(find_account(writing, name), invite(writing, key, account, at))
