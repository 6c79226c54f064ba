"""The ledger's schema, as numbered steps that are applied in order when a ledger is opened.

A published migration never changes: what is in ledgers stays described by it. The statements use
`{int}`, `{bytes}` and `{strict}` for the two dialects' words. On PostgreSQL every table gets a
row-level security policy, so that a session sees the one organisation that it named.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, text

from troth.errors import Refused
from troth.ledger.types import write_instant

SCHEMA = "troth_ledger"
"""The PostgreSQL schema that holds the ledger's tables."""

_WORDS = {
    "sqlite": {"int": "INTEGER", "bytes": "BLOB", "strict": "STRICT"},
    "postgresql": {"int": "BIGINT", "bytes": "BYTEA", "strict": ""},
}


@dataclass(frozen=True)
class Table:
    """A table to create: name, columns as SQL, and the columns after `organisation` in its key."""

    name: str
    columns: str
    key: str = ""
    indexes: tuple[str, ...] = ()
    clustered: bool = False  # rows lie in key order (SQLite)


@dataclass(frozen=True)
class Migration:
    """One step of the schema: a number, what it is for, and the tables that it creates."""

    number: int
    purpose: str
    tables: tuple[Table, ...] = ()


_FIRST = (
    Table(
        "journal_heads",
        "seq {int} NOT NULL, digest {bytes} NOT NULL, last_at TEXT, facts_version {int} NOT NULL",
    ),
    Table(
        "journal",
        "seq {int} NOT NULL, kind TEXT NOT NULL, at TEXT NOT NULL, digest {bytes} NOT NULL, "
        "salt TEXT, payload TEXT, commitment {bytes}, erased_by {int}",
        key="seq",
        clustered=True,
    ),
    Table(
        "holds",
        "id TEXT NOT NULL, entry {int} NOT NULL, case_number TEXT NOT NULL, reason TEXT NOT NULL, "
        "opened_at TEXT NOT NULL, opened_by TEXT NOT NULL, review_on TEXT",
        key="id",
    ),
    Table(
        "hold_scopes",
        "hold TEXT NOT NULL, position {int} NOT NULL, kind TEXT NOT NULL, namespace TEXT, "
        "value TEXT, store TEXT, table_name TEXT, row_key TEXT",
        key="hold, position",
    ),
    Table(
        "hold_lifts",
        "hold TEXT NOT NULL, entry {int} NOT NULL, lifted_at TEXT NOT NULL, "
        "lifted_by TEXT NOT NULL, reason TEXT NOT NULL",
        key="hold",
    ),
    Table(
        "consents",
        "entry {int} NOT NULL, namespace TEXT NOT NULL, value TEXT NOT NULL, "
        "consent TEXT NOT NULL, state TEXT NOT NULL, at TEXT NOT NULL, "
        "recorded_at TEXT NOT NULL, recorded_by TEXT NOT NULL",
        key="entry",
        indexes=("namespace, value",),
    ),
    Table(
        "day_facts",
        "entry {int} NOT NULL, event TEXT NOT NULL, namespace TEXT NOT NULL, value TEXT NOT NULL, "
        "day TEXT, recorded_at TEXT NOT NULL, recorded_by TEXT NOT NULL",
        key="entry",
        indexes=("event, namespace, value",),
    ),
    Table(
        "limitation_files",
        "entry {int} NOT NULL, case_number TEXT NOT NULL, matter TEXT NOT NULL, "
        "limitation_type TEXT, period TEXT, starts_on TEXT NOT NULL, settled_on TEXT, "
        "interruptions TEXT NOT NULL, suspensions TEXT NOT NULL, "
        "recorded_at TEXT NOT NULL, recorded_by TEXT NOT NULL",
        key="entry",
        indexes=("case_number",),
    ),
    Table(
        "outbox",
        "id TEXT NOT NULL, rule TEXT NOT NULL, store TEXT NOT NULL, table_name TEXT NOT NULL, "
        "row_key TEXT NOT NULL, address TEXT NOT NULL, subject TEXT NOT NULL, body TEXT NOT NULL, "
        "queued_at TEXT NOT NULL, attempts {int} NOT NULL, last_error TEXT",
        key="id",
        indexes=("rule, store, table_name, row_key",),
    ),
    Table(
        "warnings",
        "entry {int} NOT NULL, id TEXT NOT NULL, rule TEXT NOT NULL, store TEXT NOT NULL, "
        "table_name TEXT NOT NULL, row_key TEXT NOT NULL, sent_at TEXT NOT NULL",
        key="entry",
        indexes=("id", "rule, store, table_name, row_key"),
    ),
    Table(
        "warning_bounces",
        "id TEXT NOT NULL, entry {int} NOT NULL, bounced_at TEXT NOT NULL",
        key="id",
    ),
    Table(
        "kept_days",
        "store TEXT NOT NULL, table_name TEXT NOT NULL, row_key TEXT NOT NULL, "
        "event TEXT NOT NULL, day TEXT NOT NULL, entry {int} NOT NULL",
        key="store, table_name, row_key, event, day",
    ),
    Table(
        "approvals",
        "entry {int} NOT NULL, plan TEXT NOT NULL, approved_by TEXT NOT NULL, "
        "approved_at TEXT NOT NULL, expires_at TEXT NOT NULL",
        key="entry",
        indexes=("plan",),
    ),
    Table("fences", "store TEXT NOT NULL, token {int} NOT NULL", key="store"),
    Table(
        "runs",
        "id TEXT NOT NULL, plan TEXT NOT NULL, state TEXT NOT NULL, started_at TEXT NOT NULL, "
        "started_by TEXT NOT NULL, updated_at TEXT NOT NULL",
        key="id",
        indexes=("plan",),
    ),
    Table(
        "run_steps",
        "run TEXT NOT NULL, step TEXT NOT NULL, state TEXT NOT NULL, batches {int} NOT NULL, "
        "progress TEXT NOT NULL, updated_at TEXT NOT NULL",
        key="run, step",
    ),
)

_BINDINGS = (
    # Kind '' marks an organisation whose facts are all bound to the journal.
    Table(
        "fact_bindings",
        "kind TEXT NOT NULL, first {int} NOT NULL, last {int} NOT NULL",
        key="kind, first",
    ),
)

_LINKS = (
    Table("run_keys", "run TEXT NOT NULL, secret {bytes} NOT NULL", key="run"),
    Table(
        "run_links",
        "run TEXT NOT NULL, number {int} NOT NULL, sealed {bytes} NOT NULL",
        key="run, number",
    ),
)

_MATCHES = Table(
    "matches",
    "day TEXT NOT NULL, promise TEXT NOT NULL, target TEXT NOT NULL, rows {int} NOT NULL",
    key="day, promise, target",
)

_ACTS = (
    Table(
        "acts",
        "id TEXT NOT NULL, entry {int} NOT NULL, kind TEXT NOT NULL, at TEXT NOT NULL, "
        "activities TEXT NOT NULL, categories TEXT NOT NULL, places TEXT NOT NULL, "
        "answer_by TEXT, review_on TEXT, recorded_at TEXT NOT NULL, recorded_by TEXT NOT NULL",
        key="id",
    ),
    Table(
        "act_persons",
        "act TEXT NOT NULL, position {int} NOT NULL, entry {int} NOT NULL, "
        "namespace TEXT NOT NULL, value TEXT NOT NULL",
        key="act, position",
        indexes=("namespace, value",),
    ),
    Table(
        "act_decisions",
        "entry {int} NOT NULL, act TEXT NOT NULL, outcome TEXT NOT NULL, at TEXT NOT NULL, "
        "activities TEXT NOT NULL, ground TEXT, reason TEXT, case_number TEXT, "
        "decided_by TEXT NOT NULL, approved_by TEXT, recorded_at TEXT NOT NULL",
        key="entry",
        indexes=("act",),
    ),
    # Apart from `consents`, whose rows are bound to the journal column by column.
    Table(
        "parental_consents",
        "entry {int} NOT NULL, namespace TEXT NOT NULL, value TEXT NOT NULL, "
        "consent TEXT NOT NULL, state TEXT NOT NULL, at TEXT NOT NULL, "
        "recorded_at TEXT NOT NULL, recorded_by TEXT NOT NULL",
        key="entry",
        indexes=("namespace, value",),
    ),
)

_RECTIFICATIONS = (
    Table(
        "aliases",
        "entry {int} NOT NULL, of_kind TEXT NOT NULL, of_entry {int} NOT NULL, "
        "namespace TEXT NOT NULL, value TEXT NOT NULL, recorded_at TEXT NOT NULL",
        key="entry",
        indexes=("of_kind, of_entry",),
    ),
    Table(
        "rectifications",
        "entry {int} NOT NULL, run TEXT NOT NULL, persons TEXT NOT NULL, category TEXT NOT NULL, "
        "target TEXT, rows {int} NOT NULL, left_rows {int} NOT NULL, reason TEXT, "
        "recorded_at TEXT NOT NULL, recorded_by TEXT NOT NULL",
        key="entry",
    ),
    Table(
        "corrections",
        "entry {int} NOT NULL, run TEXT NOT NULL, store TEXT NOT NULL, table_name TEXT NOT NULL, "
        "row_key TEXT NOT NULL, column_name TEXT NOT NULL, value TEXT NOT NULL, "
        "recorded_at TEXT NOT NULL, recorded_by TEXT NOT NULL",
        key="entry",
        indexes=("store, table_name",),
    ),
    Table(
        "rectify_seals",
        "run TEXT NOT NULL, secret {bytes} NOT NULL, sealed {bytes} NOT NULL",
        key="run",
    ),
    Table(
        "replay_epochs",
        "epoch TEXT NOT NULL, secret {bytes} NOT NULL",
        key="epoch",
    ),
    Table(
        "replay_marks",
        "epoch TEXT NOT NULL, store TEXT NOT NULL, table_name TEXT NOT NULL, what TEXT NOT NULL, "
        "mac {bytes} NOT NULL, run TEXT NOT NULL, batch {int} NOT NULL, at TEXT NOT NULL, "
        "sealed {bytes}",
        key="epoch, store, table_name, what, mac",
        indexes=("run, store, batch",),
        clustered=True,
    ),
    Table(
        "replay_blind",
        "epoch TEXT NOT NULL, store TEXT NOT NULL, table_name TEXT NOT NULL, at TEXT NOT NULL, "
        "rows {int} NOT NULL",
        key="epoch, store, table_name, at",
    ),
)

MIGRATIONS: tuple[Migration, ...] = (
    Migration(1, "facts, journal, plans and runs", _FIRST),
    Migration(2, "facts bound to the journal", _BINDINGS),
    Migration(3, "links kept for a run that may have to be resumed", _LINKS),
    Migration(4, "what promises govern, day by day", (_MATCHES,)),
    Migration(5, "acts of persons, and consents by parents", _ACTS),
    Migration(6, "rectifications, and what a restored backup would bring back", _RECTIFICATIONS),
)

NEWEST = MIGRATIONS[-1].number


def schema_version(connection: Connection) -> int:
    """The number of the newest migration applied; 0 for a database without a ledger."""
    if not _exists(connection):
        return 0
    number: int | None = connection.execute(
        text("SELECT max(number) FROM troth_migrations")
    ).scalar()
    return number or 0


def migrate(connection: Connection, at: datetime) -> None:
    """Apply what is missing, in the caller's write transaction.

    `at` is written beside each step. Refused (`ledger-newer`) where the ledger was written by a
    newer version, and (`not-a-ledger`) for a SQLite file that is another program's database.
    """
    _claim(connection)
    version = schema_version(connection)
    refuse_newer(version)
    for migration in MIGRATIONS:
        if migration.number > version:
            for statement in statements(migration, connection.dialect.name):
                connection.exec_driver_sql(statement)
            connection.execute(
                text("INSERT INTO troth_migrations VALUES (:number, :purpose, :at)"),
                {
                    "number": migration.number,
                    "purpose": migration.purpose,
                    "at": write_instant(at),
                },
            )


def refuse_newer(version: int) -> None:
    """Refuse a ledger of a newer schema than this version knows."""
    if version > NEWEST:
        raise Refused(
            "ledger-newer",
            f"the ledger has schema {version}, this version knows {NEWEST}",
            help="use the newer version of troth that wrote it",
        )


def statements(migration: Migration, dialect: str) -> list[str]:
    """The SQL of one migration for `sqlite` or `postgresql`."""
    words = _WORDS[dialect]
    made: list[str] = []
    for table in migration.tables:
        key = f"organisation, {table.key}" if table.key else "organisation"
        options = [words["strict"]] if words["strict"] else []
        if table.clustered and dialect == "sqlite":
            options.append("WITHOUT ROWID")
        made.append(
            f"CREATE TABLE {table.name} (organisation TEXT NOT NULL, "
            f"{table.columns.format(**words)}, PRIMARY KEY ({key})) {', '.join(options)}"
        )
        made += [
            f"CREATE INDEX {table.name}_{number} ON {table.name} (organisation, {columns})"
            for number, columns in enumerate(table.indexes, 1)
        ]
        if dialect == "postgresql":
            made += _row_security(table.name)
    return made


def _row_security(table: str) -> list[str]:
    own = "organisation = current_setting('troth.organisation', true)"
    return [
        f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY",
        f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY",
        f"CREATE POLICY own_organisation ON {table} USING ({own}) WITH CHECK ({own})",
    ]


def _claim(connection: Connection) -> None:
    """Make the place for the ledger, once, whoever comes first."""
    if connection.dialect.name == "postgresql":
        connection.execute(text("SELECT pg_advisory_xact_lock(hashtext('troth_ledger'))"))
        connection.exec_driver_sql(f"CREATE SCHEMA IF NOT EXISTS {SCHEMA}")
    elif not _exists(connection) and _tables(connection):
        raise Refused(
            "not-a-ledger",
            "the file is another program's database",
            help="name a file of its own for the ledger in troth.yaml",
        )
    connection.exec_driver_sql(
        "CREATE TABLE IF NOT EXISTS troth_migrations "
        "(number INTEGER PRIMARY KEY, purpose TEXT NOT NULL, at TEXT NOT NULL)"
    )


def _exists(connection: Connection) -> bool:
    if connection.dialect.name == "postgresql":
        name = connection.execute(
            text("SELECT to_regclass(:name)"), {"name": f"{SCHEMA}.troth_migrations"}
        ).scalar()
        return name is not None
    return "troth_migrations" in _tables(connection)


def _tables(connection: Connection) -> list[str]:
    return list(
        connection.execute(text("SELECT name FROM sqlite_schema WHERE type = 'table'")).scalars()
    )
