"""Opening a ledger: addresses, schema versions, and every way in which its database can fail."""

from __future__ import annotations

import importlib
import os
import pkgutil
import shutil
import sqlite3
import stat
import subprocess
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import psycopg
import pytest
from sqlalchemy import inspect, text
from sqlalchemy.engine import make_url

import troth.ledger
from ledger.conftest import NOW
from troth.errors import Broken, Refused, Transient, TrothError
from troth.grounds.facts import Identifier
from troth.ledger import migrations
from troth.ledger.address import parse_address, place_of
from troth.ledger.entries import read_entries
from troth.ledger.facts import facts_version, read_facts
from troth.ledger.holds import add_hold
from troth.ledger.ledger import Ledger, open_ledger
from troth.ledger.tables import metadata
from troth.ledger.verify import verify

ORG = "acme"


def _add_hold(ledger: Ledger) -> None:
    with ledger.writing(ORG) as writing:
        add_hold(
            writing,
            case="1",
            reason="claim",
            by="legal",
            at=NOW,
            persons=[Identifier("email", "jo@customer.example")],
        )


def _code(address: str) -> str:
    with pytest.raises(TrothError) as error, open_ledger(address, at=NOW, patience=0.2) as ledger:
        _add_hold(ledger)
    assert "jo@" not in str(error.value)
    return error.value.code


def test_a_path_is_a_sqlite_file_and_other_databases_are_refused() -> None:
    assert parse_address("a/b.db").drivername == "sqlite"
    assert parse_address("sqlite:///a/b.db").database == "a/b.db"
    assert parse_address("postgres://u@h/d").drivername == "postgresql+psycopg"
    for wrong in ("mysql://u@h/d", "sqlite://", "http://ledger.example", "://"):
        with pytest.raises(Refused, match="ledger-address"):
            parse_address(wrong)


def test_errors_name_the_ledger_without_its_password() -> None:
    assert place_of(parse_address("postgresql://u:secret@h:5432/d")) == "ledger h/d"


def test_opening_again_keeps_everything(ledger_address: str) -> None:
    for held in (0, 1):
        with open_ledger(ledger_address, at=NOW) as ledger:
            assert len(read_facts(ledger, ORG, NOW).holds) == held
            _add_hold(ledger)


def test_the_tables_are_those_that_the_migrations_make(ledger: Ledger) -> None:
    for module in pkgutil.iter_modules(troth.ledger.__path__):
        importlib.import_module(f"troth.ledger.{module.name}")
    schema = migrations.SCHEMA if ledger.engine.dialect.name == "postgresql" else None
    found = inspect(ledger.engine)
    names = set(found.get_table_names(schema=schema)) - {"troth_migrations", "troth_roles"}
    assert names == set(metadata.tables)
    for name, table in metadata.tables.items():
        made = {column["name"]: column for column in found.get_columns(name, schema=schema)}
        assert list(made) == [column.name for column in table.columns if column.name in made]
        assert set(made) == set(table.columns.keys())
        nullable = {column.name: column.nullable for column in table.columns}
        assert {key: column["nullable"] for key, column in made.items()} == nullable, name
        key = found.get_pk_constraint(name, schema=schema)["constrained_columns"]
        assert key == [column.name for column in table.primary_key]
        assert key[0] == "organisation"


def test_a_newer_ledger_is_refused(ledger_address: str) -> None:
    with open_ledger(ledger_address, at=NOW) as ledger, ledger.writing(ORG) as writing:
        writing.connection.execute(
            text("INSERT INTO troth_migrations VALUES (:number, 'later', 'x')"),
            {"number": migrations.NEWEST + 1},
        )
    assert _code(ledger_address) == "ledger-newer"


def test_migrations_are_numbered_without_gap() -> None:
    numbers = [migration.number for migration in migrations.MIGRATIONS]
    assert numbers == list(range(1, len(numbers) + 1))


def test_a_new_file_is_readable_by_its_owner_alone(tmp_path: Path) -> None:
    path = tmp_path / "ledger.sqlite"
    with open_ledger(str(path), at=NOW) as ledger:
        _add_hold(ledger)
        files = [path, path.with_name("ledger.sqlite-wal")]
        assert [stat.S_IMODE(file.stat().st_mode) for file in files] == [0o600, 0o600]


def test_a_file_that_is_no_database_is_refused_and_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "notes.txt"
    path.write_text("not a database, but long enough to be taken for one " * 40)
    before = path.read_bytes()
    assert _code(str(path)) == "not-a-ledger"
    assert path.read_bytes() == before


def test_another_programs_database_is_refused_and_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "shop.db"
    with closing(sqlite3.connect(path)) as shop:
        shop.execute("CREATE TABLE customer (id INTEGER PRIMARY KEY)")
    before = path.read_bytes()
    assert _code(str(path)) == "not-a-ledger"
    assert path.read_bytes() == before
    with closing(sqlite3.connect(path)) as shop:
        assert shop.execute("SELECT name FROM sqlite_schema").fetchall() == [("customer",)]


def test_a_missing_folder_is_said(tmp_path: Path) -> None:
    assert _code(str(tmp_path / "none" / "ledger.db")) == "ledger-unreachable"


def test_a_directory_is_no_ledger(tmp_path: Path) -> None:
    assert _code(str(tmp_path)) == "ledger-unreachable"


def test_a_damaged_file_is_said(tmp_path: Path) -> None:
    path = tmp_path / "ledger.sqlite"
    with open_ledger(str(path), at=NOW) as ledger:
        for _ in range(50):
            _add_hold(ledger)
    with path.open("r+b") as file:
        file.seek(4096)
        file.write(b"\xff" * (path.stat().st_size - 4096))
    with pytest.raises(Broken) as broken, open_ledger(str(path), at=NOW) as ledger:
        read_facts(ledger, ORG, NOW)
    assert broken.value.code == "ledger-damaged"


def test_a_locked_ledger_is_transient_and_nothing_is_lost(ledger_address: str) -> None:
    with (
        open_ledger(ledger_address, at=NOW) as first,
        open_ledger(ledger_address, at=NOW, patience=0.2) as second,
        first.writing(ORG) as writing,
    ):
        writing.append("run-started", NOW, {})
        with pytest.raises(Transient) as locked:
            _add_hold(second)
        assert locked.value.code == "ledger-locked"
        assert facts_version(second, ORG) == 0  # readers are not kept waiting
    with open_ledger(ledger_address, at=NOW) as ledger:
        _add_hold(ledger)
        with ledger.reading(ORG) as reading:
            assert verify(reading).entries == 2


@pytest.mark.postgres
def test_on_postgresql_organisations_do_not_wait_for_each_other(postgres_url: str) -> None:
    with (
        open_ledger(postgres_url, at=NOW) as first,
        open_ledger(postgres_url, at=NOW, patience=0.2) as second,
        first.writing("other"),
    ):
        _add_hold(second)


def test_a_reading_is_one_moment(ledger: Ledger) -> None:
    with ledger.reading(ORG) as reading:
        assert list(read_entries(reading)) == []
        _add_hold(ledger)
        assert list(read_entries(reading)) == []
        assert verify(reading).ok


class Filling:
    """Writes to a ledger until its disk is full; counts what was committed."""

    def __init__(self, ledger: Ledger) -> None:
        self.ledger = ledger
        self.committed = 0

    def write_for_ever(self) -> None:
        while True:
            with self.ledger.writing(ORG) as writing:
                for _ in range(20):
                    add_hold(
                        writing,
                        case="1",
                        reason="x" * 500,
                        by="legal",
                        at=NOW,
                        persons=[Identifier("email", "jo@customer.example")],
                    )
            self.committed += 20

    def fill(self) -> None:
        """Then everything committed is there, and nothing else."""
        with pytest.raises(Transient) as full:
            self.write_for_ever()
        assert full.value.code == "ledger-full"
        assert self.committed > 0
        assert len(read_facts(self.ledger, ORG, NOW).holds) == self.committed
        with self.ledger.reading(ORG) as reading:
            found = verify(reading)
        assert (found.ok, found.entries) == (True, self.committed)


def test_a_full_database_leaves_nothing_half_written(tmp_path: Path) -> None:
    path = tmp_path / "ledger.sqlite"
    with open_ledger(str(path), at=NOW) as ledger:
        with ledger.engine.connect() as connection:
            connection.exec_driver_sql("PRAGMA max_page_count = 240")
        Filling(ledger).fill()


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A file system of 2 MB; mounting one needs root."""
    disk = tmp_path / "disk"
    disk.mkdir()
    mount = shutil.which("mount")
    command = [str(mount), "-t", "tmpfs", "-o", "size=2m", "tmpfs", str(disk)]
    if mount is None or subprocess.run(command, capture_output=True, check=False).returncode:
        pytest.skip("this user cannot mount a small file system")
    yield disk
    subprocess.run([str(shutil.which("umount")), "-l", str(disk)], check=True)


def test_a_full_disk_leaves_nothing_half_written_and_goes_on_once_freed(small_disk: Path) -> None:
    ballast = small_disk / "ballast"
    with open_ledger(str(small_disk / "ledger.sqlite"), at=NOW) as ledger:
        ballast.write_bytes(bytes(2 * 1024 * 1024 - 1160 * 1024))
        filling = Filling(ledger)
        filling.fill()
        ballast.unlink()
        _add_hold(ledger)
        with ledger.reading(ORG) as reading:
            assert (verify(reading).ok, verify(reading).entries) == (True, filling.committed + 1)


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everything")
def test_a_read_only_file_can_be_read_and_not_written(tmp_path: Path) -> None:
    path = tmp_path / "ledger.sqlite"
    with open_ledger(str(path), at=NOW) as ledger:
        _add_hold(ledger)
    path.chmod(0o400)
    assert _code(str(path)) == "ledger-read-only"


def test_a_ledger_opened_read_only_says_so(tmp_path: Path) -> None:
    path = tmp_path / "ledger.sqlite"
    with open_ledger(str(path), at=NOW) as ledger:
        with ledger.engine.connect() as connection:
            connection.exec_driver_sql("PRAGMA query_only = ON")
        with pytest.raises(Refused) as refused:
            _add_hold(ledger)
    assert refused.value.code == "ledger-read-only"


def test_a_server_that_does_not_answer_is_transient() -> None:
    with pytest.raises(Transient) as error:
        open_ledger("postgresql://nobody:secret@127.0.0.1:1/ledger", at=NOW)
    assert error.value.code == "ledger-unreachable"
    assert "secret" not in str(error.value)


@pytest.mark.postgres
def test_a_missing_database_and_a_read_only_one_are_refused(postgres_url: str) -> None:
    url = make_url(postgres_url)
    missing = url.set(database="no_such_ledger").render_as_string(hide_password=False)
    assert _code(missing) == "ledger-missing"
    with open_ledger(postgres_url, at=NOW) as ledger:
        _add_hold(ledger)
    with psycopg.connect(postgres_url, autocommit=True) as connection:
        whom = f"ROLE {url.username} IN DATABASE {url.database}"
        connection.execute(f"ALTER {whom} SET default_transaction_read_only = on".encode())
    with open_ledger(postgres_url, at=NOW) as ledger:
        assert len(read_facts(ledger, ORG, NOW).holds) == 1


@pytest.mark.postgres
def test_a_connection_that_dies_is_transient_and_the_next_call_works(postgres_url: str) -> None:
    with open_ledger(postgres_url, at=NOW) as ledger:
        _add_hold(ledger)

        def lose_connection() -> None:
            with ledger.writing(ORG) as writing:
                pid = writing.connection.execute(text("SELECT pg_backend_pid()")).scalar_one()
                with psycopg.connect(postgres_url, autocommit=True) as other:
                    other.execute("SELECT pg_terminate_backend(%s)", (pid,))
                writing.append("run-started", NOW, {})

        with pytest.raises(Transient) as error:
            lose_connection()
        assert error.value.code == "ledger-unreachable"
        with ledger.reading(ORG) as reading:
            assert verify(reading).entries == 1


@pytest.mark.postgres
def test_row_security_keeps_organisations_apart_where_a_query_forgets(postgres_url: str) -> None:
    with open_ledger(postgres_url, at=NOW) as ledger:
        _add_hold(ledger)
    with psycopg.connect(postgres_url, autocommit=True) as connection:
        connection.execute("DROP ROLE IF EXISTS ledger_clerk")
        connection.execute("CREATE ROLE ledger_clerk")
        connection.execute("GRANT USAGE ON SCHEMA troth_ledger TO ledger_clerk")
        connection.execute(
            "GRANT SELECT, INSERT ON ALL TABLES IN SCHEMA troth_ledger TO ledger_clerk"
        )
    try:
        with psycopg.connect(postgres_url) as connection:
            connection.execute("SET ROLE ledger_clerk")
            connection.execute("SET search_path = troth_ledger")
            for organisation, rows in ((None, 0), ("", 0), ("other", 0), (ORG, 1)):
                if organisation is not None:
                    connection.execute(
                        "SELECT set_config('troth.organisation', %s, false)", (organisation,)
                    )
                for table in ("journal", "journal_heads", "holds", "hold_scopes"):
                    seen = connection.execute(f"SELECT count(*) FROM {table}".encode()).fetchone()
                    assert seen == (rows,), (organisation, table)
            with pytest.raises(psycopg.errors.InsufficientPrivilege):
                connection.execute("INSERT INTO fences VALUES ('other', 'shop', 1)")
    finally:
        with psycopg.connect(postgres_url, autocommit=True) as connection:
            connection.execute("DROP OWNED BY ledger_clerk")
            connection.execute("DROP ROLE ledger_clerk")


@pytest.mark.postgres
def test_every_table_of_the_ledger_has_row_security(postgres_url: str) -> None:
    with open_ledger(postgres_url, at=NOW), psycopg.connect(postgres_url) as connection:
        rows = connection.execute(
            "SELECT c.relname, c.relrowsecurity AND c.relforcerowsecurity, "
            "(SELECT count(*) FROM pg_policy p WHERE p.polrelid = c.oid) FROM pg_class c "
            "JOIN pg_namespace n ON n.oid = c.relnamespace "
            "WHERE n.nspname = 'troth_ledger' AND c.relkind = 'r'"
        ).fetchall()
    found = {row[0]: row[1:] for row in rows}
    assert found.pop("troth_migrations")
    assert found.pop("troth_roles") == (False, 1)  # its owner writes it
    assert set(found) == set(metadata.tables)
    assert all(each == (True, 2) for each in found.values())
