"""From the provider's word to an account: by issuer and subject, never by a mail address."""

from __future__ import annotations

import re
from datetime import datetime

from troth.desk.accounts.keys import keyed_digest, purpose_key
from troth.desk.accounts.letting_in import give_role
from troth.desk.accounts.oidc import Identity
from troth.errors import Refused
from troth.ledger.accounts import Account, account_of, add_account
from troth.ledger.credentials import (
    Credential,
    credentials_found,
    drop_credentials,
    keep_credential,
    note_credential_use,
)
from troth.ledger.desk_key import keys_of
from troth.ledger.session import Reading, Writing
from troth.project.load import Oidc

_NOT_IN_NAMES = re.compile(r"[^\w.-]+")
BY = "identity-provider"
"""Who gave a role that the provider's claim gives."""


def link(
    writing: Writing, key: bytes, provider: Oidc, account: Account, who: Identity, now: datetime
) -> None:
    """From now on this identity signs in as the account; Refused (`oidc-linked`)."""
    finder = _finder(writing, key, who)
    for one in _found(writing, key, who):
        if one.account == account.id:
            return
        raise Refused(
            "oidc-linked",
            "this account of your organisation is another colleague's already",
            help="sign out at the identity provider, and in again as yourself",
        )
    drop_credentials(writing, account.id, at=now, kind="oidc")
    drop_credentials(writing, account.id, at=now, kind="enrolment")
    label = provider.terms.name
    keep_credential(writing, account.id, "oidc", at=now, finder=finder, label=label)


def sign_in_by_identity(
    writing: Writing, key: bytes, provider: Oidc, who: Identity, now: datetime
) -> Account:
    """The account of an identity; Refused (`oidc-unknown`) where there is none.

    Where `troth.yaml` names the claim for roles, somebody in a group with a role is let in at the
    first time, and has at each the role that the claim gives.
    """
    account = account_linked(writing, key, who, now)
    role = role_of_groups(provider, who)
    if provider.terms.roles_claim is not None and role is None:
        raise _unknown()
    if account is None and role is not None:
        name = _NOT_IN_NAMES.sub(".", who.name)[:40].strip(".-") or "colleague"
        account = add_account(writing, name, role, by=BY, at=now)
        link(writing, key, provider, account, who, now)
    if account is None or not account.active:
        raise _unknown()
    if role is not None and account.role != role:
        return give_role(writing, account.name, role, by=BY, at=now)
    return account


def role_of_groups(provider: Oidc, who: Identity) -> str | None:
    """The role that the provider's claim gives, where troth.yaml says so: the first that fits."""
    for value, role in provider.terms.roles.items():
        if provider.terms.roles_claim is not None and value in who.groups:
            return role
    return None


def account_linked(writing: Writing, key: bytes, who: Identity, now: datetime) -> Account | None:
    """The account that an identity was linked with."""
    for one in _found(writing, key, who):
        note_credential_use(writing, one.id, at=now, uses=one.uses + 1)
        return account_of(writing, one.account)
    return None


def _found(reading: Reading, key: bytes, who: Identity) -> list[Credential]:
    """What an identity was linked by, also under a key that the desk had before."""
    return [
        one
        for each in keys_of(key)
        for one in credentials_found(reading, "oidc", _finder(reading, each, who))
    ]


def _finder(reading: Reading, key: bytes, who: Identity) -> str:
    return keyed_digest(purpose_key(key, reading.organisation, "oidc"), who.issuer, who.subject)


def _unknown() -> Refused:
    return Refused(
        "oidc-unknown",
        "your organisation's account opens no account here",
        help="whoever lets people in can add you; then link the two on the page of your account",
    )
