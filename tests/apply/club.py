"""A club of people with four tables, whose data goes or stays for different reasons."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import sqlalchemy as sa

from troth.apply.planning import Setting
from troth.datamap.load import parse_map
from troth.grounds.facts import Act, ActKind, Decision, Identifier
from troth.ledger.acts import Verdict, record_acts, record_verdicts
from troth.ledger.holds import add_hold
from troth.ledger.ledger import Ledger
from troth.plan.model import Limits
from troth.policy.load import parse_policy
from troth.stores.opening import open_store

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
ORGANISATION = "choir"

POLICY = """
troth: 1
organisation: choir
title: Privacy of a choir
zone: Europe/Paris
since: 2000-01-01
financial_year_ends: "12-31"
versions: [{id: "1", effective: 2020-01-01, clauses: [A-1]}]
controllers: {choir: {name: The Choir, clauses: [A-1]}}
subjects: {singer: {label: Singer, clauses: [A-2]}}
categories:
  contact: {label: Contact data, clauses: [A-3]}
  wish: {label: Songs wished for, clauses: [A-3]}
  paper: {label: Accounting papers, clauses: [A-3]}
  text: {label: What singers wrote, clauses: [A-3]}
consents: {songs: {label: Songs, clauses: [B-1]}}
events:
  entry: {label: Entry, clauses: [B-2]}
  financial-year-end: {label: End of the financial year, clauses: [B-2]}
activities:
  singing:
    purpose: Singing together
    controllers: [choir]
    subjects: [singer]
    categories: [contact, wish]
    legal_bases: [{kind: consent, consent: songs, clauses: [C-1]}]
    retention:
      - {id: songs, promise: Ten years., period: P10Y, after: entry, clauses: [C-1]}
    clauses: [C-1]
  improvement:
    purpose: Better concerts
    controllers: [choir]
    subjects: [singer]
    categories: [text]
    legal_bases: [{kind: legitimate-interests, interest: better concerts, clauses: [C-2]}]
    retention:
      - {id: texts, promise: Eight years., period: P8Y, after: entry, clauses: [C-2]}
    clauses: [C-2]
  accounting:
    purpose: Keeping the books
    controllers: [choir]
    subjects: [singer]
    categories: [paper]
    legal_bases: [{kind: legal-obligation, statute: Commercial code, clauses: [C-3]}]
    retention:
      - id: books
        promise: Papers stay ten years.
        period: P10Y
        after: financial-year-end
        bound: both
        clauses: [C-3]
    clauses: [C-3]
"""

_OWN = """
        key: [id]
        immutable: [made_on]
        roles: {singer: {subject: singer, person: [singer]}}
        relations: {singer: {columns: [singer_id], references: singer, declared: true}}
"""
MAP = f"""
troth: 1
stores:
  choir:
    tables:
      singer:
        key: [id]
        roles: {{singer: {{subject: singer}}}}
        columns:
          id:
          since:
          number: {{category: contact, identity: number}}
          email: {{category: contact, identity: email, compare: email}}
        events: {{entry: {{column: since}}}}
      wish: {_OWN}
        columns: {{id: , singer_id: , made_on: , song: {{category: wish}}}}
        events: {{entry: {{column: made_on}}}}
      paper: {_OWN}
        columns: {{id: , singer_id: , made_on: , name: {{category: paper}}}}
        events: {{financial-year-end: {{financial_year_end_of: {{column: made_on}}}}}}
      letter: {_OWN}
        row: keep
        columns: {{id: , singer_id: , made_on: , body: {{category: text, erased: empty}}}}
        events: {{entry: {{column: made_on}}}}
"""

_TABLES = """
CREATE TABLE singer (id integer PRIMARY KEY, since date NOT NULL, number varchar(20),
    email varchar(80));
CREATE TABLE wish (id integer PRIMARY KEY, singer_id integer NOT NULL REFERENCES singer (id),
    made_on date NOT NULL, song varchar(80));
CREATE TABLE paper (id integer PRIMARY KEY, singer_id integer NOT NULL REFERENCES singer (id),
    made_on date NOT NULL, name varchar(80));
CREATE TABLE letter (id integer PRIMARY KEY, singer_id integer NOT NULL REFERENCES singer (id),
    made_on date NOT NULL, body varchar(80));
"""
SINGERS = 8
WITHOUT_PAPERS = (2, 4)  # nor letters: their rows go as a whole
EACH = 3


@dataclass(frozen=True)
class Club:
    """The choir's database and its ledger."""

    engine: sa.Engine
    setting: Setting
    ledger: Ledger

    def asks(self, *singers: int, kind: ActKind = "erasure", by: str = "number") -> list[str]:
        """Requests of singers, received two days ago and accepted."""
        acts = [
            Act("", kind, (Identifier(by, self.name(singer, by)),), NOW - timedelta(days=2))
            for singer in singers
        ]
        with self.ledger.writing(ORGANISATION) as writing:
            recorded = record_acts(writing, acts, by="dpo", at=NOW)
            done = Verdict(Decision("accepted", NOW), decided_by="dpo")
            record_verdicts(writing, [(act.id, done) for act in recorded], at=NOW)
        return [act.id for act in recorded]

    def name(self, singer: int, by: str) -> str:
        return f"S{singer}" if by == "number" else f"singer{singer}@mail.example"

    def hold(self, singer: int, tables: tuple[tuple[str, str], ...] = ()) -> None:
        with self.ledger.writing(ORGANISATION) as writing:
            add_hold(
                writing,
                case=f"C-{singer}",
                reason="dispute",
                by="dpo",
                at=NOW,
                persons=[Identifier("number", f"S{singer}")],
                tables=tables,
            )

    def execute(self, statement: str) -> None:
        with self.engine.begin() as connection:
            connection.exec_driver_sql(statement)

    def rows(self) -> dict[str, list[tuple[Any, ...]]]:
        """Everything in the database."""
        with self.engine.connect() as connection:
            return {
                table: [
                    tuple(row)
                    for row in connection.execute(sa.text(f"SELECT * FROM {table} ORDER BY id"))
                ]
                for table in ("singer", "wish", "paper", "letter")
            }


def open_club(url: str, ledger: Ledger, limits: Limits | None = None, map_text: str = MAP) -> Club:
    """The choir in an empty database."""
    store = open_store("choir", url, purpose="write")
    engine = sa.create_engine(store.address.url)
    with engine.begin() as connection:
        for statement in _TABLES.split(";"):
            if statement.strip():
                connection.exec_driver_sql(statement)
        for singer in range(1, SINGERS + 1):
            _fill(connection, singer)
    policy = parse_policy(POLICY, "policy.yaml")
    datamap, _ = parse_map(map_text, "map.yaml", policy)
    setting = Setting(policy, datamap, {"choir": store}, limits or Limits(), clocks=lambda _: NOW)
    return Club(engine, setting, ledger)


def _fill(connection: sa.Connection, singer: int) -> None:
    insert = "INSERT INTO {} VALUES ({}, {}, '{}', '{}')"
    connection.exec_driver_sql(
        f"INSERT INTO singer VALUES ({singer}, '2020-01-01', 'S{singer}', "
        f"'singer{singer}@mail.example')"
    )
    for at in range(EACH):
        key = singer * 100 + at
        day = "2012-03-01" if at == EACH - 1 else f"2024-0{at + 1}-01"
        connection.exec_driver_sql(insert.format("wish", key, singer, "2024-05-05", f"song {at}"))
        if singer not in WITHOUT_PAPERS:
            connection.exec_driver_sql(insert.format("paper", key, singer, day, f"Singer {singer}"))
            connection.exec_driver_sql(
                insert.format("letter", key, singer, "2024-05-05", f"letter {at}")
            )
