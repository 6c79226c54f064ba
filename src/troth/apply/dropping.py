"""Partitions dropped as a whole, before the other rows of a plan are picked.

Each goes in a transaction of its own: behind the fence, decided again, with its receipt. One that
does not go (others use it, a row in it is no longer due, a right is missing) is left to the
batches.
"""

from __future__ import annotations

import json

from troth.apply.mirror import Done
from troth.apply.outcome import Left, Progress
from troth.apply.overlap import FactsMovedError
from troth.apply.partitions import drop_if_due, receipt_name
from troth.apply.receipts import check_fence, write_receipt
from troth.apply.running import Run, reload_facts
from troth.errors import Transient, TrothError
from troth.ledger.facts import facts_version
from troth.plan.model import DeleteRows, WholePartition
from troth.plan.partitions import droppable

TRIES = 4  # of a drop that met a lock, or facts that changed
PAUSE_SECONDS = 0.5  # before the second try; doubled each time
COMPONENT = -1  # of the receipts: a drop belongs to no part that was picked


def drop_partitions(run: Run) -> None:
    """Drops the approved partitions that may still go; the batches take what is left."""
    for step in run.plan.steps:
        if not isinstance(step, DeleteRows) or not step.partitions:
            continue
        work = run.works[step.store]
        names, _ = droppable(run.setting.map, work.schema, step, run.plan.steps, run.plan.sets)
        for partition in step.partitions:
            if partition.name not in work.tables:
                continue  # an earlier process of this run has dropped it
            why = "changed-since" if partition.name not in names else _tried(run, step, partition)
            if why:
                run.outcome.left.append(Left(step.store, partition.name, why))


def _tried(run: Run, step: DeleteRows, partition: WholePartition) -> str:
    """One partition, again where others use it; the code of what kept it from going, if any."""
    if run.own[step.store] is None:
        return "no-receipts"
    wait, why = PAUSE_SECONDS, "facts-keep-changing"
    for attempt in range(TRIES):
        try:
            return "" if _drop(run, step, partition) else "not-all-due"
        except FactsMovedError:
            reload_facts(run)
            continue
        except Transient as error:
            if error.code not in ("deadlock", "lock-timeout", "serialization-conflict"):
                raise
            why = error.code
        except TrothError as error:
            if error.code == "another-run":
                raise
            return error.code
        if attempt < TRIES - 1:
            run.pause(wait)
            wait *= 2
    return why


def _drop(run: Run, step: DeleteRows, partition: WholePartition) -> bool:
    """One transaction: fence, lock, a second decision, the drop, its receipt; whether it went."""
    work = run.works[step.store]
    own, number = run.own[work.name], run.numbers[work.name]
    with work.session.writing() as connection:
        check_fence(work, connection, own, run.organisation, run.tokens[work.name])
        rows = drop_if_due(work, connection, step, partition)
        if not rows:
            return False
        run.approved.check({step.id: rows})
        text = json.dumps({receipt_name(step, partition): rows})
        write_receipt(
            connection,
            own,
            organisation=run.organisation,
            run=run.id,
            component=COMPONENT,
            batch=number,
            counts=text,
            at=run.clock(),
        )
        if facts_version(run.ledger, run.organisation) != run.facts.version:
            raise FactsMovedError  # a hold opened meanwhile wins
    run.numbers[work.name] = number + 1
    run.approved.add({step.id: rows})
    run.pending.append(Done(run.id, work.name, number, text))
    run.outcome.dropped_whole(step, partition, rows)
    run.progress(Progress(work.name, step.table, rows, rows))
    return True
