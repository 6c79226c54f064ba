"""An approved plan about persons, carried out by prepared statements where they take it."""

from __future__ import annotations

from collections.abc import Callable

from troth.apply.before import links_of
from troth.apply.outcome import Outcome
from troth.apply.overlap import AGAIN
from troth.apply.planning import Setting, schemas_of
from troth.apply.prepared.carry import Carrying
from troth.apply.prepared.desk import Asked, Desk
from troth.apply.prepared.program import Program, about, sets_about
from troth.apply.prepared.sessions import counts_of, sessions, too_many
from troth.apply.prepared.unfit import UnfitError
from troth.apply.restriction.erasing import Seals
from troth.apply.running import Clock, office
from troth.errors import Transient, TrothError
from troth.ledger.ledger import Ledger
from troth.ledger.runs import unfinished_run
from troth.plan.model import DeleteRows, EraseValues, Plan
from troth.plan.sets import Replayed


def apply_directly(
    plan: Plan,
    setting: Setting,
    ledger: Ledger,
    clock: Clock,
    *,
    by: str,
    outcome: Outcome,
    pause: Callable[[float], None],
) -> bool:
    """Carries out a checked plan, into `outcome`; False where the general way has to, or to go on.

    What was committed before an error stands under the same run, which the general way takes up.
    Transient: a store or the ledger goes away; Refused: `another-run`.
    """
    if not _plain(plan) or _interrupted(plan, setting, ledger, clock):
        return False
    with sessions(setting, schemas_of(setting)) as at:
        desk = Desk(at, ledger, clock, pause)
        asked = _asked(desk, plan)
        if asked is None:
            return False
        try:
            Carrying(desk, asked, by, outcome).carry_out()
        except UnfitError:
            return False
        except TrothError as error:
            if error.code == "another-run" or _is_away(error):
                raise
            return False
        finally:
            desk.close()
    return True


def _is_away(error: TrothError) -> bool:
    return isinstance(error, Transient) and error.code not in AGAIN


def _plain(plan: Plan) -> bool:
    """Whether a plan is about persons, of stores as they are, and writes alone."""
    return (
        bool(plan.scope)
        and plan.restored_at is None
        and not any(isinstance(one, Replayed) for one in plan.sets.values())
        and all(isinstance(step, DeleteRows | EraseValues) for step in plan.steps)
        and not too_many(plan, counts_of(plan))
    )


def _interrupted(plan: Plan, setting: Setting, ledger: Ledger, clock: Clock) -> bool:
    """Whether a run has left something that only the general way takes up."""
    with ledger.reading(plan.organisation) as reading:
        if unfinished_run(reading, plan.digest()) is not None:
            return True
    if links_of(ledger, plan.organisation):
        return True
    return bool(Seals.of(office(setting, ledger, plan.organisation, clock())).found)


def _asked(desk: Desk, plan: Plan) -> Asked | None:
    """The plan as a desk asks it; None unless the desk would make the same for its persons now.

    Where the steps of everybody do not fit, those may that the plan shows: no other may write.
    """
    now = desk.clock()
    facts = desk.facts(now)
    program = desk.at.programs.of(facts, now)
    if not _made_by(program, plan):
        return None
    if isinstance(desk.at.ready(program), str):
        program = program.of_steps({step.id for step in plan.steps})
        if isinstance(desk.at.ready(program), str):
            return None
    whole = about(program.bare, plan.scope, facts, now)
    whole = whole.model_copy(update={"limits": plan.limits, "notices": plan.notices})
    return Asked(whole, program.digest, counts_of(plan), shown=plan.digest())


def _made_by(program: Program, plan: Plan) -> bool:
    """Whether the plan's steps are those of the program, and mean the same."""
    steps = {step.id: step for step in program.bare.steps}
    return (
        plan.day == program.bare.day
        and plan.sets == sets_about(program.bare, plan.scope)
        and all(
            step.model_copy(update={"counts": None}) == steps.get(step.id) for step in plan.steps
        )
    )
