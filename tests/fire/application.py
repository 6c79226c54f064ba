"""An application that keeps writing beside the runs, and a book of what it has committed."""

from __future__ import annotations

import json
import os
import random
import signal
import time
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from apply.fire import engine_of
from fire.house import House, email_of, of_kind

FIRST = 1_000_000  # its rows have keys from here on
TODAY = date(2026, 11, 22)


@dataclass(frozen=True)
class Committed:
    """One row that the application has committed: for whom, where, and with which cells."""

    person: int
    table: str
    id: int
    cells: dict[str, Any]


def start(house: House, book: Path, seed: int, first: int) -> int:
    """A process that writes until it is killed; its number."""
    parent, child = os.getpid(), os.fork()
    if child:
        return child
    apart()
    try:
        _write(house, book, random.Random(seed), first, parent)
    finally:
        os._exit(0)


def apart() -> None:
    """In a forked process: signals for the run as a whole reach only who started it."""
    os.setpgid(0, 0)
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    signal.signal(signal.SIGINT, signal.SIG_DFL)


def read(book: Path) -> list[Committed]:
    """What it has committed so far."""
    if not book.exists():
        return []
    lines = book.read_text().splitlines()
    return [Committed(**json.loads(line)) for line in lines if line.endswith("}")]


def _write(house: House, book: Path, chance: random.Random, first: int, parent: int) -> None:
    engines = {store: engine_of(house.urls[store]) for store in ("shop", "crm")}
    sa.event.listen(sa.engine.Engine, "connect", _foreign_keys)
    with book.open("a") as told:
        for number in range(first, first + FIRST):
            if os.getppid() != parent:  # nobody is left who would end it
                return
            person = chance.choice(of_kind(house.people, "recent", "erased", "returning"))
            what = chance.choice(("order", "order", "reader", "note"))
            made = _one(house, engines, person, what, number)
            if made is not None:
                told.write(json.dumps(made.__dict__) + "\n")
                told.flush()
            time.sleep(chance.uniform(0.02, 0.2))


def _one(
    house: House, engines: dict[str, sa.Engine], person: int, what: str, number: int
) -> Committed | None:
    """One transaction; None where the database refused it, or lost the connection."""
    try:
        if what == "order":
            with engines["shop"].begin() as connection:
                connection.execute(
                    sa.text(
                        "INSERT INTO orders (id, customer_id, ordered_on, address, ship_to) "
                        "VALUES (:id, :person, :day, 'Quay 2', 'new')"
                    ),
                    {"id": number, "person": person, "day": TODAY.isoformat()}
                    if engines["shop"].dialect.name == "sqlite"
                    else {"id": number, "person": person, "day": TODAY},
                )
            return Committed(person, "orders", number, {"address": "Quay 2"})
        if what == "reader" and person in of_kind(house.people, "erased"):
            with engines["crm"].begin() as connection:
                connection.execute(
                    sa.text(
                        "INSERT INTO reader (id, email, topic, since) "
                        "VALUES (:id, :email, 'again', '2026-11-22')"
                    ),
                    {"id": number, "email": email_of(person)},
                )
            return Committed(person, "reader", number, {"topic": "again"})
        if what == "note" and person in of_kind(house.people, "recent"):
            with engines["crm"].begin() as connection:
                connection.execute(
                    sa.text("UPDATE contact SET note = :note WHERE id = :id"),
                    {"id": person, "note": f"note {number}"},
                )
            return Committed(person, "contact", person, {"note": f"note {number}"})
    except sa.exc.DBAPIError:
        return None
    return None


def _foreign_keys(dbapi: Any, _: object) -> None:
    if type(dbapi).__module__.startswith("sqlite3"):
        dbapi.execute("PRAGMA foreign_keys = ON")
        dbapi.execute("PRAGMA busy_timeout = 200")
