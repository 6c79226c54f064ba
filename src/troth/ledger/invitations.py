"""The outbox: warn-first invitations and notices to recipients, and what remains of an invitation.

A message holds its person's address and text until it is sent; then only rule, row, instant and
whether it bounced are kept.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, insert, select, update

from troth.errors import Refused
from troth.grounds.facts import Key, Warning
from troth.grounds.identity import normalise
from troth.ledger.binding import bound, fact_text
from troth.ledger.session import Reading, Writing
from troth.ledger.tables import outbox, warning_bounces, warnings

NOTICE = ":notice"
"""What stands for the rule of a message that is a notice to a recipient; no rule is named so."""

CASE = ":case"
"""What stands for the rule of a letter that is sealed with its request (`desk.workflow.post`)."""

CHANGE = ":change:"
"""What begins the rule of a message on a change of the policy, before the version's id."""

BREACH = ":breach:"
"""What begins the rule of a message on a personal data breach, before the breach's id."""

LETTER = ":letter"
"""What stands for the rule of a letter about a request (`troth.ledger.letters`)."""
RECEIPT = ":receipt"
"""What stands for the rule of a receipt in the thread of a mail (`troth.ledger.receipts`)."""


@dataclass(frozen=True)
class Invitation:
    """A message to write to a person before the data of a row goes.

    A notice to a recipient lies in the same outbox, with `NOTICE` as its rule and its id as table.
    """

    rule: str
    store: str
    table: str
    key: Key
    address: str
    subject: str
    body: str


def in_key_order(invitation: Invitation) -> tuple[object, ...]:
    """For sorting: by store, table and key; numbers as numbers, and before texts.

    Of several spellings of one address, the first in this order is written to.
    """
    key = tuple((isinstance(part, str), part) for part in invitation.key)
    return invitation.store, invitation.table, key, invitation.address


@dataclass(frozen=True)
class Queued:
    """An invitation in the outbox, not sent yet; `attempts` were made."""

    id: str
    invitation: Invitation
    queued_at: datetime
    attempts: int


def queue_invitations(
    writing: Writing, invitations: Sequence[Invitation], *, at: datetime
) -> list[str]:
    """Put invitations into the outbox; their ids.

    One that waits for the same row and address is kept as it is.
    """
    table = outbox.c
    waiting = {
        (row.rule, row.store, row.table_name, row.row_key, normalise(row.address, "email"))
        for row in writing.connection.execute(
            select(table.rule, table.store, table.table_name, table.row_key, table.address).where(
                table.organisation == writing.organisation
            )
        )
    }
    rows = []
    for invitation in invitations:
        to = normalise(invitation.address, "email")
        name = (invitation.rule, invitation.store, invitation.table, invitation.key, to)
        if name in waiting:
            continue
        waiting.add(name)
        rows.append(
            {
                "organisation": writing.organisation,
                "id": writing.new_id("invitation"),
                "rule": invitation.rule,
                "store": invitation.store,
                "table_name": invitation.table,
                "row_key": invitation.key,
                "address": invitation.address,
                "subject": invitation.subject,
                "body": invitation.body,
                "queued_at": at,
                "attempts": 0,
                "last_error": None,
            }
        )
    if rows:
        notices = sum(row["rule"] == NOTICE for row in rows)
        letters = sum(row["rule"] == CASE for row in rows)
        invited = len(rows) - notices - letters
        for kind, number in (
            ("invitations", invited),
            ("notices", notices),
            ("letters", letters),
        ):
            if number:
                writing.append(f"{kind}-queued", at, {kind: number})
        writing.connection.execute(insert(outbox), rows)
    return [str(row["id"]) for row in rows]


def waiting_invitations(reading: Reading) -> tuple[Queued, ...]:
    """The messages of the outbox, oldest first; those of one instant in the order of their rows.

    Receipts of mails are not among them (`troth.ledger.receipts`).
    """
    query = select(outbox).where(
        outbox.c.organisation == reading.organisation, outbox.c.rule != RECEIPT
    )
    found = (
        Queued(
            row.id,
            Invitation(
                row.rule,
                row.store,
                row.table_name,
                row.row_key,
                row.address,
                row.subject,
                row.body,
            ),
            row.queued_at,
            row.attempts,
        )
        for row in reading.connection.execute(query)
    )
    return tuple(
        sorted(found, key=lambda one: (one.queued_at, in_key_order(one.invitation), one.id))
    )


def note_attempt(writing: Writing, id: str, *, error: str) -> None:
    """Count an attempt that failed; `error` is a kind of error, never the server's own words."""
    writing.connection.execute(
        update(outbox)
        .where(outbox.c.organisation == writing.organisation, outbox.c.id == id)
        .values(attempts=outbox.c.attempts + 1, last_error=error)
    )


def mark_sent(writing: Writing, id: str, *, at: datetime) -> Warning:
    """The message was sent at `at`: keep the fact, forget address and text.

    Refused (`unknown-invitation`) where it is not in the outbox (any more).
    """
    mine = (outbox.c.organisation == writing.organisation) & (outbox.c.id == id)
    row = writing.connection.execute(
        select(outbox.c.rule, outbox.c.store, outbox.c.table_name, outbox.c.row_key).where(mine)
    ).one_or_none()
    if row is None:
        raise Refused("unknown-invitation", f"the outbox has no invitation '{id}'")
    warning = {
        "id": id,
        "rule": row.rule,
        "store": row.store,
        "table_name": row.table_name,
        "row_key": row.row_key,
        "sent_at": at,
    }
    payload = {"rule": row.rule, "table": f"{row.store}.{row.table_name}"}
    fact = fact_text([(warnings, warning)])
    entry = writing.append_fact("invitation-sent", at, bound(payload, fact))
    writing.connection.execute(delete(outbox).where(mine))
    writing.connection.execute(
        insert(warnings).values(organisation=writing.organisation, entry=entry, **warning)
    )
    return Warning(row.rule, row.store, row.table_name, row.row_key, at)


def take_out(writing: Writing, id: str) -> None:
    """Forget a message of the outbox, with its address and text; what it was for is said apart."""
    writing.connection.execute(
        delete(outbox).where(outbox.c.organisation == writing.organisation, outbox.c.id == id)
    )


def mark_bounced(writing: Writing, id: str, *, at: datetime) -> None:
    """The message came back; it still counts as sent. A second bounce changes nothing.

    Refused (`unknown-invitation`) for a message that was never sent.
    """
    connection, organisation = writing.connection, writing.organisation
    sent = connection.execute(
        select(warnings.c.rule).where(warnings.c.organisation == organisation, warnings.c.id == id)
    ).scalar()
    if sent is None:
        raise Refused("unknown-invitation", f"no invitation '{id}' was sent")
    known = connection.execute(
        select(warning_bounces.c.id).where(
            warning_bounces.c.organisation == organisation, warning_bounces.c.id == id
        )
    ).scalar()
    if known is None:
        bounce = {"id": id, "bounced_at": at}
        fact = fact_text([(warning_bounces, bounce)])
        entry = writing.append_fact("invitation-bounced", at, bound({"rule": sent}, fact))
        connection.execute(
            insert(warning_bounces).values(organisation=organisation, entry=entry, **bounce)
        )


def read_warnings(reading: Reading, at: datetime) -> tuple[Warning, ...]:
    """The invitations sent until the instant `at`, in order."""
    query = (
        select(warnings, warning_bounces.c.bounced_at)
        .select_from(
            warnings.outerjoin(
                warning_bounces,
                (warning_bounces.c.organisation == warnings.c.organisation)
                & (warning_bounces.c.id == warnings.c.id),
            )
        )
        .where(warnings.c.organisation == reading.organisation, warnings.c.sent_at <= at)
        .order_by(warnings.c.entry)
    )
    return tuple(
        Warning(
            row.rule,
            row.store,
            row.table_name,
            row.row_key,
            row.sent_at,
            row.bounced_at is not None and row.bounced_at <= at,
        )
        for row in reading.connection.execute(query)
    )
