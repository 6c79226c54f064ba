"""The ledger's tables of requests as they came, of what happened to each, and of its papers."""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, LargeBinary, Table, Text

from troth.ledger.tables import metadata
from troth.ledger.types import Day, Document, Instant

requests = Table(
    "requests",
    metadata,
    Column("organisation", Text, primary_key=True),
    Column("number", Text, primary_key=True),
    Column("entry", BigInteger, nullable=False),
    Column("right_asked", Text, nullable=False),
    Column("channel", Text, nullable=False),
    Column("received_at", Instant, nullable=False),
    Column("answer_by", Day, nullable=False),
    Column("language", Text, nullable=False),
    Column("contact", Text, nullable=False),
    Column("names", Document, nullable=False),
    Column("words", Text, nullable=False),
    Column("behalf", Text, nullable=False),
    Column("link", Text),
    Column("recorded_at", Instant, nullable=False),
    Column("recorded_by", Text, nullable=False),
)

request_events = Table(
    "request_events",
    metadata,
    Column("organisation", Text, primary_key=True),
    Column("entry", BigInteger, primary_key=True),
    Column("number", Text, nullable=False),
    Column("kind", Text, nullable=False),
    Column("at", Instant, nullable=False),
    Column("done_by", Text, nullable=False),
    Column("detail", Document, nullable=False),
)

request_links = Table(
    "request_links",
    metadata,
    Column("organisation", Text, primary_key=True),
    Column("link", Text, primary_key=True),
    Column("number", Text, nullable=False),
)

request_codes = Table(
    "request_codes",
    metadata,
    Column("organisation", Text, primary_key=True),
    Column("number", Text, primary_key=True),
    Column("mac", LargeBinary, nullable=False),
    Column("until", Instant, nullable=False),
    Column("tries", BigInteger, nullable=False),
)

request_keys = Table(
    "request_keys",
    metadata,
    Column("organisation", Text, primary_key=True),
    Column("number", Text, primary_key=True),
    Column("purpose", Text, primary_key=True),
    Column("secret", LargeBinary, nullable=False),
)

request_documents = Table(
    "request_documents",
    metadata,
    Column("organisation", Text, primary_key=True),
    Column("id", Text, primary_key=True),
    Column("number", Text, nullable=False),
    Column("purpose", Text, nullable=False),
    Column("kind", Text, nullable=False),
    Column("media", Text, nullable=False),
    Column("bytes", BigInteger, nullable=False),
    Column("sealed", LargeBinary, nullable=False),
    Column("stored_at", Instant, nullable=False),
    Column("stored_by", Text, nullable=False),
)
