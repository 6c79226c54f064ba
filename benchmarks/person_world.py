"""A made-up database about persons, of any number of tables: its schema, rows, policy and map.

One table of customers, and beside it five kinds of tables in turn: rows kept by consent, rows kept
by a legitimate interest, papers that the law keeps for ten years, and rows that stay without their
values (erased to NULL, or to another form).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import psycopg
from psycopg import sql

from benchmarks import bench

KINDS = ("wish", "visit", "paper", "ticket", "review")
DELETED = ("wish", "visit")
ERASED = ("ticket", "review")
WITHOUT_PAPERS = 3  # every third customer never bought anything, and goes as a whole
OLD_PAPERS = "2015-12-31"  # papers up to this day have been kept for long enough
DATABASE = "bench_person"


@dataclass(frozen=True)
class World:
    """How large the database is; `rows` are those of a customer in each table.

    `heavy`: the visits of some customers, of `heavies`, beside.
    """

    tables: int
    customers: int
    rows: int = 3
    heavy: int = 0
    heavies: tuple[int, ...] = ()

    @property
    def others(self) -> tuple[tuple[str, str], ...]:
        """Names of the tables beside that of the customers, each with its kind."""
        kinds = [(at, KINDS[at % len(KINDS)]) for at in range(self.tables - 1)]
        return tuple((f"{kind}_{at:03}", kind) for at, kind in kinds)

    def of(self, *kinds: str) -> tuple[str, ...]:
        """The tables of some kinds."""
        return tuple(name for name, kind in self.others if kind in kinds)


def build(uri: str, world: World) -> str:
    """A new database with the world in it, at rest; its address."""
    with psycopg.connect(uri, autocommit=True) as server:
        server.execute(f"DROP DATABASE IF EXISTS {DATABASE} WITH (FORCE)")
        server.execute(f"CREATE DATABASE {DATABASE}")
    address = bench.address(uri, DATABASE)
    with psycopg.connect(address, autocommit=True) as connection:
        connection.execute(
            "CREATE TABLE customer (id bigint PRIMARY KEY, since date NOT NULL, "
            "number text UNIQUE, email text, name text, phone text)"
        )
        connection.execute(
            "INSERT INTO customer SELECT i, date '2020-01-01' + (i %% 700)::int, 'N' || i, "
            "'c' || i || '@mail.example', 'Customer ' || i, '+3319900' || i "
            "FROM generate_series(1, %s) i",
            (world.customers,),
        )
        for name, kind in world.others:
            _fill(connection, world, name, kind)
        connection.execute("VACUUM (ANALYZE, FREEZE)")
        connection.execute("CHECKPOINT")
    return address


def _fill(connection: psycopg.Connection[Any], world: World, name: str, kind: str) -> None:
    table = sql.Identifier(name)
    connection.execute(
        sql.SQL(
            "CREATE TABLE {} (id bigint PRIMARY KEY, customer_id bigint NOT NULL, "
            "made_on date NOT NULL, amount int NOT NULL, note text, address text, ip text)"
        ).format(table)
    )
    few = world.rows
    skip = f"WHERE c % {WITHOUT_PAPERS} <> 0" if kind == "paper" else ""
    connection.execute(
        sql.SQL(
            "INSERT INTO {} SELECT (c - 1) * {few} + n, c, "
            "CASE WHEN n % 5 = 4 THEN date '2012-01-01' ELSE date '2024-01-01' END "
            "+ (c % 700)::int, n, 'note ' || n, n || ' Example Street', '192.0.2.' || c % 250 "
            "FROM generate_series(1, {customers}) c, generate_series(1, {few}) n " + skip
        ).format(table, few=sql.Literal(few), customers=sql.Literal(world.customers))
    )
    for at, customer in enumerate(world.heavies if kind == "visit" else ()):
        connection.execute(
            sql.SQL(
                "INSERT INTO {} SELECT {first} + n, {customer}, date '2024-01-01' + n % 700, n, "
                "'note ' || n, n || ' Example Street', '192.0.2.' || n % 250 "
                "FROM generate_series(1, {heavy}) n"
            ).format(
                table,
                first=sql.Literal(world.customers * world.rows + at * world.heavy),
                customer=sql.Literal(customer),
                heavy=sql.Literal(world.heavy),
            )
        )
    connection.execute(sql.SQL("CREATE INDEX ON {} (customer_id)").format(table))
    connection.execute(
        sql.SQL("ALTER TABLE {} ADD FOREIGN KEY (customer_id) REFERENCES customer (id)").format(
            table
        )
    )


POLICY = """
troth: 1
organisation: benchmark-persons
title: Privacy of an organisation that exists to be measured
zone: Europe/Paris
since: 2000-01-01
financial_year_ends: "12-31"
versions: [{id: "1", effective: 2020-01-01, clauses: [B-1]}]
controllers: {shop: {name: Benchmark Shop, clauses: [B-1]}}
subjects: {customer: {label: Customer, clauses: [B-2]}}
categories:
  contact: {label: Contact data, clauses: [B-3]}
  wish: {label: Wishes, clauses: [B-3]}
  visit: {label: Visits, clauses: [B-3]}
  paper: {label: Accounting papers, clauses: [B-3]}
  text: {label: What people wrote, clauses: [B-3]}
events:
  joined: {label: First contact, clauses: [B-4]}
  entry: {label: Entry, clauses: [B-4]}
  financial-year-end: {label: End of the financial year, clauses: [B-4]}
consents:
  club: {label: The club, clauses: [B-5]}
activities:
  club:
    purpose: The customers' club
    controllers: [shop]
    subjects: [customer]
    categories: [contact, wish]
    legal_bases: [{kind: consent, consent: club, clauses: [B-5]}]
    retention:
      - id: club-ten-years
        promise: What members tell us goes after ten years.
        period: P10Y
        after: joined
        clauses: [B-5]
    clauses: [B-5]
  improvement:
    purpose: Making the service better
    controllers: [shop]
    subjects: [customer]
    categories: [visit, text]
    legal_bases:
      - {kind: legitimate-interests, interest: a better service, clauses: [B-6]}
    retention:
      - id: entries-eight-years
        promise: Entries go after eight years.
        period: P8Y
        after: entry
        clauses: [B-6]
    clauses: [B-6]
  accounting:
    purpose: Keeping the books
    controllers: [shop]
    subjects: [customer]
    categories: [paper]
    legal_bases: [{kind: legal-obligation, statute: Commercial code, clauses: [B-7]}]
    retention:
      - id: books-ten-years
        promise: Papers stay ten years from the end of the financial year.
        period: P10Y
        after: financial-year-end
        bound: both
        clauses: [B-7]
    clauses: [B-7]
"""

_EVENTS = {
    "wish": "joined: {column: made_on}",
    "visit": "entry: {column: made_on}",
    "paper": "financial-year-end: {financial_year_end_of: {column: made_on}}",
    "ticket": "entry: {column: made_on}",
    "review": "entry: {column: made_on}",
}
_CATEGORIES = {"ticket": "text", "review": "text"}


def map_text(world: World) -> str:
    """The data map of a world."""
    lines = [
        "troth: 1",
        "stores:",
        "  people:",
        "    tables:",
        "      customer:",
        "        key: [id]",
        "        immutable: [since]",
        "        roles: {customer: {subject: customer}}",
        "        columns:",
        "          id:",
        "          since:",
        "          number: {category: contact, identity: customer-number}",
        "          email: {category: contact, identity: email, compare: email}",
        "          name: {category: contact}",
        "          phone: {category: contact}",
        "        events: {joined: {column: since}}",
    ]
    for name, kind in world.others:
        category = _CATEGORIES.get(kind, kind)
        gone = ", erased: empty" if kind == "review" else ""
        lines += [
            f"      {name}:",
            "        key: [id]",
            "        immutable: [made_on]",
            *(["        row: keep"] if kind in ERASED else []),
            "        roles: {customer: {subject: customer, person: [customer]}}",
            "        columns:",
            "          id:",
            "          customer_id:",
            "          made_on:",
            "          amount:",
            *(
                f"          {column}: {{category: {category}{gone}}}"
                for column in ("note", "address", "ip")
            ),
            "        relations:",
            "          customer: {columns: [customer_id], references: customer, declared: true}",
            f"        events: {{{_EVENTS[kind]}}}",
        ]
    return "\n".join(lines) + "\n"
