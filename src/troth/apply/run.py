"""Carrying out a plan: every store picked before the first write, then batch after batch.

A run may die at any moment. What it committed stays, with its receipts; applying the same plan
again takes up what remains due. A step that the database refuses stops; those that do not depend
on it go on.
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Collection
from dataclasses import dataclass, field, replace
from datetime import datetime

import sqlalchemy as sa

from troth.apply.approved import Approved
from troth.apply.archive import Archives, move_batch, prepare_archives
from troth.apply.batch import carry_out
from troth.apply.evidence import Keeping, days_to_keep
from troth.apply.far_days import with_far_days
from troth.apply.forget import days_of_gone_rows
from troth.apply.intent import note_intent, uncertain
from troth.apply.invite import Mailer, queue_due, send_waiting
from troth.apply.link import links_to_keep
from troth.apply.marking import Marking, oldest_backup
from troth.apply.measure import measured
from troth.apply.mirror import Done, journaled_batches, mirror, mirror_store
from troth.apply.order import Part, in_order
from troth.apply.outcome import Outcome as Outcome
from troth.apply.outcome import Progress as Progress
from troth.apply.outcome import Stopped as Stopped
from troth.apply.picked import Component
from troth.apply.picks import pick_store
from troth.apply.planning import Setting, at_work, opened, schemas_of
from troth.apply.recall import recalls_of
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
from troth.apply.writing import BatchCounts
from troth.errors import Refused, Transient, TrothError
from troth.grounds.facts import Facts, KeptDay
from troth.law.calendar import day_of
from troth.ledger.facts import facts_version, read_facts
from troth.ledger.kept import forget_days, keep_days, read_kept_days
from troth.ledger.ledger import Ledger
from troth.ledger.links import Links, destroy_links, keep_links, read_links
from troth.ledger.marks import destroy_expired, keep_marks, note_blind
from troth.ledger.runs import RunState, end_run, start_run, take_token, unfinished_run
from troth.plan.frame import Context, Frame
from troth.plan.model import DeleteRows, EraseValues, Plan, SendInvitations

TRIES = 5  # of a batch that met a deadlock, a lock that was not given, or facts that changed
AGAIN = ("deadlock", "lock-timeout", "serialization-conflict")  # what passes by itself
MOST_PASSES = 3  # of picking, where what others hang on was skipped
PAUSE_SECONDS = 0.2  # before the second try; doubled each time
FLUSH_SECONDS = 0.5  # receipts wait this long at most before they are journaled

Clock = Callable[[], datetime]


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
    pause: Callable[[float], None]
    progress: Callable[[Progress], None]
    outcome: Outcome
    archives: Archives = field(default_factory=dict)
    own: dict[str, OwnTables | None] = field(default_factory=dict)
    tokens: dict[str, int] = field(default_factory=dict)
    pending: list[Done] = field(default_factory=list)
    flushed_at: float = 0.0
    links: Links = field(default_factory=Links)
    numbers: dict[str, int] = field(default_factory=dict)
    approved: Approved = field(init=False)

    def __post_init__(self) -> None:
        self.approved = Approved(self.plan)

    @property
    def id(self) -> str:
        return self.outcome.run

    @property
    def organisation(self) -> str:
        return self.plan.organisation


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
    accept: Collection[str] = (),
) -> Outcome:
    """Carries out an approved plan and looks afresh at what remains due.

    `Refused` before the first write for a plan that is stale, edited, unapproved, of another day
    or blocked (`accept` names blocking notices taken on, such as `no-transactions`); `Transient`
    when a store or the ledger goes away: apply the same plan again. What stops single steps (more
    rows than approved, a right that is missing, a trigger that suppresses the write) is in the
    outcome's `stopped`; the batch was rolled back, what was committed stays.
    """
    now = clock()
    schemas = schemas_of(setting)
    check_plan(plan, setting, schemas, ledger, now, accept=accept)
    check_clocks(setting, now)
    links = _links_of(plan, ledger)
    outcome = Outcome(run="")
    try:
        with opened(setting, schemas) as works:
            run = _Run(plan, setting, ledger, clock, by, works, Facts(), pause, progress, outcome)
            run.links = links
            try:
                _carry_out_all(run, mailer)
            finally:
                _flush_if_possible(run)
        outcome.remaining = _fresh_look(plan, setting, ledger, clock(), _links_of(plan, ledger))
    except BaseException as error:
        if not (isinstance(error, TrothError) and error.code == "another-run"):
            _end_if_possible(plan, ledger, outcome, clock)
        raise
    _end(plan, ledger, outcome, clock, "stopped" if outcome.stopped else "finished")
    return outcome


def _carry_out_all(run: _Run, mailer: Mailer | None) -> None:
    _begin(run)
    _reload(run)  # behind the fences: an older run may have kept days, and erased, until now
    _invite(run, mailer)
    archives = prepare_archives(run.plan, run.works)
    for _ in range(MOST_PASSES):
        left_over = _pass(run, archives)
        if not left_over or run.outcome.stopped:
            break
    _flush(run)
    _forget(run)


def _pass(run: _Run, archives: Archives) -> bool:
    """Everything picked, then part after part; whether rows were skipped that others hang on.

    What hung on a skipped row may be due by itself, and is picked by itself in the next pass.
    """
    failed: set[Part] = set()
    parts = in_order(run.plan, _pick(run))
    picks = [pick for part, _ in parts for pick in part.component.picks]
    run.archives = with_far_days(archives, run.works, _context(run), picks)
    left_over = False
    for part, needed in parts:
        if needed & failed:
            error: TrothError | None = Refused(
                "step-waits", "what decides its rows was stopped before", place=part.store
            )
        else:
            before = sum(run.outcome.skipped.values())
            error = _carry_out_part(run, part)
            skipped = sum(run.outcome.skipped.values()) > before
            left_over = left_over or (skipped and part.component.tree is not None)
        if error is not None:
            failed.add(part)
            run.outcome.stopped.append(Stopped(part.store, part.steps, error))
    return left_over


def _begin(run: _Run) -> None:
    """Takes the run's number and tokens, the stores' fences, and up what a dead run left."""
    plan, now = run.plan, run.clock()
    with run.ledger.writing(plan.organisation) as writing:
        earlier = unfinished_run(writing, plan.digest())
        run.outcome.run = (earlier or start_run(writing, plan.digest(), by=run.by, at=now)).id
        for name in run.works:
            run.tokens[name] = take_token(writing, name)
    for name in sorted({step.store for step in plan.steps}):
        work = run.works[name]
        own = run.own[name] = own_tables(work)
        raise_fence(work, own, plan.organisation, run.tokens[name])
        mirror_store(run.ledger, plan.organisation, work, own, now)
        run.outcome.unsure(uncertain(run.ledger, plan.organisation, run.id, name, now))
        run.approved.add(_done_before(run, name))
        run.numbers[name] = max(
            journaled_batches(run.ledger, plan.organisation, run.id, name),
            *(each.batch + 1 for each in receipts_of(work, own, plan.organisation, run.id)),
            0,
        )


def _invite(run: _Run, mailer: Mailer | None) -> None:
    """All are queued before the first leaves, so that a person gets one letter for all tables."""
    steps = [step for step in run.plan.steps if isinstance(step, SendInvitations)]
    for step in steps:
        queue_due(run.works, step, run.ledger, run.organisation, run.clock)
    sent, waiting = send_waiting(run.ledger, run.organisation, run.clock, mailer)
    run.outcome.invited, run.outcome.waiting = sent, waiting


def _pick(run: _Run) -> list[Part]:
    """Everything is picked, and compared with what was approved, before the first write."""
    parts: list[Part] = []
    for name, work in run.works.items():
        steps = [
            step
            for step in run.plan.steps
            if step.store == name and isinstance(step, DeleteRows | EraseValues)
        ]
        if not steps:
            continue
        # without receipts a run announces what it is about to write, row by row
        unsafe = run.own[name] is None
        keyed = bool(run.plan.scope)  # what goes at a person's request is marked row by row
        picking = pick_store(work, steps, run.plan.limits, one_by_one=unsafe, keyed=keyed)
        beyond = run.approved.beyond(picking.components)
        for index, component in enumerate(picking.components):
            part = Part(name, index, component)
            error = next((beyond[step] for step in part.steps if step in beyond), None)
            if error is None:
                parts.append(part)
            else:
                run.outcome.stopped.append(Stopped(name, part.steps, error))
    return parts


def _done_before(run: _Run, store: str) -> dict[str, int]:
    done: dict[str, int] = {}
    for receipt in receipts_of(run.works[store], run.own.get(store), run.organisation, run.id):
        for step, count in json.loads(receipt.counts).items():
            done[step] = done.get(step, 0) + count
    return done


def _carry_out_part(run: _Run, part: Part) -> TrothError | None:
    """All batches of a part; the error that stopped it, if the other parts may go on."""
    component = part.component
    picked = {step.id for step, rows in component.counts if rows}
    total = sum(rows for _, rows in component.counts)
    done = 0
    for batch in range(component.batches):
        try:
            counts = _tried(run, part, batch)
        except Transient as error:
            if error.code not in AGAIN:
                raise
            return error
        except TrothError as error:
            if error.code == "another-run":
                raise
            return error
        run.outcome.add(counts)
        for rows in (counts.written, counts.skipped):
            done += sum(count for step, count in rows.items() if step in picked)
        run.progress(Progress(part.store, component.counts[-1][0].table, done, total))
    return None


def _tried(run: _Run, part: Part, batch: int) -> BatchCounts:
    """One batch, again where a lock was not given or the facts have changed meanwhile."""
    wait = PAUSE_SECONDS
    for attempt in range(TRIES):
        try:
            return _one_batch(run, part, batch)
        except _FactsMovedError:
            _reload(run)
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


def _one_batch(run: _Run, part: Part, batch: int) -> BatchCounts:
    """One batch in one transaction: fence, locks, a second decision, writes, receipt."""
    work, number = run.works[part.store], run.numbers[part.store]
    own = run.own[work.name]
    version = run.facts.version
    kept: list[KeptDay] = []
    archived: dict[str, int] = {}

    def check_facts() -> None:
        if facts_version(run.ledger, run.organisation) != version:
            raise _FactsMovedError

    def before_writing(connection: sa.Connection, component: Component, batch: int) -> None:
        nonlocal version
        kept.extend(_evidence(run, connection, component, batch))
        if kept:
            version = _keep(run, kept)
        _keep_links(run, work, connection, component, batch)
        archived.update(_archive(run, work, connection, component, batch))
        _mark(run, work, connection, number, component, batch)
        _intend(run, part, number, component, batch)

    with work.session.writing() as connection:
        check_fence(work, connection, own, run.organisation, run.tokens[work.name])
        counts = carry_out(
            work, connection, part.component, batch, decided=before_writing, locked=check_facts
        )
        run.approved.check(counts.written)
        text = json.dumps(counts.written, sort_keys=True)
        write_receipt(
            connection,
            own,
            organisation=run.organisation,
            run=run.id,
            component=part.index,
            batch=number,
            counts=text,
            at=run.clock(),
        )
        check_facts()  # a hold opened while the batch was written still wins
    run.outcome.copied(archived)
    run.numbers[work.name] = number + 1
    run.approved.add(counts.written)
    run.pending.append(Done(run.id, work.name, number, text))
    if _unsafe(run, part) or time.monotonic() - run.flushed_at > FLUSH_SECONDS:
        _flush(run)
    if kept:
        run.facts = replace(run.facts, version=version, kept=(*run.facts.kept, *kept))
        add_kept(run.plan, run.works, kept)
    return counts


def _evidence(
    run: _Run, connection: sa.Connection, component: Component, batch: int
) -> list[KeptDay]:
    """The days that the batch's rows alone show, and that the ledger does not keep yet."""
    step = component.counts[0][0]
    keeping = Keeping(Frame(_context(run), step.store, step.table), run.works)
    found = list(days_to_keep(keeping, connection, component, batch))
    known = set(run.facts.kept) if found else set()
    return [day for day in found if day not in known]


def _keep(run: _Run, kept: list[KeptDay]) -> int:
    """Writes days to the ledger before their rows go; the facts' new version."""
    with run.ledger.writing(run.organisation) as writing:
        if writing.head.facts_version != run.facts.version:
            raise _FactsMovedError
        keep_days(writing, kept, at=run.clock())
        return writing.head.facts_version


def _links_of(plan: Plan, ledger: Ledger) -> Links:
    """What an interrupted run of the plan has taken away from stores that read each other."""
    with ledger.reading(plan.organisation) as reading:
        earlier = unfinished_run(reading, plan.digest())
        return read_links(reading, earlier.id) if earlier is not None else Links()


def _keep_links(
    run: _Run, work: Work, connection: sa.Connection, component: Component, batch: int
) -> None:
    """What other stores read of the batch is kept, encrypted, before it goes."""
    found = Links()
    for pick in component.picks:
        if pick.step.shows:
            taken = links_to_keep(work, connection, pick, batch, run.plan.sets)
            found = found.with_others(taken)
    if found:
        with run.ledger.writing(run.organisation) as writing:
            keep_links(writing, run.id, found, at=run.clock())
        run.links = run.links.with_others(found)


def _mark(
    run: _Run,
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


def _archive(
    run: _Run, work: Work, connection: sa.Connection, component: Component, batch: int
) -> dict[str, int]:
    """Archives are filled, and committed, before the first row of the batch goes; by step."""
    copied: dict[str, int] = {}
    for pick in component.picks:
        archive = run.archives.get(pick.step.archive_first or "")
        if archive is not None:
            frame = Frame(_context(run), work.name, pick.step.table)
            rows = move_batch(work, run.works, frame, connection, archive, pick, batch)
            copied[archive.step.id] = copied.get(archive.step.id, 0) + rows
    return copied


def _context(run: _Run) -> Context:
    return Context(run.setting.policy, run.setting.map, run.facts, run.plan.day)


def _unsafe(run: _Run, part: Part) -> bool:
    """A crash may leave a batch of this part half done, or done without a receipt."""
    work = run.works[part.store]
    return run.own[part.store] is None or any(
        not work.row(step.table).table.transactional for step, _ in part.component.counts
    )


def _intend(run: _Run, part: Part, number: int, component: Component, batch: int) -> None:
    """Where no receipt can tell, the ledger learns before the write what may be written."""
    if _unsafe(run, part):
        _flush(run)
        work = run.works[part.store]
        note_intent(
            run.ledger, run.organisation, run.id, work, component, batch, number, run.clock()
        )


def _reload(run: _Run) -> None:
    """Reads the facts again and makes the sets anew, outside any transaction."""
    now = run.clock()
    run.facts = read_facts(run.ledger, run.organisation, now)
    for work in run.works.values():
        work.sets.clear()
        work.flags.clear()
    setting = run.setting
    recalls = recalls_of(run.plan, run.ledger)
    resolve(
        Resolution(
            run.plan, setting.policy, setting.map, run.facts, now, run.works, run.links, recalls
        )
    )


def _flush(run: _Run) -> None:
    """Mirrors the receipts in the journal."""
    mirror(run.ledger, run.organisation, run.pending, run.clock())
    run.pending.clear()
    run.flushed_at = time.monotonic()


def _flush_if_possible(run: _Run) -> None:
    """On the way out of a failure, which must not be hidden by a second one."""
    try:
        _flush(run)
    except TrothError:
        return  # the stores' receipts are mirrored when the next run begins


def _forget(run: _Run) -> None:
    """Kept days of rows that have gone are forgotten, and marks that no backup needs any more."""
    now = run.clock()
    expired = oldest_backup(run.setting.policy, day_of(now, run.setting.policy.zoneinfo))
    with run.ledger.writing(run.organisation) as writing:
        destroy_expired(writing, expired, at=now)
    with run.ledger.reading(run.organisation) as reading:
        kept = read_kept_days(reading)
    gone = days_of_gone_rows(run.works, run.setting.map, kept)
    if gone:
        with run.ledger.writing(run.organisation) as writing:
            forget_days(writing, gone, at=run.clock())


def _end(plan: Plan, ledger: Ledger, outcome: Outcome, clock: Clock, state: RunState) -> None:
    counts = {**outcome.written, **{f"remaining:{k}": v for k, v in outcome.remaining.items()}}
    with ledger.writing(plan.organisation) as writing:
        end_run(writing, outcome.run, state, at=clock(), counts=counts)
        if state == "finished":
            destroy_links(writing, at=clock())


def _end_if_possible(plan: Plan, ledger: Ledger, outcome: Outcome, clock: Clock) -> None:
    """Says that the run stopped, so that the same plan resumes it."""
    if outcome.run:
        try:
            _end(plan, ledger, outcome, clock, "stopped")
        except TrothError:
            return  # it stands as running, which resumes as well


def _fresh_look(
    plan: Plan, setting: Setting, ledger: Ledger, now: datetime, links: Links
) -> dict[str, int]:
    """What the same plan would still take, counted in new sessions."""
    schemas = schemas_of(setting)
    facts = read_facts(ledger, plan.organisation, now)
    recalls = recalls_of(plan, ledger)
    with at_work(setting, schemas, plan, facts, now, links, recalls) as works:
        again = measured(plan, works)
    return {
        step.id: step.counts.rows
        for step in again.steps
        if step.counts is not None and not isinstance(step, SendInvitations)
    }
