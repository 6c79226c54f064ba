"""The readers of an archive are those of its list: compared with what the database grants."""

from __future__ import annotations

import grp
import os
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import psycopg
import pymysql
import pytest
from sqlalchemy.engine import make_url

from apply.fire import NOW
from apply.test_fire_kill import empty_sqlite
from apply.test_fire_stores import ARCHIVE_MAP, archive_place
from apply.two import AFTER, ORG, Place, policy
from troth.apply.archive_access import ArchiveAccess
from troth.apply.check import check
from troth.apply.planning import Setting, make_plan
from troth.ledger.facts import read_facts
from troth.ledger.ledger import Ledger

Run = Callable[..., None]


@pytest.fixture
def live(tmp_path: Path) -> str:
    """An everyday store."""
    return empty_sqlite(tmp_path / "live.db")


def setting(at: Place, *accounts: str) -> Setting:
    return replace(at.setting(), readers={"vault": {"legal": accounts}} if accounts else {})


def looked(at: Place, *accounts: str) -> ArchiveAccess:
    facts = read_facts(at.ledger, ORG, at.now)
    (found,) = check(setting(at, *accounts), facts, at.now).archives
    return found


@pytest.fixture
def roles(postgres_url: str) -> Iterator[Run]:
    """Runs SQL as administrator; roles of the test go at its end."""
    with psycopg.connect(postgres_url, autocommit=True) as connection:

        def run(*statements: str) -> None:
            for statement in statements:
                connection.execute(statement.encode())

        drop = ("edge_app", "edge_counsel", "edge_legal")
        gone = [f"DROP OWNED BY {name}; DROP ROLE {name}" for name in drop]
        run(
            "CREATE ROLE edge_legal NOLOGIN",
            "CREATE ROLE edge_counsel LOGIN IN ROLE edge_legal",
            "CREATE ROLE edge_app LOGIN",
        )
        yield run
        for statement in gone:
            connection.execute(statement.encode())


@pytest.mark.postgres
def test_postgresql_is_compared_with_the_list_and_mended(
    live: str, postgres_url: str, roles: Run, ledger: Ledger
) -> None:
    at = archive_place(live, postgres_url, ledger)
    roles("GRANT SELECT ON file TO edge_legal")
    assert looked(at, "edge_legal").status == "kept"  # its member counsel too

    roles("GRANT SELECT (name) ON file TO edge_app")  # one column is enough
    found = looked(at, "edge_legal")
    assert found.status == "broken"
    assert "edge_app" in found.why[0]
    assert found.clauses == ("C-3",)

    roles("GRANT SELECT ON file TO PUBLIC")
    found = looked(at, "edge_legal")
    assert "PUBLIC" in found.why[0]

    roles(*found.statements)
    assert looked(at, "edge_legal").status == "kept"


@pytest.mark.postgres
def test_whoever_reads_all_data_is_seen(
    live: str, postgres_url: str, roles: Run, ledger: Ledger
) -> None:
    at = archive_place(live, postgres_url, ledger)
    roles("GRANT pg_read_all_data TO edge_app")
    found = looked(at, "edge_legal")
    assert found.status == "broken"
    roles(*found.statements)
    found = looked(at, "edge_legal")
    assert (found.status, found.why) == ("kept", ())  # and the list can read now


@pytest.mark.postgres
def test_a_view_that_reads_as_its_owner_is_a_way_in(
    live: str, postgres_url: str, roles: Run, ledger: Ledger
) -> None:
    at = archive_place(live, postgres_url, ledger)
    roles(
        "GRANT SELECT ON file TO edge_legal",
        "CREATE VIEW names AS SELECT name FROM file",
        "CREATE VIEW again AS SELECT * FROM names",
    )
    assert looked(at, "edge_legal").status == "kept"  # nobody may read them
    roles("GRANT SELECT ON again TO edge_app")
    found = looked(at, "edge_legal")
    assert found.status == "broken"
    assert "edge_app" in found.why[0]
    roles(*found.statements)
    assert looked(at, "edge_legal").status == "kept"
    roles(
        "CREATE MATERIALIZED VIEW copies AS SELECT * FROM file", "GRANT SELECT ON copies TO PUBLIC"
    )
    assert "PUBLIC" in looked(at, "edge_legal").why[0]


@pytest.mark.postgres
def test_readers_that_troth_yaml_does_not_name_are_unknown(
    live: str, postgres_url: str, roles: Run, ledger: Ledger
) -> None:
    at = archive_place(live, postgres_url, ledger)
    assert looked(at).status == "kept"  # nobody but us reads it
    roles("GRANT SELECT ON file TO edge_counsel")
    found = looked(at)
    assert found.status == "unknown"
    assert found.statements == ()  # counsel may be the very reader
    assert "legal" in found.why[1]


@pytest.mark.postgres
def test_a_plan_that_fills_the_archive_says_so(
    live: str, postgres_url: str, roles: Run, ledger: Ledger
) -> None:
    at = archive_place(live, postgres_url, ledger)
    roles("GRANT SELECT ON file TO edge_app")
    plan = make_plan(setting(at, "edge_legal"), read_facts(ledger, ORG, NOW), NOW)
    (notice,) = [one for one in plan.notices if one.code.startswith("archive-readers")]
    assert (notice.code, notice.store) == ("archive-readers-broken", "vault")
    assert "REVOKE ALL ON file FROM edge_app" in notice.help


@pytest.fixture
def accounts(mariadb_url: str) -> Iterator[Run]:
    """Runs SQL as administrator; accounts of the test go at its end."""
    url = make_url(mariadb_url)
    connection = pymysql.connect(
        host=url.host, port=url.port or 3306, user=url.username, database=url.database
    )

    def run(*statements: str) -> None:
        with connection.cursor() as cursor:
            for statement in statements:
                cursor.execute(statement)

    run("CREATE USER edge_app@'%', edge_counsel@localhost", "CREATE ROLE edge_legal")
    run("GRANT edge_legal TO edge_counsel@localhost")
    yield run
    run("DROP USER edge_app@'%', edge_counsel@localhost", "DROP ROLE edge_legal")
    connection.close()


@pytest.mark.mariadb
def test_mariadb_is_compared_with_the_list_and_mended(
    live: str, mariadb_url: str, accounts: Run, ledger: Ledger
) -> None:
    at = archive_place(live, mariadb_url, ledger)
    accounts("GRANT SELECT ON file TO edge_legal")
    before = looked(at, "edge_legal")
    database = make_url(mariadb_url).database
    accounts(
        "GRANT SELECT (name) ON file TO edge_app@'%'",
        f"GRANT SELECT ON `{database}`.* TO edge_counsel@localhost",
    )
    found = looked(at, "edge_legal")
    assert found.status == "broken"
    assert "'edge_app'@'%'" in found.why[0]
    assert "'edge_counsel'@'localhost'" in found.why[0]
    accounts(*(one for one in found.statements if "edge_" in one))  # others' accounts are theirs
    again = looked(at, "edge_legal")
    assert (again.status, again.why) == (before.status, before.why)
    assert "edge_" not in " ".join((*again.why, *again.statements))


@pytest.mark.mariadb
def test_an_account_that_sees_no_grants_is_told_so(
    live: str, mariadb_url: str, accounts: Run, ledger: Ledger
) -> None:
    at = archive_place(live, mariadb_url, ledger)
    database = make_url(mariadb_url).database
    accounts(f"GRANT ALL ON `{database}`.* TO edge_app@'%'")
    own = make_url(mariadb_url).set(username="edge_app")
    at.urls["vault"] = own.render_as_string(hide_password=False)
    found = looked(at, "edge_legal")
    assert found.status == "unknown"
    assert "mysql.*" in found.why[0]


def test_the_permissions_of_a_file_are_its_list(tmp_path: Path, live: str, ledger: Ledger) -> None:
    vault = tmp_path / "vault.db"
    at = archive_place(live, empty_sqlite(vault), ledger)
    vault.chmod(0o644)
    found = looked(at)
    assert found.status == "broken"
    assert "every account of this machine" in found.why[0]
    for statement in found.statements:
        assert os.system(statement) == 0
    assert looked(at).status == "kept"

    vault.chmod(0o640)
    group = grp.getgrgid(vault.stat().st_gid).gr_name
    assert looked(at).status == "unknown"  # the group may be the readers'
    assert looked(at, group).status == "kept"
    assert looked(at, "somebody-else").status == "broken"


def test_an_archive_without_a_list_promises_nothing(
    tmp_path: Path, live: str, ledger: Ledger
) -> None:
    urls = {"shop": live, "vault": empty_sqlite(tmp_path / "vault.db")}
    archive_place(*urls.values(), ledger)
    at = Place(urls, policy(["end"], AFTER.format(event="end", years=2)), ARCHIVE_MAP, ledger, NOW)
    assert check(setting(at), read_facts(ledger, ORG, NOW), NOW).archives == ()
