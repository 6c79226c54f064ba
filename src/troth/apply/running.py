"""One run at work: what it stands on, what it knows by now, and what it has yet to journal."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import datetime

from troth.apply.approved import Approved
from troth.apply.archive import Archives
from troth.apply.mirror import Done, mirror
from troth.apply.outcome import Outcome, Progress
from troth.apply.overlap import Commits
from troth.apply.planning import Setting
from troth.apply.recall import facts_for, recalls_of
from troth.apply.receipts import OwnTables
from troth.apply.resolve import Resolution, resolve
from troth.apply.restriction.erasing import Seals
from troth.apply.restriction.model import Office
from troth.apply.work import Work
from troth.errors import TrothError
from troth.grounds.facts import Facts
from troth.ledger.ledger import Ledger
from troth.ledger.links import Links
from troth.plan.asking import sets_asked
from troth.plan.frame import Context
from troth.plan.model import Plan

Clock = Callable[[], datetime]


@dataclass
class Run:
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
    commits: Commits
    archives: Archives = field(default_factory=dict)
    own: dict[str, OwnTables | None] = field(default_factory=dict)
    tokens: dict[str, int] = field(default_factory=dict)
    pending: list[Done] = field(default_factory=list)
    untold: list[Progress] = field(default_factory=list)
    flushed_at: float = 0.0
    links: Links = field(default_factory=Links)
    numbers: dict[str, int] = field(default_factory=dict)
    seals: Seals | None = None
    approved: Approved = field(init=False)

    def __post_init__(self) -> None:
        self.approved = Approved(self.plan)

    @property
    def id(self) -> str:
        return self.outcome.run

    @property
    def organisation(self) -> str:
        return self.plan.organisation


def office_of(run: Run) -> Office:
    """The office that sets aside what the run is about to erase."""
    return office(run.setting, run.ledger, run.organisation, run.clock())


def office(setting: Setting, ledger: Ledger, organisation: str, now: datetime) -> Office:
    return Office(setting, ledger, organisation, now, setting.roles)


def context_of(run: Run) -> Context:
    return Context(run.setting.policy, run.setting.map, run.facts, run.plan.day)


def reload_facts(run: Run) -> None:
    """Reads the facts again and makes the sets anew, outside any transaction."""
    now = run.clock()
    run.facts = facts_for(run.plan, run.ledger, now)
    for work in run.works.values():
        work.sets.clear()
        work.flags.clear()
    setting, plan = run.setting, run.plan
    recalls = recalls_of(plan, run.ledger)
    found = Resolution(
        plan, setting.policy, setting.map, run.facts, now, run.works, run.links, recalls
    )
    resolve(replace(found, only=sets_asked(plan.steps, plan.sets)))


def flush(run: Run) -> None:
    """Mirrors the receipts in the journal."""
    mirror(run.ledger, run.organisation, run.pending, run.clock())
    run.pending.clear()
    run.flushed_at = time.monotonic()


def flush_if_possible(run: Run) -> None:
    """On the way out of a failure, which must not be hidden by a second one."""
    try:
        run.commits.settle()
        flush(run)
    except TrothError:
        return  # the stores' receipts are mirrored when the next run begins
