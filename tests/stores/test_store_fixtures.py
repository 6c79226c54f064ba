"""The database fixtures hand over databases that exist, are empty and are each their own."""

from __future__ import annotations

import sqlalchemy as sa

DRIVERS = {"postgresql": "postgresql+psycopg", "mariadb": "mariadb+pymysql", "sqlite": "sqlite"}


def test_each_database_is_fresh(any_store_url: str) -> None:
    url = sa.make_url(any_store_url)
    engine = sa.create_engine(url.set(drivername=DRIVERS[url.get_backend_name()]))
    with engine.begin() as connection:
        assert sa.inspect(connection).get_table_names() == []
        connection.execute(sa.text("CREATE TABLE left_over (id INTEGER)"))
    engine.dispose()
