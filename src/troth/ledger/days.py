"""Named days that the ledger records for a person or a case; a later entry replaces an earlier."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime

from sqlalchemy import insert, select

from troth.errors import Refused
from troth.grounds.facts import DayFact, Identifier
from troth.ledger.binding import bound, fact_text
from troth.ledger.limitations import EVENT, read_limitation_days
from troth.ledger.session import Reading, Writing
from troth.ledger.tables import day_facts


def record_days(
    writing: Writing,
    days: Sequence[tuple[str, Identifier, date | None]],
    *,
    by: str,
    at: datetime,
) -> int:
    """Record (event, subject, day) facts, one journal entry each; a day None clears. How many.

    Refused (`limitation-end-is-computed`) for the event that limitation files own.
    """
    if any(event == EVENT and subject.namespace == "case" for event, subject, _ in days):
        raise Refused(
            "limitation-end-is-computed",
            "the end of a limitation period is computed from its file",
            help="record starts, interruptions and suspensions with `troth fact limitation`",
        )
    rows = [
        {
            "event": event,
            "namespace": subject.namespace,
            "value": subject.value,
            "day": day,
            "recorded_at": at,
            "recorded_by": by,
        }
        for event, subject, day in days
    ]
    payloads = [bound({"event": row["event"]}, fact_text([(day_facts, row)])) for row in rows]
    entries = writing.append_facts("day-recorded", at, payloads)
    if rows:
        writing.connection.execute(
            insert(day_facts),
            [
                {"organisation": writing.organisation, "entry": entry, **row}
                for entry, row in zip(entries, rows, strict=True)
            ],
        )
    return len(days)


def read_days(reading: Reading, at: datetime) -> tuple[DayFact, ...]:
    """The newest day of each event and subject at the instant `at`, with the limitation ends.

    Cleared days are among them (`day: None`), since they say that an earlier one counts no more.
    """
    table = day_facts.c
    query = (
        select(table.event, table.namespace, table.value, table.day, table.recorded_at)
        .where(table.organisation == reading.organisation, table.recorded_at <= at)
        .order_by(table.recorded_at, table.entry)
    )
    newest: dict[tuple[str, Identifier], DayFact] = {}
    for row in reading.connection.execute(query):
        subject = Identifier(row.namespace, row.value)
        newest[row.event, subject] = DayFact(row.event, subject, row.day, row.recorded_at)
    return (*newest.values(), *read_limitation_days(reading, at))
