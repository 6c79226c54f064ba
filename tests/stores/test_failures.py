"""What goes wrong while working: a deadlock, a lost connection, a full disk, a trigger's word."""

from __future__ import annotations

import sqlite3
import threading

import psycopg
import pymysql
import pytest
import sqlalchemy as sa

from troth.errors import Broken, Transient, TrothError
from troth.plan.schema import ColumnSchema
from troth.stores.opening import dialect_of, open_store
from troth.stores.store import Session, Store
from troth.stores.tables import TemporaryTable

VALUE = "ada@people.example"


def shop(url: str) -> Store:
    store = open_store("shop", url, purpose="write")
    with store.session() as session:
        run = session.connection.exec_driver_sql
        run("CREATE TABLE person (id INTEGER NOT NULL PRIMARY KEY, email VARCHAR(20) NOT NULL)")
        run(f"INSERT INTO person VALUES (1, '{VALUE}'), (2, 'b@people.example')")
    return store


def process(session: Session) -> int:
    assert session.dialect.process_sql is not None
    return int(session.connection.exec_driver_sql(session.dialect.process_sql).scalar_one())


def kill(store: Store, number: int) -> None:
    words = {"postgresql": "SELECT pg_terminate_backend({})", "mariadb": "KILL {}"}
    with store.session() as other:
        statement = words[store.address.dialect].format(number)
        other.connection.exec_driver_sql(statement)


def delete_and_die(store: Store, session: Session, *, then: str | None) -> None:
    number = process(session)
    with session.writing() as connection:
        connection.exec_driver_sql("DELETE FROM person WHERE id = 1")
        kill(store, number)
        if then is not None:
            connection.exec_driver_sql(then)


SERVERS = [
    pytest.param("postgres_url", marks=pytest.mark.postgres),
    pytest.param("mariadb_url", marks=pytest.mark.mariadb),
]


@pytest.fixture(params=SERVERS)
def server_url(request: pytest.FixtureRequest) -> str:
    url: str = request.getfixturevalue(request.param)
    return url


def test_a_deadlock_is_transient_for_one_of_two(server_url: str) -> None:
    store = shop(server_url)
    both_hold = threading.Barrier(2, timeout=20)
    told: list[TrothError] = []

    def cross(first: int, second: int) -> None:
        try:
            with store.writing() as connection:
                connection.exec_driver_sql(f"UPDATE person SET email = 'x' WHERE id = {first}")
                both_hold.wait()
                connection.exec_driver_sql(f"UPDATE person SET email = 'x' WHERE id = {second}")
        except TrothError as error:
            told.append(error)

    threads = [threading.Thread(target=cross, args=pair) for pair in ((1, 2), (2, 1))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=30)
    assert [(error.kind, error.code) for error in told] == [("transient", "deadlock")]


def test_a_lost_connection_never_comes_back_without_its_temporary_tables(server_url: str) -> None:
    store = shop(server_url)
    key = ColumnSchema("id", "integer", store.dialect.types["integer"], False)
    with store.session() as session:
        session.create_temporary(TemporaryTable("picked", (key,), ("id",)))
        with pytest.raises(Transient) as lost:
            delete_and_die(store, session, then="DELETE FROM person WHERE id = 2")
        assert lost.value.code == "connection-lost"
        with pytest.raises(Transient) as again, session.writing():
            pass
        assert again.value.code == "connection-lost"
    with store.reading() as connection:
        assert connection.exec_driver_sql("SELECT count(*) FROM person").scalar() == 2


def test_a_connection_lost_at_the_commit_leaves_the_outcome_open(server_url: str) -> None:
    store = shop(server_url)
    with store.session() as session, pytest.raises(Transient) as lost:
        delete_and_die(store, session, then=None)
    assert lost.value.code == "commit-unknown"


def test_a_full_disk_is_transient(sqlite_url: str) -> None:
    store = shop(sqlite_url)
    with store.session() as session:
        pages = session.connection.exec_driver_sql("PRAGMA page_count").scalar_one()
        session.connection.exec_driver_sql(f"PRAGMA max_page_count = {pages}")
        with pytest.raises(Transient) as full, session.writing() as connection:
            connection.exec_driver_sql("CREATE TABLE more (id INTEGER)")
    assert full.value.code == "disk-full"


@pytest.mark.postgres
def test_a_database_that_takes_no_connections_for_a_while_is_away(
    postgres_url: str, postgres_server: str
) -> None:
    shop(postgres_url).engine.dispose()
    name = str(psycopg.conninfo.conninfo_to_dict(postgres_url)["dbname"])
    with psycopg.connect(postgres_server, autocommit=True) as connection:
        connection.execute(f"ALTER DATABASE {name} ALLOW_CONNECTIONS false".encode())
        with pytest.raises(Transient) as away:
            open_store("shop", postgres_url, purpose="write")
        connection.execute(f"ALTER DATABASE {name} ALLOW_CONNECTIONS true".encode())
    assert away.value.code == "store-unreachable"


@pytest.mark.postgres
def test_a_trigger_may_not_put_a_value_into_an_error(postgres_url: str) -> None:
    store = shop(postgres_url)
    with psycopg.connect(postgres_url, autocommit=True) as admin:
        admin.execute(
            "CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS"
            " 'BEGIN RAISE EXCEPTION ''% may not go'', OLD.email; END'"
        )
        admin.execute(
            "CREATE TRIGGER refuse BEFORE DELETE ON person FOR EACH ROW EXECUTE FUNCTION refuse()"
        )
    with pytest.raises(Broken) as raised, store.writing() as connection:
        connection.exec_driver_sql("DELETE FROM person WHERE id = 1")
    assert VALUE not in str(raised.value)
    assert "P0001" in raised.value.message


def test_a_value_too_long_names_no_value(server_url: str) -> None:
    store = shop(server_url)
    with pytest.raises(TrothError) as raised, store.writing() as connection:
        connection.execute(
            sa.text("UPDATE person SET email = :email WHERE id = 1"), {"email": VALUE * 3}
        )
    assert (raised.value.kind, raised.value.code) == ("refused", "value-rejected")
    assert VALUE not in str(raised.value)


@pytest.mark.parametrize(
    ("error", "code"),
    [
        (sqlite3.DataError(VALUE), "store-error"),
        (pymysql.err.InternalError(9999, f"unheard of: {VALUE}"), "store-error"),
        (psycopg.errors.UniqueViolation(f"Key (email)=({VALUE}) already exists"), None),
        (ValueError(VALUE), "store-error"),
    ],
)
def test_an_unforeseen_error_is_broken_and_says_nothing_of_a_row(
    error: Exception, code: str | None
) -> None:
    for dialect in (dialect_of("sqlite"), dialect_of("postgresql"), dialect_of("mariadb")):
        failure, about = dialect.classify(error)
        told = str(failure.error("shop", about))
        assert VALUE not in told
        assert code is None or failure.code == code
