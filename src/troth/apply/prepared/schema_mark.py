"""A number that changes with every change of a schema, read in a moment."""

from __future__ import annotations

from collections.abc import Mapping
from hashlib import sha256

from troth.apply.prepared.pipeline import Answer, Statement
from troth.stores.address import DialectName

_OURS = """
WITH ours AS MATERIALIZED (
  SELECT c.oid, age(c.xmin) AS age FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
  WHERE c.oid >= 16384 AND c.relpersistence <> 't' AND c.relkind IN ('r', 'p', 'v', 'm', 'f')
    AND n.nspname NOT LIKE 'pg\\_%' AND n.nspname NOT IN ('information_schema', 'troth')
)
SELECT sum(rows), sum(oids), sum(rows) * age('3'::xid) - sum(ages) FROM (
  SELECT count(*), sum(oid::bigint), sum(age) FROM ours
  UNION ALL SELECT count(*), sum(attnum * attrelid::bigint), sum(age(xmin)) FROM pg_attribute
    WHERE attrelid >= 16384 AND attnum > 0 AND attrelid IN (SELECT oid FROM ours)
  UNION ALL SELECT count(*), sum(oid::bigint), sum(age(xmin)) FROM pg_constraint
    WHERE conrelid >= 16384 AND conrelid IN (SELECT oid FROM ours)
  UNION ALL SELECT count(*), sum(oid::bigint), sum(age(xmin)) FROM pg_trigger
    WHERE tgrelid >= 16384 AND tgrelid IN (SELECT oid FROM ours)
  UNION ALL SELECT count(*), sum(indexrelid::bigint), sum(age(xmin)) FROM pg_index
    WHERE indrelid >= 16384 AND indrelid IN (SELECT oid FROM ours)
  UNION ALL SELECT count(*), sum(oid::bigint), sum(age(xmin)) FROM pg_rewrite
    WHERE ev_class >= 16384 AND ev_class IN (SELECT oid FROM ours)
  UNION ALL SELECT count(*), sum(oid::bigint), sum(age(xmin)) FROM pg_policy
    WHERE polrelid >= 16384 AND polrelid IN (SELECT oid FROM ours)
  UNION ALL SELECT count(*), sum(inhrelid::bigint), sum(age(xmin)) FROM pg_inherits
    WHERE inhrelid >= 16384 AND inhrelid IN (SELECT oid FROM ours)
  UNION ALL SELECT count(*), sum(oid::bigint), sum(age(xmin)) FROM pg_enum
) AS part (rows, oids, ages)
"""
"""The rows of the catalogue that describe the tables: how many, which, and who wrote them.

`age` counts from the newest transaction: what it is taken from makes a number of it that stays.
"""

_SQLITE = """
SELECT type, name, tbl_name, sql FROM sqlite_schema
WHERE tbl_name NOT LIKE 'troth\\_%' ESCAPE '\\' ORDER BY type, name
"""

MARKS: Mapping[DialectName, Statement] = {
    "postgresql": Statement(_OURS, rows=True),
    "sqlite": Statement(_SQLITE, rows=True),
}
"""What asks for it, by kind of database."""


def mark_of(answer: Answer) -> str:
    """What the catalogue says; another mark means that something of it was written since."""
    return sha256(repr(answer.rows).encode()).hexdigest()
