"""A world laid down in real databases: declared keys, native types, rows; and read back from them.

Types vary by the name of a column (varchar or text, json or jsonb), so that all occur.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import UTC, date, datetime
from typing import Any
from zlib import crc32

import sqlalchemy as sa

from troth.apply.work import Work
from troth.grounds.evidence import Cells, Evidence
from troth.stores.address import DialectName
from troth.stores.store import Store
from worlds.world import Kind, PhysicalTable, World

_TYPES: dict[DialectName, dict[Kind, tuple[str, ...]]] = {
    "sqlite": {
        "date": ("DATE",),
        "timestamp": ("DATETIME", "TIMESTAMP"),
        "timestamptz": ("DATETIME", "TIMESTAMP"),
        "text": ("TEXT", "VARCHAR(200)"),
        "int": ("INTEGER", "BIGINT"),
        "json": ("TEXT", "JSON"),
        "bool": ("BOOLEAN",),
    },
    "postgresql": {
        "date": ("date",),
        "timestamp": ("timestamp",),
        "timestamptz": ("timestamptz",),
        "text": ("text", "varchar(200)"),
        "int": ("bigint",),
        "json": ("json", "jsonb"),
        "bool": ("boolean",),
    },
    "mariadb": {
        "date": ("date",),
        "timestamp": ("datetime",),
        "timestamptz": ("timestamp",),
        "text": ("varchar(200)",),
        "int": ("bigint",),
        "json": ("json",),
        "bool": ("boolean",),
    },
}


def lay_down(world: World, stores: Mapping[str, Store]) -> None:
    """Creates the tables of a world in the stores of its map and fills them."""
    for name, store in stores.items():
        with store.session() as session, session.writing() as connection:
            for place, table in world.tables.items():
                if place[0] == name:
                    _create(store.address.dialect, connection, table)
                    _fill(store.address.dialect, connection, table, world.rows[place])


def read_back(world: World, works: Mapping[str, Work]) -> Evidence:
    """The world as the interpreter sees it, each cell as the driver returns it."""
    rows = {
        (store, name): _read(works[store], table) for (store, name), table in world.tables.items()
    }
    plain = world.evidence()
    return Evidence(plain.policy, plain.map, rows, plain.references)


def _create(dialect: DialectName, connection: sa.Connection, table: PhysicalTable) -> None:
    lines = []
    for name, column in table.columns.items():
        types = _TYPES[dialect][column.kind]
        type_ = types[crc32(f"{table.name}.{name}".encode()) % len(types)]
        empty = "" if column.nullable else " NOT NULL"
        if column.nullable and type_ == "timestamp" and dialect == "mariadb":
            empty = " NULL DEFAULT NULL"
        lines.append(f"{name} {type_}{empty}")
    lines.append(f"PRIMARY KEY ({', '.join(table.key)})")
    for key in table.foreign_keys:
        action = key.on_delete.replace("-", " ").upper()
        lines.append(
            f"FOREIGN KEY ({', '.join(key.columns)}) REFERENCES {key.references} "
            f"({', '.join(key.to)}) ON DELETE {action}"
        )
    connection.exec_driver_sql(f"CREATE TABLE {table.name} ({', '.join(lines)})")


def _fill(
    dialect: DialectName,
    connection: sa.Connection,
    table: PhysicalTable,
    rows: tuple[Mapping[str, Any], ...],
) -> None:
    if not rows:
        return
    marker = "?" if dialect == "sqlite" else "%s"
    names, markers = ", ".join(table.columns), ", ".join([marker] * len(table.columns))
    parameters = [
        tuple(_cell(dialect, column.kind, row[name]) for name, column in table.columns.items())
        for row in rows
    ]
    connection.exec_driver_sql(f"INSERT INTO {table.name} ({names}) VALUES ({markers})", parameters)


def _cell(dialect: DialectName, kind: Kind, cell: Any) -> Any:
    """A cell of a world as its column takes it."""
    if cell is None:
        return None
    if kind == "json":
        return json.dumps(cell)
    if dialect == "sqlite":
        if isinstance(cell, datetime):
            return cell.isoformat(sep=" ")
        if isinstance(cell, date):
            return cell.isoformat()
        return int(cell) if kind == "bool" else cell
    if dialect == "mariadb" and isinstance(cell, datetime) and cell.tzinfo:
        return cell.astimezone(UTC).replace(tzinfo=None)
    return cell


def _read(work: Work, table: PhysicalTable) -> tuple[Cells, ...]:
    source = work.row(table.name).source
    columns = [source.c[name] for name in table.columns]
    order = [source.c[name] for name in table.key]
    found = work.connection.execute(sa.select(*columns).order_by(*order)).all()
    return tuple(
        {
            name: _as_read(work.store.address.dialect, column.kind, cell)
            for (name, column), cell in zip(table.columns.items(), row, strict=True)
        }
        for row in found
    )


def _as_read(dialect: DialectName, kind: Kind, cell: Any) -> Any:
    """MariaDB's driver forgets that a TIMESTAMP is an instant; the session reads it in UTC."""
    if dialect == "mariadb" and kind == "timestamptz" and isinstance(cell, datetime):
        return cell.replace(tzinfo=UTC)
    return cell
