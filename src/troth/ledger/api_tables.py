"""The ledger's tables of the API: answers that were given, and how consents were given."""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, Table, Text

from troth.ledger.tables import metadata
from troth.ledger.types import Document, Instant

api_answers = Table(
    "api_answers",
    metadata,
    Column("organisation", Text, primary_key=True),
    Column("token", Text, primary_key=True),
    Column("key", Text, primary_key=True),
    Column("request", Text, nullable=False),
    Column("answer", Document, nullable=False),
    Column("given_at", Instant, nullable=False),
)

consent_proofs = Table(
    "consent_proofs",
    metadata,
    Column("organisation", Text, primary_key=True),
    Column("entry", BigInteger, primary_key=True),
    Column("of_entry", BigInteger, nullable=False),
    Column("words", Text, nullable=False),
    Column("shown_in", Text, nullable=False),
    Column("act", Text, nullable=False),
    Column("recorded_at", Instant, nullable=False),
    Column("recorded_by", Text, nullable=False),
)
