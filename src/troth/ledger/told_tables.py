"""The ledger's tables of disclosures, notices to recipients, suppression, wishes after death."""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, LargeBinary, Table, Text

from troth.ledger.tables import metadata
from troth.ledger.types import Day, Document, Instant


def _organisation() -> Column[str]:
    return Column("organisation", Text, primary_key=True)


disclosures = Table(
    "disclosures",
    metadata,
    _organisation(),
    Column("entry", BigInteger, primary_key=True),
    Column("namespace", Text, nullable=False),
    Column("value", Text, nullable=False),
    Column("recipient", Text, nullable=False),
    Column("categories", Document, nullable=False),
    Column("at", Instant, nullable=False),
    Column("basis", Text, nullable=False),
    Column("country", Text),
    Column("known_namespace", Text, nullable=False),
    Column("known_value", Text, nullable=False),
    Column("recorded_at", Instant, nullable=False),
    Column("recorded_by", Text, nullable=False),
)

recipient_notices = Table(
    "recipient_notices",
    metadata,
    _organisation(),
    Column("id", Text, primary_key=True),
    Column("entry", BigInteger, nullable=False),
    Column("act", Text, nullable=False),
    Column("recipient", Text, nullable=False),
    Column("kind", Text, nullable=False),
    Column("known", Text, nullable=False),
    Column("categories", Document, nullable=False),
    Column("namespace", Text),
    Column("value", Text),
    Column("due_on", Day, nullable=False),
    Column("opened_at", Instant, nullable=False),
    Column("opened_by", Text, nullable=False),
)

notice_events = Table(
    "notice_events",
    metadata,
    _organisation(),
    Column("entry", BigInteger, primary_key=True),
    Column("notice", Text, nullable=False),
    Column("status", Text, nullable=False),
    Column("at", Instant, nullable=False),
    Column("done_by", Text, nullable=False),
    Column("proof", Text),
)

suppressions = Table(
    "suppressions",
    metadata,
    _organisation(),
    Column("entry", BigInteger, primary_key=True),
    Column("digest", Text, primary_key=True),
    Column("why", Text, nullable=False),
    Column("day", Day, nullable=False),
)

suppression_keys = Table(
    "suppression_keys",
    metadata,
    _organisation(),
    Column("secret", LargeBinary, nullable=False),
)

act_proofs = Table(
    "act_proofs",
    metadata,
    _organisation(),
    Column("entry", BigInteger, primary_key=True),
    Column("act", Text, nullable=False),
    Column("proof", Text, nullable=False),
    Column("at", Instant, nullable=False),
    Column("done_by", Text, nullable=False),
)

directives = Table(
    "directives",
    metadata,
    _organisation(),
    Column("id", Text, primary_key=True),
    Column("entry", BigInteger, nullable=False),
    Column("given_at", Instant, nullable=False),
    Column("form", Text, nullable=False),
    Column("instructions", Document, nullable=False),
    Column("trusted", Document, nullable=False),
    Column("recorded_at", Instant, nullable=False),
    Column("recorded_by", Text, nullable=False),
)

directive_registers = Table(
    "directive_registers",
    metadata,
    _organisation(),
    Column("entry", BigInteger, nullable=False),
    Column("directive", Text, primary_key=True),
    Column("registered_with", Text, nullable=False),
)

directive_persons = Table(
    "directive_persons",
    metadata,
    _organisation(),
    Column("directive", Text, primary_key=True),
    Column("position", BigInteger, primary_key=True),
    Column("entry", BigInteger, nullable=False),
    Column("namespace", Text, nullable=False),
    Column("value", Text, nullable=False),
)

directive_ends = Table(
    "directive_ends",
    metadata,
    _organisation(),
    Column("directive", Text, primary_key=True),
    Column("entry", BigInteger, nullable=False),
    Column("how", Text, nullable=False),
    Column("at", Instant, nullable=False),
    Column("done_by", Text, nullable=False),
    Column("asked_by", Text),
    Column("proof", Text),
)

hand_overs = Table(
    "hand_overs",
    metadata,
    _organisation(),
    Column("id", Text, primary_key=True),
    Column("entry", BigInteger, nullable=False),
    Column("death", Text, nullable=False),
    Column("directive", Text),
    Column("purpose", Text, nullable=False),
    Column("name", Text, nullable=False),
    Column("contact", Text),
    Column("categories", Document, nullable=False),
    Column("places", Document, nullable=False),
    Column("ordered_at", Instant, nullable=False),
    Column("ordered_by", Text, nullable=False),
)
