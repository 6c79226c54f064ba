"""The ledger's tables of a mailbox: what was read, what waits for a look, which addresses fail.

None of them is a fact of the journal: requests and replies are, and they stand there.
"""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, Table, Text

from troth.ledger.tables import metadata
from troth.ledger.types import Document, Instant

mails_read = Table(
    "mails_read",
    metadata,
    Column("organisation", Text, primary_key=True),
    Column("mailbox", Text, primary_key=True),
    Column("validity", BigInteger, primary_key=True),
    Column("uid", BigInteger, primary_key=True),
    Column("message", Text, nullable=False),
    Column("outcome", Text, nullable=False),
    Column("number", Text),
    Column("read_at", Instant, nullable=False),
)

mails_waiting = Table(
    "mails_waiting",
    metadata,
    Column("organisation", Text, primary_key=True),
    Column("number", Text, primary_key=True),
    Column("received_at", Instant, nullable=False),
    Column("why", Text, nullable=False),
    Column("right_read", Text, nullable=False),
    Column("language", Text, nullable=False),
    Column("mail", Document, nullable=False),
)

failing_addresses = Table(
    "failing_addresses",
    metadata,
    Column("organisation", Text, primary_key=True),
    Column("digest", Text, primary_key=True),
    Column("bounces", BigInteger, nullable=False),
    Column("last_at", Instant, nullable=False),
)

outbox_threads = Table(
    "outbox_threads",
    metadata,
    Column("organisation", Text, primary_key=True),
    Column("id", Text, primary_key=True),
    Column("headers", Document, nullable=False),
)
