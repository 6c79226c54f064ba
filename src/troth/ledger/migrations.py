"""The ledger's schema, as numbered steps that are applied in order when a ledger is opened.

A published migration never changes: what is in ledgers stays described by it. The statements use
`{int}`, `{bytes}`, `{strict}` and `{bytewise}` for the two dialects' words. On PostgreSQL every
table gets a row-level security policy, so that a session sees the one organisation that it named.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Connection, text

from troth.errors import Refused
from troth.ledger.steps import MIGRATIONS, Migration
from troth.ledger.types import write_instant

SCHEMA = "troth_ledger"
"""The PostgreSQL schema that holds the ledger's tables."""

_WORDS = {
    "sqlite": {"int": "INTEGER", "bytes": "BLOB", "strict": "STRICT", "bytewise": ""},
    "postgresql": {"int": "BIGINT", "bytes": "BYTEA", "strict": "", "bytewise": 'COLLATE "C"'},
}


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
    _refuse_tenant(connection)
    _claim(connection)
    version = schema_version(connection)
    refuse_newer(version)
    for migration in MIGRATIONS:
        if migration.number > version:
            _run(connection, statements(migration, connection.dialect.name))
            connection.execute(
                text("INSERT INTO troth_migrations VALUES (:number, :purpose, :at)"),
                {
                    "number": migration.number,
                    "purpose": migration.purpose,
                    "at": write_instant(at),
                },
            )


def _run(connection: Connection, made: Sequence[str]) -> None:
    """The statements of one migration: to PostgreSQL as one message, since there are hundreds."""
    at_once = connection.dialect.name == "postgresql"
    for statement in [";\n".join(made)] if at_once else made:
        connection.exec_driver_sql(statement)


def _refuse_tenant(connection: Connection) -> None:
    """Refuse a role that only uses the ledger: its owner upgrades it."""
    if connection.dialect.name != "postgresql" or not _exists(connection):
        return
    owner = connection.execute(
        text(
            "SELECT pg_has_role(current_user, nspowner, 'USAGE') FROM pg_namespace "
            "WHERE nspname = :name"
        ),
        {"name": SCHEMA},
    ).scalar()
    if not owner:
        raise Refused(
            "ledger-older",
            f"the ledger has schema {schema_version(connection)}, this version needs {NEWEST}",
            help="its owner upgrades it: troth fleet prepare",
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
            made += [_own_role(table.name)] if migration.number > _BINDING.number else []
    if migration is _BINDING and dialect == "postgresql":
        made += _binding_of_roles()
    return made


_BINDING = next(migration for migration in MIGRATIONS if migration.binds_roles)
ROLES = "troth_roles"
"""Which database role sees which organisation alone; a role that is not in it may see any."""


def _binding_of_roles() -> list[str]:
    earlier = [t.name for one in MIGRATIONS if one.number < _BINDING.number for t in one.tables]
    return [
        f"CREATE TABLE {ROLES} (role TEXT PRIMARY KEY, organisation TEXT NOT NULL)",
        f"ALTER TABLE {ROLES} ENABLE ROW LEVEL SECURITY",
        f"CREATE POLICY own_row ON {ROLES} FOR SELECT USING (role = session_user)",
        # The policies of every table ask it, whoever reads them; each role sees its own row.
        f"GRANT SELECT ON {ROLES} TO PUBLIC",
        *(_own_role(table) for table in earlier),
    ]


def _own_role(table: str) -> str:
    """A bound role sees its organisation, whatever its session says that it is about.

    `session_user` is the role that logged in: no SET changes it.
    """
    bound = f"(SELECT r.organisation FROM {ROLES} r WHERE r.role = session_user)"
    own = f"organisation = COALESCE({bound}, organisation)"
    return f"CREATE POLICY own_role ON {table} AS RESTRICTIVE USING ({own}) WITH CHECK ({own})"


def _row_security(table: str) -> list[str]:
    own = "organisation = current_setting('troth.organisation', true)"
    return [
        f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY",
        f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY",
        f"CREATE POLICY own_organisation ON {table} USING ({own}) WITH CHECK ({own})",
    ]


def refuse_foreign(connection: Connection) -> None:
    """Refuses (`not-a-ledger`) a SQLite file that holds another program's tables."""
    if not _exists(connection) and _tables(connection):
        raise Refused(
            "not-a-ledger",
            "the file is another program's database",
            help="name a file of its own for the ledger in troth.yaml",
        )


def _claim(connection: Connection) -> None:
    """Make the place for the ledger, once, whoever comes first."""
    if connection.dialect.name == "postgresql":
        connection.execute(text("SELECT pg_advisory_xact_lock(hashtext('troth_ledger'))"))
        connection.exec_driver_sql(f"CREATE SCHEMA IF NOT EXISTS {SCHEMA}")
    else:
        refuse_foreign(connection)
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
