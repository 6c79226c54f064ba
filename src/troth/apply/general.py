"""Carrying out any plan: every store picked before the first write, then batch after batch.

A run may die at any moment. What it committed stays, with its receipts; applying the same plan
again takes up what remains due. A step that the database refuses stops; those that do not depend
on it go on.
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import datetime

from troth.apply.archive import Archives, prepare_archives
from troth.apply.batches import batched, carry_out, transactions
from troth.apply.before import links_of
from troth.apply.dropping import drop_partitions
from troth.apply.far_days import with_far_days
from troth.apply.forget import forget_what_went
from troth.apply.intent import uncertain
from troth.apply.invite import Mailer, queue_due, send_waiting
from troth.apply.measure import measured
from troth.apply.mirror import journaled_batches, mirror_store
from troth.apply.order import Part, in_order
from troth.apply.outcome import Outcome as Outcome
from troth.apply.outcome import Progress as Progress
from troth.apply.outcome import Stopped as Stopped
from troth.apply.overlap import Commits
from troth.apply.partitions import step_of
from troth.apply.picks import pick_store
from troth.apply.planning import Setting, at_work, opened, schemas_of
from troth.apply.recall import facts_for, recalls_of
from troth.apply.receipts import own_tables, own_tables_there, raise_fence, receipts_of
from troth.apply.restriction.erasing import Seals, give_back, set_aside
from troth.apply.running import (
    Clock,
    Run,
    context_of,
    flush,
    flush_if_possible,
    office,
    office_of,
    reload_facts,
)
from troth.errors import Refused, TrothError
from troth.grounds.facts import Facts
from troth.ledger.ledger import Ledger
from troth.ledger.links import Links, destroy_links
from troth.ledger.runs import RunState, end_run, start_run, take_token, unfinished_run
from troth.plan.asking import sets_asked
from troth.plan.model import DeleteRows, EraseValues, Plan, SendInvitations
from troth.plan.schema import StoreSchema
from troth.plan.sets import Replayed

MANY_ROWS = 10_000
MOST_PASSES = 3  # of picking, where what others hang on was skipped


def apply_generally(
    plan: Plan,
    setting: Setting,
    ledger: Ledger,
    clock: Clock,
    *,
    by: str,
    mailer: Mailer | None = None,
    progress: Callable[[Progress], None] = lambda _: None,
    pause: Callable[[float], None] = time.sleep,
    schemas: Mapping[str, StoreSchema] | None = None,
) -> Outcome:
    """Carries out a plan that was checked, and looks afresh at what remains due.

    `schemas`: what `check_before` gave, else they are read again.

    What it raises, and what the outcome says: `run.apply_plan`.
    """
    links = links_of(ledger, plan.organisation)
    outcome = Outcome(run="")
    try:
        with opened(setting, schemas or schemas_of(setting)) as works, Commits() as commits:
            run = Run(
                plan, setting, ledger, clock, by, works, Facts(), pause, progress, outcome, commits
            )
            run.links = links
            try:
                _carry_out_all(run, mailer)
            finally:
                flush_if_possible(run)
        links = links_of(ledger, plan.organisation)
        outcome.remaining = _fresh_look(plan, setting, ledger, clock(), links, _swept(outcome))
        if outcome.clean:
            give_back(office(setting, ledger, plan.organisation, clock()), plan, by=by)
    except BaseException as error:
        if not (isinstance(error, TrothError) and error.code == "another-run"):
            _end_if_possible(plan, ledger, outcome, clock)
        raise
    _end(plan, ledger, outcome, clock, "stopped" if outcome.stopped else "finished")
    return outcome


def _carry_out_all(run: Run, mailer: Mailer | None) -> None:
    _begin(run)
    reload_facts(run)  # behind the fences: an older run may have kept days, and erased, until now
    _invite(run, mailer)
    archives = prepare_archives(run.plan, run.works)
    drop_partitions(run)
    for _ in range(MOST_PASSES):
        left_over = _pass(run, archives)
        if not left_over or run.outcome.stopped:
            break
    flush(run)
    setting = run.setting
    forget_what_went(run.works, setting.policy, setting.map, run.ledger, run.clock)


def _pass(run: Run, archives: Archives) -> bool:
    """Everything picked, then part after part; whether rows were skipped that others hang on.

    What hung on a skipped row may be due by itself, and is picked by itself in the next pass.
    """
    failed: set[Part] = set()
    parts = in_order(run.plan, _pick(run))
    if _set_aside(run, parts):
        parts = in_order(run.plan, _pick(run))
    picks = [pick for part, _ in parts for pick in part.component.picks]
    run.archives = with_far_days(archives, run.works, context_of(run), picks)
    left_over = False
    for together, needed in transactions(run, parts):
        if needed & failed:
            error: TrothError | None = Refused(
                "step-waits", "what decides its rows was stopped before", place=together[0].store
            )
        else:
            before = sum(run.outcome.skipped.values())
            error = carry_out(run, together)
            skipped = sum(run.outcome.skipped.values()) > before
            trees = any(part.component.tree is not None for part in together)
            left_over = left_over or (skipped and trees)
        if error is not None:
            failed.update(together)
            run.outcome.stopped += [Stopped(part.store, part.steps, error) for part in together]
    return left_over


def _set_aside(run: Run, parts: Sequence[tuple[Part, frozenset[Part]]]) -> bool:
    """Hides the persons of a plan whose erasure takes more than one transaction of a store.

    After a restore no application is at work that could use what is half erased.
    """
    if run.seals is not None:
        return False
    again = run.plan.restored_at or any(isinstance(s, Replayed) for s in run.plan.sets.values())
    first = bool(run.plan.scope) and not again and batched(run, parts)
    if first:
        set_aside(office_of(run), run.plan, run.works, by=run.by)
        reload_facts(run)
    run.seals = Seals.of(office_of(run))
    return first


def _begin(run: Run) -> None:
    """Takes the run's number and tokens, the stores' fences, and up what a dead run left."""
    plan, now = run.plan, run.clock()
    with run.ledger.writing(plan.organisation) as writing:
        earlier = unfinished_run(writing, plan.digest())
        run.outcome.run = (earlier or start_run(writing, plan.digest(), by=run.by, at=now)).id
        for name in run.works:
            run.tokens[name] = take_token(writing, name)
    stores = {step.store for step in plan.steps}
    for name in sorted(run.works.keys() - stores):  # a dead run may have written there as well
        work = run.works[name]
        mirror_store(run.ledger, plan.organisation, work, own_tables_there(work), now)
    for name in sorted(stores):
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


def _invite(run: Run, mailer: Mailer | None) -> None:
    """All are queued before the first leaves, so that a person gets one letter for all tables."""
    steps = [step for step in run.plan.steps if isinstance(step, SendInvitations)]
    for step in steps:
        queue_due(run.works, step, run.ledger, run.organisation, run.clock)
    sent, waiting = send_waiting(run.ledger, run.organisation, run.clock, mailer)
    run.outcome.invited, run.outcome.waiting = sent, waiting


def _pick(run: Run) -> list[Part]:
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


def _done_before(run: Run, store: str) -> dict[str, int]:
    done: dict[str, int] = {}
    for receipt in receipts_of(run.works[store], run.own.get(store), run.organisation, run.id):
        for name, count in json.loads(receipt.counts).items():
            step = step_of(name)
            done[step] = done.get(step, 0) + count
    return done


def _end(plan: Plan, ledger: Ledger, outcome: Outcome, clock: Clock, state: RunState) -> None:
    counts = {**outcome.written, **{f"remaining:{k}": v for k, v in outcome.remaining.items()}}
    with ledger.writing(plan.organisation) as writing:
        end_run(writing, outcome.run, state, at=clock(), counts=counts)
        if state == "finished":
            destroy_links(writing, at=clock(), scope=plan.scope)


def _end_if_possible(plan: Plan, ledger: Ledger, outcome: Outcome, clock: Clock) -> None:
    """Says that the run stopped, so that the same plan resumes it."""
    if outcome.run:
        try:
            _end(plan, ledger, outcome, clock, "stopped")
        except TrothError:
            return  # it stands as running, which resumes as well


def _swept(outcome: Outcome) -> set[str]:
    """The steps that took so many rows that a look at what they left is another than before."""
    return {step for step, rows in outcome.written.items() if rows >= MANY_ROWS}


def _fresh_look(
    plan: Plan,
    setting: Setting,
    ledger: Ledger,
    now: datetime,
    links: Links,
    swept: Collection[str],
) -> dict[str, int]:
    """What the same plan would still take, counted in new sessions."""
    schemas = schemas_of(setting)
    facts = facts_for(plan, ledger, now)
    recalls = recalls_of(plan, ledger)
    only = sets_asked(plan.steps, plan.sets)
    with at_work(setting, schemas, plan, facts, now, links, recalls, only) as works:
        again = measured(plan, works, swept=swept)
    return {
        step.id: step.counts.rows
        for step in again.steps
        if step.counts is not None and not isinstance(step, SendInvitations)
    }
