"""SQLite's schema, read by its table-valued pragmas in six queries."""

from __future__ import annotations

import re
from typing import Literal

import sqlalchemy as sa

from troth.plan.schema import ColumnSchema, ForeignKey, TableSchema, Trigger, TypeKind
from troth.stores.catalogue import Row, Rows, grouped, on_delete, rows_of
from troth.stores.sqlite_text import check_clauses, external_content, trigger_parts

# Shadow tables of a virtual table are its own business: the virtual table stands for them.
_TABLES = sa.text("""
SELECT l.name, l.type, m.sql
FROM pragma_table_list l JOIN sqlite_schema m ON m.name = l.name AND m.type IN ('table', 'view')
WHERE l.schema = 'main' AND l.type IN ('table', 'view', 'virtual')
  AND l.name NOT LIKE 'sqlite\\_%' ESCAPE '\\' AND l.name NOT LIKE 'troth\\_%' ESCAPE '\\'
""")
_COLUMNS = sa.text("""
SELECT m.name, x.name, x.type, x."notnull", x.dflt_value IS NOT NULL, x.pk, x.hidden
FROM sqlite_schema m JOIN pragma_table_xinfo(m.name) x
WHERE m.type IN ('table', 'view') ORDER BY m.name, x.cid
""")
_FOREIGN_KEYS = sa.text("""
SELECT m.name, f.id, f."table", f."from", f."to", f.on_delete, f.on_update
FROM sqlite_schema m JOIN pragma_foreign_key_list(m.name) f
WHERE m.type = 'table' ORDER BY m.name, f.id, f.seq
""")
_INDEXES = sa.text("""
SELECT m.name, i.name, i."unique", i.partial, c.name
FROM sqlite_schema m JOIN pragma_index_list(m.name) i JOIN pragma_index_xinfo(i.name) c
WHERE m.type = 'table' AND c.key ORDER BY m.name, i.name, c.seqno
""")
_TRIGGERS = sa.text("""
SELECT tbl_name, name, sql FROM sqlite_schema WHERE type = 'trigger' ORDER BY tbl_name, name
""")
_STATISTICS = sa.text("SELECT tbl, stat FROM sqlite_stat1")
_HAS_STATISTICS = sa.text("SELECT count(*) FROM sqlite_schema WHERE name = 'sqlite_stat1'")

_KINDS: dict[str, Literal["table", "view", "other"]] = {
    "table": "table",
    "view": "view",
    "virtual": "other",
}
_HIDDEN_GENERATED = (2, 3)
_HIDDEN_INTERNAL = 1
_LENGTH = re.compile(r"\(\s*(\d+)\s*\)")


def read_tables(connection: sa.Connection) -> tuple[TableSchema, ...]:
    """Every table, view and virtual table of the file, except SQLite's and Troth's own."""
    tables = rows_of(connection, _TABLES)
    columns = grouped(rows_of(connection, _COLUMNS))
    foreign_keys = grouped(rows_of(connection, _FOREIGN_KEYS))
    indexes = grouped(rows_of(connection, _INDEXES))
    triggers = grouped(rows_of(connection, _TRIGGERS))
    estimates = _estimates(connection)
    keys = {name: _key(rows) for name, rows in columns.items()}
    searched = _searched(tables, columns)
    return tuple(
        TableSchema(
            name=name,
            columns=tuple(
                _column(row) for row in columns.get(name, []) if row[6] != _HIDDEN_INTERNAL
            ),
            key=keys.get(name, ()),
            foreign_keys=_foreign_keys(foreign_keys.get(name, []), keys),
            unique=_indexes(indexes.get(name, []), unique=True),
            checks=check_clauses(text or ""),
            indexes=_all_indexes(keys.get(name, ()), indexes.get(name, [])),
            full_text_indexes=searched.get(name, ()),
            triggers=tuple(_trigger(row) for row in triggers.get(name, [])),
            kind=_KINDS[kind],
            estimated_rows=estimates.get(name),
        )
        for name, kind, text in tables
    )


def _column(row: Row) -> ColumnSchema:
    _, name, declared, not_null, default, key, hidden = row
    kind = _kind(declared)
    length = _LENGTH.search(declared) if kind == "text" else None
    return ColumnSchema(
        name=name,
        kind=kind,
        type_text=declared,
        nullable=not not_null and not key,
        length=int(length.group(1)) if length else None,
        generated=hidden in _HIDDEN_GENERATED,
        has_default=bool(default),
    )


def _kind(declared: str) -> TypeKind:
    """The kind that a declared type promises; SQLite holds any value in any column."""
    text = declared.upper()
    for words, kind in _WORDS:
        if any(word in text for word in words):
            return kind
    return "other"


_WORDS: tuple[tuple[tuple[str, ...], TypeKind], ...] = (
    (("TIMESTAMPTZ", "WITH TIME ZONE"), "timestamptz"),
    (("DATETIME", "TIMESTAMP"), "timestamp"),
    (("DATE",), "date"),
    (("BOOL",), "boolean"),
    (("JSON",), "json"),
    (("UUID", "GUID"), "uuid"),
    (("INT",), "integer"),
    (("CHAR", "CLOB", "TEXT"), "text"),
    (("BLOB", "BINARY"), "binary"),
    (("REAL", "FLOA", "DOUB", "NUMERIC", "DECIMAL", "NUMBER"), "number"),
)


def _key(rows: list[Row]) -> tuple[str, ...]:
    return tuple(row[1] for row in sorted((row for row in rows if row[5]), key=lambda r: r[5]))


def _foreign_keys(rows: list[Row], keys: dict[str, tuple[str, ...]]) -> tuple[ForeignKey, ...]:
    found = grouped(rows, 1)
    return tuple(_foreign_key(parts, keys) for _, parts in sorted(found.items(), reverse=True))


def _foreign_key(parts: list[Row], keys: dict[str, tuple[str, ...]]) -> ForeignKey:
    parent: str = parts[0][2]
    action = on_delete(parts[0][5])
    # Names of tables compare without case, and REFERENCES without columns means the key.
    names = {name.lower(): name for name in keys}
    parent = names.get(parent.lower(), parent)
    to = tuple(row[4] for row in parts)
    return ForeignKey(
        columns=tuple(row[3] for row in parts),
        references=parent,
        to=to if all(to) else keys.get(parent, ()),
        on_delete=action,
        on_update=on_delete(parts[0][6]),
        # PRAGMA defer_foreign_keys defers every one, whatever it was declared, but RESTRICT.
        deferrable=action != "restrict",
    )


def _indexes(rows: list[Row], *, unique: bool) -> tuple[tuple[str, ...], ...]:
    found = grouped(rows, 1)
    return tuple(
        dict.fromkeys(
            tuple(row[4] for row in parts)
            for parts in found.values()
            # A partial index, or one on an expression (a column without a name), is no plain one.
            if not parts[0][3] and all(row[4] for row in parts) and (parts[0][2] or not unique)
        )
    )


def _all_indexes(key: tuple[str, ...], rows: list[Row]) -> tuple[tuple[str, ...], ...]:
    # An INTEGER PRIMARY KEY is the table itself, and so in no list of indexes.
    own = (key,) if key else ()
    return tuple(dict.fromkeys((*own, *_indexes(rows, unique=False))))


def _trigger(row: Row) -> Trigger:
    timing, event = trigger_parts(row[2])
    return Trigger(row[1], event, timing)


def _searched(tables: list[Row], columns: Rows) -> dict[str, tuple[tuple[str, ...], ...]]:
    """Full-text tables that index another table's content, by that table."""
    found: dict[str, tuple[tuple[str, ...], ...]] = {}
    for name, kind, text in tables:
        content = external_content(text or "") if kind == "virtual" else None
        if content:
            indexed = tuple(row[1] for row in columns.get(name, []) if not row[6])
            found[content] = (*found.get(content, ()), indexed)
    return found


def _estimates(connection: sa.Connection) -> dict[str, int]:
    """Row counts that ANALYZE left; none where it never ran."""
    if not connection.execute(_HAS_STATISTICS).scalar():
        return {}
    rows = rows_of(connection, _STATISTICS)
    return {table: int(str(stat).split()[0]) for table, stat in rows if stat}
