"""The ledger's table of work that somebody asked for and that is done one after the other."""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, Table, Text

from troth.ledger.tables import metadata
from troth.ledger.types import Instant

works = Table(
    "works",
    metadata,
    Column("organisation", Text, primary_key=True),
    Column("number", BigInteger, primary_key=True),
    Column("kind", Text, nullable=False),
    Column("subject", Text, nullable=False),
    Column("asked_by", Text, nullable=False),
    Column("asked_at", Instant, nullable=False),
    Column("state", Text, nullable=False),
    Column("begun", BigInteger, nullable=False),
    Column("started_at", Instant),
    Column("ended_at", Instant),
    Column("place", Text, nullable=False),
    Column("done", BigInteger, nullable=False),
    Column("total", BigInteger, nullable=False),
    Column("code", Text, nullable=False),
    Column("said", Text, nullable=False),
    Column("help", Text, nullable=False),
)
