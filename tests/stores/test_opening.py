"""Opening a store: every wrong address has its own word, and no word shows a password."""

from __future__ import annotations

import os
import socket
import sqlite3
from pathlib import Path

import psycopg
import pytest
import sqlalchemy as sa

from troth.errors import Refused, Transient, TrothError
from troth.stores.address import parse_address
from troth.stores.opening import dialect_of, is_pooled, open_store
from troth.stores.store import opened

PASSWORD = "s3cret-Passw0rd"


def failure(url: str) -> TrothError:
    with pytest.raises(TrothError) as raised:
        open_store("shop", url, purpose="write")
    told = f"{raised.value} {raised.value!r} {raised.value.as_json()}"
    assert PASSWORD not in told
    assert raised.value.place == "shop"
    assert raised.value.help
    return raised.value


@pytest.mark.parametrize(
    ("url", "dialect", "driver"),
    [
        ("postgres://u@h/d", "postgresql", "postgresql+psycopg"),
        ("postgresql+psycopg2://u@h/d", "postgresql", "postgresql+psycopg"),
        ("mysql://u@h/d", "mariadb", "mysql+pymysql"),
        ("mariadb+mariadbconnector://u@h/d", "mariadb", "mysql+pymysql"),
    ],
)
def test_addresses_are_brought_to_one_driver(url: str, dialect: str, driver: str) -> None:
    address = parse_address(url)
    assert (address.dialect, address.url.drivername) == (dialect, driver)


def test_an_address_is_shown_without_its_password() -> None:
    address = parse_address(f"mysql://ada:{PASSWORD}@h:3307/shop?ssl_key={PASSWORD}")
    assert str(address) == "mariadb://ada@h:3307/shop"
    assert PASSWORD not in repr(address)


@pytest.mark.parametrize(
    ("url", "code"),
    [
        (f"oracle://ada:{PASSWORD}@h/d", "store-scheme"),
        (f"ada:{PASSWORD}", "store-address"),
        (f"postgresql://ada:{PASSWORD}@h:port/d", "store-address"),
        (f"postgresql://ada:{PASSWORD}@h", "store-address"),
        ("sqlite://", "store-address"),
        ("sqlite:///:memory:", "store-address"),
    ],
)
def test_what_is_no_address(url: str, code: str) -> None:
    assert failure(url).code == code


def test_a_file_that_does_not_exist_is_not_made(tmp_path: Path) -> None:
    path = tmp_path / "typo.db"
    assert failure(f"sqlite:///{path}").code == "store-missing"
    assert not path.exists()
    assert failure(f"sqlite:///{tmp_path}").code == "store-missing"


def test_a_file_that_is_no_database(tmp_path: Path) -> None:
    path = tmp_path / "letter.txt"
    path.write_text("Dear Sir or Madam, " * 100)
    assert failure(f"sqlite:///{path}").code == "not-a-database"
    assert path.read_text().startswith("Dear")


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write to every file")
def test_a_write_protected_file_says_so(sqlite_url: str) -> None:
    Path(sqlite_url.removeprefix("sqlite:///")).chmod(0o400)
    assert not open_store("shop", sqlite_url, purpose="read").capabilities.may_write.yes


def test_a_locked_file_is_told_as_a_lock(sqlite_url: str) -> None:
    store = open_store("shop", sqlite_url, purpose="write")
    holder = sqlite3.connect(sqlite_url.removeprefix("sqlite:///"), isolation_level=None)
    holder.execute("BEGIN IMMEDIATE")
    with store.session() as session:
        session.connection.exec_driver_sql("PRAGMA busy_timeout = 10")
        with pytest.raises(Transient) as raised, session.writing():
            pass
    holder.close()
    assert raised.value.code == "lock-timeout"


@pytest.mark.parametrize("scheme", ["postgresql", "mariadb"])
def test_a_store_that_is_down(scheme: str) -> None:
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        port = unused.getsockname()[1]
        error = failure(f"{scheme}://ada:{PASSWORD}@127.0.0.1:{port}/shop")
    assert (error.kind, error.code) == ("transient", "store-unreachable")


@pytest.mark.postgres
def test_postgresql_without_the_database_the_user_or_the_option(postgres_url: str) -> None:
    url = sa.make_url(postgres_url)
    missing = url.set(database="nowhere").render_as_string(hide_password=False)
    assert failure(missing).code == "no-such-database"
    nobody = url.set(username="nobody", password=PASSWORD)
    assert failure(nobody.render_as_string(hide_password=False)).code == "login-failed"
    option = url.update_query_dict({"pasword": PASSWORD})
    assert failure(option.render_as_string(hide_password=False)).kind == "refused"


@pytest.mark.mariadb
def test_mariadb_without_the_database_or_the_password(mariadb_url: str) -> None:
    url = sa.make_url(mariadb_url)
    missing = url.set(database="nowhere").render_as_string(hide_password=False)
    assert failure(missing).code == "no-such-database"
    nobody = url.set(username="nobody", password=PASSWORD)
    assert failure(nobody.render_as_string(hide_password=False)).code == "login-failed"
    option = url.update_query_dict({"pasword": PASSWORD})
    assert failure(option.render_as_string(hide_password=False)).code == "store-address"


@pytest.mark.postgres
def test_one_process_behind_two_connections_is_a_pooler(postgres_url: str) -> None:
    address = parse_address(postgres_url)
    dialect = dialect_of("postgresql")
    engine = dialect.engine(address, writable=False)
    with opened(engine, dialect, "shop") as one, opened(engine, dialect, "shop") as other:
        assert not is_pooled(dialect, one, other)
        # What a pooler by transaction amounts to: two clients, one process of the server.
        assert is_pooled(dialect, one, one)


@pytest.mark.postgres
def test_a_missing_permission_names_the_table(postgres_url: str) -> None:
    with psycopg.connect(postgres_url, autocommit=True) as admin:
        admin.execute("CREATE TABLE person (id int PRIMARY KEY, email text)")
        admin.execute("CREATE ROLE clerk LOGIN")
        admin.execute("GRANT SELECT ON person TO clerk")
    try:
        url = sa.make_url(postgres_url).set(username="clerk")
        store = open_store("shop", url.render_as_string(hide_password=False), purpose="write")
        assert not store.capabilities.may_write.yes
        assert "person" in store.capabilities.may_write.why
        assert not store.capabilities.may_create.yes
        with pytest.raises(Refused) as raised, store.writing() as connection:
            connection.exec_driver_sql("DELETE FROM person")
        assert raised.value.code == "permission-denied"
        assert "person" in raised.value.message
    finally:
        with psycopg.connect(postgres_url, autocommit=True) as admin:
            admin.execute("DROP OWNED BY clerk")
            admin.execute("DROP ROLE clerk")


@pytest.mark.postgres
def test_rows_hidden_by_row_level_security_are_an_error(postgres_url: str) -> None:
    with psycopg.connect(postgres_url, autocommit=True) as admin:
        admin.execute("CREATE TABLE person (id int PRIMARY KEY)")
        admin.execute("CREATE ROLE narrow LOGIN")
        admin.execute("GRANT SELECT ON person TO narrow")
        admin.execute("ALTER TABLE person ENABLE ROW LEVEL SECURITY")
    try:
        url = sa.make_url(postgres_url).set(username="narrow")
        store = open_store("shop", url.render_as_string(hide_password=False), purpose="read")
        with pytest.raises(Refused) as raised, store.reading() as connection:
            connection.exec_driver_sql("SELECT count(*) FROM person")
        assert raised.value.code == "permission-denied"
    finally:
        with psycopg.connect(postgres_url, autocommit=True) as admin:
            admin.execute("DROP OWNED BY narrow")
            admin.execute("DROP ROLE narrow")


@pytest.mark.mariadb
def test_a_missing_permission_names_the_table_on_mariadb(mariadb_url: str) -> None:
    admin = open_store("shop", mariadb_url, purpose="write")
    database = admin.address.url.database
    with admin.session() as session:
        run = session.connection.exec_driver_sql
        run("CREATE TABLE person (id int PRIMARY KEY)")
        run(f"CREATE USER 'clerk'@'%%' IDENTIFIED BY '{PASSWORD}'")
        run(f"GRANT SELECT ON {database}.* TO 'clerk'@'%%'")
        try:
            url = admin.address.url.set(username="clerk", password=PASSWORD, drivername="mysql")
            clerk = open_store("shop", url.render_as_string(hide_password=False), purpose="write")
            assert "DELETE" in clerk.capabilities.may_write.why
            assert not clerk.capabilities.temporary_tables.yes
            with pytest.raises(Refused) as raised, clerk.writing() as connection:
                connection.exec_driver_sql("DELETE FROM person")
            assert raised.value.code == "permission-denied"
            assert "person" in raised.value.message
        finally:
            run("DROP USER 'clerk'@'%%'")
