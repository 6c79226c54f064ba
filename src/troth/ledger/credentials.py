"""How accounts sign in: one row for each way, with a digest or a sealed secret.

No fact: a credential goes when it is replaced, and the journal says only that one came or went.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from sqlalchemy import delete, insert, select, update

from troth.ledger.account_tables import account_credentials, account_spent, account_tries
from troth.ledger.session import Reading, Writing

CredentialKind = Literal["enrolment", "password", "totp", "recovery", "passkey", "oidc"]


@dataclass(frozen=True)
class Credential:
    """One way to sign in; `finder` finds it from what a browser sends, `uses` counts its uses."""

    id: str
    account: str
    kind: CredentialKind
    label: str
    finder: str
    secret: bytes
    uses: int
    added_at: datetime
    expires_at: datetime | None = None
    used_at: datetime | None = None


def keep_credential(
    writing: Writing,
    account: str,
    kind: CredentialKind,
    *,
    at: datetime,
    secret: bytes = b"",
    finder: str = "",
    label: str = "",
    uses: int = 0,
    expires_at: datetime | None = None,
    id: str | None = None,
) -> Credential:
    """Keep a new way to sign in; `id` where what is sealed in it names it."""
    made = Credential(
        id or writing.new_id("key"), account, kind, label, finder, secret, uses, at, expires_at
    )
    writing.connection.execute(
        insert(account_credentials).values(organisation=writing.organisation, **vars(made))
    )
    writing.append("sign-in-key-added", at, {"account": account, "kind": kind})
    return made


def credentials_of(
    reading: Reading, account: str, kind: CredentialKind | None = None
) -> tuple[Credential, ...]:
    """The ways in which an account signs in, the oldest first."""
    table = account_credentials.c
    query = _mine(reading).where(table.account == account)
    if kind is not None:
        query = query.where(table.kind == kind)
    rows = reading.connection.execute(query.order_by(table.added_at, table.id))
    return tuple(_credential(row) for row in rows)


def credentials_found(
    reading: Reading, kind: CredentialKind, finder: str
) -> tuple[Credential, ...]:
    """Those of a kind that a finder finds; whoever keeps one sees to it that there is one."""
    table = account_credentials.c
    rows = reading.connection.execute(
        _mine(reading).where(table.kind == kind, table.finder == finder)
    )
    return tuple(_credential(row) for row in rows)


def note_credential_use(writing: Writing, id: str, *, at: datetime, uses: int) -> None:
    """Note the last use of a credential, and its counter."""
    table = account_credentials.c
    writing.connection.execute(
        update(account_credentials)
        .where(table.organisation == writing.organisation, table.id == id)
        .values(used_at=at, uses=uses)
    )


def reseal_credential(writing: Writing, id: str, secret: bytes) -> None:
    """The same secret under another seal; nothing else of the way in changes."""
    table = account_credentials.c
    writing.connection.execute(
        update(account_credentials)
        .where(table.organisation == writing.organisation, table.id == id)
        .values(secret=secret)
    )


def drop_credentials(
    writing: Writing,
    account: str,
    *,
    at: datetime,
    kind: CredentialKind | None = None,
    id: str | None = None,
) -> int:
    """Takes ways to sign in away: all of the account, those of a kind, or one; how many."""
    table = account_credentials.c
    where = [table.organisation == writing.organisation, table.account == account]
    if kind is not None:
        where.append(table.kind == kind)
    if id is not None:
        where.append(table.id == id)
    gone = writing.connection.execute(delete(account_credentials).where(*where)).rowcount
    if gone:
        payload = {"account": account, "kind": kind or "any", "number": gone}
        writing.append("sign-in-keys-dropped", at, payload)
    return gone


def spend(writing: Writing, digest: str, *, until: datetime, at: datetime) -> bool:
    """Use something that may be used once, remembered until then; False where it was used."""
    table = account_spent.c
    mine = table.organisation == writing.organisation
    writing.connection.execute(delete(account_spent).where(mine, table.until < at))
    known = writing.connection.execute(select(table.digest).where(mine, table.digest == digest))
    if known.first() is not None:
        return False
    writing.connection.execute(
        insert(account_spent).values(organisation=writing.organisation, digest=digest, until=until)
    )
    return True


def tries_of(reading: Reading, digest: str) -> tuple[int, datetime | None]:
    """How often in a row signing in failed under a name, and when last."""
    table = account_tries.c
    row = reading.connection.execute(
        select(table.failures, table.last_at).where(
            table.organisation == reading.organisation, table.digest == digest
        )
    ).one_or_none()
    return (0, None) if row is None else (row.failures, row.last_at)


def note_tries(
    writing: Writing, digest: str, failures: int, *, at: datetime, forget: datetime
) -> None:
    """Note failures under a name, 0 after a success; those last seen before `forget` go."""
    table = account_tries.c
    writing.connection.execute(
        delete(account_tries).where(
            table.organisation == writing.organisation,
            (table.digest == digest) | (table.last_at < forget),
        )
    )
    if failures:
        writing.connection.execute(
            insert(account_tries).values(
                organisation=writing.organisation, digest=digest, failures=failures, last_at=at
            )
        )


def _mine(reading: Reading) -> Any:
    return select(account_credentials).where(
        account_credentials.c.organisation == reading.organisation
    )


def _credential(row: Any) -> Credential:
    return Credential(
        row.id,
        row.account,
        row.kind,
        row.label,
        row.finder,
        bytes(row.secret),
        row.uses,
        row.added_at,
        row.expires_at,
        row.used_at,
    )
