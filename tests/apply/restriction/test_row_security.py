"""Row-level security, seen by real roles: what hides a row, and what refuses to rely on it."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta

import psycopg
import pytest
import sqlalchemy as sa

from apply.restriction.world import NOW, World
from troth.apply.restriction.check import check
from troth.apply.restriction.model import Outcome
from troth.apply.restriction.unlock import unlock
from troth.errors import Refused
from troth.ledger.restrictions import RestrictedRow

pytestmark = pytest.mark.postgres


@dataclass(frozen=True)
class Shop:
    """A world with two roles: the application's (it writes) and marketing's (it reads)."""

    world: World
    app: str
    marketing: str

    def ask(self, role: str, statement: str) -> list[tuple[object, ...]]:
        """What a statement gives to a role that logs in for it."""
        with psycopg.connect(self.address(role), autocommit=True) as connection:
            cursor = connection.execute(statement.encode())
            return cursor.fetchall() if cursor.description else [(cursor.rowcount,)]

    def address(self, role: str) -> str:
        url = self.world.engine.url.set(drivername="postgresql", username=role, password="x")
        return url.render_as_string(hide_password=False)

    def restrict(self, **more: object) -> Outcome:
        return self.world.restrict(1, **more)

    def mechanism(self) -> tuple[str, str]:
        """How a restriction is enforced now, and why; it is lifted again."""
        outcome = self.restrict()
        (row,) = outcome.rows
        self.world.lift(outcome.restriction)
        return row.enforcement.mechanism, row.enforcement.why

    def security(self) -> tuple[object, ...]:
        """Everything of row-level security on the table."""
        with self.world.engine.connect() as connection:
            flags = connection.exec_driver_sql(
                "SELECT relrowsecurity, relforcerowsecurity FROM pg_class "
                "WHERE oid = 'customer'::regclass"
            ).one()
            policies = connection.exec_driver_sql(
                "SELECT * FROM pg_policies WHERE tablename = 'customer' ORDER BY policyname"
            ).all()
        return tuple(flags), tuple(tuple(map(str, row)) for row in policies)


@pytest.fixture
def shop(postgres_world: World) -> Iterator[Shop]:
    mark = uuid.uuid4().hex[:8]
    app, marketing = f"app_{mark}", f"marketing_{mark}"
    for role in (app, marketing):
        postgres_world.execute(
            f"CREATE ROLE {role} LOGIN PASSWORD 'x'", f"GRANT USAGE ON SCHEMA public TO {role}"
        )
    postgres_world.execute(
        f"GRANT SELECT, INSERT, UPDATE, DELETE ON customer TO {app}",
        f"GRANT SELECT ON customer TO {marketing}",
    )
    found = Shop(postgres_world.with_roles(app, marketing), app, marketing)
    yield found
    for role in (app, marketing):
        postgres_world.execute(f"DROP OWNED BY {role}", f"DROP ROLE {role}")


@pytest.mark.clause("SMA-5e-1", "SMA-5e-5", "SPI-RGT-7")
def test_a_restricted_row_is_gone_for_every_ordinary_role(shop: Shop) -> None:
    before, security = shop.world.rows(), shop.security()
    outcome = shop.restrict()
    (row,) = outcome.rows
    assert (row.enforcement.mechanism, row.enforcement.state) == ("row-security", "enforced")

    for role in (shop.app, shop.marketing):
        assert shop.ask(role, "SELECT id FROM customer") == [(2,)]
        assert shop.ask(role, "SELECT * FROM customer WHERE email = 'ann@mail.example'") == []
        assert shop.ask(role, "SELECT count(*) FROM customer") == [(1,)]
    assert shop.ask(shop.app, "UPDATE customer SET phone = 'x' WHERE id = 1") == [(0,)]
    assert shop.ask(shop.app, "DELETE FROM customer WHERE id = 1") == [(0,)]
    assert shop.ask(shop.app, "INSERT INTO customer (id, name) VALUES (3, 'Cy')") == [(1,)]
    with pytest.raises(psycopg.errors.UniqueViolation):
        shop.ask(shop.app, "INSERT INTO customer (id, name) VALUES (1, 'Cy')")
    assert shop.ask(shop.app, "UPDATE customer SET phone = 'y' WHERE id = 3") == [(1,)]
    assert any("unique" in note for note in outcome.notes["shop.customer"])
    assert shop.world.rows(where="id < 3") == before, "storage is unchanged"
    assert check(shop.world.office).shortfalls == ()

    marks = shop.ask(shop.marketing, "SELECT row_key, mark FROM troth.restricted_rows")
    assert marks == [("1", "Do not use - Right to restriction")], "staff can be shown why"

    assert shop.world.lift(outcome.restriction).clean
    assert shop.ask(shop.marketing, "SELECT count(*) FROM customer") == [(3,)]
    assert shop.security() == security


def test_policies_of_others_stay_as_they_are(shop: Shop) -> None:
    shop.world.execute(
        "CREATE POLICY gold ON customer FOR SELECT USING (status = 'gold')",
        "ALTER TABLE customer ENABLE ROW LEVEL SECURITY",
    )
    security = shop.security()
    outcome = shop.restrict()
    assert outcome.rows[0].enforcement.mechanism == "row-security"
    assert shop.ask(shop.marketing, "SELECT id FROM customer") == [(2,)]
    shop.world.execute("UPDATE customer SET status = 'tin' WHERE id = 2")
    assert shop.ask(shop.marketing, "SELECT id FROM customer") == [], "theirs still counts"
    shop.world.lift(outcome.restriction)
    assert shop.security() == security


def test_policies_made_meanwhile_keep_row_security_on(shop: Shop) -> None:
    outcome = shop.restrict()
    shop.world.execute("CREATE POLICY gold ON customer FOR SELECT USING (status = 'gold')")
    shop.world.lift(outcome.restriction)
    (enabled, _), policies = shop.security()
    assert enabled
    assert [policy[2] for policy in policies] == ["gold"]


def test_the_last_of_several_restrictions_takes_the_policies_away(shop: Shop) -> None:
    security = shop.security()
    first, second = shop.restrict().restriction, shop.world.restrict(1, 2).restriction
    assert shop.world.lift(second).clean
    assert shop.ask(shop.app, "SELECT id FROM customer") == [(2,)]
    assert shop.world.lift(first).clean
    assert shop.security() == security


@pytest.mark.parametrize(
    ("statements", "why"),
    [
        (["ALTER TABLE customer OWNER TO {app}"], "owns the table"),
        (["ALTER ROLE {app} BYPASSRLS"], "has BYPASSRLS"),
        (["ALTER ROLE {app} SUPERUSER"], "is a superuser"),
        (["ALTER ROLE {app} CREATEROLE"], "may make and grant roles"),
        (["ALTER ROLE {app} REPLICATION"], "may replicate"),
        (["GRANT {marketing} TO {app}", "ALTER ROLE {marketing} BYPASSRLS"], "has BYPASSRLS"),
        (["GRANT pg_read_server_files TO {app}"], "files of the server"),
        (["GRANT TRUNCATE ON customer TO {app}"], "TRUNCATE"),
        (["GRANT TRIGGER ON customer TO PUBLIC"], "triggers"),
        (["CREATE VIEW everybody AS SELECT * FROM customer"], "view 'everybody'"),
        (
            [
                "CREATE VIEW mine WITH (security_invoker = true) AS SELECT * FROM customer",
                "CREATE VIEW yours AS SELECT * FROM mine",
            ],
            "view 'yours'",
        ),
        (["CREATE MATERIALIZED VIEW copies AS SELECT name FROM customer"], "'copies'"),
        (
            [
                "CREATE FUNCTION names() RETURNS SETOF text LANGUAGE sql SECURITY DEFINER "
                "AS 'SELECT name FROM customer'"
            ],
            "function names()",
        ),
        (
            [
                "CREATE TABLE log (id int)",
                "CREATE RULE copy AS ON INSERT TO log DO ALSO "
                "UPDATE customer SET status = 'seen' WHERE id = NEW.id",
            ],
            "rule 'copy'",
        ),
        (["CREATE TABLE heir () INHERITS (customer)"], "heirs"),
        (["CREATE POLICY never ON customer AS RESTRICTIVE USING (false)"], "come into force"),
    ],
)
def test_what_would_show_the_row_refuses_row_security(
    shop: Shop, statements: list[str], why: str
) -> None:
    names = {"app": shop.app, "marketing": shop.marketing}
    shop.world.execute(*(statement.format(**names) for statement in statements))
    mechanism, found = shop.mechanism()
    assert mechanism == "quarantine"
    assert why in found


@pytest.mark.parametrize(
    "statement",
    [
        "CREATE VIEW mine WITH (security_invoker = true) AS SELECT * FROM customer",
        "CREATE VIEW nothing AS SELECT 1 AS one",
        "CREATE FUNCTION n() RETURNS bigint LANGUAGE sql AS 'SELECT count(*) FROM customer'",
    ],
)
def test_what_reads_it_as_whoever_asks_is_fine(shop: Shop, statement: str) -> None:
    shop.world.execute(statement)
    outcome = shop.restrict()
    assert outcome.rows[0].enforcement.mechanism == "row-security"
    if "mine" in statement:
        shop.world.execute(f"GRANT SELECT ON mine TO {shop.marketing}")
        assert shop.ask(shop.marketing, "SELECT id FROM mine") == [(2,)]
    if "FUNCTION" in statement:
        assert shop.ask(shop.marketing, "SELECT n()") == [(1,)]


def test_without_named_roles_nothing_relies_on_policies(shop: Shop) -> None:
    outcome = shop.world.with_roles().restrict(1)
    assert outcome.rows[0].enforcement.mechanism == "quarantine"
    assert "application_roles" in outcome.rows[0].enforcement.why
    unknown = shop.world.with_roles("nobody_at_all").restrict(2)
    assert "no role 'nobody_at_all'" in unknown.rows[0].enforcement.why


@pytest.mark.clause("SMA-5e-2")
def test_a_disputed_column_is_quarantined_although_policies_would_hold(shop: Shop) -> None:
    outcome = shop.restrict(columns=["phone"])
    assert outcome.rows[0].enforcement.mechanism == "quarantine"
    (found,) = shop.ask(shop.marketing, "SELECT phone, email FROM customer WHERE id = 1")
    assert found == ("Do not use - Right to restriction", "ann@mail.example")


@pytest.mark.parametrize(
    ("statement", "why"),
    [
        ("ALTER TABLE customer DISABLE ROW LEVEL SECURITY", "is off"),
        ("DROP POLICY troth_restricted_select ON customer", "were altered"),
        (
            "ALTER POLICY troth_restricted_select ON customer USING (true)",
            "were altered",
        ),
        ("DELETE FROM troth.restricted_rows", "know nothing of it"),
        ("ALTER TABLE customer OWNER TO {app}", "owns the table"),
        ("ALTER ROLE {app} BYPASSRLS", "has BYPASSRLS"),
        ("CREATE VIEW everybody AS SELECT * FROM customer", "view 'everybody'"),
        ("DELETE FROM customer WHERE id = 1", "not there any more"),
    ],
)
def test_check_finds_what_no_longer_holds(shop: Shop, statement: str, why: str) -> None:
    shop.restrict()
    assert check(shop.world.office).shortfalls == ()
    shop.world.execute(statement.format(app=shop.app))
    found = check(shop.world.office).shortfalls
    assert any(why in each.why for each in found), found


@pytest.mark.clause("SMA-5e-6")
def test_a_tax_inspection_sees_the_row_for_a_while(shop: Shop) -> None:
    id = shop.restrict().restriction
    rows = [RestrictedRow("shop", "customer", (1,))]
    asked = {"code": "legal-obligation", "by": "accountant", "approved_by": "dpo"}
    until = {"until": NOW + timedelta(hours=2)}
    with pytest.raises(Refused, match="unlock-role"):
        unlock(shop.world.office, id, rows, **asked, **until)

    # The database's own clock ends it, so this unlock is one of the database's time.
    with shop.world.engine.connect() as connection:
        real = connection.execute(sa.text("SELECT now()")).scalar_one()
    office = shop.world.at(real).office
    (found,) = unlock(
        office, id, rows, **asked, until=real + timedelta(hours=1), role=shop.marketing
    )
    assert found.values == {}
    assert shop.ask(shop.marketing, "SELECT id FROM customer WHERE id = 1") == [(1,)]
    assert shop.ask(shop.app, "SELECT id FROM customer WHERE id = 1") == [], "that role alone"
    with shop.world.engine.begin() as connection:  # as if the hour had passed
        connection.execute(sa.text("UPDATE troth.restriction_exceptions SET until = now()"))
    assert shop.ask(shop.marketing, "SELECT id FROM customer WHERE id = 1") == [], "locked again"
    assert [entry["code"] for entry in shop.world.journal("restriction-unlocked")] == [
        "legal-obligation"
    ]


def test_keys_of_several_columns_and_odd_names(
    postgres_url: str, ledger: object, shop: Shop
) -> None:
    """The key's text is the same whatever the session's settings are."""
    from apply.restriction.world import MAP, open_world
    from troth.apply.restriction.enforce import restrict
    from troth.ledger.ledger import Ledger

    assert isinstance(ledger, Ledger)
    datamap = MAP.replace(
        "customer:\n        key: [id]", "Vis it:\n        key: [day, 'a \"b', id]"
    )
    datamap = datamap.replace(
        "          id:\n", "          id:\n          day:\n          'a \"b':\n"
    )
    table = (
        'CREATE TABLE "Vis it" (day date, "a ""b" text, id uuid, name varchar(80), email text, '
        "phone text, status text, seen_on date, born_as text, "
        'PRIMARY KEY (day, "a ""b", id))'
    )
    world = open_world(postgres_url, ledger, tables=[table], datamap=datamap)
    world = world.with_roles(shop.app)
    world.execute(
        f'GRANT SELECT ON "Vis it" TO {shop.app}',
        """INSERT INTO "Vis it" VALUES ('2026-02-01', 'é"x', """
        """'a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11', 'Ann')""",
        """INSERT INTO "Vis it" VALUES ('2026-01-02', 'é"x', """
        """'a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11', 'Ben')""",
    )
    key = ("2026-02-01", 'é"x', "a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11")
    outcome = restrict(
        world.office, [RestrictedRow("shop", "Vis it", key)], ground="unlawful", by="dpo"
    )
    assert outcome.rows[0].enforcement.mechanism == "row-security", outcome
    with psycopg.connect(shop.address(shop.app), autocommit=True) as connection:
        connection.execute("SET DateStyle = 'German'")
        found = connection.execute('SELECT name FROM "Vis it"').fetchall()
    assert found == [("Ben",)]
    world.lift(outcome.restriction)
    world.engine.dispose()
