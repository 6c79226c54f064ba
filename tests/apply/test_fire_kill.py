"""kill -9 at any moment: nothing that must stay is lost, nothing is done twice, the rest goes."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from apply.fire import NOW, World, fill, must_stay
from apply.journaled import check_books
from apply.killing import PEOPLE, start, under_fire
from servers import NewDatabase
from troth.ledger.ledger import open_ledger

KILLS = 15  # on each database; scripts/under_fire.py does more


def empty_sqlite(path: Path) -> str:
    connection = sqlite3.connect(path)
    connection.execute("VACUUM")
    connection.close()
    return f"sqlite:///{path}"


def folders(root: Path) -> Callable[[], Path]:
    made = iter(range(1_000_000))

    def fresh() -> Path:
        folder = root / f"world-{next(made)}"
        folder.mkdir()
        return folder

    return fresh


def test_sqlite_survives_kills(tmp_path: Path) -> None:
    fresh = folders(tmp_path)

    @contextmanager
    def stores() -> Iterator[tuple[str, str, Path]]:
        folder = fresh()
        yield empty_sqlite(folder / "shop.db"), empty_sqlite(folder / "crm.db"), folder

    tally = under_fire(stores, KILLS, seed=11)
    assert tally.kills == KILLS
    assert tally.finished >= 1


@pytest.mark.postgres
def test_postgresql_survives_kills(tmp_path: Path, new_postgres: NewDatabase) -> None:
    fresh = folders(tmp_path)

    @contextmanager
    def stores() -> Iterator[tuple[str, str, Path]]:
        folder = fresh()
        with new_postgres() as url:
            yield url, empty_sqlite(folder / "crm.db"), folder

    tally = under_fire(stores, KILLS, seed=12)
    assert tally.kills == KILLS
    assert tally.finished >= 1


def test_two_processes_at_once(tmp_path: Path) -> None:
    urls = empty_sqlite(tmp_path / "shop.db"), empty_sqlite(tmp_path / "crm.db")
    ledger = str(tmp_path / "ledger.sqlite")
    with open_ledger(ledger, at=NOW) as opened:
        world = World(*urls, opened)
        fill(world, PEOPLE)
        plan = world.approved()
    children = [start(*urls, ledger, plan) for _ in range(2)]
    ends = sorted(os.WEXITSTATUS(os.waitpid(child, 0)[1]) for child, _ in children)
    for _, reader in children:
        os.close(reader)

    assert ends in ([0, 0], [0, 5])  # one after the other, or the older one is fenced off
    with open_ledger(ledger, at=NOW) as opened:
        world = World(*urls, opened)
        assert world.ids() == must_stay(PEOPLE)
        check_books(world)
