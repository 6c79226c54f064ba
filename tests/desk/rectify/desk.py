"""A shop, its papers and a newsletter, in which one person's values stand many times."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from apply.shop import POLICY
from cli.project import engine_of
from troth.cli.main import main

MAP = """
troth: 1
stores:
  shop:
    tables:
      account:
        key: [id]
        immutable: [joined]
        roles: {holder: {subject: customer}}
        columns:
          id:
          email: {category: contact, identity: email, compare: email}
          phone: {category: contact, identity: phone, compare: phone}
          mobile: {category: contact, identity: phone, compare: phone}
          number: {category: contact, identity: customer-number}
          full_name: {category: contact}
          prefs: {category: log, inside: {/contact/mail: contact}}
          joined:
          changed:
          staff:
        protect: {column: staff, is: 1}
        events:
          last-order: {column: changed}
      home:
        key: [id]
        roles:
          first: {subject: customer, person: [first]}
          second: {subject: customer, person: [second]}
        columns: {id: , first_id: , second_id: , street: {category: contact}}
        relations:
          first: {columns: [first_id], references: account}
          second: {columns: [second_id], references: account}
      orders:
        key: [id]
        roles: {buyer: {subject: customer, person: [account]}}
        columns:
          id:
          account_id:
          ship_name: {category: contact}
          mail: {category: order}
          note: {category: order}
        relations:
          account: {columns: [account_id], references: account}
        events:
          last-order: {of: [account]}
      invoice:
        key: [id]
        roles: {billed: {subject: customer, person: [account]}}
        columns:
          id:
          account_id:
          issued_on:
          billed_to: {category: invoice}
          sent_to: {category: invoice}
        relations:
          account: {columns: [account_id], references: account}
        events:
          financial-year-end: {financial_year_end_of: {column: issued_on}}
      meta:
        key: [account_id, name]
        roles: {holder: {subject: customer, person: [account]}}
        columns: {account_id: , name: , value: {category: contact}}
        relations:
          account: {columns: [account_id], references: account}
  news:
    tables:
      reader:
        key: [id]
        roles: {reader: {subject: customer, person: [account]}}
        columns: {id: , address: {category: contact}}
        relations:
          account: {columns: [address], references: shop.account, to: [email], compare: email}
"""
TROTH = "troth: 1\nstores: {{shop: '{shop}', news: '{news}'}}\nledger: ledger.sqlite\nlocale: en\n"

shop, news = sa.MetaData(), sa.MetaData()
_TEXT = sa.String(60)


def _id() -> sa.Column[Any]:
    return sa.Column("id", sa.Integer, primary_key=True, autoincrement=False)


def _texts(*names: str) -> tuple[sa.Column[Any], ...]:
    return tuple(sa.Column(name, _TEXT) for name in names)


sa.Table(
    "account",
    shop,
    _id(),
    sa.Column("email", _TEXT, unique=True),
    *_texts("phone", "mobile", "number", "full_name"),
    sa.Column("prefs", sa.JSON),
    sa.Column("joined", sa.Date),
    sa.Column("changed", sa.DateTime),
    sa.Column("staff", sa.Integer),
)
sa.Table(
    "home",
    shop,
    _id(),
    *(sa.Column(n, sa.Integer) for n in ("first_id", "second_id")),
    *_texts("street"),
)
sa.Table(
    "orders", shop, _id(), sa.Column("account_id", sa.Integer), *_texts("ship_name", "mail", "note")
)
sa.Table(
    "invoice",
    shop,
    _id(),
    sa.Column("account_id", sa.Integer),
    sa.Column("issued_on", sa.Date),
    *_texts("billed_to", "sent_to"),
)
sa.Table(
    "meta",
    shop,
    sa.Column("account_id", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("name", _TEXT, primary_key=True),
    *_texts("value"),
)
sa.Table("reader", news, _id(), sa.Column("address", sa.String(30)))


DAY = datetime(2024, 5, 1)  # noqa: DTZ001 - as the column holds it


@dataclass(frozen=True)
class Desk:
    """Both databases and the project folder, in which commands run."""

    path: Path
    engines: Mapping[str, sa.Engine]
    captured: pytest.CaptureFixture[str]

    def put(self, table: str, *rows: Mapping[str, Any]) -> None:
        store, metadata = ("shop", shop) if table in shop.tables else ("news", news)
        with self.engines[store].begin() as connection:
            for row in rows:
                connection.execute(sa.insert(metadata.tables[table]).values(**row))

    def column(self, table: str, column: str) -> list[Any]:
        """The values of a column, in the order of the key."""
        store, metadata = ("shop", shop) if table in shop.tables else ("news", news)
        found = metadata.tables[table]
        with self.engines[store].connect() as connection:
            select = sa.select(found.c[column]).order_by(*found.primary_key)
            return list(connection.execute(select).scalars())

    def execute(self, *statements: str, store: str = "shop") -> None:
        with self.engines[store].begin() as connection:
            for statement in statements:
                connection.exec_driver_sql(statement)

    def run(self, *arguments: str, status: int = 0) -> str:
        self.captured.readouterr()
        found = main([*arguments, "--project", str(self.path)])
        output = self.captured.readouterr()
        assert found == status, output.out + output.err
        return output.out + output.err

    def json(self, *arguments: str, status: int = 0) -> Any:
        return json.loads(self.run(*arguments, "--json", status=status))

    def rectify(
        self, *arguments: str, status: int = 0, person: str = "email=anna@old.example"
    ) -> Any:
        """An approved rectification."""
        return self.json(
            "request", "rectify", "--person", person, *arguments, "--approve", status=status
        )

    def code(self, *arguments: str, person: str = "email=anna@old.example") -> str:
        code: str = self.rectify(*arguments, person=person, status=2)["code"]
        return code

    def traces(self) -> bytes:
        """Everything that Troth has written: ledger, plans, and the journal as it is exported."""
        with sqlite3.connect(self.path / "ledger.sqlite") as ledger:
            ledger.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        ledger.close()
        journal = self.run("journal", "export").encode()
        files = [f for f in self.path.iterdir() if f.is_file() and f.suffix not in (".db", ".yaml")]
        return b"".join(file.read_bytes() for file in files) + journal


def make_desk(url: str, folder: Path, captured: pytest.CaptureFixture[str]) -> Desk:
    """Anna with everything, and Ben, who shares her home."""
    path = folder / "news.db"
    sqlite3.connect(path).execute("VACUUM")
    urls = {"shop": url, "news": f"sqlite:///{path}"}
    (folder / "policy.yaml").write_text(POLICY, encoding="utf-8")
    (folder / "map.yaml").write_text(MAP, encoding="utf-8")
    (folder / "troth.yaml").write_text(TROTH.format(**urls), encoding="utf-8")
    engines = {name: engine_of(one) for name, one in urls.items()}
    shop.create_all(engines["shop"])
    news.create_all(engines["news"])
    made = Desk(folder, engines, captured)
    day = DAY
    made.put(
        "account",
        {
            "id": 1,
            "email": "Anna@old.example",
            "phone": "06 11 11 11 11",
            "mobile": "+33622222222",
            "number": "C-1",
            "full_name": "Anna Bergh",
            "prefs": {"contact": {"mail": "anna@old.example"}, "theme": "dark"},
            "joined": day.date(),
            "changed": day,
            "staff": 0,
        },
        {
            "id": 2,
            "email": "ben@mail.example",
            "phone": "+33633333333",
            "number": "C-2",
            "full_name": "Anna Bergh",  # of the same name
            "prefs": {},
            "joined": day.date(),
            "changed": day,
            "staff": 0,
        },
    )
    made.put(
        "home",
        {"id": 1, "first_id": 1, "second_id": 2, "street": "1 rue Haute"},
        {"id": 2, "first_id": 1, "street": "1 rue Haute"},
    )
    made.put(
        "orders",
        {"id": 1, "account_id": 1, "ship_name": "Anna Bergh", "mail": "ANNA@OLD.example"},
        {"id": 2, "account_id": 2, "ship_name": "Anna Bergh", "mail": "ben@mail.example"},
        {"id": 3, "account_id": 1, "ship_name": "Gift for Zoe", "note": "Anna Bergh"},
    )
    this_year = datetime.now(UTC).date()
    made.put(
        "invoice",
        {
            "id": 1,
            "account_id": 1,
            "issued_on": this_year,
            "billed_to": "Anna Bergh",
            "sent_to": "anna@old.example",
        },
    )
    made.put("meta", {"account_id": 1, "name": "phone", "value": "0611111111"})
    made.put(
        "reader", {"id": 1, "address": "anna@old.example"}, {"id": 2, "address": "ben@mail.example"}
    )
    return made
