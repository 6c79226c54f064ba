"""What the user of a PostgreSQL store may do, asked of the catalogue."""

from __future__ import annotations

from dataclasses import dataclass

import sqlalchemy as sa

from troth.stores.capabilities import YES, Capability, no

_SERVER = sa.text("""
SELECT pg_is_in_recovery(),
       current_setting('default_transaction_read_only') = 'on',
       has_database_privilege(current_database(), 'TEMPORARY'),
       CASE WHEN to_regnamespace('troth') IS NULL
            THEN has_database_privilege(current_database(), 'CREATE')
            ELSE has_schema_privilege('troth', 'CREATE') END
""")
_FORBIDDEN = sa.text("""
SELECT c.oid::regclass::text
FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
WHERE c.relkind IN ('r', 'p') AND NOT c.relispartition
  AND n.nspname NOT LIKE 'pg\\_%' AND n.nspname <> 'information_schema'
  AND NOT (has_schema_privilege(n.oid, 'USAGE')
           AND has_table_privilege(c.oid, 'SELECT')
           AND has_table_privilege(c.oid, 'DELETE')
           AND has_any_column_privilege(c.oid, 'UPDATE'))
ORDER BY 1
""")
_NAMED = 3  # tables named in an answer


@dataclass(frozen=True)
class Rights:
    """The answers that depend on the server's state and the user's rights."""

    temporary_tables: Capability
    row_locks: Capability
    may_write: Capability
    may_create: Capability


def probe_rights(connection: sa.Connection) -> Rights:
    """Asks the catalogue; writes nothing."""
    standby, read_only, temporary, create = connection.execute(_SERVER).one()
    if standby:
        answer = no("the server is a standby that follows another")
        return Rights(answer, answer, answer, answer)
    return (
        Rights(
            temporary_tables=YES if temporary else no("the user may not make temporary tables"),
            row_locks=YES,
            may_write=_may_write(connection),
            may_create=YES if create else no("the user may not create the schema troth"),
        )
        if not read_only
        else _declared_read_only(temporary)
    )


def _declared_read_only(temporary: bool) -> Rights:
    answer = no("the user's transactions are read-only (default_transaction_read_only)")
    return Rights(YES if temporary else answer, answer, answer, answer)


def _may_write(connection: sa.Connection) -> Capability:
    tables = list(connection.execute(_FORBIDDEN).scalars())
    if not tables:
        return YES
    named = ", ".join(tables[:_NAMED])
    more = f" and {len(tables) - _NAMED} more" if len(tables) > _NAMED else ""
    return no(f"the user may not read, delete and update {named}{more}")
