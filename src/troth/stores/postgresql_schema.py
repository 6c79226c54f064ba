"""PostgreSQL's catalogue, read in seven queries."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any, Literal

import sqlalchemy as sa

from troth.plan.schema import (
    ColumnSchema,
    ForeignKey,
    OnDelete,
    PartitionRange,
    TableSchema,
    Trigger,
    TypeKind,
)
from troth.stores.catalogue import Row, Rows, grouped, rows_of

_KINDS: dict[str, Literal["table", "view", "materialised-view", "partitioned", "other"]] = {
    "r": "table",
    "p": "partitioned",
    "v": "view",
    "m": "materialised-view",
    "f": "other",
}
_ON_DELETE: dict[str, OnDelete] = {
    "a": "no-action",
    "r": "restrict",
    "c": "cascade",
    "n": "set-null",
    "d": "set-default",
}
_TYPES: dict[str, TypeKind] = {
    "int2": "integer",
    "int4": "integer",
    "int8": "integer",
    "float4": "number",
    "float8": "number",
    "numeric": "number",
    "money": "number",
    "text": "text",
    "varchar": "text",
    "bpchar": "text",
    "name": "text",
    "citext": "text",
    "date": "date",
    "timestamp": "timestamp",
    "timestamptz": "timestamptz",
    "bool": "boolean",
    "json": "json",
    "jsonb": "json",
    "bytea": "binary",
    "uuid": "uuid",
}
_LENGTH_OFFSET = 4  # atttypmod of varchar(n) and char(n) is n + 4
# tgtype is a bit field: see pg_trigger.h.
_TRIGGER_EVENTS = ((4, "insert"), (8, "delete"), (16, "update"), (32, "truncate"))
_TRIGGER_BEFORE, _TRIGGER_INSTEAD = 2, 64
_RULE_EVENTS = {"2": "update", "3": "insert", "4": "delete"}

_RELATIONS = """
WITH relation AS (
  SELECT c.oid, c.relname, c.relkind, c.reltuples, c.relispartition,
         CASE WHEN n.nspname = current_schema() THEN c.relname
              ELSE n.nspname || '.' || c.relname END AS shown
  FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
  WHERE c.relkind IN ('r', 'p', 'v', 'm', 'f') AND c.relpersistence <> 't'
    AND n.nspname NOT LIKE 'pg\\_%' AND n.nspname NOT IN ('information_schema', 'troth')
)
"""
_TABLES = sa.text(
    _RELATIONS
    + """
, published AS MATERIALIZED (
  SELECT DISTINCT format('%I.%I', schemaname, tablename)::regclass AS oid
  FROM pg_publication_tables
)
SELECT r.oid, r.shown, r.relkind::text, r.reltuples::bigint, parent.shown, a.attname,
       pg_get_expr(c.relpartbound, c.oid), pg_has_role(c.relowner, 'USAGE'),
       EXISTS (SELECT FROM published p WHERE p.oid IN (r.oid, i.inhparent))
FROM relation r
JOIN pg_class c ON c.oid = r.oid
LEFT JOIN pg_inherits i ON i.inhrelid = r.oid AND r.relispartition
LEFT JOIN relation parent ON parent.oid = i.inhparent
LEFT JOIN pg_partitioned_table k
       ON k.partrelid = i.inhparent AND k.partstrat = 'r' AND k.partnatts = 1
LEFT JOIN pg_attribute a ON a.attrelid = k.partrelid AND a.attnum = k.partattrs[0]
"""
)
_UNTIL = re.compile(r" TO \('([^']*)'\)$")
_READS = sa.text(
    _RELATIONS
    + """
SELECT DISTINCT r.oid, source.shown
FROM relation r
JOIN pg_rewrite w ON w.ev_class = r.oid AND r.relkind IN ('v', 'm')
JOIN pg_depend d ON d.classid = 'pg_rewrite'::regclass AND d.objid = w.oid
     AND d.refclassid = 'pg_class'::regclass AND d.refobjid <> r.oid
JOIN relation source ON source.oid = d.refobjid
ORDER BY 1, 2
"""
)
_COLUMNS = sa.text(
    _RELATIONS
    + """
SELECT r.oid, a.attname, base.typname, base.typtype::text, format_type(a.atttypid, a.atttypmod),
       a.attnotnull OR t.typnotnull,
       CASE WHEN t.typtype = 'd' THEN t.typtypmod ELSE a.atttypmod END,
       a.attgenerated <> '' OR a.attidentity = 'a', a.atthasdef OR a.attidentity <> '',
       (SELECT array_agg(e.enumlabel::text ORDER BY e.enumsortorder)
        FROM pg_enum e WHERE e.enumtypid = base.oid), a.attnum
FROM relation r
JOIN pg_attribute a ON a.attrelid = r.oid AND a.attnum > 0 AND NOT a.attisdropped
JOIN pg_type t ON t.oid = a.atttypid
JOIN pg_type base ON base.oid = CASE WHEN t.typtype = 'd' THEN t.typbasetype ELSE t.oid END
ORDER BY r.oid, a.attnum
"""
)
# A partition inherits its parent's keys. Keys that PostgreSQL clones onto each partition of a
# *referenced* table are its own business and left out.
_CONSTRAINTS = sa.text(
    _RELATIONS
    + """
SELECT r.oid, k.contype::text, k.conkey::int[], target.shown, k.confrelid, k.confkey::int[],
       k.confdeltype::text, k.condeferrable,
       coalesce((to_jsonb(k) ->> 'conenforced')::boolean, true),
       CASE WHEN k.contype = 'c' THEN pg_get_expr(k.conbin, k.conrelid) END, k.confupdtype::text
FROM relation r
JOIN pg_constraint k ON k.conrelid = r.oid AND k.contype IN ('p', 'u', 'f', 'c')
LEFT JOIN pg_constraint origin ON origin.oid = k.conparentid
LEFT JOIN relation target ON target.oid = k.confrelid
WHERE origin.conrelid IS DISTINCT FROM k.conrelid
ORDER BY r.oid, k.contype, k.conname
"""
)
_INDEXES = sa.text(
    _RELATIONS
    + """
SELECT r.oid, i.indisunique, i.indpred IS NULL AND i.indexprs IS NULL AND am.amname = 'btree',
       (i.indkey::int2[])[0:i.indnkeyatts - 1]::int[],
       EXISTS (SELECT FROM unnest(i.indclass::oid[]) AS c(oid) JOIN pg_opclass o USING (oid)
               WHERE o.opcname IN ('tsvector_ops', 'gin_trgm_ops', 'gist_trgm_ops')),
       (SELECT array_agg(DISTINCT d.refobjsubid::int) FROM pg_depend d
        WHERE d.classid = 'pg_class'::regclass AND d.objid = i.indexrelid
          AND d.refclassid = 'pg_class'::regclass AND d.refobjid = r.oid AND d.refobjsubid > 0)
FROM relation r
JOIN pg_index i ON i.indrelid = r.oid AND i.indisvalid
JOIN pg_class x ON x.oid = i.indexrelid
JOIN pg_am am ON am.oid = x.relam
ORDER BY r.oid, x.relname
"""
)
_TRIGGERS = sa.text(
    _RELATIONS
    + """
SELECT r.oid, t.tgname, t.tgtype::int, NULL FROM relation r
JOIN pg_trigger t ON t.tgrelid = r.oid AND NOT t.tgisinternal AND t.tgenabled <> 'D'
UNION ALL
SELECT r.oid, w.rulename, 0, w.ev_type::text FROM relation r
JOIN pg_rewrite w ON w.ev_class = r.oid AND w.ev_type IN ('2', '3', '4') AND w.ev_enabled <> 'D'
ORDER BY 1, 2
"""
)


def read_tables(connection: sa.Connection) -> tuple[TableSchema, ...]:
    """Every table and view outside the system's schemas and Troth's own."""
    columns = grouped(rows_of(connection, _COLUMNS))
    constraints = grouped(rows_of(connection, _CONSTRAINTS))
    indexes = grouped(rows_of(connection, _INDEXES))
    triggers = grouped(rows_of(connection, _TRIGGERS))
    reads = grouped(rows_of(connection, _READS))
    # Columns are told apart by number: a dropped column leaves a gap.
    names = {oid: {row[10]: row[1] for row in rows} for oid, rows in columns.items()}
    return tuple(
        replace(
            _table(row[:5], columns, constraints, indexes, triggers, names),
            range=_range(row),
            reads=tuple(source for _, source in reads.get(row[0], [])),
        )
        for row in rows_of(connection, _TABLES)
    )


Names = dict[Any, dict[int, str]]


def _table(
    row: Row, columns: Rows, constraints: Rows, indexes: Rows, triggers: Rows, names: Names
) -> TableSchema:
    oid, name, kind, estimate, parent = row
    own = names.get(oid, {})
    keys = constraints.get(oid, [])
    plain = [row for row in indexes.get(oid, []) if row[2]]
    return TableSchema(
        name=name,
        columns=tuple(_column(column) for column in columns.get(oid, [])),
        key=next((_named(own, k[2]) for k in keys if k[1] == "p"), ()),
        foreign_keys=tuple(_foreign_key(k, names) for k in keys if k[1] == "f" and k[3]),
        unique=_distinct(_named(own, row[3]) for row in plain if row[1]),
        checks=tuple(k[9] for k in keys if k[1] == "c"),
        indexes=_distinct(_named(own, row[3]) for row in plain),
        full_text_indexes=_distinct(
            _named(own, row[5] or []) for row in indexes.get(oid, []) if row[4]
        ),
        triggers=tuple(trigger for row in triggers.get(oid, []) for trigger in _triggers(row)),
        kind="partition" if parent else _KINDS[kind],
        partition_of=parent,
        estimated_rows=estimate if estimate >= 0 and kind not in "vf" else None,
    )


def _range(row: Row) -> PartitionRange | None:
    """What a partition by ranges of one column may hold; None without an upper end."""
    _, _, kind, _, _, column, bound, owned, published = row
    until = _UNTIL.search(bound or "")
    if column is None or until is None:
        return None
    stays = ""
    if kind != "r":
        stays = "it is divided further" if kind == "p" else "it lies on another server"
    elif not owned:
        stays = "its owner alone may drop it"
    elif published:
        stays = "subscribers of its publication would keep the rows"
    return PartitionRange(column, until.group(1), stays)


def _column(row: Row) -> ColumnSchema:
    _, name, base, typtype, text, not_null, typmod, generated, default, labels, _ = row
    bounded = base in ("varchar", "bpchar") and typmod > _LENGTH_OFFSET
    return ColumnSchema(
        name=name,
        kind="enum" if typtype == "e" else _TYPES.get(base, "other"),
        type_text=text,
        nullable=not not_null,
        length=typmod - _LENGTH_OFFSET if bounded else None,
        generated=generated,
        has_default=default,
        enum_values=tuple(labels or ()),
    )


def _foreign_key(row: Row, names: Names) -> ForeignKey:
    oid, _, columns, target, target_oid, to, deletes, deferrable, enforced, _, updates = row
    return ForeignKey(
        columns=_named(names[oid], columns),
        references=target,
        to=_named(names[target_oid], to),
        on_delete=_ON_DELETE[deletes],
        deferrable=deferrable and deletes != "r",
        enforced=enforced,
        on_update=_ON_DELETE[updates],
    )


def _triggers(row: Row) -> list[Trigger]:
    _, name, bits, rule = row
    if rule is not None:
        return [Trigger(name, _RULE_EVENTS[rule], "rule")]
    timing = "after"
    if bits & _TRIGGER_BEFORE:
        timing = "before"
    elif bits & _TRIGGER_INSTEAD:
        timing = "instead-of"
    return [Trigger(name, event, timing) for bit, event in _TRIGGER_EVENTS if bits & bit]


def _named(names: dict[int, str], numbers: list[int]) -> tuple[str, ...]:
    return tuple(names[number] for number in numbers)


def _distinct(lists: Any) -> tuple[tuple[str, ...], ...]:
    return tuple(dict.fromkeys(lists))
