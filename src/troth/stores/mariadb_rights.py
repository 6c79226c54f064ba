"""What the user of a MariaDB store may do, asked of the information schema."""

from __future__ import annotations

from dataclasses import dataclass

import sqlalchemy as sa

from troth.stores.capabilities import YES, Capability, no, not_probed

# The grantee is written 'user'@'host'; what roles give is not listed under the user's name.
_RIGHTS = sa.text("""
SELECT privilege_type FROM information_schema.user_privileges WHERE grantee = :grantee
UNION
SELECT privilege_type FROM information_schema.schema_privileges
WHERE grantee = :grantee AND DATABASE() LIKE table_schema
""")
_WRITING = ("SELECT", "DELETE", "UPDATE")
_READ_ONLY = "the server is read-only"


@dataclass(frozen=True)
class Rights:
    """The answers that depend on the server's state and the user's rights."""

    temporary_tables: Capability
    may_write: Capability
    may_create: Capability


def probe_rights(connection: sa.Connection) -> Rights:
    """Asks the server; writes nothing."""
    user = str(connection.exec_driver_sql("SELECT CURRENT_USER()").scalar_one())
    name, _, host = user.rpartition("@")
    rows = connection.execute(_RIGHTS, {"grantee": f"'{name}'@'{host}'"})
    granted = frozenset(str(row[0]).upper() for row in rows)
    role = connection.exec_driver_sql("SELECT CURRENT_ROLE()").scalar()
    by_role = role is not None and str(role).upper() != "NONE"
    temporary = _answer(granted, ("CREATE TEMPORARY TABLES",), by_role)
    if _server_read_only(connection) and "SUPER" not in granted:
        return Rights(temporary, no(_READ_ONLY), no(_READ_ONLY))
    return Rights(
        temporary_tables=temporary,
        may_write=_answer(granted, _WRITING, by_role),
        may_create=_answer(granted, ("CREATE",), by_role),
    )


def _answer(granted: frozenset[str], needed: tuple[str, ...], by_role: bool) -> Capability:
    missing = [right for right in needed if right not in granted]
    if not missing:
        return YES
    if by_role:
        return not_probed("the user has rights by a role, which the server does not list")
    if granted & set(needed) or needed != _WRITING:
        return no(f"the user lacks {', '.join(missing)} on the database")
    return not_probed("the user has no right on the whole database, perhaps on single tables")


def _server_read_only(connection: sa.Connection) -> bool:
    row = connection.exec_driver_sql("SELECT @@global.read_only, @@innodb_read_only").one()
    return str(row[0]).upper() not in ("0", "OFF") or bool(int(row[1]))
