"""Mail threads and calls: what comes in moves a clock, what goes out never does."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any

from troth.demo.draft import Draft, Fault, noon
from troth.demo.people import Human


def thread(
    draft: Draft,
    who: Human,
    owner: str,
    number: str | None,
    letters: Iterable[tuple[date, str, bool]],
    fault: Fault | None,
    *,
    archived_end: date | None = None,
) -> None:
    """A thread with its letters (day, direction, sent by a machine); some carry an attachment.

    `archived_end`: it lies in the archive, and its relationship ended that day.
    """
    store = "mail" if archived_end is None else "archive"
    kept: dict[str, Any] = {}
    if archived_end is not None:
        kept = {"troth_day_relationship_end": archived_end}
    key = draft.add(
        store,
        "thread",
        fault,
        owner_role=owner,
        email=who.email,
        customer_number=number,
        subject="Your question on our devices",
        **kept,
    )
    for day, direction, machine in letters:
        message = draft.add(
            store,
            "message",
            fault,
            thread_id=key,
            direction=direction,
            machine=machine,
            body="I am out of the office" if machine else "Dear colleague, see below",
            sent_at=noon(day),
            **kept,
        )
        if draft.chance(0.05):
            draft.add(
                store, "attachment", fault, message_id=message, file_name="brochure.pdf", **kept
            )


def call(draft: Draft, who: Human, direction: str, day: date) -> None:
    """A line of the call log, which goes after twelve months."""
    fault = Fault("overdue", "SMA-3-26") if draft.ended(day, "P12M") else None
    draft.add(
        "phone",
        "call_log",
        fault,
        number=who.phone.replace(" ", ""),
        direction=direction,
        note="asked for a demonstration",
        called_at=noon(day),
    )
