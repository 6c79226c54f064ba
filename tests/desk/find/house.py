"""A shop and a newsletter whose rows name people in every way that a map can express."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from apply.shop import POLICY
from cli.project import engine_of
from troth.apply.planning import Setting
from troth.datamap.load import parse_map
from troth.desk.find.asked import asked_of
from troth.desk.find.find import Finder, finder
from troth.desk.find.model import Found
from troth.policy.load import parse_policy
from troth.stores.opening import open_store

MAP = """
troth: 1
stores:
  shop:
    tables:
      account:
        key: [id]
        roles: {holder: {subject: customer}}
        columns:
          id:
          email: {category: contact, identity: email, compare: email}
          phone: {category: contact, identity: phone, compare: phone}
          number: {category: contact, identity: customer-number}
          full_name: {category: contact}
          street: {category: contact}
          postcode: {category: contact}
          staff:
        protect: {column: staff, is: 1}
      orders:
        key: [id]
        roles:
          buyer: {subject: customer, person: [account], when: {column: account_id, is_not: null}}
          guest: {subject: customer, when: {column: account_id, is: null}}
        columns:
          id:
          account_id:
          email: {category: contact, identity: email, compare: email, roles: [guest]}
          guest_name: {category: contact, roles: [guest]}
          goods: {category: order}
        relations:
          account: {columns: [account_id], references: account}
      invoice:
        key: [id]
        roles: {billed: {subject: customer, person: [account]}}
        columns:
          id:
          account_id:
          sent_to: {category: invoice, identity: email, compare: email}
        relations:
          account: {columns: [account_id], references: account}
      thread:
        key: [id]
        roles: {sender: {subject: customer}, receiver: {subject: customer}}
        columns:
          id:
          from_email: {category: contact, identity: email, compare: email, roles: [sender]}
          to_email: {category: contact, identity: email, compare: email, roles: [receiver]}
          body: {category: order}
      note:
        key: [id]
        roles: {about: {subject: customer, person: [account]}}
        columns: {id: , kind: , about_id: , words: {category: order}}
        relations:
          account:
            columns: [about_id]
            references: account
            where: {column: kind, is: account}
      meta:
        key: [account_id, name]
        roles: {holder: {subject: customer, person: [account]}}
        columns: {account_id: , name: , value: {category: contact}}
        relations:
          account: {columns: [account_id], references: account}
      event:
        key: [id]
        roles: {visitor: {subject: customer, person: [account]}}
        columns: {id: , doc: {category: log}}
        relations:
          account: {columns: [doc], references: account, json: /user/id}
      member:
        key: [region, no]
        roles: {member: {subject: customer}}
        columns:
          region:
          no:
          login: {category: contact, identity: login}
      visit:
        key: [id]
        roles: {member: {subject: customer, person: [member]}}
        columns: {id: , region: , no: , day: {category: log}}
        relations:
          member: {columns: [region, no], references: member}
  news:
    tables:
      reader:
        key: [id]
        roles: {reader: {subject: customer, person: [account]}}
        columns: {id: , address: {category: contact}}
        relations:
          account: {columns: [address], references: shop.account, to: [email], compare: email}
      opening:
        key: [id]
        roles: {reader: {subject: customer, person: [reader, account]}}
        columns: {id: , reader_id: , at: {category: log}}
        relations:
          reader: {columns: [reader_id], references: reader}
      legacy:
        key: [id]
        roles: {reader: {subject: customer}}
        columns:
          id:
          mail: {category: contact, identity: email}
          name: {category: contact}
"""

shop, news = sa.MetaData(), sa.MetaData()
_TEXT = sa.String(120)


def _table(metadata: sa.MetaData, name: str, *columns: sa.Column[Any]) -> sa.Table:
    return sa.Table(name, metadata, *columns)


def _id() -> sa.Column[Any]:
    return sa.Column("id", sa.Integer, primary_key=True, autoincrement=False)


def _texts(*names: str) -> tuple[sa.Column[Any], ...]:
    return tuple(sa.Column(name, _TEXT) for name in names)


_table(
    shop,
    "account",
    _id(),
    *_texts("email", "phone", "number", "full_name", "street", "postcode"),
    sa.Column("staff", sa.Integer),
)
_table(
    shop,
    "orders",
    _id(),
    sa.Column("account_id", sa.Integer),
    *_texts("email", "guest_name", "goods"),
)
_table(shop, "invoice", _id(), sa.Column("account_id", sa.Integer), *_texts("sent_to"))
_table(shop, "thread", _id(), *_texts("from_email", "to_email", "body"))
_table(shop, "note", _id(), *_texts("kind"), sa.Column("about_id", sa.Integer), *_texts("words"))
_table(
    shop,
    "meta",
    sa.Column("account_id", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("name", _TEXT, primary_key=True),
    *_texts("value"),
)
_table(shop, "event", _id(), sa.Column("doc", sa.JSON))
_table(
    shop,
    "member",
    sa.Column("region", _TEXT, primary_key=True),
    sa.Column("no", sa.Integer, primary_key=True, autoincrement=False),
    *_texts("login"),
)
_table(shop, "visit", _id(), *_texts("region"), sa.Column("no", sa.Integer), *_texts("day"))
_table(news, "reader", _id(), *_texts("address"))
_table(news, "opening", _id(), sa.Column("reader_id", sa.Integer), *_texts("at"))
_table(news, "legacy", _id(), *_texts("mail", "name"))


@dataclass(frozen=True)
class House:
    """Both databases, filled row by row by a test."""

    urls: Mapping[str, str]
    engines: Mapping[str, sa.Engine]

    def put(self, table: str, *rows: Mapping[str, Any]) -> None:
        """Inserts rows into `shop` or `news`; ids count from 1 where none is given."""
        store, metadata = ("shop", shop) if table in shop.tables else ("news", news)
        found = metadata.tables[table]
        keyed = "id" in found.c
        with self.engines[store].begin() as connection:
            last = 0
            if keyed:
                last = connection.execute(sa.select(sa.func.max(found.c.id))).scalar() or 0
            for number, row in enumerate(rows, last + 1):
                own = {"id": number} if keyed else {}
                connection.execute(sa.insert(found).values(**own | dict(row)))

    def people(self, *rows: Mapping[str, Any]) -> None:
        self.put("account", *rows)

    @contextmanager
    def open(self) -> Iterator[Finder]:
        stores = {name: open_store(name, url, purpose="read") for name, url in self.urls.items()}
        policy = parse_policy(POLICY, "policy.yaml")
        datamap, _ = parse_map(MAP, "map.yaml", policy)
        with finder(Setting(policy, datamap, stores)) as desk:
            yield desk

    def find(self, *texts: str, confirm: str = "", reject: str = "", **more: Any) -> Found:
        """What is found for these texts."""
        with self.open() as desk:
            asked = asked_of(desk.facets, texts, **more)
            return desk.find(asked, confirm=confirm.split(), reject=reject.split())


def make_house(url: str, folder: Path) -> House:
    """The shop at `url` and a newsletter in a SQLite file, both empty."""
    path = folder / "news.db"
    sqlite3.connect(path).execute("VACUUM")
    urls = {"shop": url, "news": f"sqlite:///{path}"}
    engines = {name: engine_of(one) for name, one in urls.items()}
    shop.create_all(engines["shop"])
    news.create_all(engines["news"])
    return House(urls, engines)


def tables(found: Found) -> dict[str, int]:
    """How many rows by table."""
    return {one.label: one.rows for one in found.rows}


def sure(found: Found) -> dict[str, int]:
    """How many rows are the person themselves, by table."""
    counted: dict[str, int] = {}
    for match in found.persons:
        label = match.face.facet.label
        counted[label] = counted.get(label, 0) + match.rows
    return counted


def doubts(found: Found) -> list[tuple[str, str]]:
    """Table and reason of each doubtful match."""
    return [(one.match.face.facet.label, one.reason) for one in found.doubtful]
