"""Letters about a request that wait in the outbox, with the headers that put them in its thread.

A letter holds its person's address and text until it is sent; then that it was sent is kept.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, insert, select

from troth.ledger.invitations import LETTER, take_out
from troth.ledger.mail_tables import outbox_threads
from troth.ledger.session import Reading, Writing
from troth.ledger.tables import outbox


@dataclass(frozen=True)
class Letter:
    """A letter about a request; `headers` go with it beside To, From and Subject."""

    number: str
    address: str
    subject: str
    body: str
    headers: Mapping[str, str]


def queue_letter(writing: Writing, letter: Letter, *, at: datetime) -> str:
    """Put a letter into the outbox, in the transaction that records what it is about; its id."""
    id = writing.new_id("letter")
    writing.connection.execute(
        insert(outbox).values(
            organisation=writing.organisation,
            id=id,
            rule=LETTER,
            store="",
            table_name=letter.number,
            row_key=(),
            address=letter.address,
            subject=letter.subject,
            body=letter.body,
            queued_at=at,
            attempts=0,
        )
    )
    writing.connection.execute(
        insert(outbox_threads).values(
            organisation=writing.organisation, id=id, headers=dict(letter.headers)
        )
    )
    writing.append("letter-queued", at, {"request": letter.number})
    return id


def waiting_letters(reading: Reading) -> tuple[tuple[str, Letter], ...]:
    """Every letter of the outbox with its id, the oldest first."""
    threads = {
        row.id: dict(row.headers)
        for row in reading.connection.execute(
            select(outbox_threads).where(outbox_threads.c.organisation == reading.organisation)
        )
    }
    rows = reading.connection.execute(
        select(outbox)
        .where(outbox.c.organisation == reading.organisation, outbox.c.rule == LETTER)
        .order_by(outbox.c.queued_at, outbox.c.id)
    )
    return tuple(
        (
            row.id,
            Letter(row.table_name, row.address, row.subject, row.body, threads.get(row.id, {})),
        )
        for row in rows
    )


def letter_left(writing: Writing, id: str, number: str, *, sent: bool, at: datetime) -> None:
    """A letter was sent, or given up for good: forget address and text."""
    take_out(writing, id)
    writing.connection.execute(
        delete(outbox_threads).where(
            outbox_threads.c.organisation == writing.organisation, outbox_threads.c.id == id
        )
    )
    writing.append("letter-sent" if sent else "letter-refused", at, {"request": number})
