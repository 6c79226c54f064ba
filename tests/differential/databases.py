"""Databases that are kept from world to world: one for each store name, emptied between them."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

from troth.stores.address import DialectName
from troth.stores.opening import open_store
from troth.stores.store import Store


class Databases(Protocol):
    """Hands out empty databases by the names of stores."""

    dialect: DialectName

    def empty(self, names: Iterable[str]) -> dict[str, Store]:
        """Stores without any table, open for writing."""
        ...


@dataclass
class SQLiteFiles:
    """Fresh files in a directory."""

    directory: Path
    dialect: DialectName = "sqlite"

    def empty(self, names: Iterable[str]) -> dict[str, Store]:
        return {name: self._fresh(name) for name in names}

    def _fresh(self, name: str) -> Store:
        path = self.directory / f"{name}.db"
        path.unlink(missing_ok=True)
        connection = sqlite3.connect(path)
        connection.execute("VACUUM")  # writes the header, so that the file is a database
        connection.close()
        return open_store(name, f"sqlite:///{path}", purpose="write")


@dataclass
class Servers:
    """Databases of one server; each is made once, and opened once."""

    dialect: DialectName
    urls: dict[str, str]
    _open: dict[str, Store] = field(default_factory=dict)

    def empty(self, names: Iterable[str]) -> dict[str, Store]:
        return {name: self._emptied(name) for name in names}

    def _emptied(self, name: str) -> Store:
        if name not in self._open:
            self._open[name] = open_store(name, self.urls[name], purpose="write")
        store = self._open[name]
        with store.session() as session:
            run = session.connection.exec_driver_sql
            if self.dialect == "postgresql":
                run("SET client_min_messages = warning")
                run("DROP SCHEMA public CASCADE")
                run("CREATE SCHEMA public")
                return store
            tables = run("SHOW TABLES").scalars().all()
            run("SET foreign_key_checks = 0")
            if tables:
                run("DROP TABLE " + ", ".join(f"`{table}`" for table in tables))
        return store


STORE_NAMES = ("main", "news", "desk", "vault")
