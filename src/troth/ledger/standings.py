"""Where each request stands, one narrow row each: written with every event, so that lists are fast.

It is a projection of the request and its events and says nothing of its own: whoever loses it makes
it anew (`replace_standings`). The journal does not bind it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from itertools import islice
from typing import Any

from sqlalchemy import delete, func, select
from sqlalchemy.dialects import postgresql, sqlite

from troth.ledger.desk_tables import request_standing, request_words
from troth.ledger.request_tables import requests
from troth.ledger.session import Reading, Writing

WRITTEN_AT_ONCE = 2_000  # rows per statement
CLOSED = "closed"
NO_DAY = date.max
"""How it is written that no day is due, so that such requests come last."""


@dataclass(frozen=True)
class Standing:
    """Where a request stands.

    `due_on` is the last day of its answer; None: the clock stands still. `stage` and `turn` (who
    has to do the next thing) are the workflow's words; `assigned` is the account that works on it,
    or empty; `tasks` how many are open.
    """

    number: str
    right: str
    channel: str
    received_at: datetime
    due_on: date | None
    stage: str
    turn: str = "desk"
    assigned: str = ""
    tasks: int = 0

    @property
    def open(self) -> bool:
        return self.stage != CLOSED


def keep_standing(writing: Writing, standing: Standing) -> None:
    """Write where a request stands, instead of what was written before."""
    _write(writing, [standing])


def replace_standings(writing: Writing, standings: Iterable[Standing]) -> int:
    """Make the whole projection anew; how many requests there are."""
    table = request_standing
    own = table.c.organisation == writing.organisation
    writing.connection.execute(delete(table).where(own))
    rest, number = iter(standings), 0
    while some := list(islice(rest, WRITTEN_AT_ONCE)):
        _write(writing, some)
        number += len(some)
    if writing.connection.dialect.name == "postgresql":
        # Whoever looks at the lists before the server's own statistics would wait for seconds.
        writing.connection.exec_driver_sql("ANALYZE request_standing, request_words")
    return number


def forget_standings(writing: Writing, numbers: Iterable[str]) -> None:
    """Take out requests that are forgotten, and the words by which they were found."""
    every = list(numbers)
    for table in (request_standing, request_words):
        for start in range(0, len(every), WRITTEN_AT_ONCE):
            chunk = every[start : start + WRITTEN_AT_ONCE]
            writing.connection.execute(
                delete(table).where(
                    table.c.organisation == writing.organisation, table.c.number.in_(chunk)
                )
            )


def standing_at(reading: Reading, number: str) -> Standing | None:
    """Where one request stands; None where the projection does not know it."""
    table = request_standing.c
    row = reading.connection.execute(
        select(request_standing).where(
            table.organisation == reading.organisation, table.number == number
        )
    ).one_or_none()
    return None if row is None else standing_of_row(row)


def lacks_standings(reading: Reading) -> bool:
    """Whether there are more requests, or fewer, than standings."""
    counts = [
        reading.connection.execute(
            select(func.count())
            .select_from(table)
            .where(table.c.organisation == reading.organisation)
        ).scalar_one()
        for table in (requests, request_standing)
    ]
    return counts[0] != counts[1]


def read_standings(reading: Reading) -> Iterator[Standing]:
    """Every request's standing, by number."""
    table = request_standing.c
    query = select(request_standing).where(table.organisation == reading.organisation)
    for row in reading.connection.execute(query.order_by(table.number)):
        yield standing_of_row(row)


def open_standings(reading: Reading) -> Iterator[Standing]:
    """Every request that is open, the first due first."""
    table = request_standing.c
    query = (
        select(request_standing)
        .where(table.organisation == reading.organisation, table.open == 1)
        .order_by(table.open, table.due_on, table.number)
    )
    for row in reading.connection.execute(query):
        yield standing_of_row(row)


def stages_counted(reading: Reading) -> dict[str, int]:
    """How many requests stand at each stage."""
    table = request_standing.c
    rows = reading.connection.execute(
        select(table.stage, func.count())
        .where(table.organisation == reading.organisation)
        .group_by(table.stage)
    )
    return {row[0]: int(row[1]) for row in rows}


def standing_of_row(row: Any) -> Standing:
    """A row of the projection as a value."""
    return Standing(
        number=row.number,
        right=row.right_asked,
        channel=row.channel,
        received_at=row.received_at,
        due_on=None if row.due_on == NO_DAY else row.due_on,
        stage=row.stage,
        turn=row.turn,
        assigned=row.assigned,
        tasks=row.tasks,
    )


def _write(writing: Writing, standings: list[Standing]) -> None:
    rows = [
        {
            "organisation": writing.organisation,
            "number": one.number,
            "right_asked": one.right,
            "channel": one.channel,
            "received_at": one.received_at,
            "due_on": one.due_on or NO_DAY,
            "stage": one.stage,
            "open": int(one.open),
            "turn": one.turn,
            "assigned": one.assigned,
            "tasks": one.tasks,
        }
        for one in standings
    ]
    dialect = postgresql if writing.connection.dialect.name == "postgresql" else sqlite
    statement = dialect.insert(request_standing)
    changed = {
        column.name: statement.excluded[column.name]
        for column in request_standing.columns
        if not column.primary_key
    }
    writing.connection.execute(
        statement.on_conflict_do_update(index_elements=["organisation", "number"], set_=changed),
        rows,
    )
