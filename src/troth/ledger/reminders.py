"""Which reminders of deadlines were sent, so that each is sent once."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import delete, insert, select

from troth.ledger.job_tables import reminders
from troth.ledger.session import Reading, Writing


@dataclass(frozen=True, order=True)
class Reminder:
    """What was reminded of: a kind of deadline, its number, its day, and which occasion it was."""

    what: str
    number: str
    due_on: date
    occasion: str


def reminders_sent(reading: Reading) -> frozenset[Reminder]:
    """Those that were sent."""
    table = reminders.c
    rows = reading.connection.execute(
        select(table.what, table.number, table.due_on, table.occasion).where(
            table.organisation == reading.organisation
        )
    )
    return frozenset(Reminder(*row) for row in rows)


def note_reminders(writing: Writing, sent: Iterable[Reminder], *, at: datetime) -> None:
    """Remember that they were sent."""
    rows = [
        {"organisation": writing.organisation, **vars(one), "sent_at": at} for one in sorted(sent)
    ]
    if rows:
        writing.connection.execute(insert(reminders), rows)
        writing.append("reminders-sent", at, {"reminders": len(rows)})


def forget_reminders(writing: Writing, before: date) -> int:
    """Forget those of deadlines before a day; how many."""
    gone = writing.connection.execute(
        delete(reminders).where(
            reminders.c.organisation == writing.organisation, reminders.c.due_on < before
        )
    )
    return gone.rowcount
