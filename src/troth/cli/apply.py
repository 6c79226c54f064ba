"""`troth apply`: a plan is shown, approved against its digest, and carried out."""

from __future__ import annotations

import sys
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from troth.cli.opened import AsJson, By, ProjectFolder, clock, print_json, who
from troth.cli.opening import Ready, mailer_of, ready

if TYPE_CHECKING:
    from troth.apply.outcome import Outcome
    from troth.plan.model import Plan

APPROVED_FOR = timedelta(days=7)  # an approval is used soon, or asked for again


def command(
    plan: Annotated[Path, typer.Argument(help="The file that troth plan wrote.")],
    approve: Annotated[
        bool, typer.Option("--approve", help="Approve the plan without being asked.")
    ] = False,
    by: By = None,
    allow: Annotated[
        list[str] | None,
        typer.Option(
            help="Take on what blocks the plan, by its code (no-transactions). Repeatable."
        ),
    ] = None,
    project: ProjectFolder = Path(),
    json: AsJson = False,
) -> int:
    """Carry out a plan, batch by batch, and look afresh at what remains due.

    The plan is carried out as it was written; an edited one, one of another day, or one whose
    policy, map or databases have changed since is refused. Ctrl-C stops after the current batch:
    what was committed stays, and the same command goes on. Exit status: 0 all done, 1 something
    remains, 2 it could not run.

    Example: troth apply plan.json --approve --by "Camille Roux"
    """
    from troth.apply.plan_file import read_plan

    found = read_plan(plan)
    with ready(project, "write") as here:
        _check_organisation(found, here)
        _refuse_early(found, here, allow or [])
        yes = asked(found, plan, approve=approve, json=json)
        if yes is False:
            typer.echo("nothing was changed", err=True)
            return 1
        if yes:
            approve_it(found, here, who(by))
        outcome = carried_out(found, here, by=who(by), allow=allow or [], quiet=json)
        if found.scope:
            from troth.cli.request_told import tell_of_run

            tell_of_run(found, outcome, here, by=who(by))  # `request show` tells whom
            if outcome.clean:
                from troth.desk.rights.carry_out import close_spent

                close_spent(here.setting, here.ledger, found.scope, by=who(by), now=clock())
    if json:
        print_json(outcome_json(found, outcome))
    else:
        from troth.cli.show_outcome import show_outcome

        show_outcome(found, outcome)
    return 0 if outcome.clean else 1


def _check_organisation(plan: Plan, here: Ready) -> None:
    from troth.errors import Refused

    if plan.organisation != here.organisation:
        raise Refused(
            "plan-of-another-organisation",
            f"the plan is of '{plan.organisation}', the project of '{here.organisation}'",
            help="name its project with --project",
        )


def _refuse_early(plan: Plan, here: Ready, allow: list[str]) -> None:
    """Everything that stands against the plan but its approval, before anybody is asked."""
    from troth.apply.planning import schemas_of
    from troth.apply.refusals import check_plan
    from troth.errors import Refused

    schemas = schemas_of(here.setting)
    try:
        check_plan(plan, here.setting, schemas, here.ledger, here.now, accept=allow)
    except Refused as error:
        if error.code != "plan-not-approved":
            raise


def asked(plan: Plan, file: Path | None, *, approve: bool, json: bool) -> bool | None:
    """Whether a person says yes; None where nobody is there to be asked."""
    if approve:
        return True
    if json or not sys.stdin.isatty():
        return None
    from troth.cli.show_plan import console_of, show_plan

    show_plan(plan, file, plan.day, console_of(stderr=True))
    return typer.confirm("\nCarry it out?", err=True)


def approve_it(plan: Plan, here: Ready, by: str) -> None:
    """The approval, journaled against the plan's digest."""
    from troth.ledger.plans import approve_plan

    at = clock()
    with here.ledger.writing(here.organisation) as writing:
        approve_plan(writing, plan.digest(), by=by, at=at, expires_at=at + APPROVED_FOR)


def carried_out(plan: Plan, here: Ready, *, by: str, allow: list[str], quiet: bool) -> Outcome:
    """The plan carried out, with progress on the terminal unless `quiet`."""
    from troth.apply.run import apply_plan
    from troth.cli.show_progress import shown_progress
    from troth.errors import TrothError

    with shown_progress(plan, quiet=quiet) as progress:
        try:
            return apply_plan(
                plan,
                here.setting,
                here.ledger,
                clock,
                by=by,
                mailer=mailer_of(here.project),
                progress=progress,
                accept=allow,
            )
        except KeyboardInterrupt:
            raise TrothError(
                "interrupted",
                "stopped at your request; what was committed stays",
                help="the same command goes on where it stopped",
            ) from None


def outcome_json(plan: Plan, outcome: Outcome) -> dict[str, Any]:
    """What a run did, by step: rows written, skipped (no longer due), and still due."""
    return {
        "plan": plan.digest(),
        "run": outcome.run,
        "written": dict(outcome.written),
        "skipped": {step: rows for step, rows in outcome.skipped.items() if rows},
        "archived": dict(outcome.archived),
        "invited": outcome.invited,
        "waiting": outcome.waiting,
        "batches": outcome.batches,
        "dropped": {step: dict(names) for step, names in outcome.dropped.items()},
        "left": [
            {"store": one.store, "partition": one.partition, "why": one.why} for one in outcome.left
        ],
        "uncertain": {step: list(rows) for step, rows in outcome.between.items()},
        "stopped": [
            {"store": one.store, "steps": list(one.steps), "error": one.error.as_json()}
            for one in outcome.stopped
        ],
        "remaining": dict(outcome.remaining),
    }
