"""The ledger's tables behind the console: none is a fact, each can be made anew or done without.

`request_standing` says of each request where it stands, so that lists need not fold its events;
`request_words` are the words by which it is found: personal data, gone with the request;
`kept_checks` are results of checks, counts alone; `kept_plans` wait for a second person's yes;
`saved_views` are the filters that an account has named.
"""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, Table, Text

from troth.ledger.tables import metadata
from troth.ledger.types import Day, Document, Instant

request_standing = Table(
    "request_standing",
    metadata,
    Column("organisation", Text, primary_key=True),
    Column("number", Text, primary_key=True),
    Column("right_asked", Text, nullable=False),
    Column("channel", Text, nullable=False),
    Column("received_at", Instant, nullable=False),
    Column("due_on", Day, nullable=False),
    Column("stage", Text, nullable=False),
    Column("open", BigInteger, nullable=False),
    Column("turn", Text, nullable=False),
    Column("assigned", Text, nullable=False),
    Column("tasks", BigInteger, nullable=False),
)

request_words = Table(
    "request_words",
    metadata,
    Column("organisation", Text, primary_key=True),
    Column("word", Text, primary_key=True),
    Column("number", Text, primary_key=True),
    Column("personal", BigInteger, nullable=False),
)

kept_checks = Table(
    "kept_checks",
    metadata,
    Column("organisation", Text, primary_key=True),
    Column("day", Day, primary_key=True),
    Column("at", Instant, nullable=False),
    Column("kept", BigInteger, nullable=False),
    Column("broken", BigInteger, nullable=False),
    Column("unknown", BigInteger, nullable=False),
    Column("due", BigInteger, nullable=False),
    Column("report", Text),
    Column("forecast", Text),
)

kept_plans = Table(
    "kept_plans",
    metadata,
    Column("organisation", Text, primary_key=True),
    Column("digest", Text, primary_key=True),
    Column("day", Day, nullable=False),
    Column("made_at", Instant, nullable=False),
    Column("made_by", Text, nullable=False),
    Column("plan", Text, nullable=False),
)

saved_views = Table(
    "saved_views",
    metadata,
    Column("organisation", Text, primary_key=True),
    Column("account", Text, primary_key=True),
    Column("name", Text, primary_key=True),
    Column("filters", Document, nullable=False),
    Column("saved_at", Instant, nullable=False),
)
