"""Triggers of PostgreSQL that stand aside while Troth moves values, and then stand as before."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import sqlalchemy as sa

from troth.apply.restriction.model import Target
from troth.apply.restriction.security_probe import quoted
from troth.apply.work import Work

_ON_UPDATE = sa.text("""
SELECT t.tgname, t.tgenabled::text FROM pg_trigger t
WHERE t.tgrelid = to_regclass(:table) AND NOT t.tgisinternal AND t.tgenabled <> 'D'
  AND t.tgtype & 16 <> 0
ORDER BY t.tgname
""")
_AGAIN = {"O": "ENABLE", "R": "ENABLE REPLICA", "A": "ENABLE ALWAYS"}


def may_stand_aside(work: Work, target: Target) -> bool:
    """Only the owner of a PostgreSQL table can stop triggers, for its own transaction alone."""
    if work.store.address.dialect != "postgresql":
        return False
    owner = sa.text(
        "SELECT pg_has_role(relowner, 'USAGE') FROM pg_class WHERE oid = to_regclass(:table)"
    )
    return bool(work.connection.execute(owner, {"table": quoted(work, target)}).scalar())


@contextmanager
def standing_aside(
    work: Work, connection: sa.Connection, target: Target, *, needed: bool
) -> Iterator[None]:
    """Stops the table's triggers on UPDATE within the open transaction, where it is `needed`."""
    if not needed:
        yield
        return
    table, quote = quoted(work, target), connection.dialect.identifier_preparer.quote
    found = connection.execute(_ON_UPDATE, {"table": table}).all()
    for name, _ in found:
        _alter(connection, f"ALTER TABLE {table} DISABLE TRIGGER {quote(name)}")
    yield
    for name, mode in found:
        _alter(connection, f"ALTER TABLE {table} {_AGAIN[mode]} TRIGGER {quote(name)}")


def _alter(connection: sa.Connection, statement: str) -> None:
    connection.exec_driver_sql(statement.replace("%", "%%"))
