"""Every adapter passes the public suite; each declares its gaps."""

from __future__ import annotations

import sqlite3
from typing import ClassVar

import pytest

from troth.stores.conformance import StoreConformance


class TestSQLite(StoreConformance):
    instant = None
    documents: ClassVar = (("JSON", True), ("TEXT", True))
    gaps: ClassVar = {
        "own_schema": "there are no schemas in a file",
        "row_locks": "the whole file is one lock",
        "drop_partitions": "there are none",
    }

    @pytest.fixture
    def store_url(self, sqlite_url: str) -> str:
        # Without a write-ahead log nobody can commit while somebody reads.
        connection = sqlite3.connect(sqlite_url.removeprefix("sqlite:///"))
        connection.execute("PRAGMA journal_mode = WAL")
        connection.close()
        return sqlite_url


@pytest.mark.postgres
class TestPostgreSQL(StoreConformance):
    documents: ClassVar = (("jsonb", False), ("json", False))
    keys_as_written = False

    @pytest.fixture
    def store_url(self, postgres_url: str) -> str:
        return postgres_url


@pytest.mark.mariadb
class TestMariaDB(StoreConformance):
    instant = "TIMESTAMP(6) NULL"
    documents: ClassVar = (("JSON", False), ("LONGTEXT", True))
    gaps: ClassVar = {
        "transactional_ddl": "DDL commits",
        "own_schema": "a schema is another database",
        "deferrable_constraints": "InnoDB has none",
        "snapshot_collecting": "INSERT … SELECT reads and locks the newest rows",
        "drop_partitions": "ALTER TABLE commits",
    }

    @pytest.fixture
    def store_url(self, mariadb_url: str) -> str:
        return mariadb_url
