"""The corner shop as a project folder, and `troth` run in it as a person would."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from apply.shop import MAP, POLICY, customer, log, metadata, orders
from troth.cli.main import main

TROTH = """\
troth: 1
stores: {{shop: '{url}'}}
ledger: ledger.sqlite
locale: en
"""


@dataclass(frozen=True)
class Folder:
    """A project folder and the engine of its one database."""

    path: Path
    engine: sa.Engine
    captured: pytest.CaptureFixture[str]

    @property
    def plan(self) -> Path:
        return self.path / "plan.json"

    def run(self, *arguments: str, status: int = 0) -> str:
        """What a command prints on stdout and stderr, after its exit status was as expected."""
        self.captured.readouterr()
        found = main([*arguments, "--project", str(self.path)])
        output = self.captured.readouterr()
        assert found == status, output.out + output.err
        return output.out + output.err

    def json(self, *arguments: str, status: int = 0) -> Any:
        return json.loads(self.run(*arguments, "--json", status=status))

    def code(self, *arguments: str) -> str:
        """The code of the error with which a command could not run."""
        code: str = self.json(*arguments, status=2)["code"]
        return code

    def make_plan(self) -> Any:
        return self.json("plan", "--out", str(self.plan))

    def execute(self, statement: str) -> None:
        with self.engine.begin() as connection:
            connection.exec_driver_sql(statement)

    def ids(self, table: sa.Table) -> list[int]:
        with self.engine.connect() as connection:
            return list(connection.execute(sa.select(table.c.id).order_by(table.c.id)).scalars())


def engine_of(url: str) -> sa.Engine:
    """An engine for a test's own use."""
    address = url.replace("postgresql://", "postgresql+psycopg://")
    return sa.create_engine(
        address.replace("mysql://", "mysql+pymysql://").replace("mariadb://", "mysql+pymysql://")
    )


def make_folder(path: Path, url: str, captured: pytest.CaptureFixture[str]) -> Folder:
    """The shop: one old log line and a recent one, an old customer and a recent one."""
    (path / "policy.yaml").write_text(POLICY, encoding="utf-8")
    (path / "map.yaml").write_text(MAP, encoding="utf-8")
    (path / "troth.yaml").write_text(TROTH.format(url=url), encoding="utf-8")
    engine = engine_of(url)
    metadata.create_all(engine)
    now = datetime.now(UTC).replace(tzinfo=None, microsecond=0)
    old, new = now - timedelta(days=3000), now - timedelta(days=30)
    with engine.begin() as connection:
        connection.execute(
            sa.insert(log),
            [
                {"id": 1, "at": old, "ip": "192.0.2.1"},
                {"id": 2, "at": new, "ip": "192.0.2.2"},
            ],
        )
        connection.execute(
            sa.insert(customer),
            [
                {"id": 1, "email": "old@mail.example", "name": "Old"},
                {"id": 2, "email": "new@mail.example", "name": "New"},
            ],
        )
        connection.execute(
            sa.insert(orders),
            [
                {"id": 1, "customer_id": 1, "ordered_on": old.date(), "address": "a"},
                {"id": 2, "customer_id": 2, "ordered_on": new.date(), "address": "b"},
            ],
        )
    return Folder(path, engine, captured)
