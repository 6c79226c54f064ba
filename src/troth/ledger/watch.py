"""Whether the ledger has changed since it was read: asked before every decision, so it is cheap."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from typing import Any

import psycopg

from troth.ledger.facts import facts_version
from troth.ledger.faults import ledger_faults
from troth.ledger.ledger import Ledger
from troth.ledger.migrations import SCHEMA

Ask = Callable[[], int]


class Watch:
    """Asks for the version of an organisation's facts over a connection of its own; close it.

    On SQLite `PRAGMA data_version` tells first whether anybody wrote to the file at all; on
    PostgreSQL one prepared read by key answers. Where that fails the ledger is asked anew, and its
    errors say why: no decision is given on what cannot be asked.
    """

    def __init__(self, ledger: Ledger, organisation: str) -> None:
        self._ledger, self._organisation = ledger, organisation
        self._connection: Any = None
        self._ask: Ask | None = None

    def version(self) -> int:
        """The number of the newest entry that changed a fact."""
        try:
            if self._ask is None:
                self._ask = self._open()
            return self._ask()
        except (sqlite3.Error, psycopg.Error):
            self.close()
            return facts_version(self._ledger, self._organisation)

    def close(self) -> None:
        """Let go of the connection; the next question opens another."""
        if self._connection is not None:
            self._connection.close()
        self._connection = self._ask = None

    def _open(self) -> Ask:
        with ledger_faults(self._ledger.place):
            pooled = self._ledger.engine.raw_connection()
        self._connection = pooled.driver_connection
        pooled.detach()  # its session is named, so nobody else may have it
        if self._ledger.engine.dialect.name == "sqlite":
            return self._on_sqlite(self._connection.cursor())
        return self._on_postgresql(self._connection)

    def _on_sqlite(self, cursor: sqlite3.Cursor) -> Ask:
        written, version = -1, 0
        organisation = (self._organisation,)

        def ask() -> int:
            nonlocal written, version
            ((now,),) = cursor.execute("PRAGMA data_version").fetchall()
            if now != written:
                found = cursor.execute(
                    "SELECT facts_version FROM journal_heads WHERE organisation = ?", organisation
                ).fetchall()
                version = found[0][0] if found else 0
                written = now  # only once the version was read
            return version

        return ask

    def _on_postgresql(self, connection: psycopg.Connection[Any]) -> Ask:
        connection.autocommit = True
        connection.execute("SELECT set_config('search_path', %s, false)", (SCHEMA,))
        connection.execute(
            "SELECT set_config('troth.organisation', %s, false)", (self._organisation,)
        )
        cursor = connection.cursor()

        def ask() -> int:
            cursor.execute(
                "SELECT facts_version FROM journal_heads WHERE organisation = %s",
                (self._organisation,),
                prepare=True,
            )
            found = cursor.fetchone()
            return int(found[0]) if found else 0

        return ask
