"""A new key for a desk: what lies sealed is sealed anew; what went out by older ones opens.

The file comes first and the ledger second, so that a crash in between leaves nothing that no key
opens; the next change of the key makes good what is left under an older one.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from troth.desk.accounts.codes import open_secret, seal_secret
from troth.desk.accounts.keys import purpose_key
from troth.desk.accounts.sessions import end_sessions
from troth.desk.intake.key import keep_keys, key_in, name_of
from troth.ledger.accounts import read_accounts
from troth.ledger.credentials import credentials_of, reseal_credential
from troth.ledger.desk_key import DeskKey, keys_of
from troth.ledger.documents import reseal_documents
from troth.ledger.ledger import Ledger
from troth.ledger.session import Writing
from troth.postbox.seal import new_key


@dataclass(frozen=True)
class Rotated:
    """The names of the key and of those before it, and how much was sealed anew or ended."""

    key: str
    older: tuple[str, ...]
    documents: int
    authenticators: int
    sessions: int


def rotate(ledger: Ledger, organisation: str, file: Path, *, by: str, at: datetime) -> Rotated:
    """Makes a new key, seals documents and authenticators by it, and ends every session.

    Refused: `key-file`.
    """
    with ledger.writing(organisation) as writing:
        key = keep_keys(file, [new_key(), *keys_of(key_in(file))])
        return _sealed_anew(writing, key, "desk-key-changed", by, at)


def retire(ledger: Ledger, organisation: str, file: Path, *, by: str, at: datetime) -> Rotated:
    """Forgets the older keys, after whatever still lay sealed by them was sealed anew.

    Links of mails, recovery codes, links with a provider's account and addresses of calendars that
    were made under them end with them.
    """
    with ledger.writing(organisation) as writing:
        found = _sealed_anew(writing, key_in(file), "desk-keys-retired", by, at)
    keep_keys(file, [bytes(key_in(file))])
    return found


def _sealed_anew(writing: Writing, key: DeskKey, kind: str, by: str, at: datetime) -> Rotated:
    accounts = read_accounts(writing)
    found = Rotated(
        name_of(key),
        tuple(name_of(one) for one in key.older),
        reseal_documents(writing, key, at=at),
        sum(_authenticators(writing, key, account.id) for account in accounts),
        sum(end_sessions(writing, account) for account in accounts),
    )
    counts = {"documents": found.documents, "authenticators": found.authenticators}
    writing.append(kind, at, {"key": found.key, "older": list(found.older), "by": by, **counts})
    return found


def _authenticators(writing: Writing, key: DeskKey, account: str) -> int:
    """How many secrets of authenticators were sealed by an older key, and are not any more."""
    newest, *older = [purpose_key(one, writing.organisation, "totp") for one in keys_of(key)]
    number = 0
    for one in credentials_of(writing, account, "totp"):
        opened = (open_secret(own, one.secret, account, one.id) for own in older)
        secret = next((found for found in opened if found is not None), None)
        if secret is not None:
            reseal_credential(writing, one.id, seal_secret(newest, secret, account, one.id))
            number += 1
    return number
