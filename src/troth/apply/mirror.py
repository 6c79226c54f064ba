"""Receipts of stores mirrored in the journal: each batch exactly once, whoever dies when.

The ledger remembers, by run and store, how many batches it has journaled, in the transaction of
the entries themselves. Batches of a store are numbered without a gap, so what a process could not
journal before it died is found again in the store's own receipts.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from troth.apply.receipts import OwnTables, StoredReceipt, all_receipts
from troth.apply.work import Work
from troth.errors import Refused
from troth.ledger.ledger import Ledger
from troth.ledger.runs import (
    Receipt,
    append_receipts,
    known_runs,
    read_steps,
    save_step,
)
from troth.ledger.session import Writing


@dataclass(frozen=True)
class Done:
    """One committed batch of a run in a store; `counts` is JSON, as the store's receipt has it."""

    run: str
    store: str
    batch: int
    counts: str

    @property
    def digest(self) -> str:
        text = f"{self.run}/{self.store}/{self.batch}/{self.counts}"
        return hashlib.sha256(text.encode()).hexdigest()

    def receipt(self) -> Receipt:
        written = {step: rows for step, rows in json.loads(self.counts).items() if rows}
        return Receipt(self.run, self.store, self.batch, written, self.digest)


def mirror(ledger: Ledger, organisation: str, done: Iterable[Done], at: datetime) -> int:
    """Journals the batches that the journal does not have yet; how many."""
    batches = list(done)
    if not batches:
        return 0
    with ledger.writing(organisation) as writing:
        return mirror_in(writing, batches, at)


def mirror_in(writing: Writing, done: Iterable[Done], at: datetime) -> int:
    """The same, in a transaction of the ledger that is open."""
    by_place: dict[tuple[str, str], list[Done]] = {}
    for each in done:
        by_place.setdefault((each.run, each.store), []).append(each)
    fresh: list[Done] = []
    for (run, store), batches in sorted(by_place.items()):
        known = read_steps(writing, run).get(store)
        journaled = known.batches if known is not None else 0
        new = sorted((b for b in batches if b.batch >= journaled), key=lambda b: b.batch)
        if new:
            fresh += new
            save_step(writing, run, store, "running", at=at, batches=new[-1].batch + 1)
    append_receipts(writing, [each.receipt() for each in fresh], at=at)
    return len(fresh)


def mirror_store(
    ledger: Ledger, organisation: str, work: Work, own: OwnTables | None, at: datetime
) -> None:
    """Journals what earlier runs committed in a store and could not journal.

    `Refused` (`ledger-behind-store`) when the store knows runs that the ledger does not: the ledger
    was restored from an older copy, and may lack holds.
    """
    stored = all_receipts(work, own, organisation)
    runs = {receipt.run for receipt in stored}
    with ledger.reading(organisation) as reading:
        known = known_runs(reading, runs)
    if runs - known:
        raise Refused(
            "ledger-behind-store",
            f"store '{work.name}' has receipts of runs that this ledger does not know",
            help="bring back the newest ledger; an older one may lack holds and objections",
        )
    mirror(ledger, organisation, (_done(work.name, receipt) for receipt in stored), at)


def journaled_batches(ledger: Ledger, organisation: str, run: str, store: str) -> int:
    """How many batches of a run in a store the journal has."""
    with ledger.reading(organisation) as reading:
        known = read_steps(reading, run).get(store)
    return known.batches if known is not None else 0


def _done(store: str, receipt: StoredReceipt) -> Done:
    return Done(receipt.run, store, receipt.batch, receipt.counts)
