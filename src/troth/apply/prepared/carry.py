"""One asking carried out: transaction after transaction, each with its marks and its receipt."""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from troth.apply.approved import Approved
from troth.apply.batches import PAUSE_SECONDS, TRIES
from troth.apply.mirror import Done
from troth.apply.outcome import Outcome
from troth.apply.overlap import AGAIN, FactsMovedError
from troth.apply.prepared.direct import Class, Direct, Written
from troth.apply.receipts import overtaken
from troth.apply.refusals import not_approved, refuse_blocked, refuse_clock_behind
from troth.errors import Broken, Refused, Transient
from troth.law.calendar import day_of
from troth.ledger.marks import keep_marks, note_blind
from troth.ledger.plans import approval_of, approve_plan
from troth.ledger.runs import RunState, start_run
from troth.plan.model import Counts, Plan

if TYPE_CHECKING:
    from troth.apply.prepared.desk import Asked, Desk


FOR_NOW = timedelta(days=1)
"""How long an approval stands that is given with the carrying out."""


@dataclass(frozen=True)
class Ended:
    """How a run ended, for the journal: its batches, its counts by step, and what remained."""

    run: str
    state: RunState
    at: datetime
    done: tuple[Done, ...]
    counts: dict[str, int]


@dataclass
class Carrying:
    """One asking carried out; `approved_by`: who approves it with that, if nobody has before."""

    desk: Desk
    asked: Asked
    by: str
    outcome: Outcome = field(default_factory=lambda: Outcome(run=""))
    approved_by: str | None = None
    done: list[Done] = field(default_factory=list)
    seen: list[tuple[Direct, list[Class]]] = field(default_factory=list, repr=False)

    def carry_out(self) -> None:
        """Everything, store after store, and a fresh look; `outcome` says what was done.

        An error leaves what was committed before, under a run that has stopped.
        """
        desk, asked = self.desk, self.asked
        ready = desk.at.directs.get(asked.program)
        if ready is None or isinstance(ready, str):
            raise stale()
        refuse_blocked(asked.plan)
        state: RunState = "stopped"
        try:
            for direct in ready.values():
                self._store(direct)
            self.outcome.remaining = self._look()
            state = "finished"
        finally:
            if self.outcome.run:
                self._end(state)

    def _store(self, direct: Direct) -> None:
        """All of it in one transaction, or some persons after others."""
        scope, limits = self.asked.plan.scope, self.asked.plan.limits
        rows = sum(self.asked.counts.get(step.id, 0) for step in direct.statements.steps)
        together = len(scope)
        if rows > limits.rows_together:
            together = max(1, limits.rows_together * len(scope) // rows)
        for at in range(0, len(scope), together):
            self._tried(direct, scope[at : at + together])

    def _tried(self, direct: Direct, acts: tuple[str, ...]) -> None:
        wait = PAUSE_SECONDS
        for attempt in range(TRIES):
            try:
                self._transaction(direct, acts)
                return
            except FactsMovedError:
                self.desk.forget_facts()
            except Refused as error:
                if error.code != "another-run" or self.done or attempt:
                    raise
                self.desk.forget_token(direct)  # that run came before this one began
            except Broken:
                if direct.unchanged():
                    raise
                raise stale() from None  # it was the schema that made a statement fail
            except Transient as error:
                if attempt == TRIES - 1 or error.code not in AGAIN:
                    raise
                self.desk.pause(wait)
                wait *= 2
        raise Transient(
            "facts-keep-changing",
            "the ledger's facts change faster than a batch can be decided",
            place=direct.work.name,
            help="ask again when less is being recorded",
        )

    def _transaction(self, direct: Direct, acts: tuple[str, ...]) -> None:
        """Fence, persons locked, writes, marks, receipt.

        The facts are those of its beginning: they are looked at again before it is committed.
        """
        desk, work = self.desk, direct.work
        token, now = desk.token(direct), desk.clock()
        plan = self.asked.plan.model_copy(update={"scope": acts})
        resolution = desk.resolution(plan, desk.facts(now), now)
        with direct.pipeline.writing():
            fence = direct.fence(desk.organisation, token)
            (raised,), meant = direct.meant(resolution, [fence], lock=True)
            if raised.count != 1:
                raise overtaken(work)
            classes = direct.classes(resolution, meant)
            direct.load(classes)
            written = direct.write(classes)
            self._approved(written.counts.written)
            if not direct.unchanged():
                raise stale()
            direct.verify(classes)
            done = self._announce(work.name, written, now)
            direct.receipt(desk.organisation, done, now)
            if desk.watch.version() != resolution.facts.version:
                raise FactsMovedError
        self.outcome.add(written.counts)
        self.done.append(done)
        self.seen.append((direct, classes))

    def _announce(self, store: str, written: Written, now: datetime) -> Done:
        """The run and its marks are in the ledger before anything is gone."""
        desk, digest, run = self.desk, self.asked.digest(), self.outcome.run
        zone = desk.setting.policy.zoneinfo
        with desk.ledger.writing(desk.organisation) as writing:
            refuse_clock_behind(writing.head.last_at, day_of(now, zone), zone)
            desk.settle_in(writing)
            if self.approved_by is not None and not run:
                by, ends = self.approved_by, now + FOR_NOW
                approve_plan(writing, digest, by=by, at=now, expires_at=ends)
            elif approval_of(writing, digest, now) is None:
                raise not_approved()
            fresh = run or start_run(writing, digest, by=self.by, at=now).id
            counts = json.dumps(written.counts.written, sort_keys=True)
            batch = sum(one.store == store for one in self.done)
            done = Done(fresh, store, batch, counts)
            keep_marks(
                writing, fresh, store, batch, written.marks(), at=now, tried_before=bool(run)
            )
            note_blind(writing, store, written.blind, at=now)
        self.outcome.run = fresh
        return done

    def _approved(self, written: dict[str, int]) -> None:
        """No more than was approved and tolerated, and nothing of a step that had nothing."""
        counts, before = self.asked.counts, self.outcome.written
        total = {step: rows + before.get(step, 0) for step, rows in written.items()}
        if any(rows > counts.get(step, 0) for step, rows in total.items()):
            Approved(_with_counts(self.asked.plan, counts)).check(total)

    def _look(self) -> dict[str, int]:
        """What is still due of the rows of the same persons, although nothing may name them now."""
        left: Counter[str] = Counter()
        for direct, classes in self.seen:
            with direct.moment():
                direct.load(classes)
                left.update(direct.count(classes, last=True))
        return dict(left)

    def _end(self, state: RunState) -> None:
        written, left = self.outcome.written, self.outcome.remaining
        counts = {**written, **{f"remaining:{step}": rows for step, rows in left.items()}}
        run, now = self.outcome.run, self.desk.clock()
        self.desk.ended.append(Ended(run, state, now, tuple(self.done), counts))


def _with_counts(plan: Plan, counts: dict[str, int]) -> Plan:
    """All steps, with the rows that were approved."""
    steps = [
        step.model_copy(update={"counts": Counts(rows=counts.get(step.id, 0))})
        for step in plan.steps
    ]
    return plan.model_copy(update={"steps": tuple(steps)})


def stale() -> Refused:
    return Refused(
        "plan-stale",
        "what it stands on has changed since it was asked",
        help="ask again",
    )
