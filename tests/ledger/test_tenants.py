"""Organisations on one PostgreSQL ledger: a role of A reaches nothing of B, by any SQL."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from dataclasses import dataclass

import psycopg
import pytest
from sqlalchemy.engine import make_url

from ledger.conftest import NOW
from troth.errors import Refused, TrothError
from troth.ledger.breaches import open_breach
from troth.ledger.entries import read_entries
from troth.ledger.ledger import open_ledger
from troth.ledger.migrations import MIGRATIONS, ROLES
from troth.ledger.tenants import bind_roles, bound_role

pytestmark = pytest.mark.postgres
TABLES = [table.name for migration in MIGRATIONS for table in migration.tables]


@dataclass(frozen=True)
class Shared:
    """The addresses of the owner and of two tenants, and the tenants' roles."""

    admin: str
    owner: str
    a: str
    b: str
    role_a: str
    role_b: str


@pytest.fixture
def shared(postgres_url: str) -> Iterator[Shared]:
    mark = uuid.uuid4().hex[:8]
    names = {who: f"{who}_{mark}" for who in ("owner", "a", "b")}
    database = make_url(postgres_url).database
    with psycopg.connect(postgres_url, autocommit=True) as admin:
        for name in names.values():
            admin.execute(f"CREATE ROLE {name} LOGIN PASSWORD 'x'".encode())
        admin.execute(f"GRANT CREATE ON DATABASE {database} TO {names['owner']}".encode())
    url = make_url(postgres_url)
    at = {
        who: url.set(username=name, password="x").render_as_string(hide_password=False)
        for who, name in names.items()
    }
    yield Shared(postgres_url, at["owner"], at["a"], at["b"], names["a"], names["b"])
    with psycopg.connect(postgres_url, autocommit=True) as admin:
        for name in names.values():
            admin.execute(f"DROP OWNED BY {name} CASCADE".encode())
            admin.execute(f"DROP ROLE {name}".encode())


def prepared(shared: Shared) -> None:
    with open_ledger(shared.owner, at=NOW) as owner:
        bind_roles(owner, {shared.role_a: "acme", shared.role_b: "bolt"})
        bind_roles(owner, {shared.role_a: "acme"})  # again changes nothing
        with pytest.raises(Refused, match="belongs to 'acme'"):
            bind_roles(owner, {shared.role_a: "bolt"})
        with pytest.raises(Refused, match="no role"):
            bind_roles(owner, {"nobody": "bolt"})
    for address, organisation in ((shared.a, "acme"), (shared.b, "bolt")):
        with open_ledger(address, at=NOW) as ledger:
            found = bound_role(ledger)
            assert found is not None
            assert (found.organisation, found.problems) == (organisation, ())
            with ledger.writing(organisation) as writing:
                open_breach(writing, NOW, by="dpo", at=NOW)


def test_a_role_reads_and_writes_nothing_of_another_by_any_sql(shared: Shared) -> None:
    prepared(shared)
    address = shared.a.replace("+psycopg", "")
    with psycopg.connect(address, autocommit=True) as hand:
        hand.execute("SET search_path TO troth_ledger")
        for said in ("acme", "bolt", ""):
            hand.execute(f"SET troth.organisation = '{said}'".encode())
            for table in TABLES:
                rows = hand.execute(f"SELECT DISTINCT organisation FROM {table}".encode())
                assert {row[0] for row in rows} <= ({"acme"} if said == "acme" else set()), table
        hand.execute("SET troth.organisation = 'bolt'")
        assert hand.execute("UPDATE breaches SET recorded_by = 'mallory'").rowcount == 0
        assert hand.execute("DELETE FROM journal").rowcount == 0
        insert = b"INSERT INTO fences VALUES ('bolt', 'shop', 99)"
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            hand.execute(insert)
        hand.execute("SET troth.organisation = 'acme'")
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            hand.execute("UPDATE breaches SET organisation = 'bolt'")
        # nor by becoming somebody else, by taking the guards away, or by binding oneself anew
        for forbidden in (
            f"SET ROLE {shared.role_b}",
            f"SET SESSION AUTHORIZATION {shared.role_b}",
            "ALTER TABLE breaches DISABLE ROW LEVEL SECURITY",
            "DROP POLICY own_role ON breaches",
            f"UPDATE {ROLES} SET organisation = 'bolt'",
            f"INSERT INTO {ROLES} VALUES ('{shared.role_b}', 'acme')",
            "TRUNCATE breaches",
            "CREATE TABLE troth_ledger.own (organisation TEXT)",
        ):
            with pytest.raises(psycopg.errors.InsufficientPrivilege):
                hand.execute(forbidden.encode())
        assert hand.execute(f"SELECT role FROM {ROLES}".encode()).fetchall() == [(shared.role_a,)]


def test_a_ledger_opened_for_another_organisation_shows_nothing_and_takes_nothing(
    shared: Shared,
) -> None:
    prepared(shared)
    with open_ledger(shared.a, at=NOW) as ledger:
        with ledger.reading("bolt") as reading:
            assert list(read_entries(reading)) == []
        with pytest.raises(TrothError) as refused, ledger.writing("bolt") as writing:
            open_breach(writing, NOW, by="dpo", at=NOW)
        assert refused.value.code == "ledger-forbidden"
        with ledger.reading("acme") as reading:
            assert len(list(read_entries(reading))) == 1


def test_every_table_has_both_policies_and_a_tenant_cannot_upgrade(shared: Shared) -> None:
    prepared(shared)
    with psycopg.connect(shared.admin, autocommit=True) as admin:
        rows = admin.execute(
            "SELECT tablename, policyname FROM pg_policies WHERE schemaname = 'troth_ledger'"
        ).fetchall()
        assert {(table, name) for table in TABLES for name in ("own_organisation", "own_role")} <= {
            *rows
        }
        forced = admin.execute(
            "SELECT relname FROM pg_class WHERE relforcerowsecurity AND relnamespace = "
            "'troth_ledger'::regnamespace"
        ).fetchall()
        assert {row[0] for row in forced} == set(TABLES)
        admin.execute("DELETE FROM troth_ledger.troth_migrations WHERE number > 16")
    with pytest.raises(Refused, match="this version needs"):
        open_ledger(shared.a, at=NOW)
