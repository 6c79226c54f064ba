"""Passkeys (WebAuthn): a key in the person's own device, unlocked by finger, face or PIN.

The authenticator verifies its user, so a passkey is two factors in one; it finds its account by
itself, so no name is asked for.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime, timedelta

from webauthn import (
    generate_authentication_options,
    generate_registration_options,
    options_to_json,
    verify_authentication_response,
    verify_registration_response,
)
from webauthn.helpers import base64url_to_bytes, bytes_to_base64url
from webauthn.helpers.exceptions import WebAuthnException
from webauthn.helpers.structs import (
    AuthenticatorSelectionCriteria,
    PublicKeyCredentialDescriptor,
    ResidentKeyRequirement,
    UserVerificationRequirement,
)

from troth.desk.accounts.keys import purpose_key
from troth.desk.accounts.tickets import make_ticket, open_ticket, spent_digest
from troth.errors import Refused
from troth.ledger.accounts import Account, account_of
from troth.ledger.credentials import (
    Credential,
    credentials_found,
    credentials_of,
    drop_credentials,
    keep_credential,
    note_credential_use,
    spend,
)
from troth.ledger.session import Reading, Writing

_VERIFIED = UserVerificationRequirement.REQUIRED
_MOST_ANSWER = 20_000  # characters
_REMEMBERED = timedelta(days=1)


@dataclass(frozen=True)
class Site:
    """Where passkeys count: the host without its port, and the origin that browsers report."""

    host: str
    origin: str
    name: str


@dataclass(frozen=True)
class Asked:
    """What the page asks the browser for (JSON), and the ticket that its form carries."""

    options: str
    ticket: str


def ask_for_new(reading: Reading, key: bytes, account: Account, site: Site, now: datetime) -> Asked:
    """What to ask for to add a passkey to an account."""
    options = generate_registration_options(
        rp_id=site.host,
        rp_name=site.name,
        user_name=account.name,
        user_id=account.id.encode(),
        authenticator_selection=AuthenticatorSelectionCriteria(
            resident_key=ResidentKeyRequirement.REQUIRED, user_verification=_VERIFIED
        ),
        exclude_credentials=[
            PublicKeyCredentialDescriptor(id=base64url_to_bytes(one.finder))
            for one in credentials_of(reading, account.id, "passkey")
        ],
    )
    values = {"challenge": bytes_to_base64url(options.challenge), "account": account.id}
    own = purpose_key(key, reading.organisation, "tickets")
    return Asked(options_to_json(options), make_ticket(own, "new-passkey", values, now))


def add_passkey(
    writing: Writing,
    key: bytes,
    account: Account,
    site: Site,
    *,
    ticket: str,
    answer: str,
    label: str,
    now: datetime,
) -> Credential:
    """Adds what the browser answered; Refused (`passkey-refused`)."""
    values = _opened(writing, key, "new-passkey", ticket, now)
    if values["account"] != account.id or len(answer) > _MOST_ANSWER:
        raise _refused()
    try:
        made = verify_registration_response(
            credential=answer,
            expected_challenge=base64url_to_bytes(values["challenge"]),
            expected_rp_id=site.host,
            expected_origin=site.origin,
            require_user_verification=True,
        )
    except (WebAuthnException, ValueError) as error:
        raise _refused() from error
    finder = bytes_to_base64url(made.credential_id)
    if credentials_found(writing, "passkey", finder):
        raise _refused()
    drop_credentials(writing, account.id, at=now, kind="enrolment")
    return keep_credential(
        writing,
        account.id,
        "passkey",
        at=now,
        secret=made.credential_public_key,
        finder=finder,
        label=label[:60],
        uses=made.sign_count,
    )


def ask_for_any(key: bytes, organisation: str, site: Site, now: datetime) -> Asked:
    """What to ask for to sign in: any passkey of this site."""
    options = generate_authentication_options(rp_id=site.host, user_verification=_VERIFIED)
    values = {"challenge": bytes_to_base64url(options.challenge)}
    own = purpose_key(key, organisation, "tickets")
    return Asked(options_to_json(options), make_ticket(own, "passkey", values, now))


def sign_in_by_passkey(
    writing: Writing, key: bytes, site: Site, *, ticket: str, answer: str, now: datetime
) -> Account:
    """The account whose passkey answered; Refused (`passkey-refused`). A ticket counts once."""
    values = _opened(writing, key, "passkey", ticket, now)
    one = _answering(writing, answer)
    account = account_of(writing, one.account)
    if account is None or not account.active:
        raise _refused()
    try:
        seen = verify_authentication_response(
            credential=answer,
            expected_challenge=base64url_to_bytes(values["challenge"]),
            expected_rp_id=site.host,
            expected_origin=site.origin,
            credential_public_key=one.secret,
            credential_current_sign_count=one.uses,
            require_user_verification=True,
        )
    except (WebAuthnException, ValueError) as error:
        raise _refused() from error
    note_credential_use(writing, one.id, at=now, uses=seen.new_sign_count)
    return account


def _answering(reading: Reading, answer: str) -> Credential:
    try:
        sent = json.loads(answer) if len(answer) <= _MOST_ANSWER else None
    except ValueError:
        sent = None
    id = sent.get("id") if isinstance(sent, dict) else None
    found = credentials_found(reading, "passkey", id) if isinstance(id, str) and id else ()
    if not found:
        raise _refused()
    return found[0]


def _opened(
    writing: Writing, key: bytes, purpose: str, ticket: str, now: datetime
) -> dict[str, str]:
    own = purpose_key(key, writing.organisation, "tickets")
    values = open_ticket(own, purpose, ticket, now)
    if values is None:
        raise _refused()
    if not spend(writing, spent_digest(ticket), until=now + _REMEMBERED, at=now):
        raise _refused()
    return values


def _refused() -> Refused:
    return Refused(
        "passkey-refused",
        "the passkey was not accepted",
        help="try again, or sign in another way",
    )
