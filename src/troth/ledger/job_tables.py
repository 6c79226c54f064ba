"""The ledger's tables of the work that is done by itself: jobs with their leases, and reminders."""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, Table, Text

from troth.ledger.tables import metadata
from troth.ledger.types import Day, Document, Instant

jobs = Table(
    "jobs",
    metadata,
    Column("organisation", Text, primary_key=True),
    Column("name", Text, primary_key=True),
    Column("token", BigInteger, nullable=False),
    Column("holder", Text),
    Column("leased_until", Instant),
    Column("started_at", Instant),
    Column("ended_at", Instant),
    Column("state", Text, nullable=False),
    Column("code", Text),
    Column("counts", Document, nullable=False),
    Column("failures", BigInteger, nullable=False),
    Column("night", Day),
)

reminders = Table(
    "reminders",
    metadata,
    Column("organisation", Text, primary_key=True),
    Column("what", Text, primary_key=True),
    Column("number", Text, primary_key=True),
    Column("due_on", Day, primary_key=True),
    Column("occasion", Text, primary_key=True),
    Column("sent_at", Instant, nullable=False),
)
