"""The ledger's tables as SQLAlchemy sees them; `migrations` creates them.

Every table begins its key with `organisation`. `entry` is the number of the journal entry that
recorded a row; facts are only ever added, so it is also their order.
"""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, LargeBinary, MetaData, Table, Text

from troth.ledger.types import Day, Document, Instant, RowKey

metadata = MetaData()


def _organisation() -> Column[str]:
    return Column("organisation", Text, primary_key=True)


journal_heads = Table(
    "journal_heads",
    metadata,
    _organisation(),
    Column("seq", BigInteger, nullable=False),
    Column("digest", LargeBinary, nullable=False),
    Column("last_at", Instant),
    Column("facts_version", BigInteger, nullable=False),
)

journal = Table(
    "journal",
    metadata,
    _organisation(),
    Column("seq", BigInteger, primary_key=True),
    Column("kind", Text, nullable=False),
    Column("at", Text, nullable=False),
    Column("digest", LargeBinary, nullable=False),
    Column("salt", Text),
    Column("payload", Text),
    Column("commitment", LargeBinary),
    Column("erased_by", BigInteger),
)

holds = Table(
    "holds",
    metadata,
    _organisation(),
    Column("id", Text, primary_key=True),
    Column("entry", BigInteger, nullable=False),
    Column("case_number", Text, nullable=False),
    Column("reason", Text, nullable=False),
    Column("opened_at", Instant, nullable=False),
    Column("opened_by", Text, nullable=False),
    Column("review_on", Day),
)

hold_scopes = Table(
    "hold_scopes",
    metadata,
    _organisation(),
    Column("hold", Text, primary_key=True),
    Column("position", BigInteger, primary_key=True),
    Column("kind", Text, nullable=False),
    Column("namespace", Text),
    Column("value", Text),
    Column("store", Text),
    Column("table_name", Text),
    Column("row_key", RowKey),
)

hold_lifts = Table(
    "hold_lifts",
    metadata,
    _organisation(),
    Column("hold", Text, primary_key=True),
    Column("entry", BigInteger, nullable=False),
    Column("lifted_at", Instant, nullable=False),
    Column("lifted_by", Text, nullable=False),
    Column("reason", Text, nullable=False),
)

consents = Table(
    "consents",
    metadata,
    _organisation(),
    Column("entry", BigInteger, primary_key=True),
    Column("namespace", Text, nullable=False),
    Column("value", Text, nullable=False),
    Column("consent", Text, nullable=False),
    Column("state", Text, nullable=False),
    Column("at", Instant, nullable=False),
    Column("recorded_at", Instant, nullable=False),
    Column("recorded_by", Text, nullable=False),
)

day_facts = Table(
    "day_facts",
    metadata,
    _organisation(),
    Column("entry", BigInteger, primary_key=True),
    Column("event", Text, nullable=False),
    Column("namespace", Text, nullable=False),
    Column("value", Text, nullable=False),
    Column("day", Day),
    Column("recorded_at", Instant, nullable=False),
    Column("recorded_by", Text, nullable=False),
)

limitation_files = Table(
    "limitation_files",
    metadata,
    _organisation(),
    Column("entry", BigInteger, primary_key=True),
    Column("case_number", Text, nullable=False),
    Column("matter", Text, nullable=False),
    Column("limitation_type", Text),
    Column("period", Text),
    Column("starts_on", Day, nullable=False),
    Column("settled_on", Day),
    Column("interruptions", Document, nullable=False),
    Column("suspensions", Document, nullable=False),
    Column("recorded_at", Instant, nullable=False),
    Column("recorded_by", Text, nullable=False),
)

outbox = Table(
    "outbox",
    metadata,
    _organisation(),
    Column("id", Text, primary_key=True),
    Column("rule", Text, nullable=False),
    Column("store", Text, nullable=False),
    Column("table_name", Text, nullable=False),
    Column("row_key", RowKey, nullable=False),
    Column("address", Text, nullable=False),
    Column("subject", Text, nullable=False),
    Column("body", Text, nullable=False),
    Column("queued_at", Instant, nullable=False),
    Column("attempts", BigInteger, nullable=False),
    Column("last_error", Text),
)

warnings = Table(
    "warnings",
    metadata,
    _organisation(),
    Column("entry", BigInteger, primary_key=True),
    Column("id", Text, nullable=False),
    Column("rule", Text, nullable=False),
    Column("store", Text, nullable=False),
    Column("table_name", Text, nullable=False),
    Column("row_key", RowKey, nullable=False),
    Column("sent_at", Instant, nullable=False),
)

warning_bounces = Table(
    "warning_bounces",
    metadata,
    _organisation(),
    Column("id", Text, primary_key=True),
    Column("entry", BigInteger, nullable=False),
    Column("bounced_at", Instant, nullable=False),
)

kept_days = Table(
    "kept_days",
    metadata,
    _organisation(),
    Column("store", Text, primary_key=True),
    Column("table_name", Text, primary_key=True),
    Column("row_key", RowKey, primary_key=True),
    Column("event", Text, primary_key=True),
    Column("day", Day, primary_key=True),
    Column("entry", BigInteger, nullable=False),
)

fact_bindings = Table(
    "fact_bindings",
    metadata,
    _organisation(),
    Column("kind", Text, primary_key=True),
    Column("first", BigInteger, primary_key=True),
    Column("last", BigInteger, nullable=False),
)

run_keys = Table(
    "run_keys",
    metadata,
    _organisation(),
    Column("run", Text, primary_key=True),
    Column("secret", LargeBinary, nullable=False),
)

run_links = Table(
    "run_links",
    metadata,
    _organisation(),
    Column("run", Text, primary_key=True),
    Column("number", BigInteger, primary_key=True),
    Column("sealed", LargeBinary, nullable=False),
)

approvals = Table(
    "approvals",
    metadata,
    _organisation(),
    Column("entry", BigInteger, primary_key=True),
    Column("plan", Text, nullable=False),
    Column("approved_by", Text, nullable=False),
    Column("approved_at", Instant, nullable=False),
    Column("expires_at", Instant, nullable=False),
)

fences = Table(
    "fences",
    metadata,
    _organisation(),
    Column("store", Text, primary_key=True),
    Column("token", BigInteger, nullable=False),
)

runs = Table(
    "runs",
    metadata,
    _organisation(),
    Column("id", Text, primary_key=True),
    Column("plan", Text, nullable=False),
    Column("state", Text, nullable=False),
    Column("started_at", Instant, nullable=False),
    Column("started_by", Text, nullable=False),
    Column("updated_at", Instant, nullable=False),
)

run_steps = Table(
    "run_steps",
    metadata,
    _organisation(),
    Column("run", Text, primary_key=True),
    Column("step", Text, primary_key=True),
    Column("state", Text, nullable=False),
    Column("batches", BigInteger, nullable=False),
    Column("progress", Document, nullable=False),
    Column("updated_at", Instant, nullable=False),
)

matches = Table(
    "matches",
    metadata,
    _organisation(),
    Column("day", Text, primary_key=True),
    Column("promise", Text, primary_key=True),
    Column("target", Text, primary_key=True),
    Column("rows", BigInteger, nullable=False),
)

acts = Table(
    "acts",
    metadata,
    _organisation(),
    Column("id", Text, primary_key=True),
    Column("entry", BigInteger, nullable=False),
    Column("kind", Text, nullable=False),
    Column("at", Instant, nullable=False),
    Column("activities", Document, nullable=False),
    Column("categories", Document, nullable=False),
    Column("places", Document, nullable=False),
    Column("answer_by", Day),
    Column("review_on", Day),
    Column("recorded_at", Instant, nullable=False),
    Column("recorded_by", Text, nullable=False),
)

act_persons = Table(
    "act_persons",
    metadata,
    _organisation(),
    Column("act", Text, primary_key=True),
    Column("position", BigInteger, primary_key=True),
    Column("entry", BigInteger, nullable=False),
    Column("namespace", Text, nullable=False),
    Column("value", Text, nullable=False),
)

act_decisions = Table(
    "act_decisions",
    metadata,
    _organisation(),
    Column("entry", BigInteger, primary_key=True),
    Column("act", Text, nullable=False),
    Column("outcome", Text, nullable=False),
    Column("at", Instant, nullable=False),
    Column("activities", Document, nullable=False),
    Column("ground", Text),
    Column("reason", Text),
    Column("case_number", Text),
    Column("decided_by", Text, nullable=False),
    Column("approved_by", Text),
    Column("recorded_at", Instant, nullable=False),
)

act_extensions = Table(
    "act_extensions",
    metadata,
    _organisation(),
    Column("entry", BigInteger, primary_key=True),
    Column("act", Text, nullable=False),
    Column("until", Day, nullable=False),
    Column("told_at", Instant, nullable=False),
    Column("reason", Text, nullable=False),
    Column("recorded_at", Instant, nullable=False),
    Column("recorded_by", Text, nullable=False),
)

parental_consents = Table(
    "parental_consents",
    metadata,
    _organisation(),
    Column("entry", BigInteger, primary_key=True),
    Column("namespace", Text, nullable=False),
    Column("value", Text, nullable=False),
    Column("consent", Text, nullable=False),
    Column("state", Text, nullable=False),
    Column("at", Instant, nullable=False),
    Column("recorded_at", Instant, nullable=False),
    Column("recorded_by", Text, nullable=False),
)

restrictions = Table(
    "restrictions",
    metadata,
    _organisation(),
    Column("id", Text, primary_key=True),
    Column("entry", BigInteger, nullable=False),
    Column("act", Text),
    Column("ground", Text, nullable=False),
    Column("mark", Text, nullable=False),
    Column("started_at", Instant, nullable=False),
    Column("started_by", Text, nullable=False),
    Column("review_on", Day),
)

restriction_scopes = Table(
    "restriction_scopes",
    metadata,
    _organisation(),
    Column("restriction", Text, primary_key=True),
    Column("position", BigInteger, primary_key=True),
    Column("entry", BigInteger, nullable=False),
    Column("store", Text, nullable=False),
    Column("table_name", Text, nullable=False),
    Column("row_key", RowKey, nullable=False),
    Column("columns", Document, nullable=False),
)

restriction_lifts = Table(
    "restriction_lifts",
    metadata,
    _organisation(),
    Column("restriction", Text, primary_key=True),
    Column("entry", BigInteger, nullable=False),
    Column("lifted_at", Instant, nullable=False),
    Column("lifted_by", Text, nullable=False),
    Column("reason", Text, nullable=False),
    Column("told_on", Day),
)

restriction_unlocks = Table(
    "restriction_unlocks",
    metadata,
    _organisation(),
    Column("entry", BigInteger, primary_key=True),
    Column("id", Text, nullable=False),
    Column("restriction", Text, nullable=False),
    Column("position", BigInteger, nullable=False),
    Column("code", Text, nullable=False),
    Column("asked_by", Text, nullable=False),
    Column("approved_by", Text, nullable=False),
    Column("unlocked_at", Instant, nullable=False),
    Column("until", Instant, nullable=False),
)

restriction_states = Table(
    "restriction_states",
    metadata,
    _organisation(),
    Column("restriction", Text, primary_key=True),
    Column("position", BigInteger, primary_key=True),
    Column("mechanism", Text, nullable=False),
    Column("state", Text, nullable=False),
    Column("why", Text, nullable=False),
    Column("updated_at", Instant, nullable=False),
)

restriction_keys = Table(
    "restriction_keys",
    metadata,
    _organisation(),
    Column("restriction", Text, primary_key=True),
    Column("secret", LargeBinary, nullable=False),
)

aliases = Table(
    "aliases",
    metadata,
    _organisation(),
    Column("entry", BigInteger, primary_key=True),
    Column("of_kind", Text, nullable=False),
    Column("of_entry", BigInteger, nullable=False),
    Column("namespace", Text, nullable=False),
    Column("value", Text, nullable=False),
    Column("recorded_at", Instant, nullable=False),
)

rectifications = Table(
    "rectifications",
    metadata,
    _organisation(),
    Column("entry", BigInteger, primary_key=True),
    Column("run", Text, nullable=False),
    Column("persons", Document, nullable=False),
    Column("category", Text, nullable=False),
    Column("target", Text),
    Column("rows", BigInteger, nullable=False),
    Column("left_rows", BigInteger, nullable=False),
    Column("reason", Text),
    Column("recorded_at", Instant, nullable=False),
    Column("recorded_by", Text, nullable=False),
)

corrections = Table(
    "corrections",
    metadata,
    _organisation(),
    Column("entry", BigInteger, primary_key=True),
    Column("run", Text, nullable=False),
    Column("store", Text, nullable=False),
    Column("table_name", Text, nullable=False),
    Column("row_key", RowKey, nullable=False),
    Column("column_name", Text, nullable=False),
    Column("value", Text, nullable=False),
    Column("recorded_at", Instant, nullable=False),
    Column("recorded_by", Text, nullable=False),
)

rectify_seals = Table(
    "rectify_seals",
    metadata,
    _organisation(),
    Column("run", Text, primary_key=True),
    Column("secret", LargeBinary, nullable=False),
    Column("sealed", LargeBinary, nullable=False),
)

replay_epochs = Table(
    "replay_epochs",
    metadata,
    _organisation(),
    Column("epoch", Text, primary_key=True),
    Column("secret", LargeBinary, nullable=False),
)

replay_marks = Table(
    "replay_marks",
    metadata,
    _organisation(),
    Column("epoch", Text, primary_key=True),
    Column("store", Text, primary_key=True),
    Column("table_name", Text, primary_key=True),
    Column("what", Text, primary_key=True),
    Column("mac", LargeBinary, primary_key=True),
    Column("run", Text, nullable=False),
    Column("batch", BigInteger, nullable=False),
    Column("at", Instant, nullable=False),
    Column("sealed", LargeBinary),
)

replay_packs = Table(
    "replay_packs",
    metadata,
    _organisation(),
    Column("epoch", Text, primary_key=True),
    Column("store", Text, primary_key=True),
    Column("table_name", Text, primary_key=True),
    Column("what", Text, primary_key=True),
    Column("run", Text, primary_key=True),
    Column("batch", BigInteger, primary_key=True),
    Column("at", Instant, nullable=False),
    Column("macs", LargeBinary, nullable=False),
)

replay_blind = Table(
    "replay_blind",
    metadata,
    _organisation(),
    Column("epoch", Text, primary_key=True),
    Column("store", Text, primary_key=True),
    Column("table_name", Text, primary_key=True),
    Column("at", Instant, primary_key=True),
    Column("rows", BigInteger, nullable=False),
)

moved_names = Table(
    "moved_names",
    metadata,
    _organisation(),
    Column("store", Text, primary_key=True),
    Column("table_name", Text, primary_key=True),
    Column("row_key", RowKey, primary_key=True),
    Column("column_name", Text, primary_key=True),
    Column("namespace", Text, nullable=False),
    Column("compare", Text, nullable=False),
    Column("digest", Text, primary_key=True),
    Column("moved_by", Text, nullable=False),
    Column("at", Instant, nullable=False),
)
