"""Builds an ordinary schema, with its made-up rows, in a fresh database of any dialect."""

from __future__ import annotations

import re
from collections.abc import Mapping
from random import Random
from types import ModuleType
from typing import Any

import sqlalchemy as sa

from troth.stores.address import parse_address

from . import clinic, club, erp, rental, shop

SCHEMAS: Mapping[str, ModuleType] = {
    "shop": shop,
    "clinic": clinic,
    "erp": erp,
    "club": club,
    "rental": rental,
}
HELD_OUT = "rental"
SEED = 11
_TYPES = {
    "postgresql": {"JSON": "JSONB"},
    "mariadb": {"TIMESTAMP": "DATETIME"},
    "sqlite": {},
}


def build(name: str, url: str, seed: int = SEED) -> None:
    """Makes the schema `name` in the empty database at `url` and fills it."""
    schema = SCHEMAS[name]
    address = parse_address(url)
    engine = sa.create_engine(address.url)
    quote = _quoter(schema, engine)
    rows = filled(name, seed)
    with engine.begin() as connection:
        for table, body in schema.DDL.items():
            parts = [
                _typed(quote(part), address.dialect)
                for part in re.split(r"[;\n]+", body)
                if part.strip()
            ]
            connection.exec_driver_sql(f"CREATE TABLE {quote(table)} ({', '.join(parts)})")
            _insert(connection, quote(table), rows[table], address.dialect)
        for view, select in schema.VIEWS.items():
            connection.exec_driver_sql(f"CREATE VIEW {quote(view)} AS {quote(select)}")
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        if address.dialect != "mariadb":
            connection.exec_driver_sql("ANALYZE")
    engine.dispose()


def filled(name: str, seed: int = SEED) -> dict[str, list[tuple[Any, ...]]]:
    """The made-up rows of the schema `name`, by table."""
    schema = SCHEMAS[name]
    rng = Random(seed)
    rows: dict[str, list[tuple[Any, ...]]] = schema.rows(rng)
    if hasattr(schema, "finish"):
        schema.finish(rng, rows)
    return rows


def _insert(
    connection: sa.Connection, table: str, rows: list[tuple[Any, ...]], dialect: str
) -> None:
    if not rows:
        return
    mark = "?" if dialect == "sqlite" else "%s"
    marks = ", ".join([mark] * len(rows[0]))
    plain = [tuple(_plain(value) for value in row) for row in rows] if dialect == "sqlite" else rows
    connection.exec_driver_sql(f"INSERT INTO {table} VALUES ({marks})", plain)


def _plain(value: Any) -> Any:
    return value if value is None or isinstance(value, int | float | str) else str(value)


def _quoter(schema: ModuleType, engine: sa.Engine) -> Any:
    """Quotes every table and column name of the schema inside a piece of DDL."""
    names = {*schema.DDL, *schema.VIEWS}
    for body in schema.DDL.values():
        firsts = (part.split()[0] for part in re.split(r"[;\n]+", body) if part.strip())
        names |= {word for word in firsts if word not in ("PRIMARY", "FOREIGN")}
    mark = engine.dialect.identifier_preparer.initial_quote
    pattern = re.compile(r"\b(" + "|".join(sorted(names, key=len, reverse=True)) + r")\b")

    def quote(text: str) -> str:
        return pattern.sub(rf"{mark}\1{mark}", text)

    return quote


def _typed(part: str, dialect: str) -> str:
    for own, theirs in _TYPES[dialect].items():
        part = re.sub(rf"\b{own}\b", theirs, part)
    return part
