"""Restricted and lifted, a row of any table is the same to the byte.

Each database is asked in a way of its own for the bytes of a row: PostgreSQL by its binary COPY,
MariaDB by its checksum of a table and the hex of each column, SQLite by storage class and hex.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psycopg
import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from apply.restriction.world import MARK, NOW, World, open_world
from servers import NewDatabase
from troth.apply.restriction.enforce import restrict
from troth.ledger.ledger import open_ledger
from troth.ledger.restrictions import RestrictedRow

EXAMPLES = settings(
    max_examples=15,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)

# By type: literals that drivers like to round, pad, convert or refuse.
POSTGRESQL = {
    "smallint": ["-32768", "7"],
    "bigint": ["9223372036854775807"],
    "numeric": ["1.500", "1e30", "'NaN'", "-0.00000000000000000001"],
    "numeric(12,4)": ["12345678.9000"],
    "real": ["0.1", "'-infinity'", "1.17549435e-38"],
    "double precision": ["0.1::float8 + 0.2", "'NaN'", "5e-324", "-0.0::float8"],
    "text": ["''", "'  a  '", "E'a\\n\\t\\\\%s:x'", "'😀 é'", "'NULL'"],
    "varchar(40)": ["'trailing  '", "''"],
    "char(50)": ["'padded'"],
    "bytea": ["'\\x00ff00'", "''"],
    "boolean": ["true", "false"],
    "date": ["'0044-03-15 BC'", "'infinity'", "'2026-02-28'"],
    "timestamp": ["'2026-01-01 00:00:00.000001'", "'-infinity'"],
    "timestamptz": ["'2026-10-25 02:30:00.123456+01'", "'0001-01-01 00:00:00+00 BC'"],
    "timetz": ["'24:00:00+05:30'", "'12:00:00.000001-08'"],
    "interval": ["'-1 mons +3 days -00:00:00.000001'", "'P1Y2M3DT4H5M6.7S'"],
    "json": ["""'{"b" : 1,  "a":[1.50, null], "b": 2}'"""],
    "jsonb": ["""'{"b": 1.50, "a": "\\u00e9"}'"""],
    "uuid": ["'a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11'"],
    "integer[]": ["'{1,NULL,3}'", "'[0:1]={4,5}'", "'{{1,2},{3,4}}'", "'{}'"],
    "text[]": ["""'{"a,b",NULL,"NULL",""}'"""],
    "mood": ["'sad, \"very\"'", "'ok'"],
    "mood[]": ["ARRAY['ok']::mood[]"],
    "positive": ["42"],
    "inet": ["'192.168.0.1/24'"],
    "money": ["'12.34'"],
    "int4range": ["'[1,10)'", "'empty'"],
    "bit(5)": ["B'10101'"],
    "tsvector": ["'fat:2 cat:3A'"],
    "point": ["'(0.1,2)'"],
    '"char"': ["'x'"],
}
MARIADB = {
    "tinyint unsigned": ["255"],
    "bigint unsigned": ["18446744073709551615"],
    "decimal(30,10)": ["12345678901234567890.1234567890", "-0.5"],
    "float": ["0.1", "16777217", "1.17549e-38"],
    "double": ["0.1 + 0.2e0", "1e-300", "12345678901234567"],
    "varchar(60)": ["''", "'a  '", "'é😀'", "'a\\\\b\\'%s:x\\0'", "'NULL'"],
    "varchar(60) character set latin1": ["'été'"],
    "char(50)": ["'padded'"],
    "text": ["''", "repeat('x', 70000)"],
    "longtext character set utf8mb4 collate utf8mb4_bin": ["'Z'"],
    "varbinary(20)": ["x'00ff00'", "''"],
    "binary(6)": ["x'0a00'"],
    "blob": ["x'00'", "''"],
    "bit(10)": ["b'1010101010'", "b'0'"],
    "boolean": ["true"],
    "date": ["'0000-00-00'", "'2026-02-28'"],
    "datetime(6)": ["'2026-01-01 00:00:00.000001'"],
    "timestamp(6) null": ["'2026-10-25 01:30:00.123456'"],
    "time(3)": ["'-838:59:59.000'", "'00:00:00.001'"],
    "year": ["2026"],
    "json": ["""'{"b" : 1,  "a":[1.50, null], "b": 2}'"""],
    "enum('a','b,c','')": ["'b,c'", "''"],
    "set('x','y','z')": ["'x,z'", "''"],
    "uuid": ["'a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11'"],
    "inet6": ["'2001:db8::ff00:42:8329'"],
    "point": ["ST_GeomFromText('POINT(0.1 2)')"],
}
SQLITE_VALUES = [
    "''",
    "'  a  '",
    "'é😀'",
    "'12'",
    "'1e3'",
    "12",
    "-9223372036854775808",
    "0.1 + 0.2",
    "1e300 * 1e300",
    "5e-324",
    "1.0",
    "x'00ff'",
    "x''",
    "CAST(x'61ff00' AS TEXT)",
    "'a' || char(0) || 'b'",
]
SQLITE = dict.fromkeys(
    ("", "TEXT", "VARCHAR(40)", "INTEGER", "NUMERIC", "REAL", "BLOB", "DATE"), SQLITE_VALUES
)
TYPES = {"postgresql": POSTGRESQL, "mariadb": MARIADB, "sqlite": SQLITE}
NUMBERS = itertools.count(1)


@dataclass(frozen=True)
class Made:
    """A table to make: column types, the literals of three rows, and which columns are personal."""

    types: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    personal: frozenset[int]


def tables(dialect: str) -> st.SearchStrategy[Made]:
    known = TYPES[dialect]

    @st.composite
    def made(draw: st.DrawFn) -> Made:
        types = draw(st.lists(st.sampled_from(sorted(known)), min_size=1, max_size=9))
        rows = [
            tuple(draw(st.sampled_from([*known[kind], "NULL"])) for kind in types) for _ in range(3)
        ]
        numbers = st.integers(0, len(types) - 1)
        personal = draw(st.frozensets(numbers, min_size=1))
        return Made(tuple(types), tuple(rows), personal)

    return made()


@pytest.fixture(scope="module")
def postgres_place(new_postgres: NewDatabase) -> Iterator[str]:
    with new_postgres() as url:
        with psycopg.connect(url, autocommit=True) as connection:
            connection.execute("CREATE TYPE mood AS ENUM ('ok', 'sad, \"very\"')")
            connection.execute("CREATE DOMAIN positive AS integer CHECK (VALUE > 0)")
        yield url


@pytest.fixture(scope="module")
def mariadb_place(new_mariadb: NewDatabase) -> Iterator[str]:
    with new_mariadb() as url:
        yield url


def world_of(url: str, made: Made, folder: Path) -> tuple[World, str]:
    """The table in a world of its own."""
    name = f"t{next(NUMBERS)}"
    dialect = "mariadb" if url.startswith("m") else url.split(":")[0]
    columns = [f"c{at} {kind}" for at, kind in enumerate(made.types)]
    statements = [f"CREATE TABLE {name} (id INTEGER PRIMARY KEY, {', '.join(columns)})"]
    if dialect == "mariadb":
        statements.insert(0, "SET sql_mode = ''")
    statements += [
        f"INSERT INTO {name} VALUES ({key}, {', '.join(row)})" for key, row in enumerate(made.rows)
    ]
    listed = "\n".join(
        f"          c{at}: {'{category: contact}' if at in made.personal else ''}"
        for at in range(len(made.types))
    )
    datamap = (
        "troth: 1\nstores:\n  shop:\n    tables:\n"
        f"      {name}:\n        key: [id]\n        roles: {{customer: {{subject: customer}}}}\n"
        f"        columns:\n          id:\n{listed}\n"
        "        events: {last-seen: {at: 2026-01-01}}\n"
    )
    ledger = open_ledger(str(folder / f"{name}.sqlite"), at=NOW)
    return open_world(url, ledger, tables=statements, datamap=datamap), name


def octets(world: World, table: str, columns: int) -> Any:
    """The table's content as the database itself stores it."""
    dialect = world.engine.dialect.name
    if dialect == "postgresql":
        url = world.engine.url.set(drivername="postgresql").render_as_string(hide_password=False)
        with psycopg.connect(url) as connection, connection.cursor() as cursor:
            query = f"COPY (SELECT * FROM {table} ORDER BY id) TO STDOUT (FORMAT binary)"
            with cursor.copy(query.encode()) as copy:
                return b"".join(copy)
    names = [f"c{at}" for at in range(columns)]
    if dialect == "sqlite":
        parts = [
            f"typeof({n}), hex({n}), length(CAST({n} AS BLOB)), "
            f"CASE WHEN typeof({n}) = 'real' THEN {n} END"
            for n in names
        ]
    else:
        parts = [f"HEX(CAST({n} AS BINARY)), {n} IS NULL" for n in names]
    with world.engine.connect() as connection:
        found: list[Any] = list(
            connection.execute(sa.text(f"SELECT {', '.join(parts)} FROM {table} ORDER BY id"))
        )
        if dialect != "sqlite":
            found += connection.exec_driver_sql(f"CHECKSUM TABLE {table} EXTENDED").all()
        return found


def made_on_mariadb(world: Any) -> bool:
    return bool(world.engine.dialect.name == "mysql")


def comes_back(url: str, made: Made, folder: Path) -> None:
    world, table = world_of(url, made, folder)
    before = octets(world, table, len(made.types))
    rows = [RestrictedRow("shop", table, (key,)) for key in (0, 2)]
    outcome = restrict(world.office, rows, ground="unlawful", by="dpo", mark=MARK)

    assert outcome.clean, [each.enforcement.why for each in outcome.rows]
    # MariaDB shows no point as a text but by its bytes
    text = "CAST(CAST({} AS BINARY) AS CHAR)" if made_on_mariadb(world) else "CAST({} AS TEXT)"
    hidden = ", ".join(text.format(f"c{at}") for at in sorted(made.personal))
    with world.engine.connect() as connection:
        for row in connection.exec_driver_sql(f"SELECT {hidden} FROM {table} WHERE id <> 1"):
            assert all(cell is None or cell.rstrip() == MARK for cell in row), "a value stayed"
    assert world.lift(outcome.restriction).clean
    assert octets(world, table, len(made.types)) == before
    world.office.ledger.close()
    world.engine.dispose()


@EXAMPLES
@given(made=tables("sqlite"))
def test_sqlite(made: Made, tmp_path_factory: pytest.TempPathFactory) -> None:
    folder = tmp_path_factory.mktemp("exactly")
    (folder / "store.db").touch()
    comes_back(f"sqlite:///{folder / 'store.db'}", made, folder)


@pytest.mark.postgres
@EXAMPLES
@given(made=tables("postgresql"))
def test_postgresql(
    made: Made, postgres_place: str, tmp_path_factory: pytest.TempPathFactory
) -> None:
    comes_back(postgres_place, made, tmp_path_factory.mktemp("exactly"))


@pytest.mark.mariadb
@EXAMPLES
@given(made=tables("mariadb"))
def test_mariadb(made: Made, mariadb_place: str, tmp_path_factory: pytest.TempPathFactory) -> None:
    comes_back(mariadb_place, made, tmp_path_factory.mktemp("exactly"))
