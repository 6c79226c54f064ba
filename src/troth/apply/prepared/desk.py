"""Requests of persons one after the other: everything that does not change is prepared once.

A prepared desk holds a session of every store, the plan that the policy, the map and the schemas
make for anybody, and its statements. Who is meant, what the facts say of them and what is due is
decided anew for each run, by the same predicates; a change of a schema is noticed before anything
is committed. What a direct statement cannot do goes the general way.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta

from troth.apply.forget import forget_of_rows, keeps_of_rows
from troth.apply.general import apply_generally
from troth.apply.marking import oldest_backup
from troth.apply.measure import measured
from troth.apply.mirror import mirror_in, mirror_store
from troth.apply.outcome import Outcome
from troth.apply.planning import Setting, at_work, schemas_of
from troth.apply.prepared.carry import Carrying, Ended, stale
from troth.apply.prepared.direct import Direct, Rows
from troth.apply.prepared.program import Program, about, asked_digest
from troth.apply.prepared.sessions import Sessions, StaleError, counts_of, sessions, too_many
from troth.apply.prepared.unfit import UnfitError
from troth.apply.refusals import check_before, check_clocks
from troth.apply.resolve import Resolution
from troth.errors import Refused, TrothError
from troth.grounds.facts import Facts
from troth.law.calendar import day_of
from troth.ledger.facts import read_facts, with_newer_acts
from troth.ledger.ledger import Ledger
from troth.ledger.marks import destroy_expired
from troth.ledger.plans import approve_plan
from troth.ledger.runs import end_run, take_token
from troth.ledger.session import Writing
from troth.ledger.watch import Watch
from troth.plan.model import Plan

Clock = Callable[[], datetime]
FRESH = timedelta(seconds=30)
"""How long facts of one version are taken for those of now: instants in them may pass."""
_UNTIL = datetime(9999, 1, 1, tzinfo=UTC)
"""Approvals given and used in one go have no end of their own."""


@dataclass(frozen=True)
class Asked:
    """What the persons of some acts have to lose, counted; its digest is what is approved.

    `why`: what keeps it from going by prepared statements, if anything does. `shown`: the digest of
    the plan that somebody saw instead.
    """

    plan: Plan
    program: str
    counts: dict[str, int]
    why: str = ""
    shown: str = ""

    def digest(self) -> str:
        """SHA-256, in hexadecimal, over the steps, whom they are about, and how many rows."""
        if self.why:
            return self.plan.digest()
        return self.shown or asked_digest(self.program, self.plan.scope, self.counts)

    @property
    def rows(self) -> int:
        return sum(self.counts.values())


@dataclass(frozen=True)
class Held:
    """The rows of persons in one table of one store; `columns` in the order of their cells."""

    store: str
    table: str
    columns: tuple[str, ...]
    rows: Rows = field(repr=False)


@dataclass
class Desk:
    """Open sessions of all stores, with what is prepared in them; not to be shared by threads."""

    at: Sessions
    ledger: Ledger
    clock: Clock
    pause: Callable[[float], None] = time.sleep
    tokens: dict[str, int] = field(default_factory=dict)
    ended: list[Ended] = field(default_factory=list)
    keeps: bool = False  # the ledger may keep something of rows that have gone
    destroyed: date | None = None  # when marks without a backup were destroyed last
    watch: Watch = field(init=False, repr=False)
    _read: tuple[datetime, Facts] | None = field(default=None, repr=False)

    def __post_init__(self) -> None:
        self.watch = Watch(self.ledger, self.organisation)

    @property
    def setting(self) -> Setting:
        return self.at.setting

    @property
    def organisation(self) -> str:
        return self.setting.policy.organisation

    def ask(self, acts: Sequence[str]) -> Asked:
        """What has to go of the persons of these acts, measured; nothing is changed.

        Refused: `unknown-act`.
        """
        now = self.clock()
        facts = self.facts(now)
        plan, program = self._plan(acts, facts, now)
        ready = self.at.ready(program)
        if not isinstance(ready, str):
            try:
                counts = self.at.count(ready, self.resolution(plan, facts, now))
                ready = too_many(plan, counts)
                if not ready:
                    return Asked(plan, program.digest, counts)
            except StaleError:
                self.at.renew()
                return self.ask(acts)
            except UnfitError as unfit:
                ready = str(unfit)
        whole = self._generally(scope_of(acts), facts, now)
        return Asked(whole, program.digest, counts_of(whole), ready)

    def _generally(self, scope: tuple[str, ...], facts: Facts, now: datetime) -> Plan:
        """The measured plan, of the schemas as they are."""
        self.at.renew()
        plan = self.at.programs.plan(facts, now, scope)
        with at_work(self.setting, self.at.programs.schemas, plan, facts, now) as works:
            return measured(plan, works)

    def carry_out(self, asked: Asked, *, by: str, approved_by: str | None = None) -> Outcome:
        """Carries out what was asked, once approved under its digest, and looks afresh.

        `approved_by`: who says yes to exactly this with the call itself; None where it was said
        before. The journal has the run's end with the next request, or by `settle`.
        `Refused` before the first write as `apply_plan` does, and `plan-stale` where a schema has
        changed since it was asked.
        """
        if asked.why:
            self.settle()
            if approved_by is not None:
                self.approve(asked, by=approved_by)
            schemas = check_before(asked.plan, self.setting, self.ledger, self.clock())
            return apply_generally(
                asked.plan,
                self.setting,
                self.ledger,
                self.clock,
                by=by,
                pause=self.pause,
                schemas=schemas,
            )
        carrying = Carrying(self, asked, by, approved_by=approved_by)
        try:
            carrying.carry_out()
        except UnfitError:
            raise stale() from None
        return carrying.outcome

    def held(self, acts: Sequence[str]) -> list[Held]:
        """What is held of the persons of these acts, keys included; rows that are protected too.

        Of each store as of one moment. Refused: `unknown-act`, `not-prepared` where a store
        cannot be read by prepared statements.
        """
        now = self.clock()
        facts = self.facts(now)
        plan, program = self._plan(acts, facts, now)
        ready = self.at.ready(program)
        if isinstance(ready, str):
            raise _unprepared(ready)
        resolution = self.resolution(plan, facts, now)
        found: list[Held] = []
        try:
            for name, direct in ready.items():
                with direct.moment():
                    classes = direct.anyhow(direct.meant(resolution, [], lock=False)[1])
                    direct.load(classes)
                    found += (Held(name, *each) for each in direct.rows(classes))
        except UnfitError as unfit:
            raise _unprepared(str(unfit)) from None
        except TrothError:
            if all(direct.unchanged() for direct in ready.values()):
                raise
            self.at.renew()  # a column that is read has gone, or has another type
            return self.held(acts)
        return found

    def approve(self, asked: Asked, *, by: str, expires_at: datetime = _UNTIL) -> None:
        """Somebody says yes to exactly this."""
        with self.ledger.writing(self.organisation) as writing:
            approve_plan(writing, asked.digest(), by=by, at=self.clock(), expires_at=expires_at)

    def _plan(self, acts: Sequence[str], facts: Facts, now: datetime) -> tuple[Plan, Program]:
        scope = scope_of(acts)
        program = self.at.programs.of(facts, now)
        known = self.at.index.of(facts).acts
        for act in scope:
            if act not in known:
                raise Refused(
                    "unknown-act",
                    f"there is no act '{act}'",
                    help="`troth request list` shows them",
                )
        return about(program.bare, scope, facts, now), program

    def resolution(self, plan: Plan, facts: Facts, now: datetime) -> Resolution:
        """What the facts are resolved from at an instant."""
        return self.at.resolution(plan, facts, now)

    def settle(self) -> None:
        """Journals how the runs of this desk have ended, as far as it has not yet."""
        if self.ended:
            with self.ledger.writing(self.organisation) as writing:
                self.settle_in(writing)
        if self.keeps:
            self.keeps = False
            forget_of_rows(
                self.at.works, self.setting.map, self.ledger, self.organisation, self.clock
            )

    def close(self) -> None:
        """Journals what is left, and lets go of the connection that watches the ledger."""
        try:
            self.settle()
        finally:
            self.watch.close()

    def settle_in(self, writing: Writing) -> None:
        """The same, in a transaction of the ledger that is open."""
        now = self.clock()
        for one in self.ended:
            mirror_in(writing, one.done, one.at)
            end_run(writing, one.run, one.state, at=one.at, counts=one.counts)
        if self.ended and self.destroyed != now.date():
            today = day_of(now, self.setting.policy.zoneinfo)
            destroy_expired(writing, oldest_backup(self.setting.policy, today), at=now)
            self.destroyed = now.date()
        self.keeps = self.keeps or (bool(self.ended) and keeps_of_rows(writing))
        self.ended = []

    def forget_facts(self) -> None:
        """The ledger is read again."""
        self._read = None

    def token(self, direct: Direct) -> int:
        """The desk's fencing token of a store, taken once; what an older run left is journaled."""
        name = direct.work.name
        direct.may_write()
        if name not in self.tokens:
            mirror_store(self.ledger, self.organisation, direct.work, direct.own, self.clock())
            with self.ledger.writing(self.organisation) as writing:
                self.tokens[name] = take_token(writing, name)
        return self.tokens[name]

    def forget_token(self, direct: Direct) -> None:
        """Another run has come since: the next transaction takes a token of its own."""
        self.tokens.pop(direct.work.name, None)

    def facts(self, now: datetime) -> Facts:
        """The facts as of now; those of the same version are not read twice within a moment."""
        if self._read is not None:
            read_at, facts = self._read
            if timedelta(0) <= now - read_at <= FRESH:
                if self.watch.version() == facts.version:
                    return facts
                newer = with_newer_acts(self.ledger, self.organisation, facts, now)
                if newer is not None:
                    self._read = read_at, newer
                    return newer
        self._read = now, read_facts(self.ledger, self.organisation, now)
        return self._read[1]


@contextmanager
def prepared(
    setting: Setting, ledger: Ledger, clock: Clock, pause: Callable[[float], None] = time.sleep
) -> Iterator[Desk]:
    """A desk whose sessions end with the block."""
    check_clocks(setting, clock())
    with sessions(setting, schemas_of(setting)) as at:
        desk = Desk(at, ledger, clock, pause)
        try:
            yield desk
        finally:
            desk.close()


def scope_of(acts: Sequence[str]) -> tuple[str, ...]:
    """Each act once, in order."""
    return tuple(dict.fromkeys(acts))


def _unprepared(why: str) -> Refused:
    return Refused(
        "not-prepared",
        f"it cannot be read by prepared statements: {why}",
        help="read it with `troth request access`",
    )
