"""A part of a run, batch after batch: decided again, written, receipted, and told of.

Each batch is one transaction of its store. What was committed stays, with its receipt.
"""

from __future__ import annotations

import json
import time
from contextlib import ExitStack
from dataclasses import replace
from functools import partial

import sqlalchemy as sa

from troth.apply.batch import carry_out
from troth.apply.before import copy_to_archives, evidence_of, keep_evidence, keep_links_of
from troth.apply.intent import note_intent
from troth.apply.mirror import Done
from troth.apply.order import Part
from troth.apply.outcome import Progress
from troth.apply.overlap import AGAIN
from troth.apply.picked import Component
from troth.apply.receipts import check_fence, write_receipt
from troth.apply.resolve import add_kept
from troth.apply.running import FactsMovedError, Run, flush, reload_facts
from troth.apply.writing import BatchCounts
from troth.errors import Refused, Transient, TrothError
from troth.grounds.facts import KeptDay
from troth.ledger.facts import facts_version

TRIES = 5  # of a batch that met a deadlock, a lock that was not given, or facts that changed
PAUSE_SECONDS = 0.2  # before the second try; doubled each time
FLUSH_SECONDS = 0.5  # receipts wait this long at most before they are journaled


class _EarlierBatchError(Exception):
    """The store refused the commit of the batch before."""


def carry_out_part(run: Run, part: Part) -> TrothError | None:
    """All batches of a part; the error that stopped it, if the other parts may go on."""
    try:
        _carry_out_batches(run, part)
    except Transient as error:
        if error.code not in AGAIN:
            raise
        return error
    except TrothError as error:
        if error.code == "another-run":
            raise
        return error
    return None


def _carry_out_batches(run: Run, part: Part) -> None:
    """Batch after batch; one whose commit was refused while the next was written is tried alone."""
    batch, batches = 0, part.component.batches
    while batch < batches or run.commits.under_way is not None:
        try:
            if batch < batches:
                _tried(run, part, batch)
            elif not run.commits.settle():
                raise _EarlierBatchError
        except _EarlierBatchError:
            part.component.alone = True
            batch -= 1
        except TrothError:
            run.commits.settle()
            raise
        else:
            batch += 1
    _tell(run, part)


def _tried(run: Run, part: Part, batch: int) -> None:
    """One batch, again where a lock was not given or the facts have changed meanwhile."""
    wait = PAUSE_SECONDS
    for attempt in range(TRIES):
        try:
            _one_batch(run, part, batch)
            return
        except FactsMovedError:
            reload_facts(run)
        except Refused as error:
            if part.component.careful or error.code != "constraint-violation":
                raise
            part.component.careful = True
        except Transient as error:
            if attempt == TRIES - 1 or error.code not in AGAIN:
                raise
            run.pause(wait)
            wait *= 2
    raise Transient(
        "facts-keep-changing",
        "the ledger's facts change faster than a batch can be decided",
        place=part.store,
        help="apply the plan again when less is being recorded",
    )


def _one_batch(run: Run, part: Part, batch: int) -> None:
    """One batch in one transaction: fence, locks, a second decision, writes, receipt.

    Where its commit may go on beside the next batch, it is under way when this returns.
    """
    work = run.works[part.store]
    own = run.own[work.name]
    version = run.facts.version
    kept: list[KeptDay] = []
    archived: dict[str, int] = {}
    overlaps = not _unsafe(run, part) and run.commits.may_overlap(work, part.component)
    session = run.commits.free(work)

    def check_facts() -> None:
        if facts_version(run.ledger, run.organisation) != version:
            raise FactsMovedError

    def before_writing(connection: sa.Connection, component: Component, batch: int) -> None:
        nonlocal version
        kept.extend(evidence_of(run, connection, component, batch))
        if kept:
            version = keep_evidence(run, kept)
        keep_links_of(run, work, connection, component, batch)
        archived.update(copy_to_archives(run, work, connection, component, batch))
        _intend(run, part, run.numbers[work.name], component, batch)

    with ExitStack() as transaction:
        connection = transaction.enter_context(session.writing())
        if not overlaps:
            check_fence(work, connection, own, run.organisation, run.tokens[work.name])
        counts = carry_out(
            work, connection, part.component, batch, decided=before_writing, locked=check_facts
        )
        if not run.commits.settle():
            raise _EarlierBatchError
        run.approved.check(counts.written)
        done = Done(run.id, work.name, run.numbers[work.name], _as_text(counts))
        write_receipt(
            connection,
            own,
            organisation=run.organisation,
            run=run.id,
            component=part.index,
            batch=done.batch,
            counts=done.counts,
            at=run.clock(),
            # before, the fence's row would have waited for the commit that was under way
            fenced=(work, run.tokens[work.name]) if overlaps else None,
        )
        check_facts()  # a hold opened while the batch was written still wins
        if overlaps:
            note = partial(_note, run, part, counts, done)
            run.commits.begin(session, transaction.pop_all(), note)
    if not overlaps:
        run.outcome.copied(archived)
        _note(run, part, counts, done)
    _tell(run, part)
    if kept:
        run.facts = replace(run.facts, version=version, kept=(*run.facts.kept, *kept))
        add_kept(run.plan, run.works, kept)


def _as_text(counts: BatchCounts) -> str:
    return json.dumps(counts.written, sort_keys=True)


def _note(run: Run, part: Part, counts: BatchCounts, done: Done) -> None:
    """What the run learns of a batch that is committed."""
    run.numbers[part.store] = done.batch + 1
    run.approved.add(counts.written)
    run.outcome.add(counts)
    run.pending.append(done)
    component = part.component
    picked = {step.id for step, rows in component.counts if rows}
    for rows in (counts.written, counts.skipped):
        part.done += sum(count for step, count in rows.items() if step in picked)
    total = sum(rows for _, rows in component.counts)
    run.untold.append(Progress(part.store, component.counts[-1][0].table, part.done, total))


def _tell(run: Run, part: Part) -> None:
    """Journals and reports what is committed, while no row is locked but by a commit under way."""
    if _unsafe(run, part) or time.monotonic() - run.flushed_at > FLUSH_SECONDS:
        flush(run)
    told, run.untold = run.untold, []
    for progress in told:
        run.progress(progress)


def _unsafe(run: Run, part: Part) -> bool:
    """A crash may leave a batch of this part half done, or done without a receipt."""
    work = run.works[part.store]
    return run.own[part.store] is None or any(
        not work.row(step.table).table.transactional for step, _ in part.component.counts
    )


def _intend(run: Run, part: Part, number: int, component: Component, batch: int) -> None:
    """Where no receipt can tell, the ledger learns before the write what may be written."""
    if _unsafe(run, part):
        flush(run)
        work = run.works[part.store]
        note_intent(
            run.ledger, run.organisation, run.id, work, component, batch, number, run.clock()
        )
