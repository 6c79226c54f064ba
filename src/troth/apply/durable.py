"""Commits that do not wait for the disk: the journal waits for them, and the next batch does not.

A store's log reaches the disk in order. If its server dies, the newest batches are lost whole, each
with its receipt, and are due as before. So the journal learns of a batch when the log has reached
the disk beyond it, and never claims what a power cut could take back.
"""

from __future__ import annotations

import sqlalchemy as sa

from troth.apply.receipts import OwnTables
from troth.apply.work import Work


def log_end(work: Work) -> int:
    """How far the log of a store reaches by now; 0 where commits wait for the disk."""
    with work.session.told():
        return work.store.dialect.log_end(work.connection)


def log_on_disk(work: Work) -> int:
    """How much of the log of a store has reached the disk."""
    with work.session.told():
        return work.store.dialect.log_on_disk(work.connection)


def bring_to_disk(work: Work, own: OwnTables | None, organisation: str) -> None:
    """A commit that waits for the disk, and with it for all that was committed before."""
    if own is None:
        return
    fences = own.fences
    touched = sa.update(fences).where(fences.c.organisation == organisation)
    with work.session.writing() as connection:
        connection.execute(touched.values(token=fences.c.token))
