"""What a column really holds comes out of it, whatever its type promises."""

from __future__ import annotations

import pytest
import sqlalchemy as sa

from troth.stores.opening import open_store
from troth.stores.reflect import reflect
from troth.stores.tables import table_clause


def values(url: str, ddl: str, *inserts: str) -> list[tuple[object, ...]]:
    store = open_store("shop", url, purpose="write")
    with store.session() as session:
        for statement in (ddl, *inserts):
            session.connection.exec_driver_sql(statement)
    schema = reflect(store).table("odd")
    assert schema is not None
    table = table_clause(store.address.dialect, schema)
    with store.reading() as connection:
        return [tuple(row) for row in connection.execute(sa.select(table).order_by(table.c.id))]


def test_sqlite_holds_anything_anywhere(sqlite_url: str) -> None:
    found = values(
        sqlite_url,
        "CREATE TABLE odd (id INTEGER PRIMARY KEY, d DATE, t DATETIME, n NUMERIC, b BOOL, j JSON)",
        "INSERT INTO odd VALUES (1, '', '03/05/2026', 'many', 'yes', '{')",
        "INSERT INTO odd VALUES (2, 1700000000, '0000-00-00', 1.5, 2, NULL)",
        "INSERT INTO odd (id, d) VALUES (3, CAST(x'ff41' AS TEXT))",
    )
    assert found == [
        (1, "", "03/05/2026", "many", "yes", "{"),
        (2, 1700000000, "0000-00-00", 1.5, 2, None),
        (3, "�A", None, None, None, None),
    ]


@pytest.mark.postgres
def test_postgresql_infinity_and_years_before_christ(postgres_url: str) -> None:
    found = values(
        postgres_url,
        "CREATE TABLE odd (id int PRIMARY KEY, d date, t timestamp, z timestamptz)",
        "INSERT INTO odd VALUES (1, 'infinity', '-infinity', 'infinity')",
        "INSERT INTO odd VALUES (2, '0044-03-15 BC', '20000-01-01', '0044-03-15 BC')",
    )
    assert found[0] == (1, "infinity", "-infinity", "infinity")
    assert [str(value)[:5] for value in found[1][1:]] == ["0044-", "20000", "0044-"]


@pytest.mark.mariadb
def test_mariadb_zero_dates(mariadb_url: str) -> None:
    found = values(
        mariadb_url,
        "CREATE TABLE odd (id int PRIMARY KEY, d date, t datetime, z timestamp)",
        "SET sql_mode = ''",
        "INSERT INTO odd VALUES (1, '0000-00-00', '0000-00-00 00:00:00', '0000-00-00 00:00:00')",
        "INSERT INTO odd VALUES (2, '2020-02-00', '2020-00-01 00:00:00', NULL)",
    )
    assert found == [
        (1, "0000-00-00", "0000-00-00 00:00:00", "0000-00-00 00:00:00"),
        (2, "2020-02-00", "2020-00-01 00:00:00", None),
    ]
