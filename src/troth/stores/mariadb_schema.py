"""MariaDB's and MySQL's information schema, read in seven queries."""

from __future__ import annotations

import re
from typing import Literal

import sqlalchemy as sa

from troth.plan.schema import (
    ColumnSchema,
    ForeignKey,
    OnDelete,
    TableSchema,
    Trigger,
    TypeKind,
)
from troth.stores.catalogue import Row, Rows, grouped, on_delete, rows_of

_TRANSACTIONAL = frozenset({"innodb", "rocksdb", "tokudb", "ndbcluster"})
_TYPES: dict[str, TypeKind] = {
    **dict.fromkeys(("tinyint", "smallint", "mediumint", "int", "bigint", "year"), "integer"),
    **dict.fromkeys(("decimal", "float", "double"), "number"),
    **dict.fromkeys(
        ("char", "varchar", "tinytext", "text", "mediumtext", "longtext"),
        "text",
    ),
    "date": "date",
    "datetime": "timestamp",
    "timestamp": "timestamptz",
    "json": "json",
    "uuid": "uuid",
    "enum": "enum",
    **dict.fromkeys(
        ("binary", "varbinary", "tinyblob", "blob", "mediumblob", "longblob"),
        "binary",
    ),
}
_ENUM_VALUE = re.compile(r"'((?:[^']|'')*)'")
# MariaDB's JSON is a longtext with this check.
_JSON_CHECK = re.compile(r"^\s*json_valid\(`?(?P<column>[^`)]+)`?\)\s*$", re.IGNORECASE)
_OWN = "AND {}table_name NOT LIKE 'troth\\\\_%'"

_TABLES = sa.text(f"""
SELECT table_name, table_type, engine, table_rows, create_options LIKE '%partitioned%'
FROM information_schema.tables t
WHERE table_schema = DATABASE() {_OWN.format("")}
""")
_COLUMNS = sa.text("""
SELECT table_name, column_name, data_type, column_type, is_nullable, character_maximum_length,
       character_set_name, collation_name, extra, column_default IS NOT NULL
FROM information_schema.columns WHERE table_schema = DATABASE()
ORDER BY table_name, ordinal_position
""")
_KEYS = sa.text("""
SELECT table_name, constraint_name, column_name, referenced_table_name, referenced_column_name
FROM information_schema.key_column_usage
WHERE table_schema = DATABASE() AND referenced_table_name IS NOT NULL
  AND referenced_table_schema = DATABASE()
ORDER BY table_name, constraint_name, ordinal_position
""")
_ACTIONS = sa.text("""
SELECT table_name, constraint_name, delete_rule, update_rule
FROM information_schema.referential_constraints WHERE constraint_schema = DATABASE()
""")
_CHECKS_MARIADB = sa.text("""
SELECT table_name, check_clause
FROM information_schema.check_constraints WHERE constraint_schema = DATABASE()
ORDER BY table_name, constraint_name
""")
_CHECKS_MYSQL = sa.text("""
SELECT t.table_name, c.check_clause
FROM information_schema.table_constraints t
JOIN information_schema.check_constraints c
  ON c.constraint_schema = t.constraint_schema AND c.constraint_name = t.constraint_name
WHERE t.table_schema = DATABASE() ORDER BY t.table_name, t.constraint_name
""")
_INDEXES = sa.text("""
SELECT table_name, index_name, non_unique, column_name, sub_part, index_type
FROM information_schema.statistics WHERE table_schema = DATABASE()
ORDER BY table_name, index_name, seq_in_index
""")
_TRIGGERS = sa.text("""
SELECT event_object_table, trigger_name, event_manipulation, action_timing
FROM information_schema.triggers WHERE event_object_schema = DATABASE()
ORDER BY event_object_table, trigger_name
""")


Actions = dict[tuple[str, str], tuple[str, str]]
"""By table and foreign key: what happens when the row goes, and when its key changes."""


def read_tables(connection: sa.Connection) -> tuple[TableSchema, ...]:
    """Every table and view of the database, except Troth's own."""
    mariadb = bool(getattr(connection.dialect, "is_mariadb", False))
    columns = grouped(rows_of(connection, _COLUMNS))
    keys = grouped(rows_of(connection, _KEYS))
    actions = {(row[0], row[1]): (row[2], row[3]) for row in rows_of(connection, _ACTIONS)}
    checks = grouped(rows_of(connection, _CHECKS_MARIADB if mariadb else _CHECKS_MYSQL))
    indexes = grouped(rows_of(connection, _INDEXES))
    triggers = grouped(rows_of(connection, _TRIGGERS))
    return tuple(
        _table(row, columns, keys, actions, checks, indexes, triggers)
        for row in rows_of(connection, _TABLES)
    )


def _table(
    row: Row,
    columns: Rows,
    keys: Rows,
    actions: Actions,
    checks: Rows,
    indexes: Rows,
    triggers: Rows,
) -> TableSchema:
    name, table_type, engine, rows, partitioned = row
    clauses = tuple(str(check[1]) for check in checks.get(name, []))
    json = {found["column"] for clause in clauses if (found := _JSON_CHECK.match(clause))}
    by_index = _by_index(indexes.get(name, []))
    full = [index for index in by_index.values() if index.plain]
    view = "VIEW" in table_type
    return TableSchema(
        name=name,
        columns=tuple(_column(column, json) for column in columns.get(name, [])),
        key=by_index["PRIMARY"].columns if "PRIMARY" in by_index else (),
        foreign_keys=_foreign_keys(keys.get(name, []), actions),
        unique=tuple(dict.fromkeys(index.columns for index in full if index.unique)),
        checks=clauses,
        indexes=tuple(dict.fromkeys(index.columns for index in full)),
        full_text_indexes=tuple(index.columns for index in by_index.values() if index.full_text),
        triggers=tuple(Trigger(t[1], t[2].lower(), t[3].lower()) for t in triggers.get(name, [])),
        kind=_kind(table_type, bool(partitioned)),
        history_of=name if table_type == "SYSTEM VERSIONED" else None,
        transactional=view or str(engine).lower() in _TRANSACTIONAL,
        estimated_rows=None if view else rows,
    )


def _kind(table_type: str, partitioned: bool) -> Literal["table", "view", "partitioned", "other"]:
    if "VIEW" in table_type:
        return "view"
    if table_type not in ("BASE TABLE", "SYSTEM VERSIONED"):
        return "other"
    return "partitioned" if partitioned else "table"


def _column(row: Row, json: set[str]) -> ColumnSchema:
    _, name, data_type, text, nullable, length, charset, collation, extra, default = row
    kind: TypeKind = _TYPES.get(data_type, "other")
    if text.startswith("tinyint(1)"):
        kind = "boolean"
    if data_type == "longtext" and name in json:
        kind = "json"
    # Character set and collation are part of the type: without them a join of a temporary table
    # with the column mixes collations, which is an error.
    full = f"{text} CHARACTER SET {charset} COLLATE {collation}" if collation else text
    extra = extra.upper()
    return ColumnSchema(
        name=name,
        kind=kind,
        type_text=full,
        nullable=nullable == "YES",
        length=length if kind in ("text", "binary") else None,
        generated="GENERATED" in extra.replace("DEFAULT_GENERATED", ""),
        on_update="ON UPDATE" in extra,
        has_default=bool(default) or "AUTO_INCREMENT" in extra,
        enum_values=_enum_values(text) if kind == "enum" else (),
    )


def _enum_values(text: str) -> tuple[str, ...]:
    return tuple(value.replace("''", "'") for value in _ENUM_VALUE.findall(text))


def _foreign_keys(rows: list[Row], actions: Actions) -> tuple[ForeignKey, ...]:
    found = grouped(rows, 1)
    none: tuple[str | None, str | None] = (None, None)
    rules = {name: actions.get((parts[0][0], name), none) for name, parts in found.items()}
    return tuple(
        ForeignKey(
            columns=tuple(row[2] for row in parts),
            references=parts[0][3],
            to=tuple(row[4] for row in parts),
            on_delete=on_delete(rules[name][0]),
            on_update=_on_update(rules[name][1]),
        )
        for name, parts in found.items()
    )


def _on_update(rule: str | None) -> OnDelete:
    """InnoDB tells no action and restrict alike."""
    found = on_delete(rule)
    return "no-action" if found == "restrict" else found


class _Index:
    """An index as the statistics tell it, one row per column."""

    def __init__(self, rows: list[Row]) -> None:
        self.columns = tuple(row[3] for row in rows if row[3] is not None)
        self.unique = not int(rows[0][2])
        self.full_text = rows[0][5] == "FULLTEXT"
        # A prefix finds candidates only; MySQL's index on an expression has no column name.
        whole = all(row[3] is not None and row[4] is None for row in rows)
        self.plain = whole and rows[0][5] in ("BTREE", "HASH")


def _by_index(rows: list[Row]) -> dict[str, _Index]:
    found = grouped(rows, 1)
    return {name: _Index(parts) for name, parts in found.items()}
