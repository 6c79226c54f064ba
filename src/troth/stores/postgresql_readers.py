"""Who can read tables of PostgreSQL: the catalogue's own answer for every role that may log in."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa

from troth.stores.postgresql_views import EXPOSING
from troth.stores.readers import Readers

_TABLES = "c.oid = ANY(SELECT to_regclass(name) FROM unnest(CAST(:tables AS text[])) AS t(name))"
_READERS = sa.text(f"""
SELECT r.rolname, r.rolsuper, bool_or(r.oid = c.relowner),
       pg_has_role(r.oid, 'pg_read_all_data', 'MEMBER') AS all_data,
       EXISTS (SELECT FROM pg_roles a WHERE a.rolname = ANY(CAST(:allowed AS text[]))
               AND pg_has_role(r.oid, a.oid, 'MEMBER')) AS allowed
FROM pg_class c CROSS JOIN pg_roles r
WHERE {_TABLES} AND r.rolcanlogin AND r.rolname <> current_user
  AND has_database_privilege(r.oid, current_database(), 'CONNECT')
  AND has_schema_privilege(r.oid, c.relnamespace, 'USAGE')
  AND (has_table_privilege(r.oid, c.oid, 'SELECT')
       OR has_any_column_privilege(r.oid, c.oid, 'SELECT'))
GROUP BY 1, 2, 4, 5 ORDER BY 1
""")
_GRANTED = sa.text(f"""
SELECT DISTINCT c.oid::regclass::text,
       CASE acl.grantee WHEN 0 THEN 'PUBLIC' ELSE quote_ident(pg_get_userbyid(acl.grantee)) END,
       acl.grantee = 0
FROM pg_class c
CROSS JOIN LATERAL (
    SELECT (aclexplode(c.relacl)).* UNION ALL
    SELECT (aclexplode(a.attacl)).* FROM pg_attribute a
    WHERE a.attrelid = c.oid AND a.attacl IS NOT NULL
) AS acl
WHERE {_TABLES} AND acl.privilege_type = 'SELECT' AND acl.grantee <> c.relowner
  AND (acl.grantee = 0 OR NOT EXISTS (
       SELECT FROM pg_roles a WHERE a.rolname = ANY(CAST(:allowed AS text[]) || current_user::text)
       AND pg_has_role(acl.grantee, a.oid, 'MEMBER')))
ORDER BY 1, 2
""")
_LACKING = sa.text(f"""
SELECT wanted.name, quote_ident(wanted.name), r.oid IS NULL,
       c.oid::regclass::text, c.relnamespace::regnamespace::text
FROM pg_class c CROSS JOIN unnest(CAST(:allowed AS text[])) AS wanted(name)
LEFT JOIN pg_roles r ON r.rolname = wanted.name
WHERE {_TABLES} AND (r.oid IS NULL OR NOT (
      has_schema_privilege(r.oid, c.relnamespace, 'USAGE')
      AND has_table_privilege(r.oid, c.oid, 'SELECT')))
ORDER BY 1, 4
""")
_EXPOSING = sa.text(EXPOSING)
_VIEWS = ("v", "m")


def who_reads(connection: sa.Connection, tables: Sequence[str], allowed: Sequence[str]) -> Readers:
    """The roles that can read one of the tables, or a view that reads it as its owner.

    Inheritance, PUBLIC and all-data roles are counted.
    """
    given = {"tables": [_quoted(connection, name) for name in tables], "allowed": list(allowed)}
    views = [row[0] for row in connection.execute(_EXPOSING, given) if row[1] in _VIEWS]
    all_of_them = {**given, "tables": [*given["tables"], *views]}
    rows = connection.execute(_READERS, all_of_them).all()
    granted = connection.execute(_GRANTED, all_of_them).all()
    lacking = connection.execute(_LACKING, given).all()
    strangers = [row for row in rows if not (row.rolsuper or row[2] or row.allowed)]
    everybody = any(row[2] for row in granted)
    quote = connection.dialect.identifier_preparer.quote
    statements = [f"REVOKE ALL ON {table} FROM {grantee}" for table, grantee, _ in granted]
    statements += [f"REVOKE pg_read_all_data FROM {quote(r[0])}" for r in strangers if r.all_data]
    statements += _grants(lacking)
    names = [str(row[0]) for row in strangers]
    return Readers(
        strangers=(*(["PUBLIC (every role)"] if everybody else []), *names),
        everybody=everybody,
        always=tuple(str(row[0]) for row in rows if row.rolsuper or row[2]),
        lacking=tuple(dict.fromkeys(str(row[0]) for row in lacking)),
        statements=tuple(dict.fromkeys(statements)),
    )


def _grants(lacking: Sequence[Any]) -> list[str]:
    found = [f"CREATE ROLE {row[1]} NOLOGIN" for row in lacking if row[2]]
    for row in lacking:
        role, table, schema = row[1], row[3], row[4]
        found += [f"GRANT USAGE ON SCHEMA {schema} TO {role}", f"GRANT SELECT ON {table} TO {role}"]
    return found


def _quoted(connection: sa.Connection, name: str) -> str:
    quote = connection.dialect.identifier_preparer.quote_identifier
    schema, _, table = name.rpartition(".")
    return f"{quote(schema)}.{quote(table)}" if schema else quote(table)
