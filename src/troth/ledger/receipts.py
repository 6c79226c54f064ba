"""Receipts of mails that wait in the outbox, with the headers that put them in their threads.

A receipt holds its person's address and text until it is sent; then that it was sent is kept.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, insert, select

from troth.ledger.invitations import RECEIPT, take_out
from troth.ledger.mail_tables import outbox_threads
from troth.ledger.session import Reading, Writing
from troth.ledger.tables import outbox


@dataclass(frozen=True)
class Receipt:
    """A letter that a mail was received; `headers` go with it beside To, From and Subject."""

    number: str
    address: str
    subject: str
    body: str
    headers: Mapping[str, str]


def queue_receipt(writing: Writing, receipt: Receipt, *, at: datetime) -> str:
    """Put a receipt into the outbox, in the transaction that records what it is about; its id."""
    id = writing.new_id("receipt")
    writing.connection.execute(
        insert(outbox).values(
            organisation=writing.organisation,
            id=id,
            rule=RECEIPT,
            store="",
            table_name=receipt.number,
            row_key=(),
            address=receipt.address,
            subject=receipt.subject,
            body=receipt.body,
            queued_at=at,
            attempts=0,
        )
    )
    writing.connection.execute(
        insert(outbox_threads).values(
            organisation=writing.organisation, id=id, headers=dict(receipt.headers)
        )
    )
    writing.append("receipt-queued", at, {"request": receipt.number})
    return id


def waiting_receipts(reading: Reading) -> tuple[tuple[str, Receipt], ...]:
    """Every receipt of the outbox with its id, the oldest first."""
    threads = {
        row.id: dict(row.headers)
        for row in reading.connection.execute(
            select(outbox_threads).where(outbox_threads.c.organisation == reading.organisation)
        )
    }
    rows = reading.connection.execute(
        select(outbox)
        .where(outbox.c.organisation == reading.organisation, outbox.c.rule == RECEIPT)
        .order_by(outbox.c.queued_at, outbox.c.id)
    )
    return tuple(
        (
            row.id,
            Receipt(row.table_name, row.address, row.subject, row.body, threads.get(row.id, {})),
        )
        for row in rows
    )


def receipt_left(writing: Writing, id: str, number: str, *, sent: bool, at: datetime) -> None:
    """A receipt was sent, or given up for good: forget address and text."""
    take_out(writing, id)
    writing.connection.execute(
        delete(outbox_threads).where(
            outbox_threads.c.organisation == writing.organisation, outbox_threads.c.id == id
        )
    )
    writing.append("receipt-sent" if sent else "receipt-refused", at, {"request": number})
