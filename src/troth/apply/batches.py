"""A part of a run, batch after batch: decided again, written, receipted, and told of.

Each batch is one transaction of its store. What was committed stays, with its receipt.
"""

from __future__ import annotations

import json
import time
from collections import Counter
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field, replace
from functools import partial

import sqlalchemy as sa

from troth.apply.batch import carry_out as carry_out_batch
from troth.apply.before import copy_to_archives, evidence_of, keep_evidence, keep_links_of
from troth.apply.intent import note_intent
from troth.apply.marking import Marking
from troth.apply.mirror import Done
from troth.apply.order import Part
from troth.apply.outcome import Progress
from troth.apply.overlap import AGAIN, FactsMovedError
from troth.apply.picked import Component
from troth.apply.receipts import check_fence, write_receipt
from troth.apply.resolve import add_kept
from troth.apply.running import Run, flush, reload_facts
from troth.apply.walking import CrowdedError
from troth.apply.work import Work
from troth.apply.writing import BatchCounts
from troth.errors import Refused, Transient, TrothError
from troth.grounds.facts import KeptDay
from troth.ledger.facts import facts_version
from troth.ledger.marks import keep_marks, note_blind

TRIES = 5  # of a batch that met a deadlock, a lock that was not given, or facts that changed
PAUSE_SECONDS = 0.2  # before the second try; doubled each time
FLUSH_SECONDS = 0.5  # receipts wait this long at most before they are journaled


class _EarlierBatchError(Exception):
    """The batch before was rolled back when it was to be committed."""


def transactions(
    run: Run, parts: Sequence[tuple[Part, frozenset[Part]]]
) -> list[tuple[list[Part], frozenset[Part]]]:
    """The parts that are carried out together, in order, with what must have succeeded before.

    A plan about persons writes a store in one transaction, up to `rows_at_once`: nobody is left
    half erased. Everything else goes part by part.
    """
    if run.plan.scope and not batched(run, parts):
        return [
            (
                [part for part, _ in group],
                frozenset().union(*(needed for _, needed in group)) - {part for part, _ in group},
            )
            for group in _by_store(parts)
        ]
    return [([part], needed) for part, needed in parts]


def batched(run: Run, parts: Sequence[tuple[Part, frozenset[Part]]]) -> bool:
    """A store's parts of a plan about persons take more than one transaction."""
    groups = _by_store(parts)
    return not all(_fits(run, group, groups[:at]) for at, group in enumerate(groups))


def _by_store(
    parts: Sequence[tuple[Part, frozenset[Part]]],
) -> list[list[tuple[Part, frozenset[Part]]]]:
    stores = dict.fromkeys(part.store for part, _ in parts)
    return [[(p, needed) for p, needed in parts if p.store == store] for store in stores]


def _fits(
    run: Run,
    group: Sequence[tuple[Part, frozenset[Part]]],
    before: Sequence[Sequence[tuple[Part, frozenset[Part]]]],
) -> bool:
    """One transaction can hold the parts of a store, and nothing that they need comes later."""
    known = {part for some in (*before, group) for part, _ in some}
    rows = sum(rows for part, _ in group for _, rows in part.component.counts)
    return rows <= run.plan.limits.rows_at_once and all(
        needed <= known and not unsafe(run, part) for part, needed in group
    )


def carry_out(run: Run, parts: Sequence[Part]) -> TrothError | None:
    """One part, batch by batch, or several of one store at once; the error that stopped them."""
    return carry_out_part(run, parts[0]) if len(parts) == 1 else carry_out_whole(run, parts)


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
    """Batch after batch; one whose commit was refused while the next was written is tried alone.

    One that was decided by facts which have changed is decided again. One that turns out too large
    is rolled back, and taken again smaller.
    """
    batch, again = 0, Counter[int]()
    while True:
        try:
            if part.component.has(batch):
                _tried(run, [part], partial(_one_batch, run, part, batch))
            elif run.commits.under_way is None:
                break
            elif not run.commits.settle():
                raise _EarlierBatchError
        except _EarlierBatchError:
            batch -= 1
            again[batch] += 1
            moved = facts_version(run.ledger, run.organisation) != run.facts.version
            if moved and again[batch] < TRIES:
                reload_facts(run)
            else:
                part.component.alone = True
        except CrowdedError as crowded:
            assert part.component.ranges is not None
            part.component.ranges.narrow(batch, crowded.rows)
        except TrothError:
            run.commits.settle()
            raise
        else:
            batch += 1
    _tell(run, part)


def carry_out_whole(run: Run, parts: Sequence[Part]) -> TrothError | None:
    """Every batch of parts of one store in one transaction: all of it, or nothing.

    The error that stopped it, if other stores may go on.
    """
    try:
        _tried(run, parts, lambda: _all_at_once(run, parts))
    except Transient as error:
        if error.code not in AGAIN:
            raise
        return error
    except TrothError as error:
        if error.code == "another-run":
            raise
        return error
    for part in parts:
        _tell(run, part)
    return None


def _tried(run: Run, parts: Sequence[Part], write: Callable[[], None]) -> None:
    """One transaction, again where a lock was not given or the facts have changed meanwhile."""
    wait = PAUSE_SECONDS
    for attempt in range(TRIES):
        try:
            write()
            return
        except FactsMovedError:
            reload_facts(run)
        except Refused as error:
            careful = all(part.component.careful for part in parts)
            if careful or error.code != "constraint-violation":
                raise
            for part in parts:
                part.component.careful = True
        except Transient as error:
            if attempt == TRIES - 1 or error.code not in AGAIN:
                raise
            run.pause(wait)
            wait *= 2
    raise Transient(
        "facts-keep-changing",
        "the ledger's facts change faster than a batch can be decided",
        place=parts[0].store,
        help="apply the plan again when less is being recorded",
    )


@dataclass
class _Learnt:
    """What a transaction learns before it is committed: days kept, rows archived, batches done.

    `version`: that of the facts by which it decides; its own kept days move it.
    """

    run: Run
    part: Part
    version: int
    number: int
    kept: list[KeptDay] = field(default_factory=list)
    archived: list[dict[str, int]] = field(default_factory=list)

    def check_facts(self) -> None:
        if facts_version(self.run.ledger, self.run.organisation) != self.version:
            raise FactsMovedError

    def before(self, connection: sa.Connection, component: Component, batch: int) -> None:
        """What other rows need of the batch is kept, and archives filled, before it goes."""
        run, work = self.run, self.run.works[self.part.store]
        kept = evidence_of(run, connection, component, batch)
        if kept:
            self.kept += kept
            self.version = keep_evidence(run, self.kept)
        keep_links_of(run, work, connection, component, batch)
        if run.seals is not None:
            run.seals.strike(work, connection, component, batch)
        self.archived.append(copy_to_archives(run, work, connection, component, batch))
        _mark(run, work, connection, self.number, component, batch)
        _intend(run, self.part, self.number, component, batch)

    def tell(self) -> None:
        """The run decides by the kept days from now on."""
        if self.kept:
            run = self.run
            run.facts = replace(run.facts, version=self.version, kept=(*run.facts.kept, *self.kept))
            add_kept(run.plan, run.works, self.kept)


def _one_batch(run: Run, part: Part, batch: int) -> None:
    """One batch in one transaction: fence, locks, a second decision, writes, receipt.

    Where its commit may go on beside the next batch, it is under way when this returns.
    """
    work = run.works[part.store]
    own = run.own[work.name]
    overlaps = not unsafe(run, part) and run.commits.may_overlap(work, part.component)
    session = run.commits.free(work)
    learnt = _Learnt(run, part, run.facts.version, run.numbers[work.name])
    with ExitStack() as transaction:
        connection = transaction.enter_context(session.writing())
        if not overlaps:
            check_fence(work, connection, own, run.organisation, run.tokens[work.name])
        if part.component.looks(batch) and not run.commits.settle():
            raise _EarlierBatchError
        counts = _write(connection, learnt, batch)
        if not run.commits.settle():
            raise _EarlierBatchError
        if part.component.ranges is not None and not any(counts.written.values()):
            run.outcome.skip(counts)  # a range without due rows leaves no receipt
            return
        run.approved.check(counts.written)
        done = Done(run.id, work.name, run.numbers[work.name], _as_text(counts))

        def finish() -> None:
            # before, the fence's row would have waited for the commit that was under way
            _receipt(connection, run, part, done, fenced=overlaps)
            learnt.check_facts()  # a hold opened while the batch was written still wins

        if overlaps:
            note = partial(_note, run, part, counts, done)
            run.commits.begin(session, transaction.pop_all(), finish, note)
        else:
            finish()
    if not overlaps:
        for copied in learnt.archived:
            run.outcome.copied(copied)
        _note(run, part, counts, done)
    _tell(run, part)
    learnt.tell()


def _all_at_once(run: Run, parts: Sequence[Part]) -> None:
    """All batches of the parts; nothing is committed before the last of them is decided."""
    work = run.works[parts[0].store]
    number, facts = run.numbers[work.name], run.facts
    written: Counter[str] = Counter()
    done: list[tuple[Part, BatchCounts, Done, _Learnt]] = []
    try:
        with work.session.writing() as connection:
            own = run.own[work.name]
            check_fence(work, connection, own, run.organisation, run.tokens[work.name])
            for part in parts:
                for batch in range(part.component.batches):
                    learnt = _Learnt(run, part, run.facts.version, number + len(done))
                    counts = _write(connection, learnt, batch)
                    written.update(counts.written)
                    run.approved.check(written)
                    one = Done(run.id, work.name, learnt.number, _as_text(counts))
                    _receipt(connection, run, part, one)
                    learnt.check_facts()
                    learnt.tell()
                    done.append((part, counts, one, learnt))
    except BaseException:
        if run.facts is not facts:  # days were kept, and sets made that are rolled back
            reload_facts(run)
        raise
    for part, counts, one, learnt in done:
        for copied in learnt.archived:
            run.outcome.copied(copied)
        _note(run, part, counts, one)


def _write(connection: sa.Connection, learnt: _Learnt, batch: int) -> BatchCounts:
    return carry_out_batch(
        learnt.run.works[learnt.part.store],
        connection,
        learnt.part.component,
        batch,
        decided=learnt.before,
        locked=learnt.check_facts,
    )


def _receipt(
    connection: sa.Connection, run: Run, part: Part, done: Done, *, fenced: bool = False
) -> None:
    work = run.works[part.store]
    write_receipt(
        connection,
        run.own[work.name],
        organisation=run.organisation,
        run=run.id,
        component=part.index,
        batch=done.batch,
        counts=done.counts,
        at=run.clock(),
        fenced=(work, run.tokens[work.name]) if fenced else None,
    )


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
    if unsafe(run, part) or time.monotonic() - run.flushed_at > FLUSH_SECONDS:
        flush(run)
    told, run.untold = run.untold, []
    for progress in told:
        run.progress(progress)


def unsafe(run: Run, part: Part) -> bool:
    """A crash may leave a batch of this part half done, or done without a receipt."""
    work = run.works[part.store]
    return run.own[part.store] is None or any(
        not work.row(step.table).table.transactional for step, _ in part.component.counts
    )


def _mark(
    run: Run,
    work: Work,
    connection: sa.Connection,
    number: int,
    component: Component,
    batch: int,
) -> None:
    """What goes at a person's request is marked before it goes: a backup may bring it back."""
    if not run.plan.scope:
        return
    marking, at = Marking(work, run.setting.map, connection), run.clock()
    with run.ledger.writing(run.organisation) as writing:
        marks = marking.marks(component, batch)
        keep_marks(writing, run.id, work.name, number, marks, at=at)
        note_blind(writing, work.name, marking.blind, at=at)


def _intend(run: Run, part: Part, number: int, component: Component, batch: int) -> None:
    """Where no receipt can tell, the ledger learns before the write what may be written."""
    if unsafe(run, part):
        flush(run)
        work = run.works[part.store]
        note_intent(
            run.ledger, run.organisation, run.id, work, component, batch, number, run.clock()
        )
