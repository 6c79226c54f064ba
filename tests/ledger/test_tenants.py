"""Organisations on one PostgreSQL ledger: a role of A reaches nothing of B, by any SQL."""

from __future__ import annotations

import psycopg
import pytest

from ledger.conftest import NOW
from ledger.tenants import Tenants
from troth.errors import Refused, TrothError
from troth.ledger.breaches import open_breach
from troth.ledger.entries import read_entries
from troth.ledger.ledger import open_ledger
from troth.ledger.migrations import MIGRATIONS, ROLES
from troth.ledger.tenants import bind_roles, bound_role

pytestmark = pytest.mark.postgres
TABLES = [table.name for migration in MIGRATIONS for table in migration.tables]


def prepared(tenants: Tenants) -> None:
    with open_ledger(tenants.owner, at=NOW) as owner:
        bind_roles(owner, {tenants.role_a: "acme", tenants.role_b: "bolt"})
        bind_roles(owner, {tenants.role_a: "acme"})  # again changes nothing
        with pytest.raises(Refused, match="belongs to 'acme'"):
            bind_roles(owner, {tenants.role_a: "bolt"})
        with pytest.raises(Refused, match="no role"):
            bind_roles(owner, {"nobody": "bolt"})
    for address, organisation in ((tenants.a, "acme"), (tenants.b, "bolt")):
        with open_ledger(address, at=NOW) as ledger:
            found = bound_role(ledger)
            assert found is not None
            assert (found.organisation, found.problems) == (organisation, ())
            with ledger.writing(organisation) as writing:
                open_breach(writing, NOW, by="dpo", at=NOW)


def test_a_role_reads_and_writes_nothing_of_another_by_any_sql(tenants: Tenants) -> None:
    prepared(tenants)
    address = tenants.a.replace("+psycopg", "")
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
            f"SET ROLE {tenants.role_b}",
            f"SET SESSION AUTHORIZATION {tenants.role_b}",
            "ALTER TABLE breaches DISABLE ROW LEVEL SECURITY",
            "DROP POLICY own_role ON breaches",
            f"UPDATE {ROLES} SET organisation = 'bolt'",
            f"INSERT INTO {ROLES} VALUES ('{tenants.role_b}', 'acme')",
            "TRUNCATE breaches",
            "CREATE TABLE troth_ledger.own (organisation TEXT)",
        ):
            with pytest.raises(psycopg.errors.InsufficientPrivilege):
                hand.execute(forbidden.encode())
        assert hand.execute(f"SELECT role FROM {ROLES}".encode()).fetchall() == [(tenants.role_a,)]


def test_a_ledger_opened_for_another_organisation_shows_nothing_and_takes_nothing(
    tenants: Tenants,
) -> None:
    prepared(tenants)
    with open_ledger(tenants.a, at=NOW) as ledger:
        with ledger.reading("bolt") as reading:
            assert list(read_entries(reading)) == []
        with pytest.raises(TrothError) as refused, ledger.writing("bolt") as writing:
            open_breach(writing, NOW, by="dpo", at=NOW)
        assert refused.value.code == "ledger-forbidden"
        with ledger.reading("acme") as reading:
            assert len(list(read_entries(reading))) == 1


def test_every_table_has_both_policies_and_a_tenant_cannot_upgrade(tenants: Tenants) -> None:
    prepared(tenants)
    with psycopg.connect(tenants.admin, autocommit=True) as admin:
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
        open_ledger(tenants.a, at=NOW)
