"""The ledger's tables of accounts: who works at the desk, how they sign in, what they looked at.

Accounts and looks are facts, bound to the journal. Credentials, sessions and tokens are not: of
what is secret there is a digest at most, and it goes when it is of no more use.
"""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, LargeBinary, Table, Text

from troth.ledger.tables import metadata
from troth.ledger.types import Document, Instant


def _organisation() -> Column[str]:
    return Column("organisation", Text, primary_key=True)


account_events = Table(
    "account_events",
    metadata,
    _organisation(),
    Column("entry", BigInteger, primary_key=True),
    Column("account", Text, nullable=False),
    Column("kind", Text, nullable=False),
    Column("at", Instant, nullable=False),
    Column("done_by", Text, nullable=False),
    Column("detail", Document, nullable=False),
)

account_looks = Table(
    "account_looks",
    metadata,
    _organisation(),
    Column("entry", BigInteger, primary_key=True),
    Column("account", Text, nullable=False),
    Column("what", Text, nullable=False),
    Column("reference", Text, nullable=False),
    Column("purpose", Text, nullable=False),
    Column("at", Instant, nullable=False),
)

account_credentials = Table(
    "account_credentials",
    metadata,
    _organisation(),
    Column("id", Text, primary_key=True),
    Column("account", Text, nullable=False),
    Column("kind", Text, nullable=False),
    Column("label", Text, nullable=False),
    Column("finder", Text, nullable=False),
    Column("secret", LargeBinary, nullable=False),
    Column("uses", BigInteger, nullable=False),
    Column("added_at", Instant, nullable=False),
    Column("expires_at", Instant),
    Column("used_at", Instant),
)

account_sessions = Table(
    "account_sessions",
    metadata,
    _organisation(),
    Column("digest", Text, primary_key=True),
    Column("account", Text, nullable=False),
    Column("stands_on", BigInteger, nullable=False),
    Column("how", Text, nullable=False),
    Column("started_at", Instant, nullable=False),
    Column("proved_at", Instant, nullable=False),
    Column("seen_at", Instant, nullable=False),
)

account_spent = Table(
    "account_spent",
    metadata,
    _organisation(),
    Column("digest", Text, primary_key=True),
    Column("until", Instant, nullable=False),
)

account_tries = Table(
    "account_tries",
    metadata,
    _organisation(),
    Column("digest", Text, primary_key=True),
    Column("failures", BigInteger, nullable=False),
    Column("last_at", Instant, nullable=False),
)

api_tokens = Table(
    "api_tokens",
    metadata,
    _organisation(),
    Column("id", Text, primary_key=True),
    Column("digest", Text, nullable=False),
    Column("name", Text, nullable=False),
    Column("scopes", Text, nullable=False),
    Column("made_at", Instant, nullable=False),
    Column("made_by", Text, nullable=False),
    Column("expires_at", Instant, nullable=False),
    Column("revoked_at", Instant),
    Column("used_at", Instant),
)
