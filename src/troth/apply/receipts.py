"""Receipts and the fence: Troth's own tables in a store, written in the transaction of a batch.

A receipt says that a batch was done, exactly once, whatever happened to the process afterwards.
The fence holds the newest run's token: a second or a stalled process finds another token there and
cannot write. Where Troth may create no table, both are missing and counts are between two bounds.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from troth.apply.work import Work
from troth.errors import Refused

_TEXT = sa.Text()


@dataclass(frozen=True)
class OwnTables:
    """Troth's tables in one store."""

    receipts: sa.TableClause
    fences: sa.TableClause


@dataclass(frozen=True)
class StoredReceipt:
    """A receipt as the store has it; `counts` is JSON by step."""

    run: str
    component: int
    batch: int
    counts: str


def own_tables(work: Work) -> OwnTables | None:
    """Troth's tables of the store, created if they are missing; None where it may not."""
    own = _own(work)
    receipts, fences = own.receipts, own.fences
    if _exist(work, own):
        return own
    if not work.store.capabilities.may_create.yes:
        return None
    with work.session.writing() as connection:
        # Asked first: IF NOT EXISTS wants the right to create schemas even where there is one.
        if receipts.schema and receipts.schema not in sa.inspect(connection).get_schema_names():
            connection.exec_driver_sql(f"CREATE SCHEMA IF NOT EXISTS {receipts.schema}")
        text = "VARCHAR(80)"
        for table, columns in (
            (
                receipts,
                f"organisation {text} NOT NULL, run {text} NOT NULL, component INTEGER NOT NULL, "
                f"batch INTEGER NOT NULL, counts TEXT NOT NULL, done_at {text} NOT NULL, "
                "PRIMARY KEY (organisation, run, component, batch)",
            ),
            (fences, f"organisation {text} NOT NULL PRIMARY KEY, token BIGINT NOT NULL"),
        ):
            name = f"{table.schema}.{table.name}" if table.schema else table.name
            connection.exec_driver_sql(f"CREATE TABLE IF NOT EXISTS {name} ({columns})")
    return own


def own_tables_there(work: Work) -> OwnTables | None:
    """The same, where an earlier run has made them; nothing is created."""
    own = _own(work)
    return own if _exist(work, own) else None


def _own(work: Work) -> OwnTables:
    receipts = work.store.own_table(
        "receipt",
        sa.column("organisation", _TEXT),
        sa.column("run", _TEXT),
        sa.column("component", sa.Integer()),
        sa.column("batch", sa.Integer()),
        sa.column("counts", _TEXT),
        sa.column("done_at", _TEXT),
    )
    fences = work.store.own_table(
        "fence", sa.column("organisation", _TEXT), sa.column("token", sa.BigInteger())
    )
    return OwnTables(receipts, fences)


def _exist(work: Work, own: OwnTables) -> bool:
    with work.session.told():
        inspector = sa.inspect(work.connection)
        return all(
            inspector.has_table(table.name, schema=table.schema)
            for table in (own.receipts, own.fences)
        )


def raise_fence(work: Work, own: OwnTables | None, organisation: str, token: int) -> None:
    """Makes `token` the one that may write; refuses if a newer run has raised it further."""
    if own is None:
        return
    fences = own.fences
    with work.session.writing() as connection:
        where = fences.c.organisation == organisation
        select = sa.select(fences.c.token).where(where)
        if work.store.address.dialect != "sqlite":
            select = select.with_for_update()
        newest = connection.execute(select).scalar()
        if newest is None:
            connection.execute(sa.insert(fences).values(organisation=organisation, token=token))
        elif newest > token:
            raise overtaken(work)
        else:
            connection.execute(sa.update(fences).where(where).values(token=token))


def check_fence(
    work: Work, connection: sa.Connection, own: OwnTables | None, organisation: str, token: int
) -> None:
    """Inside a batch's transaction: nobody has taken the store over. Locks the fence's row."""
    if own is None:
        return
    fences = own.fences
    select = sa.select(fences.c.token).where(fences.c.organisation == organisation)
    if work.store.address.dialect != "sqlite":
        select = select.with_for_update()
    if connection.execute(select).scalar() != token:
        raise overtaken(work)


def overtaken(work: Work) -> Refused:
    return Refused(
        "another-run",
        f"another run is writing to store '{work.name}'",
        help="let it end, or stop it; then apply the plan again",
    )


def write_receipt(
    connection: sa.Connection,
    own: OwnTables | None,
    *,
    organisation: str,
    run: str,
    component: int,
    batch: int,
    counts: str,
    at: datetime,
    fenced: tuple[Work, int] | None = None,
) -> None:
    """The receipt of a batch, in its own transaction; `fenced` asks the fence in one go with it."""
    if own is None:
        return
    values: dict[str, str | int] = {
        "organisation": organisation,
        "run": run,
        "component": component,
        "batch": batch,
        "counts": counts,
        "done_at": at.isoformat(),
    }
    if fenced is None:
        connection.execute(sa.insert(own.receipts).values(values))
        return
    work, token = fenced
    fences, types = own.fences, own.receipts.c
    select = (
        sa.select(*(sa.literal(value, types[name].type) for name, value in values.items()))
        .where(fences.c.organisation == organisation, fences.c.token == token)
        .with_for_update()
    )
    statement = sa.insert(own.receipts).from_select(list(values), select)
    if connection.execute(statement, execution_options={"preserve_rowcount": True}).rowcount != 1:
        raise overtaken(work)


def all_receipts(work: Work, own: OwnTables | None, organisation: str) -> list[StoredReceipt]:
    """What every run has done in a store, in order."""
    if own is None:
        return []
    table = own.receipts
    select = (
        sa.select(table.c.run, table.c.component, table.c.batch, table.c.counts)
        .where(table.c.organisation == organisation)
        .order_by(table.c.run, table.c.batch)
    )
    with work.session.told():
        return [StoredReceipt(*row) for row in work.connection.execute(select)]


def receipts_of(
    work: Work, own: OwnTables | None, organisation: str, run: str
) -> list[StoredReceipt]:
    """What one run has done in a store."""
    return [each for each in all_receipts(work, own, organisation) if each.run == run]
