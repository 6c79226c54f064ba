"""Row-level security on PostgreSQL: policies that hide restricted rows from every ordinary role.

The policies are restrictive and for all roles; owners, superusers and BYPASSRLS are not bound by
them, Troth's own role (an owner) among them. What the table had before is remembered and restored
when its last restriction is lifted. INSERT stays possible.
"""

from __future__ import annotations

import json

import sqlalchemy as sa

from troth.apply.restriction.model import NotPossible, Target
from troth.apply.restriction.own import OwnTables, full_name
from troth.apply.restriction.rows import RowAt
from troth.apply.restriction.security_probe import quoted
from troth.apply.work import Work

EVERYONE = "troth_everyone"
POLICIES = {f"troth_restricted_{verb.lower()}": verb for verb in ("SELECT", "UPDATE", "DELETE")}

_LOCK = sa.text("SELECT pg_advisory_xact_lock(hashtext('troth restriction'), :oid)")
_TABLE = sa.text("""
SELECT oid::bigint, relrowsecurity FROM pg_class WHERE oid = to_regclass(:table)
""")
_POLICIES = sa.text("""
SELECT polname, polpermissive, polcmd::text, pg_get_expr(polqual, polrelid),
       pg_get_expr(polwithcheck, polrelid), polroles::oid[]::text
FROM pg_policy WHERE polrelid = CAST(:oid AS oid) ORDER BY polname
""")
_GRANTEES = sa.text("""
SELECT DISTINCT CASE WHEN a.grantee = 0 THEN 'PUBLIC' ELSE quote_ident(r.rolname) END
FROM (SELECT (aclexplode(relacl)).grantee FROM pg_class WHERE oid = CAST(:oid AS oid)
      UNION SELECT (aclexplode(attacl)).grantee FROM pg_attribute
      WHERE attrelid = CAST(:oid AS oid)) AS a
LEFT JOIN pg_roles r ON r.oid = a.grantee
""")


def hide(
    work: Work,
    connection: sa.Connection,
    own: OwnTables,
    row: RowAt,
    *,
    organisation: str,
    restriction: str,
    position: int,
    mark: str,
) -> None:
    """Hides one row, and puts the table's policies in place before; once, however often called."""
    oid = _lock(work, connection, row.target)
    _enable(work, connection, own, row.target, oid)
    if row.read() is None:
        raise NotPossible("the row is not there (any more)")
    key = {"organisation": organisation, "restriction": restriction, "position": position}
    rows = own.rows
    there = connection.execute(sa.select(rows.c.position).filter_by(**key)).scalar()
    if there is not None:
        return
    # The database makes the key's text, by the same expression as the policies.
    source = row.source
    connection.execute(
        sa.insert(rows).from_select(
            [*key, "table_name", "row_key", "mark"],
            sa.select(
                *(sa.literal(value) for value in key.values()),
                sa.literal(str(oid)),
                sa.literal_column(_key_text(work, row.target)),
                sa.literal(mark),
            )
            .select_from(source)
            .where(row.here(source)),
        )
    )


def reveal(
    work: Work,
    connection: sa.Connection,
    own: OwnTables,
    target: Target,
    *,
    organisation: str,
    restriction: str,
    position: int,
) -> None:
    """Takes one row out of the policies; after the table's last one they go as well."""
    oid = _lock(work, connection, target)
    key = {"organisation": organisation, "restriction": restriction, "position": position}
    for ours in (own.exceptions, own.rows):
        connection.execute(sa.delete(ours).filter_by(**key))
    rows = own.rows
    left = connection.execute(
        sa.select(rows.c.position).where(rows.c.table_name == str(oid)).limit(1)
    )
    if left.scalar() is None:
        _disable(work, connection, own, target, oid)


def faults(
    work: Work,
    own: OwnTables,
    target: Target,
    *,
    organisation: str,
    restriction: str,
    position: int,
) -> list[str]:
    """What no longer is as `hide` left it."""
    with work.session.told():
        connection = work.connection
        oid, enabled = connection.execute(_TABLE, {"table": quoted(work, target)}).one()
        found = []
        if not enabled:
            found.append("row-level security of the table is off")
        remembered = connection.execute(
            sa.select(own.tables.c.policies).where(own.tables.c.table_name == str(oid))
        ).scalar()
        ours = _ours(connection, oid)
        if remembered is None or json.loads(remembered) != ours or len(ours) < len(POLICIES):
            found.append("Troth's policies on the table are gone or were altered")
        key = {"organisation": organisation, "restriction": restriction, "position": position}
        if connection.execute(sa.select(own.rows.c.position).filter_by(**key)).scalar() is None:
            found.append("the row is no longer among the restricted ones")
        return found


def _lock(work: Work, connection: sa.Connection, target: Target) -> int:
    """Two processes never make and take away a table's policies at once."""
    oid: int = connection.execute(_TABLE, {"table": quoted(work, target)}).one()[0]
    connection.execute(_LOCK, {"oid": oid if oid < 2**31 else oid - 2**32})
    return oid


def _enable(
    work: Work, connection: sa.Connection, own: OwnTables, target: Target, oid: int
) -> None:
    table = quoted(work, target)
    for grantee in connection.execute(_GRANTEES, {"oid": oid}).scalars().all():
        _run(connection, f"GRANT USAGE ON SCHEMA {own.rows.schema} TO {grantee}")
        for ours, columns in (
            (own.rows, "organisation, restriction, position, table_name, row_key, mark"),
            (own.exceptions, "organisation, restriction, position, role_name, until"),
        ):
            _run(connection, f"GRANT SELECT ({columns}) ON {full_name(ours)} TO {grantee}")
    known = sa.select(own.tables.c.table_name).where(own.tables.c.table_name == str(oid))
    if connection.execute(known).scalar() is not None:
        return
    before = bool(connection.execute(_TABLE, {"table": table}).one()[1])
    if not before:
        _run(
            connection,
            f"CREATE POLICY {EVERYONE} ON {table} AS PERMISSIVE FOR ALL USING (true) "
            "WITH CHECK (true)",
        )
    hidden = _hidden(work, own, target, oid)
    for name, verb in POLICIES.items():
        check = " WITH CHECK (true)" if verb == "UPDATE" else ""
        _run(
            connection,
            f"CREATE POLICY {name} ON {table} AS RESTRICTIVE FOR {verb} TO PUBLIC "
            f"USING (NOT {hidden}){check}",
        )
    if not before:
        _run(connection, f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY")
    connection.execute(
        sa.insert(own.tables).values(
            table_name=str(oid),
            security_before=before,
            policies=json.dumps(_ours(connection, oid)),
        )
    )


def _disable(
    work: Work, connection: sa.Connection, own: OwnTables, target: Target, oid: int
) -> None:
    """As it was; where others have made policies since, row-level security stays for them."""
    table = quoted(work, target)
    tables = own.tables
    before = connection.execute(
        sa.select(tables.c.security_before).where(tables.c.table_name == str(oid))
    ).scalar()
    if before is None:
        return
    for name in (EVERYONE, *POLICIES):
        _run(connection, f"DROP POLICY IF EXISTS {name} ON {table}")
    others = connection.execute(_POLICIES, {"oid": oid}).first()
    if not before and others is None:
        _run(connection, f"ALTER TABLE {table} DISABLE ROW LEVEL SECURITY")
    connection.execute(sa.delete(tables).where(tables.c.table_name == str(oid)))


def _hidden(work: Work, own: OwnTables, target: Target, oid: int) -> str:
    """The row is restricted, and no exception of the current role runs.

    A subquery that names nothing of the row is hashed once a query; correlated, it is estimated so
    dear that PostgreSQL compiles each scan (JIT), which takes longer than the scan itself.
    """
    return (
        f"coalesce({_key_text(work, target)}, '') IN (SELECT troth_r.row_key "
        f"FROM {full_name(own.rows)} troth_r WHERE troth_r.table_name = '{oid}' AND NOT EXISTS ("
        f"SELECT FROM {full_name(own.exceptions)} troth_e "
        "WHERE troth_e.organisation = troth_r.organisation "
        "AND troth_e.restriction = troth_r.restriction AND troth_e.position = troth_r.position "
        "AND troth_e.role_name = current_user AND troth_e.until > now()))"
    )


def _key_text(work: Work, target: Target) -> str:
    """The key as text that is the same in every session; a single one by the cheapest cast."""
    quote = work.connection.dialect.identifier_preparer.quote
    table = quote(target.schema.name.rpartition(".")[2])
    parts = [f"{table}.{quote(name)}" for name in target.entry.key]
    kinds = [target.schema.column(name) for name in target.entry.key]
    if len(parts) == 1 and kinds[0] is not None and kinds[0].kind in ("integer", "text", "uuid"):
        return f"({parts[0]})::text"
    return f"jsonb_build_array({', '.join(parts)})::text"


def _ours(connection: sa.Connection, oid: int) -> list[list[object]]:
    rows = connection.execute(_POLICIES, {"oid": oid})
    return [list(row) for row in rows if row[0] in (EVERYONE, *POLICIES)]


def _run(connection: sa.Connection, statement: str) -> None:
    connection.exec_driver_sql(statement.replace("%", "%%"))
