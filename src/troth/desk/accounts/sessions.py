"""Sessions: begun by signing in, ended by signing out, by time, or by any change of the account.

The browser has a random token; the ledger has its digest. A session stands on the newest event of
its account, so a role that is changed or an account that is shut ends it at the next call.
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256

from sqlalchemy import delete, insert, select, update

from troth.ledger.account_tables import account_sessions
from troth.ledger.accounts import Account, account_of
from troth.ledger.session import Reading, Writing

IDLE = timedelta(minutes=30)
LONGEST = timedelta(hours=12)
FRESH = timedelta(minutes=10)
"""How long a proof of who one is counts for the steps that ask for one."""
NOTED_EVERY = timedelta(minutes=1)
"""A call is noted in the ledger at most so often."""
_TOKEN_BYTES = 32


@dataclass(frozen=True)
class Session:
    """A session that stands: whose it is, since when, and when they last proved who they are."""

    digest: str
    account: Account
    how: str
    started_at: datetime
    proved_at: datetime
    seen_at: datetime

    def fresh(self, now: datetime) -> bool:
        """They proved who they are a moment ago."""
        return now - self.proved_at <= FRESH

    def to_note(self, now: datetime) -> bool:
        """It is time to note that it is in use."""
        return now - self.seen_at >= NOTED_EVERY


def start_session(writing: Writing, account: Account, *, how: str, at: datetime) -> str:
    """A new session, whose token the browser alone keeps; sessions that are over go."""
    _forget_old(writing, at)
    token = secrets.token_urlsafe(_TOKEN_BYTES)
    writing.connection.execute(
        insert(account_sessions).values(
            organisation=writing.organisation,
            digest=digest_of(token),
            account=account.id,
            stands_on=account.stands_on,
            how=how,
            started_at=at,
            proved_at=at,
            seen_at=at,
        )
    )
    writing.append("signed-in", at, {"account": account.id, "how": how})
    return token


def find_session(reading: Reading, token: str, now: datetime) -> Session | None:
    """The session of a token, where it still stands."""
    return session_of_digest(reading, digest_of(token), now)


def session_of_digest(reading: Reading, digest: str, now: datetime) -> Session | None:
    """The same by the digest, for who has been shown the token before."""
    table = account_sessions.c
    row = reading.connection.execute(
        select(account_sessions).where(
            table.organisation == reading.organisation, table.digest == digest
        )
    ).one_or_none()
    if row is None or now - row.seen_at > IDLE or now - row.started_at > LONGEST:
        return None
    account = account_of(reading, row.account)
    if account is None or not account.active or account.stands_on != row.stands_on:
        return None
    return Session(row.digest, account, row.how, row.started_at, row.proved_at, row.seen_at)


def sessions_of(reading: Reading, account: Account, now: datetime) -> tuple[Session, ...]:
    """The sessions of an account that stand, the newest first."""
    table = account_sessions.c
    rows = reading.connection.execute(
        select(account_sessions)
        .where(
            table.organisation == reading.organisation,
            table.account == account.id,
            table.stands_on == account.stands_on,
            table.seen_at > now - IDLE,
            table.started_at > now - LONGEST,
        )
        .order_by(table.started_at.desc())
    )
    return tuple(
        Session(row.digest, account, row.how, row.started_at, row.proved_at, row.seen_at)
        for row in rows
    )


def note_use(writing: Writing, session: Session, now: datetime) -> None:
    """Note that a session is in use, so that it is not idle."""
    _change(writing, session, seen_at=now)


def end_session(writing: Writing, digest: str, *, at: datetime) -> None:
    """Signing out: the session is over at once."""
    table = account_sessions.c
    gone = writing.connection.execute(
        delete(account_sessions).where(
            table.organisation == writing.organisation, table.digest == digest
        )
    )
    if gone.rowcount:
        writing.append("signed-out", at, {})


def end_sessions(writing: Writing, account: Account, *, but: str | None = None) -> int:
    """Ends every session of an account, but the one of a digest; how many."""
    table = account_sessions.c
    return writing.connection.execute(
        delete(account_sessions).where(
            table.organisation == writing.organisation,
            table.account == account.id,
            table.digest != (but or ""),
        )
    ).rowcount


def digest_of(token: str) -> str:
    """What the ledger keeps of a random token."""
    return sha256(token.encode()).hexdigest()


def _change(writing: Writing, session: Session, **values: datetime) -> None:
    writing.connection.execute(
        update(account_sessions)
        .where(
            account_sessions.c.organisation == writing.organisation,
            account_sessions.c.digest == session.digest,
        )
        .values(**values)
    )


def _forget_old(writing: Writing, now: datetime) -> None:
    table = account_sessions.c
    writing.connection.execute(
        delete(account_sessions).where(
            table.organisation == writing.organisation,
            (table.seen_at < now - IDLE) | (table.started_at < now - LONGEST),
        )
    )
