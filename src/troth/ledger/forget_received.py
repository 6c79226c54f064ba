"""Forgetting requests as they came, with what was sealed for them, once their period has ended."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import delete, select

from troth.ledger.documents import delete_documents
from troth.ledger.forgetting import forgotten
from troth.ledger.request_tables import request_codes, request_documents, request_events, requests
from troth.ledger.session import Writing
from troth.ledger.standings import forget_standings

FORGOTTEN_AT_ONCE = 1_000  # numbers per statement


def forget_received(
    writing: Writing, numbers: Collection[str], *, reason: str, at: datetime
) -> int:
    """Forget requests with their events, documents, codes and where they stand; how many."""
    every = sorted(numbers)
    gone: dict[str, set[int]] = {"request-received": set(), "request-moved": set()}
    for start in range(0, len(every), FORGOTTEN_AT_ONCE):
        chunk = every[start : start + FORGOTTEN_AT_ONCE]
        for kind, table in (("request-moved", request_events), ("request-received", requests)):
            mine = (table.c.organisation == writing.organisation) & table.c.number.in_(chunk)
            gone[kind].update(
                writing.connection.execute(select(table.c.entry).where(mine)).scalars()
            )
            writing.connection.execute(delete(table).where(mine))
        codes = request_codes.c
        writing.connection.execute(
            delete(request_codes).where(
                codes.organisation == writing.organisation, codes.number.in_(chunk)
            )
        )
    for number in every:
        delete_documents(writing, number, "identity", at=at)
        delete_documents(writing, number, "file", at=at)
    forget_standings(writing, every)
    forgotten(writing, "requests received", len(every), gone, reason=reason, at=at)
    return len(every)


def drop_packages(writing: Writing, before: datetime, *, at: datetime) -> int:
    """Delete packages that were sealed before an instant: whoever asked has had the time.

    The rest of the request's file stays. How many; the journal names them.
    """
    mine = request_documents.c
    old = (
        (mine.organisation == writing.organisation)
        & (mine.kind == "package")
        & (mine.stored_at < before)
    )
    ids = list(writing.connection.execute(select(mine.id).where(old).order_by(mine.id)).scalars())
    if ids:
        writing.connection.execute(delete(request_documents).where(old))
        writing.append("packages-expired", at, {"documents": ids})
    return len(ids)
