"""The ledger's tables of personal data breaches, and of what happened in each."""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, Table, Text

from troth.ledger.tables import metadata
from troth.ledger.types import Document, Instant

breaches = Table(
    "breaches",
    metadata,
    Column("organisation", Text, primary_key=True),
    Column("id", Text, primary_key=True),
    Column("entry", BigInteger, nullable=False),
    Column("noticed_at", Instant, nullable=False),
    Column("processor", Text),
    Column("processor_told_at", Instant),
    Column("recorded_at", Instant, nullable=False),
    Column("recorded_by", Text, nullable=False),
)

breach_events = Table(
    "breach_events",
    metadata,
    Column("organisation", Text, primary_key=True),
    Column("entry", BigInteger, primary_key=True),
    Column("breach", Text, nullable=False),
    Column("kind", Text, nullable=False),
    Column("at", Instant, nullable=False),
    Column("done_by", Text, nullable=False),
    Column("detail", Document, nullable=False),
)
