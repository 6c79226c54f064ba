"""Troth's own tables for restrictions in a store, and the phase that fences stalled processes off.

Every transaction that restricts or gives back a row locks the phase of its restriction first. A
process that was stalled while another went on to lift finds another phase, and writes nothing.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

import sqlalchemy as sa

from troth.apply.work import Work
from troth.errors import Refused

Phase = Literal["on", "off"]
_NAME = "VARCHAR(80)"


@dataclass(frozen=True)
class OwnTables:
    """Troth's tables in one store; those of row-level security on PostgreSQL alone."""

    phases: sa.TableClause
    quarantine: sa.TableClause
    rows: sa.TableClause
    tables: sa.TableClause
    exceptions: sa.TableClause


def own_tables(work: Work) -> OwnTables:
    """How the tables are called in this store, whether they are there or not."""
    own = work.store.own_table
    return OwnTables(
        phases=own("restriction_phase", *_columns("organisation restriction phase")),
        quarantine=own(
            "quarantine",
            *_columns("organisation restriction position number row_digest state sealed"),
        ),
        rows=own(
            "restricted_rows",
            *_columns("organisation restriction position table_name row_key mark"),
        ),
        tables=own("restricted_tables", *_columns("table_name security_before policies")),
        exceptions=own(
            "restriction_exceptions",
            *_columns("id organisation restriction position role_name until"),
        ),
    )


_TYPES: dict[str, sa.types.TypeEngine[Any]] = {
    "position": sa.Integer(),
    "number": sa.BigInteger(),
    "security_before": sa.Boolean(),
    "until": sa.DateTime(timezone=True),
}


def _columns(names: str) -> list[sa.ColumnClause[Any]]:
    return [sa.column(name, _TYPES.get(name, sa.Text())) for name in names.split()]


def exist(work: Work) -> bool:
    """Whether Troth's tables are in the store already."""
    with work.session.told():
        inspector = sa.inspect(work.connection)
        return all(
            inspector.has_table(table.name, schema=table.schema)
            for table, _ in _definitions(work, own_tables(work))
        )


def create(work: Work) -> OwnTables:
    """Makes the tables that are missing; the caller has seen that it may."""
    own = own_tables(work)
    if exist(work):
        return own
    with work.session.writing() as connection:
        schema = own.phases.schema
        if schema and schema not in sa.inspect(connection).get_schema_names():
            connection.exec_driver_sql(f"CREATE SCHEMA IF NOT EXISTS {schema}")
        # Only InnoDB rolls back; the server's default may be another engine.
        engine = " ENGINE=InnoDB" if work.store.address.dialect == "mariadb" else ""
        for table, columns in _definitions(work, own):
            connection.exec_driver_sql(
                f"CREATE TABLE IF NOT EXISTS {full_name(table)} ({columns}){engine}"
            )
        if own.rows.schema:
            connection.exec_driver_sql(
                "CREATE INDEX IF NOT EXISTS restricted_rows_by_key "
                f"ON {full_name(own.rows)} (table_name, row_key)"
            )
    return own


def full_name(table: sa.TableClause) -> str:
    """The name of one of Troth's tables in a statement; it needs no quoting."""
    return f"{table.schema}.{table.name}" if table.schema else table.name


def set_phase(work: Work, own: OwnTables, organisation: str, restriction: str, to: Phase) -> None:
    """Begins a phase; `on` never follows `off`: Refused (`restriction-being-lifted`)."""
    with work.session.writing() as connection:
        found = _phase(work, connection, own, organisation, restriction)
        if found == "off" and to == "on":
            raise _lifting(work, restriction)
        if found is None:
            connection.execute(
                sa.insert(own.phases).values(
                    organisation=organisation, restriction=restriction, phase=to
                )
            )
        elif found != to:
            phases = own.phases
            connection.execute(
                sa.update(phases)
                .where(phases.c.organisation == organisation, phases.c.restriction == restriction)
                .values(phase=to)
            )


def check_phase(
    work: Work,
    connection: sa.Connection,
    own: OwnTables,
    organisation: str,
    restriction: str,
    expected: Phase,
) -> None:
    """Inside a row's transaction: the restriction is in this phase. Locks it; before any other."""
    if _phase(work, connection, own, organisation, restriction) != expected:
        raise _lifting(work, restriction)


def _phase(
    work: Work, connection: sa.Connection, own: OwnTables, organisation: str, restriction: str
) -> str | None:
    phases = own.phases
    select = sa.select(phases.c.phase).where(
        phases.c.organisation == organisation, phases.c.restriction == restriction
    )
    if work.store.address.dialect != "sqlite":
        select = select.with_for_update()
    found: str | None = connection.execute(select).scalar()
    return found


def _lifting(work: Work, restriction: str) -> Refused:
    return Refused(
        "restriction-being-lifted",
        f"another process is lifting '{restriction}' in store '{work.name}'",
        help="let it end; a new restriction begins with `troth restrict on`",
    )


def _definitions(work: Work, own: OwnTables) -> list[tuple[sa.TableClause, str]]:
    long_text = "LONGTEXT" if work.store.address.dialect == "mariadb" else "TEXT"
    row = f"organisation {_NAME} NOT NULL, restriction {_NAME} NOT NULL, position INTEGER NOT NULL"
    found = [
        (
            own.phases,
            f"organisation {_NAME} NOT NULL, restriction {_NAME} NOT NULL, "
            f"phase {_NAME} NOT NULL, PRIMARY KEY (organisation, restriction)",
        ),
        (
            own.quarantine,
            f"{row}, number BIGINT NOT NULL, row_digest {_NAME} NOT NULL, state {_NAME} NOT NULL, "
            f"sealed {long_text} NOT NULL, PRIMARY KEY (organisation, restriction, position)",
        ),
    ]
    if own.rows.schema is None:
        return found
    return [
        *found,
        (
            own.rows,
            f"{row}, table_name TEXT NOT NULL, row_key TEXT NOT NULL, mark TEXT NOT NULL, "
            "PRIMARY KEY (organisation, restriction, position)",
        ),
        (
            own.tables,
            "table_name TEXT PRIMARY KEY, security_before BOOLEAN NOT NULL, policies TEXT NOT NULL",
        ),
        (
            own.exceptions,
            f"id {_NAME} PRIMARY KEY, {row}, role_name TEXT NOT NULL, until TIMESTAMPTZ NOT NULL",
        ),
    ]
