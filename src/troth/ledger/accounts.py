"""Accounts of those who work at the desk: let in, given a role, shut out. Facts, never edited.

The name of an account is what facts say in `done_by`; it is used once, so that who did something
stays told.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any, Literal

from sqlalchemy import select

from troth.errors import Refused
from troth.ledger.account_tables import account_events
from troth.ledger.recording import NewFact, record_facts
from troth.ledger.session import Reading, Writing

EventKind = Literal["added", "role-given", "disabled", "enabled", "keys-reset"]


@dataclass(frozen=True)
class Account:
    """Who may sign in, and as what; `stands_on` is the entry that last changed anything of it.

    Sessions are held against `stands_on`: any change ends them.
    """

    id: str
    name: str
    role: str
    email: str | None
    active: bool
    added_at: datetime
    stands_on: int


@dataclass(frozen=True)
class AccountEvent:
    """Something that happened to an account; `detail` holds its name, role or address."""

    account: str
    kind: EventKind
    at: datetime
    done_by: str
    detail: dict[str, str] = field(default_factory=dict)


def add_account(
    writing: Writing, name: str, role: str, *, by: str, at: datetime, email: str | None = None
) -> Account:
    """Let somebody in; Refused (`account-exists`) for a name that was ever used."""
    if any(account.name.casefold() == name.casefold() for account in read_accounts(writing)):
        raise Refused(
            "account-exists",
            f"there is an account '{name}' already, or there was",
            help="take another name: who did something must stay told",
        )
    detail = {"name": name, "role": role} | ({"email": email} if email else {})
    id = writing.new_id("account")
    record_account_event(writing, AccountEvent(id, "added", at, by, detail))
    return find_account(writing, name)


def record_account_event(writing: Writing, event: AccountEvent) -> None:
    """Record one event; the journal names the account by its id, and its role."""
    row = {
        "account": event.account,
        "kind": event.kind,
        "at": event.at,
        "done_by": event.done_by,
        "detail": event.detail,
    }
    payload = {"account": event.account, "event": event.kind}
    if "role" in event.detail:
        payload["role"] = event.detail["role"]
    record_facts(writing, "account-changed", event.at, [NewFact(payload, [(account_events, row)])])


def read_accounts(reading: Reading) -> tuple[Account, ...]:
    """Every account that ever was, in the order in which they were let in."""
    return _folded(reading, None)


def find_account(reading: Reading, name: str) -> Account:
    """One account by its name; Refused (`unknown-account`)."""
    for account in read_accounts(reading):
        if account.name.casefold() == name.casefold():
            return account
    raise Refused(
        "unknown-account",
        f"there is no account '{name}'",
        help="`troth account list` shows them",
    )


def account_of(reading: Reading, id: str) -> Account | None:
    """One account by its id."""
    found = _folded(reading, id)
    return found[0] if found else None


def _folded(reading: Reading, only: str | None) -> tuple[Account, ...]:
    table = account_events.c
    query = select(account_events).where(table.organisation == reading.organisation)
    if only is not None:
        query = query.where(table.account == only)
    found: dict[str, Account] = {}
    for row in reading.connection.execute(query.order_by(table.entry)):
        found[row.account] = _after(found.get(row.account), row)
    return tuple(found.values())


def _after(account: Account | None, row: Any) -> Account:
    if account is None:
        name, role, email = (row.detail.get(key) for key in ("name", "role", "email"))
        return Account(row.account, name, role, email, True, row.at, row.entry)
    changed = replace(account, stands_on=row.entry)
    if row.kind == "role-given":
        return replace(changed, role=row.detail["role"])
    if row.kind in ("disabled", "enabled"):
        return replace(changed, active=row.kind == "enabled")
    return changed
