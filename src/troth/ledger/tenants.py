"""Database roles of a PostgreSQL ledger, each bound to one organisation by row-level security.

The owner of the tables migrates and binds; a bound role reads and writes the rows of its
organisation and nothing else, whatever SQL it sends. A superuser sees everything: Troth should
not log in as one.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import Connection, text

from troth.errors import Refused
from troth.ledger.faults import ledger_faults
from troth.ledger.ledger import Ledger, name_session
from troth.ledger.migrations import ROLES, SCHEMA


@dataclass(frozen=True)
class Bound:
    """How a role may reach a ledger: the organisation it is bound to, and what is wrong with that.

    `problems` are codes: `superuser`, `bypasses-row-security`, `owner`, `not-bound`.
    """

    role: str
    organisation: str | None
    problems: tuple[str, ...]


def bind_roles(ledger: Ledger, roles: Mapping[str, str]) -> None:
    """Bind login roles (by name) to organisations, as the owner of the ledger.

    A role that was bound to another organisation is refused (`role-bound-elsewhere`); one that does
    not exist as well (`role-missing`). On SQLite, where each organisation has a file, nothing
    is to be done.
    """
    if ledger.engine.dialect.name != "postgresql":
        return
    with ledger_faults(ledger.place), ledger.engine.begin() as connection:
        name_session(connection, "")
        for role, organisation in roles.items():
            _bind(connection, role, organisation)


def bound_role(ledger: Ledger) -> Bound | None:
    """How the role of this connection is bound; None on SQLite."""
    if ledger.engine.dialect.name != "postgresql":
        return None
    with ledger_faults(ledger.place), ledger.engine.connect() as connection, connection.begin():
        name_session(connection, "")
        row = connection.execute(
            text(
                "SELECT r.rolname, r.rolsuper, r.rolbypassrls, "
                "pg_has_role(session_user, n.nspowner, 'USAGE'), "
                f"(SELECT organisation FROM {ROLES} WHERE role = session_user) "
                "FROM pg_roles r, pg_namespace n "
                "WHERE r.rolname = session_user AND n.nspname = :schema"
            ),
            {"schema": SCHEMA},
        ).one()
    role, superuser, bypasses, owner, organisation = row
    problems = [
        name
        for name, wrong in (
            ("superuser", superuser),
            ("bypasses-row-security", bypasses),
            ("owner", owner and not superuser),
            ("not-bound", organisation is None),
        )
        if wrong
    ]
    return Bound(role, organisation, tuple(problems))


def _bind(connection: Connection, role: str, organisation: str) -> None:
    known = connection.execute(
        text("SELECT 1 FROM pg_roles WHERE rolname = :role"), {"role": role}
    ).first()
    if known is None:
        raise Refused(
            "role-missing",
            f"the ledger's server has no role '{role}'",
            help=f"create it: CREATE ROLE {_quoted(connection, role)} LOGIN PASSWORD …",
        )
    before = connection.execute(
        text(f"SELECT organisation FROM {ROLES} WHERE role = :role"), {"role": role}
    ).scalar()
    if before is not None and before != organisation:
        raise Refused(
            "role-bound-elsewhere",
            f"the role '{role}' belongs to '{before}'",
            help="give each organisation a role of its own",
        )
    name = _quoted(connection, role)
    statements = [
        f"GRANT USAGE ON SCHEMA {SCHEMA} TO {name}",
        f"GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA {SCHEMA} TO {name}",
        f"REVOKE INSERT, UPDATE, DELETE ON {ROLES}, troth_migrations FROM {name}",
        f"ALTER DEFAULT PRIVILEGES IN SCHEMA {SCHEMA} "
        f"GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO {name}",
    ]
    for statement in statements:
        connection.execute(text(statement.replace(":", r"\:")))
    if before is None:
        connection.execute(
            text(f"INSERT INTO {ROLES} VALUES (:role, :organisation)"),
            {"role": role, "organisation": organisation},
        )


def _quoted(connection: Connection, role: str) -> str:
    return connection.dialect.identifier_preparer.quote_identifier(role)
