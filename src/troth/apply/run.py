"""Carrying out a plan: every store picked before the first write, then batch after batch.

A run may die at any moment. What it committed stays, with its receipts; applying the same plan
again takes up what remains due.
"""

from __future__ import annotations

import hashlib
import json
import time
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import datetime

import sqlalchemy as sa

from troth.apply.archive import move_batch
from troth.apply.batch import BatchCounts, carry_out
from troth.apply.evidence import Keeping, days_to_keep
from troth.apply.invite import Mailer, invite
from troth.apply.measure import measured
from troth.apply.picks import Component, Picking, pick_store
from troth.apply.planning import Setting, at_work, schemas_of
from troth.apply.receipts import (
    OwnTables,
    check_fence,
    own_tables,
    raise_fence,
    receipts_of,
    write_receipt,
)
from troth.apply.refusals import check_clocks, check_plan
from troth.apply.resolve import Resolution, add_kept, resolve
from troth.apply.work import Work
from troth.errors import Refused, Transient
from troth.grounds.facts import Facts, KeptDay
from troth.ledger.facts import facts_version, read_facts
from troth.ledger.kept import keep_days
from troth.ledger.ledger import Ledger
from troth.ledger.runs import (
    Receipt,
    append_receipts,
    end_run,
    start_run,
    take_token,
    unfinished_run,
)
from troth.plan.frame import Context, Frame
from troth.plan.model import (
    ArchiveRows,
    DeleteRows,
    EraseValues,
    Plan,
    SendInvitations,
    Step,
)

TRIES = 5  # of a batch that met a deadlock or a lock that was not given
AGAIN = ("deadlock", "lock-timeout", "serialization-conflict")  # what passes by itself
PAUSE_SECONDS = 0.2  # before the second try; doubled each time
FLUSH_SECONDS = 0.5  # receipts wait this long at most before they are journaled

Clock = Callable[[], datetime]


@dataclass(frozen=True)
class Progress:
    """How far a run is: rows written of rows picked."""

    store: str
    table: str
    done: int
    total: int


@dataclass
class Outcome:
    """What a run did, by step; what it skipped; and what a fresh look found still due."""

    run: str
    written: dict[str, int] = field(default_factory=dict)
    skipped: dict[str, int] = field(default_factory=dict)
    invited: int = 0
    remaining: dict[str, int] = field(default_factory=dict)
    batches: int = 0

    def add(self, counts: BatchCounts) -> None:
        self.batches += 1
        for target, source in ((self.written, counts.written), (self.skipped, counts.skipped)):
            for step, rows in source.items():
                target[step] = target.get(step, 0) + rows

    @property
    def clean(self) -> bool:
        """Nothing of what the plan was for is still due."""
        return not self.remaining


class _FactsMovedError(Exception):
    """The ledger has a newer version than the sets of this session."""


@dataclass
class _Run:
    """One run at work."""

    plan: Plan
    setting: Setting
    ledger: Ledger
    clock: Clock
    by: str
    works: dict[str, Work]
    facts: Facts
    run: str = ""
    own: dict[str, OwnTables | None] = field(default_factory=dict)
    tokens: dict[str, int] = field(default_factory=dict)
    pending: list[Receipt] = field(default_factory=list)
    flushed_at: float = 0.0
    numbers: dict[str, int] = field(default_factory=dict)


def apply_plan(
    plan: Plan,
    setting: Setting,
    ledger: Ledger,
    clock: Clock,
    *,
    by: str,
    mailer: Mailer | None = None,
    progress: Callable[[Progress], None] = lambda _: None,
    pause: Callable[[float], None] = time.sleep,
) -> Outcome:
    """Carries out an approved plan and looks afresh at what remains due.

    `Refused` before the first write for a plan that is stale, edited, unapproved, of another day
    or blocked; `Transient` when a store goes away (apply the same plan again); `Broken` when the
    database writes other rows than asked (the batch is rolled back, what was committed stays).
    """
    now = clock()
    schemas = schemas_of(setting)
    check_plan(plan, setting, schemas, ledger, now)
    check_clocks(setting, now)
    facts = read_facts(ledger, plan.organisation, now)
    with at_work(setting, schemas, plan, facts, now) as works:
        run = _Run(plan, setting, ledger, clock, by, works, facts)
        outcome = Outcome(run="")
        try:
            _begin(run)
            outcome.run = run.run
            outcome.invited = _invite(run, mailer)
            pickings = _pick(run)
            for name, picking in pickings.items():
                _carry_out_store(run, name, picking, outcome, progress, pause)
        except BaseException as error:
            _end(run, outcome, "stopped" if isinstance(error, KeyboardInterrupt) else "failed")
            raise
        _flush(run)
    outcome.remaining = _fresh_look(plan, setting, ledger, clock())
    _end(run, outcome, "finished")
    return outcome


def _begin(run: _Run) -> None:
    now = run.clock()
    with run.ledger.writing(run.plan.organisation) as writing:
        earlier = unfinished_run(writing, run.plan.digest())
        run.run = (earlier or start_run(writing, run.plan.digest(), by=run.by, at=now)).id
        for name in run.works:
            run.tokens[name] = take_token(writing, name)
    for name in sorted({step.store for step in run.plan.steps}):
        work = run.works[name]
        run.own[name] = own_tables(work)
        raise_fence(work, run.own[name], run.plan.organisation, run.tokens[name])
        done = receipts_of(work, run.own[name], run.plan.organisation, run.run)
        run.numbers[name] = max((batch for _, batch, _ in done), default=-1) + 1


def _invite(run: _Run, mailer: Mailer | None) -> int:
    steps = [step for step in run.plan.steps if isinstance(step, SendInvitations)]
    return sum(
        invite(run.works[step.store], step, run.ledger, run.plan.organisation, run.clock, mailer)
        for step in steps
    )


def _pick(run: _Run) -> dict[str, Picking]:
    """Everything is picked, and compared with what was approved, before the first write."""
    pickings = {}
    for name, work in run.works.items():
        steps = [
            step
            for step in run.plan.steps
            if step.store == name and isinstance(step, DeleteRows | EraseValues)
        ]
        if steps:
            pickings[name] = pick_store(work, steps, run.plan.limits)
    for name, picking in pickings.items():
        done = _done_before(run, name)
        for component in picking.components:
            for step, rows in component.counts:
                _check_tolerance(run.plan, step, rows + done.get(step.id, 0))
    return pickings


def _done_before(run: _Run, store: str) -> dict[str, int]:
    done: dict[str, int] = {}
    rows = receipts_of(run.works[store], run.own.get(store), run.plan.organisation, run.run)
    for _, _, counts in rows:
        for step, count in json.loads(counts).items():
            done[step] = done.get(step, 0) + count
    return done


def _check_tolerance(plan: Plan, step: Step, rows: int) -> None:
    approved = step.counts.rows if step.counts else 0
    limits = plan.limits
    allowed = approved + max(approved * limits.tolerance_percent // 100, limits.tolerance_rows)
    if rows > allowed:
        raise Refused(
            "more-rows-than-approved",
            f"{step.store}.{step.table}: {rows} rows are due, {approved} were approved",
            help="make a new plan and look at it",
        )


def _carry_out_store(
    run: _Run,
    store: str,
    picking: Picking,
    outcome: Outcome,
    progress: Callable[[Progress], None],
    pause: Callable[[float], None],
) -> None:
    work = run.works[store]
    for index, component in enumerate(picking.components):
        total = sum(rows for _, rows in component.counts)
        done = 0
        for batch in range(component.batches):
            counts = _tried(run, work, component, index, batch, pause)
            outcome.add(counts)
            done += sum(counts.written.values()) + sum(counts.skipped.values())
            progress(Progress(store, component.counts[-1][0].table, done, total))


def _tried(
    run: _Run,
    work: Work,
    component: Component,
    index: int,
    batch: int,
    pause: Callable[[float], None],
) -> BatchCounts:
    """One batch, again where a lock was not given or the facts have changed meanwhile."""
    wait = PAUSE_SECONDS
    for attempt in range(TRIES):
        try:
            return _one_batch(run, work, component, index, batch)
        except _FactsMovedError:
            _reload(run)
        except Transient as error:
            if attempt == TRIES - 1 or error.code not in AGAIN:
                raise
            pause(wait)
            wait *= 2
    return _one_batch(run, work, component, index, batch)


def _one_batch(run: _Run, work: Work, component: Component, index: int, batch: int) -> BatchCounts:
    organisation, number = run.plan.organisation, run.numbers[work.name]
    own, token = run.own[work.name], run.tokens[work.name]

    def locked() -> None:
        if facts_version(run.ledger, organisation) != run.facts.version:
            raise _FactsMovedError

    with work.session.writing() as connection:
        check_fence(work, connection, own, organisation, token)
        counts = carry_out(
            work,
            connection,
            component,
            batch,
            decided=lambda c, part, b: _before_writing(run, work, c, part, b),
            locked=locked,
        )
        text = json.dumps(counts.written, sort_keys=True)
        write_receipt(
            connection,
            own,
            organisation=organisation,
            run=run.run,
            component=index,
            batch=number,
            counts=text,
            at=run.clock(),
        )
    run.numbers[work.name] = number + 1
    _note(run, work.name, number, counts, text)
    return counts


def _before_writing(
    run: _Run, work: Work, connection: sa.Connection, component: Component, batch: int
) -> None:
    """Evidence is kept and archives are filled before the first row of the batch goes."""
    context = Context(run.setting.policy, run.setting.map, run.facts, run.plan.day)
    step = component.picks[0].step
    keeping = Keeping(Frame(context, step.store, step.table), run.works)
    kept = list(days_to_keep(keeping, connection, component, batch))
    if kept:
        _keep(run, kept)
    archives = {s.id: s for s in run.plan.steps if isinstance(s, ArchiveRows)}
    for pick in component.picks:
        archive = archives.get(pick.step.archive_first or "")
        if archive is not None:
            frame = Frame(context, work.name, pick.step.table)
            into = run.works[archive.to_store]
            move_batch(work, into, frame, connection, archive, pick, batch)


def _keep(run: _Run, kept: list[KeptDay]) -> None:
    """Writes days to the ledger, and to the sets, so that later batches see them."""
    with run.ledger.writing(run.plan.organisation) as writing:
        unchanged = writing.head.facts_version == run.facts.version
        keep_days(writing, kept, at=run.clock())
        version = writing.head.facts_version
    if not unchanged:  # somebody else's facts have come as well: the next batch reloads them
        return
    run.facts = replace(run.facts, version=version, kept=(*run.facts.kept, *kept))
    add_kept(run.plan, run.works, kept)


def _reload(run: _Run) -> None:
    """Reads the facts again and makes the sets anew, outside any transaction."""
    now = run.clock()
    run.facts = read_facts(run.ledger, run.plan.organisation, now)
    for work in run.works.values():
        work.sets.clear()
        work.flags.clear()
    resolve(Resolution(run.plan, run.setting.policy, run.setting.map, run.facts, now, run.works))


def _note(run: _Run, store: str, number: int, counts: BatchCounts, text: str) -> None:
    digest = hashlib.sha256(f"{run.run}/{store}/{number}/{text}".encode()).hexdigest()
    written = {step: rows for step, rows in counts.written.items() if rows}
    if written:
        run.pending.append(Receipt(run.run, store, number, written, digest))
    if time.monotonic() - run.flushed_at > FLUSH_SECONDS:
        _flush(run)


def _flush(run: _Run) -> None:
    """Mirrors the receipts in the journal."""
    if run.pending:
        with run.ledger.writing(run.plan.organisation) as writing:
            append_receipts(writing, run.pending, at=run.clock())
        run.pending.clear()
    run.flushed_at = time.monotonic()


def _end(run: _Run, outcome: Outcome, state: str) -> None:
    if not run.run:
        return
    _flush(run)
    counts = {**outcome.written, **{f"remaining:{k}": v for k, v in outcome.remaining.items()}}
    with run.ledger.writing(run.plan.organisation) as writing:
        end_run(
            writing,
            run.run,
            "finished" if state == "finished" else "stopped",
            at=run.clock(),
            counts=counts,
        )


def _fresh_look(plan: Plan, setting: Setting, ledger: Ledger, now: datetime) -> dict[str, int]:
    """What the same plan would still take, counted in new sessions."""
    schemas = schemas_of(setting)
    facts = read_facts(ledger, plan.organisation, now)
    with at_work(setting, schemas, plan, facts, now) as works:
        again = measured(plan, works)
    return {
        step.id: step.counts.rows
        for step in again.steps
        if step.counts is not None and not isinstance(step, SendInvitations)
    }
