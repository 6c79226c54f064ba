"""Whether row-level security would bind the application: asked of PostgreSQL's catalogue.

It is conservative: whatever reads the table as somebody else, or may let a role become somebody
else, says no, and names what it is.
"""

from __future__ import annotations

import sqlalchemy as sa

from troth.apply.restriction.model import Target
from troth.apply.work import Work
from troth.stores.postgresql_views import EXPOSING

_SAFE_KEYS = ("smallint", "integer", "bigint", "text", "uuid", "character varying", "date")
"""Types whose JSON text is the same in every session."""

_ROLES = sa.text("SELECT rolname FROM pg_roles WHERE rolname = ANY(:roles)")

_MINE = sa.text("""
SELECT pg_has_role(c.relowner, 'USAGE'), c.relkind::text,
       EXISTS (SELECT FROM pg_inherits i WHERE c.oid IN (i.inhrelid, i.inhparent)),
       EXISTS (SELECT FROM pg_policy p WHERE p.polrelid = c.oid AND NOT p.polpermissive
               AND NOT c.relrowsecurity)
FROM pg_class c WHERE c.oid = to_regclass(:table)
""")

_ESCAPES = sa.text("""
WITH target AS (SELECT * FROM pg_class WHERE oid = to_regclass(:table)),
becomes AS (
  SELECT a.rolname AS app, r.* FROM pg_roles a
  JOIN pg_roles r ON r.oid = a.oid OR pg_has_role(a.oid, r.oid, 'MEMBER')
  WHERE a.rolname = ANY(:roles)
)
SELECT b.app, b.rolname,
       CASE WHEN b.rolsuper THEN 'is a superuser'
            WHEN b.rolbypassrls THEN 'has BYPASSRLS'
            WHEN b.oid = t.relowner THEN 'owns the table'
            WHEN b.rolreplication THEN 'may replicate the whole server'
            WHEN b.rolcreaterole THEN 'may make and grant roles'
            WHEN b.rolname IN ('pg_read_server_files', 'pg_write_server_files',
                               'pg_execute_server_program') THEN 'reads the files of the server'
            WHEN has_table_privilege(b.oid, t.oid, 'TRUNCATE') THEN
                 'may TRUNCATE the table, which no policy stops'
            WHEN has_table_privilege(b.oid, t.oid, 'TRIGGER') THEN
                 'may put triggers on the table, which run as whoever writes'
       END AS why
FROM becomes b, target t
ORDER BY b.app, b.rolname = b.app DESC, b.rolname
""")

_EXPOSING = sa.text(EXPOSING)

_DEFINERS = sa.text("""
SELECT p.oid::regprocedure::text, o.rolname
FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace JOIN pg_roles o ON o.oid = p.proowner,
     (SELECT * FROM pg_class WHERE oid = to_regclass(:table)) AS t
WHERE p.prosecdef AND n.nspname NOT IN ('pg_catalog', 'information_schema')
  AND (p.prorettype IN ('trigger'::regtype, 'event_trigger'::regtype) OR EXISTS (
       SELECT FROM unnest(CAST(:roles AS text[])) AS a(role)
       WHERE has_function_privilege(a.role, p.oid, 'EXECUTE')))
  AND (o.rolsuper OR o.rolbypassrls OR pg_has_role(o.oid, t.relowner, 'MEMBER')
       OR position(lower(t.relname) IN lower(p.prosrc)) > 0
       OR has_any_column_privilege(o.oid, t.oid, 'SELECT'))
ORDER BY 1
""")

_WRITES_OWN = sa.text("""
SELECT a.role FROM unnest(CAST(:roles AS text[])) AS a(role)
JOIN pg_class c ON c.relnamespace = to_regnamespace('troth')
WHERE c.relkind = 'r' AND (pg_has_role(a.role, c.relowner, 'MEMBER')
  OR has_table_privilege(a.role, c.oid, 'INSERT, UPDATE, DELETE, TRUNCATE, TRIGGER'))
""")


def why_not(work: Work, target: Target, roles: tuple[str, ...]) -> str | None:
    """Why row-level security would not bind every one of `roles`; None where it does."""
    if work.store.address.dialect != "postgresql":
        return f"{work.store.address.dialect} has no row-level security"
    if not roles:
        return "troth.yaml names no application_roles for this store"
    for name in target.entry.key:
        column = target.schema.column(name)
        if column is None or not column.type_text.startswith(_SAFE_KEYS):
            return f"the text of key column '{name}' may depend on the session"
    for key in target.schema.foreign_keys:
        if key.on_delete in ("cascade", "set-null", "set-default"):
            return (
                f"deleting a row of '{key.references}' reaches this table by a foreign key, "
                "which no policy stops"
            )
    with work.session.told():
        return _ask(work.connection, quoted(work, target), list(roles))


def quoted(work: Work, target: Target) -> str:
    """The table's name as statements write it."""
    quote = work.connection.dialect.identifier_preparer.quote
    schema, _, name = target.schema.name.rpartition(".")
    return f"{quote(schema)}.{quote(name)}" if schema else quote(name)


def _ask(connection: sa.Connection, table: str, roles: list[str]) -> str | None:
    asked = {"table": table, "roles": roles}
    missing = set(roles) - set(connection.execute(_ROLES, {"roles": roles}).scalars())
    if missing:
        return f"the server has no role '{min(missing)}'"
    mine, kind, inherits, dormant = connection.execute(_MINE, {"table": table}).one()
    if not mine:
        return "Troth's user does not own the table, so it can make no policy"
    if kind != "r" or inherits:
        return "the table has partitions or heirs, which are read beside it"
    if dormant:
        return "the table has restrictive policies that are not in force, and would come into force"
    for app, role, why in connection.execute(_ESCAPES, asked):
        if why:
            return (
                f"role '{app}' {why}"
                if app == role
                else f"role '{app}' is in '{role}', which {why}"
            )
    for name, kind, rule in connection.execute(_EXPOSING, {"tables": [table]}):
        if kind == "m":
            return f"materialised view '{name}' holds copies of its rows"
        if kind == "v" and rule == "_RETURN":
            return f"view '{name}' reads it as its owner; make it security_invoker"
        return f"rule '{rule}' on '{name}' reads it as its owner"
    for name, owner in connection.execute(_DEFINERS, asked):
        return f"function {name} runs as '{owner}' (SECURITY DEFINER), who may read the table"
    role = connection.execute(_WRITES_OWN, {"roles": roles}).scalar()
    if role is not None:
        return f"role '{role}' may write to Troth's own tables"
    return None
