"""Rectifications (Art. 16 GDPR): that a value was corrected, never what it was.

The fact says who corrected which category of whom, why, and how many rows. While a run may have to
be resumed, what it needs is sealed under a key of its own; both are destroyed at its end.
"""

from __future__ import annotations

from base64 import urlsafe_b64encode
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from cryptography.fernet import Fernet, InvalidToken
from sqlalchemy import delete, insert, select

from troth.errors import Broken
from troth.grounds.facts import Identifier, Key
from troth.ledger.binding import bound, fact_text
from troth.ledger.forgetting import forgotten
from troth.ledger.session import Reading, Writing
from troth.ledger.tables import corrections, rectifications, rectify_seals

KEY_BYTES = 32


@dataclass(frozen=True)
class Rectification:
    """That a value of a category was corrected, of the person with these names.

    `target` is the column that was named, where one was; `rows` were changed, `left` stay as they
    are, each with its ground.
    """

    run: str
    persons: tuple[Identifier, ...]
    category: str
    target: str | None
    rows: int
    left: int
    reason: str | None


@dataclass(frozen=True)
class Correction:
    """What stands beside an issued paper that is not rewritten: the right value of a column."""

    store: str
    table: str
    key: Key
    column: str
    value: str


@dataclass(frozen=True)
class RectificationRecord:
    """A rectification with its instant and who did it."""

    rectification: Rectification
    recorded_at: datetime
    recorded_by: str


def seal(writing: Writing, run: str, text: bytes) -> None:
    """Keeps what a run needs to be resumed, under a key that goes with it."""
    secret = urlsafe_b64encode(writing.randomness(KEY_BYTES))
    writing.connection.execute(
        insert(rectify_seals).values(
            organisation=writing.organisation,
            run=run,
            secret=secret,
            sealed=Fernet(secret).encrypt(text),
        )
    )


def unseal(reading: Reading) -> tuple[str, bytes] | None:
    """The run that is not finished, and what it sealed; None where all are finished."""
    table = rectify_seals.c
    row = reading.connection.execute(
        select(table.run, table.secret, table.sealed)
        .where(table.organisation == reading.organisation)
        .order_by(table.run)
        .limit(1)
    ).one_or_none()
    if row is None:
        return None
    try:
        return row.run, Fernet(bytes(row.secret)).decrypt(bytes(row.sealed))
    except (InvalidToken, ValueError) as error:
        raise Broken(
            "seal-unreadable",
            "what an unfinished rectification needs to be resumed cannot be read",
            help="the ledger was altered: restore it, and resume",
        ) from error


def destroy_seal(writing: Writing, run: str, *, at: datetime) -> None:
    """Destroys what a run sealed, and its key."""
    table = rectify_seals.c
    gone = writing.connection.execute(
        delete(rectify_seals).where(table.organisation == writing.organisation, table.run == run)
    ).rowcount
    if gone:
        writing.append("seal-destroyed", at, {"run": run})


def record_rectifications(
    writing: Writing, done: Sequence[Rectification], *, by: str, at: datetime
) -> None:
    """Record that values were corrected; the journal has counts and categories alone."""
    rows = [
        {
            "run": one.run,
            "persons": [[name.namespace, name.value] for name in one.persons],
            "category": one.category,
            "target": one.target,
            "rows": one.rows,
            "left_rows": one.left,
            "reason": one.reason,
            "recorded_at": at,
            "recorded_by": by,
        }
        for one in done
    ]
    payloads = [
        bound(
            {"run": one.run, "category": one.category, "rows": one.rows, "left": one.left},
            fact_text([(rectifications, row)]),
        )
        for one, row in zip(done, rows, strict=True)
    ]
    entries = writing.append_facts("rectification-recorded", at, payloads)
    if rows:
        writing.connection.execute(
            insert(rectifications),
            [
                {"organisation": writing.organisation, "entry": entry, **row}
                for entry, row in zip(entries, rows, strict=True)
            ],
        )


def record_corrections(
    writing: Writing, run: str, found: Sequence[Correction], *, by: str, at: datetime
) -> None:
    """Record corrections beside papers that stay as they were issued."""
    rows = [
        {
            "run": run,
            "store": one.store,
            "table_name": one.table,
            "row_key": one.key,
            "column_name": one.column,
            "value": one.value,
            "recorded_at": at,
            "recorded_by": by,
        }
        for one in found
    ]
    payloads = [
        bound(
            {"run": run, "table": f"{one.store}.{one.table}", "column": one.column},
            fact_text([(corrections, row)]),
        )
        for one, row in zip(found, rows, strict=True)
    ]
    entries = writing.append_facts("correction-recorded", at, payloads)
    if rows:
        writing.connection.execute(
            insert(corrections),
            [
                {"organisation": writing.organisation, "entry": entry, **row}
                for entry, row in zip(entries, rows, strict=True)
            ],
        )


def list_rectifications(reading: Reading) -> tuple[RectificationRecord, ...]:
    """Every rectification, oldest first."""
    table = rectifications.c
    query = (
        select(rectifications)
        .where(table.organisation == reading.organisation)
        .order_by(table.entry)
    )
    return tuple(
        RectificationRecord(
            Rectification(
                run=row.run,
                persons=tuple(Identifier(*name) for name in row.persons),
                category=row.category,
                target=row.target,
                rows=row.rows,
                left=row.left_rows,
                reason=row.reason,
            ),
            row.recorded_at,
            row.recorded_by,
        )
        for row in reading.connection.execute(query)
    )


def forget_corrections(writing: Writing, gone: Collection[Correction], *, at: datetime) -> int:
    """Forget the corrections beside papers that are gone; how many."""
    table, own = corrections.c, corrections.c.organisation == writing.organisation
    entries: set[int] = set()
    count = 0
    for one in gone:
        mine = (
            own
            & (table.store == one.store)
            & (table.table_name == one.table)
            & (table.row_key == one.key)
            & (table.column_name == one.column)
        )
        entries |= set(writing.connection.execute(select(table.entry).where(mine)).scalars())
        count += writing.connection.execute(delete(corrections).where(mine)).rowcount
    if count:
        reason = "the paper beside which it stood is gone"
        what = {"correction-recorded": entries}
        forgotten(writing, "corrections", count, what, reason=reason, at=at)
    return count


def list_corrections(reading: Reading) -> tuple[Correction, ...]:
    """Every correction beside a paper, oldest first."""
    table = corrections.c
    query = (
        select(corrections).where(table.organisation == reading.organisation).order_by(table.entry)
    )
    return tuple(
        Correction(row.store, row.table_name, row.row_key, row.column_name, row.value)
        for row in reading.connection.execute(query)
    )
