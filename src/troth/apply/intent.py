"""Counts between two bounds, where a crash may leave a batch half done or without a receipt.

Such a batch is announced in the ledger before its write. What was announced and never journaled as
done may have written anything from no row to all.
"""

from __future__ import annotations

from datetime import datetime

from troth.apply.picked import Component
from troth.apply.work import Work
from troth.apply.writing import batch_size
from troth.ledger.ledger import Ledger
from troth.ledger.runs import read_steps, save_step

_LABEL = "intent:"


def note_intent(
    ledger: Ledger,
    organisation: str,
    run: str,
    work: Work,
    component: Component,
    batch: int,
    number: int,
    at: datetime,
) -> None:
    """Announces the rows, by step, that batch `number` of a store is about to write."""
    if component.ranges is not None:
        rows = {component.ranges.step.id: component.ranges.ranges[batch].rows or 0}
    else:
        rows = {p.step.id: batch_size(work.connection, p, batch) for p in component.picks}
    with ledger.writing(organisation) as writing:
        label = f"{_LABEL}{work.name}"
        save_step(writing, run, label, "running", at=at, batches=number + 1, progress=rows)


def uncertain(
    ledger: Ledger, organisation: str, run: str, store: str, at: datetime
) -> dict[str, int]:
    """The rows, by step, of a batch announced by an earlier process and never said to be done.

    The journal learns of it once.
    """
    with ledger.writing(organisation) as writing:
        steps = read_steps(writing, run)
        intent, done = steps.get(f"{_LABEL}{store}"), steps.get(store)
        if intent is None or intent.batches <= (done.batches if done is not None else 0):
            return {}
        rows = {str(step): int(count) for step, count in intent.progress.items()}
        writing.append(
            "batch-uncertain",
            at,
            {"run": run, "step": store, "batch": intent.batches - 1, "most": rows},
        )
        save_step(writing, run, store, "running", at=at, batches=intent.batches)
    return rows
