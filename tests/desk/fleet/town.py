"""Many small organisations on one server, as folders."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from pathlib import Path

from apply.shop import MAP, POLICY

TABLES = """
CREATE TABLE customer (id INTEGER PRIMARY KEY, email TEXT, name TEXT);
CREATE TABLE orders (id INTEGER PRIMARY KEY, customer_id INTEGER, ordered_on DATE, address TEXT);
CREATE TABLE invoice (id INTEGER PRIMARY KEY, customer_id INTEGER, issued_on DATE, text TEXT);
CREATE TABLE log (id INTEGER PRIMARY KEY, at TIMESTAMP, ip TEXT);
INSERT INTO customer VALUES (1, 'anna@mail.example', 'Anna');
"""


def make_town(folder: Path, names: Sequence[str], more: str = "") -> Path:
    """A project folder for each name, and the server's file."""
    entries = []
    for name in names:
        project = folder / name
        project.mkdir()
        policy = POLICY.replace(
            "organisation: corner-shop", f"organisation: {name}\nlanguages: [en]"
        )
        (project / "policy.yaml").write_text(policy, encoding="utf-8")
        (project / "map.yaml").write_text(MAP, encoding="utf-8")
        settings = f"troth: 1\nstores: {{shop: 'sqlite:///shop.db'}}\nlocale: en\n{more}"
        (project / "troth.yaml").write_text(settings, encoding="utf-8")
        with sqlite3.connect(project / "shop.db") as connection:
            connection.executescript(TABLES)
        entries.append(
            f"  {name}: {{project: {name}, host: {name}.example, console: desk.{name}.example}}\n"
        )
    file = folder / "server.yaml"
    file.write_text("troth-server: 1\norganisations:\n" + "".join(entries), encoding="utf-8")
    return file
