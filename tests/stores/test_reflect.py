"""Reflection tells a plan what it must know, on each dialect from its own DDL."""

from __future__ import annotations

import time

import pytest
import sqlalchemy as sa

from troth.plan.schema import ForeignKey, PartitionRange, StoreSchema, Trigger
from troth.stores.opening import open_store
from troth.stores.reflect import reflect

MANY_TABLES = 200
MANY_TABLES_S = 3.0  # of this process, which needs half a second; the statements are the guard


def built(url: str, ddl: str) -> StoreSchema:
    store = open_store("shop", url, purpose="write")
    with store.session() as session:
        for statement in ddl.split(";;"):
            if statement.strip():
                session.connection.exec_driver_sql(statement.replace("%", "%%"))
    return reflect(store)


SQLITE = """
CREATE TABLE person (
  id INTEGER PRIMARY KEY, email VARCHAR(80) NOT NULL UNIQUE, born DATE, seen DATETIME,
  active BOOLEAN DEFAULT 1, extra JSON, photo BLOB, score REAL,
  shout TEXT GENERATED ALWAYS AS (upper(email)) VIRTUAL,
  CHECK (length(email) > 3 AND email <> ')'));;
CREATE TABLE "Order" (
  shop INT, number INT, person INT REFERENCES PERSON ON DELETE CASCADE, note TEXT, -- CHECK (no)
  parent_shop INT, parent_number INT,
  PRIMARY KEY (shop, number),
  FOREIGN KEY (parent_shop, parent_number) REFERENCES "Order" (shop, number) ON DELETE RESTRICT);;
CREATE INDEX by_person ON "Order" (person);;
CREATE INDEX partial ON "Order" (note) WHERE note IS NOT NULL;;
CREATE INDEX expression ON "Order" (lower(note));;
CREATE VIEW people AS SELECT id, email FROM person;;
CREATE TRIGGER keep BEFORE DELETE ON person BEGIN SELECT RAISE(IGNORE); END;;
CREATE VIRTUAL TABLE search USING fts5(note, content='Order', content_rowid='number');;
CREATE TABLE troth_receipt (id INTEGER);;
"""


def test_sqlite(sqlite_url: str) -> None:
    schema = built(sqlite_url, SQLITE)
    assert [table.name for table in schema.tables] == ["Order", "people", "person", "search"]

    person = schema.table("person")
    assert person is not None
    assert {column.name: column.kind for column in person.columns} == {
        "id": "integer",
        "email": "text",
        "born": "date",
        "seen": "timestamp",
        "active": "boolean",
        "extra": "json",
        "photo": "binary",
        "score": "number",
        "shout": "text",
    }
    assert [column.name for column in person.columns if column.generated] == ["shout"]
    assert [column.name for column in person.columns if column.has_default] == ["active"]
    assert [column.name for column in person.columns if not column.nullable] == ["id", "email"]
    email = person.column("email")
    assert email is not None
    assert email.length == 80
    assert person.key == ("id",)
    assert person.unique == (("email",),)
    assert person.indexes == (("id",), ("email",))
    assert person.checks == ("length(email) > 3 AND email <> ')'",)
    assert person.triggers == (Trigger("keep", "delete", "before"),)

    order = schema.table("Order")
    assert order is not None
    assert order.key == ("shop", "number")
    assert order.foreign_keys == (
        ForeignKey(("person",), "person", ("id",), "cascade", deferrable=True),
        ForeignKey(
            ("parent_shop", "parent_number"), "Order", ("shop", "number"), "restrict", False
        ),
    )
    assert order.indexes == (("shop", "number"), ("person",))
    assert order.checks == ()
    assert order.full_text_indexes == (("note",),)
    assert [table.kind for table in schema.tables] == ["table", "view", "table", "other"]


POSTGRES = """
CREATE EXTENSION IF NOT EXISTS pg_trgm;;
CREATE TYPE colour AS ENUM ('red', 'green');;
CREATE DOMAIN mail AS varchar(80) NOT NULL;;
CREATE TABLE person (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, dropped int, email mail UNIQUE, born date,
  seen timestamptz, made timestamp DEFAULT now(), active boolean, extra jsonb, photo bytea,
  score numeric(10,2), favourite colour, token uuid, tags text[],
  shout text GENERATED ALWAYS AS (upper(email)) STORED, words tsvector,
  CONSTRAINT grown CHECK (born < '2020-01-01'));;
ALTER TABLE person DROP COLUMN dropped;;
CREATE SCHEMA billing;;
CREATE TABLE billing.invoice (
  number int PRIMARY KEY,
  person bigint REFERENCES person ON DELETE SET NULL DEFERRABLE INITIALLY DEFERRED,
  corrects int REFERENCES billing.invoice);;
CREATE INDEX by_person ON billing.invoice (person) INCLUDE (corrects);;
CREATE INDEX partial ON billing.invoice (corrects) WHERE corrects > 0;;
CREATE UNIQUE INDEX expression ON person (lower(email::text));;
CREATE INDEX words ON person USING gin (words);;
CREATE INDEX english ON person USING gin (to_tsvector('english', email::text || shout));;
CREATE INDEX trigrams ON person USING gin (shout gin_trgm_ops);;
CREATE TABLE log (at date NOT NULL, person bigint REFERENCES person, line text)
  PARTITION BY RANGE (at);;
CREATE TABLE log_2024 PARTITION OF log FOR VALUES FROM ('2024-01-01') TO ('2025-01-01');;
CREATE VIEW people AS SELECT id FROM person;;
CREATE MATERIALIZED VIEW counted AS SELECT count(*) AS n FROM person;;
CREATE FUNCTION nothing() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NULL; END';;
CREATE TRIGGER keep BEFORE DELETE OR UPDATE ON person FOR EACH ROW EXECUTE FUNCTION nothing();;
CREATE RULE soft AS ON DELETE TO log DO INSTEAD NOTHING;;
CREATE SCHEMA troth;;
CREATE TABLE troth.receipt (id int);;
"""


@pytest.mark.postgres
def test_postgresql(postgres_url: str) -> None:
    schema = built(postgres_url, POSTGRES)
    kinds = {table.name: table.kind for table in schema.tables}
    assert kinds == {
        "billing.invoice": "table",
        "counted": "materialised-view",
        "log": "partitioned",
        "log_2024": "partition",
        "people": "view",
        "person": "table",
    }

    person = schema.table("person")
    assert person is not None
    assert {column.name: column.kind for column in person.columns} == {
        "id": "integer",
        "email": "text",
        "born": "date",
        "seen": "timestamptz",
        "made": "timestamp",
        "active": "boolean",
        "extra": "json",
        "photo": "binary",
        "score": "number",
        "favourite": "enum",
        "token": "uuid",
        "tags": "other",
        "shout": "text",
        "words": "other",
    }
    by_name = {column.name: column for column in person.columns}
    assert by_name["favourite"].enum_values == ("red", "green")
    assert (by_name["email"].length, by_name["email"].nullable) == (80, False)
    assert [name for name, column in by_name.items() if column.generated] == ["id", "shout"]
    assert by_name["made"].has_default
    assert person.key == ("id",)
    assert person.unique == (("email",), ("id",))
    assert person.indexes == (("email",), ("id",))
    assert set(person.full_text_indexes) == {("words",), ("email", "shout"), ("shout",)}
    assert len(person.checks) == 1
    assert "born" in person.checks[0]
    assert person.triggers == (
        Trigger("keep", "delete", "before"),
        Trigger("keep", "update", "before"),
    )

    invoice = schema.table("billing.invoice")
    assert invoice is not None
    assert set(invoice.foreign_keys) == {
        ForeignKey(("person",), "person", ("id",), "set-null", deferrable=True),
        ForeignKey(("corrects",), "billing.invoice", ("number",)),
    }
    assert invoice.indexes == (("person",), ("number",))

    part, log = schema.table("log_2024"), schema.table("log")
    assert part is not None
    assert log is not None
    assert part.partition_of == "log"
    assert [key.references for key in part.foreign_keys] == ["person"]
    assert log.triggers == (Trigger("soft", "delete", "rule"),)
    assert part.range == PartitionRange("at", "2025-01-01")
    reads = {table.name: table.reads for table in schema.tables if table.reads}
    assert reads == {"counted": ("person",), "people": ("person",)}


MARIADB = """
CREATE TABLE person (
  id int AUTO_INCREMENT PRIMARY KEY, email varchar(80) COLLATE utf8mb4_unicode_ci NOT NULL,
  born date, seen timestamp NULL ON UPDATE current_timestamp(), made datetime, active tinyint(1),
  extra json, photo longblob, score decimal(10,2), favourite enum('red','gr''een'),
  story text COLLATE utf8mb4_unicode_ci,
  shout varchar(80) GENERATED ALWAYS AS (upper(email)) STORED,
  UNIQUE (email), KEY prefix (story(10)), FULLTEXT KEY words (email, story),
  CONSTRAINT grown CHECK (score > -5)) ENGINE=InnoDB;;
CREATE TABLE orders (
  number int PRIMARY KEY, person int, FOREIGN KEY (person) REFERENCES person (id)
  ON DELETE CASCADE) ENGINE=InnoDB;;
CREATE TABLE old (id int) ENGINE=MyISAM;;
CREATE TABLE versioned (id int PRIMARY KEY, name varchar(10)) WITH SYSTEM VERSIONING;;
CREATE TABLE log (id int, at int, PRIMARY KEY (id, at)) PARTITION BY RANGE (at)
  (PARTITION p1 VALUES LESS THAN (10), PARTITION p2 VALUES LESS THAN MAXVALUE);;
CREATE VIEW people AS SELECT id FROM person;;
CREATE TRIGGER keep BEFORE DELETE ON person FOR EACH ROW SET @x = 1;;
CREATE TABLE troth_receipt (id int);;
"""


@pytest.mark.mariadb
def test_mariadb(mariadb_url: str) -> None:
    schema = built(mariadb_url, MARIADB)
    kinds = {table.name: table.kind for table in schema.tables}
    assert kinds == {
        "log": "partitioned",
        "old": "table",
        "orders": "table",
        "people": "view",
        "person": "table",
        "versioned": "table",
    }
    assert [table.name for table in schema.tables if not table.transactional] == ["old"]
    assert [table.name for table in schema.tables if table.history_of] == ["versioned"]

    person = schema.table("person")
    assert person is not None
    by_name = {column.name: column for column in person.columns}
    assert {name: column.kind for name, column in by_name.items()} == {
        "id": "integer",
        "email": "text",
        "born": "date",
        "seen": "timestamptz",
        "made": "timestamp",
        "active": "boolean",
        "extra": "json",
        "photo": "binary",
        "score": "number",
        "favourite": "enum",
        "story": "text",
        "shout": "text",
    }
    assert by_name["favourite"].enum_values == ("red", "gr'een")
    assert "utf8mb4_unicode_ci" in by_name["email"].type_text
    assert [name for name, column in by_name.items() if column.generated] == ["shout"]
    assert [name for name, column in by_name.items() if column.on_update] == ["seen"]
    assert person.key == ("id",)
    assert set(person.unique) == {("id",), ("email",)}
    assert set(person.indexes) == {("id",), ("email",)}
    assert person.full_text_indexes == (("email", "story"),)
    assert any("`score` > -5" in check for check in person.checks)
    assert person.triggers == (Trigger("keep", "delete", "before"),)

    orders = schema.table("orders")
    assert orders is not None
    assert orders.foreign_keys == (ForeignKey(("person",), "person", ("id",), "cascade"),)


def test_many_tables_are_read_at_once(any_store_url: str) -> None:
    ddl = "CREATE TABLE t0 (id int PRIMARY KEY, a int);;" + ";;".join(
        f"CREATE TABLE t{n} (id int PRIMARY KEY, a int, b varchar(20), c date, up int,"
        f" FOREIGN KEY (up) REFERENCES t{n - 1} (id))"
        for n in range(1, MANY_TABLES)
    )
    assert len(built(any_store_url, ddl).tables) == MANY_TABLES
    store = open_store("shop", any_store_url, purpose="read")
    statements: list[str] = []
    sa.event.listen(store.engine, "before_cursor_execute", lambda *told: statements.append(told[2]))
    before = time.process_time()
    schema = reflect(store)
    took = time.process_time() - before
    assert len(schema.referencing("t7")) == 1
    assert len(statements) < 30
    assert took < MANY_TABLES_S
