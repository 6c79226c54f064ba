"""Carrying out a plan: about persons by prepared statements where they can, else generally.

A run may die at any moment. What it committed stays, with its receipts; applying the same plan
again takes up what remains due.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Collection

from troth.apply.general import apply_generally
from troth.apply.invite import Mailer
from troth.apply.outcome import Outcome as Outcome
from troth.apply.outcome import Progress as Progress
from troth.apply.outcome import Stopped as Stopped
from troth.apply.planning import Setting
from troth.apply.prepared.approved import apply_directly
from troth.apply.refusals import check_before
from troth.apply.running import Clock
from troth.ledger.ledger import Ledger
from troth.plan.model import Plan


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
    schemas = check_before(plan, setting, ledger, clock(), accept)
    first = Outcome(run="")
    if apply_directly(plan, setting, ledger, clock, by=by, outcome=first, pause=pause):
        return first
    outcome = apply_generally(
        plan,
        setting,
        ledger,
        clock,
        by=by,
        mailer=mailer,
        progress=progress,
        pause=pause,
        schemas=schemas,
    )
    outcome.add_earlier(first)
    return outcome
