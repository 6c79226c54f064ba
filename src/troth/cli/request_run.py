"""`troth request run`: what requests ask of the data, shown as a plan and carried out."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from troth.cli.opened import AsJson, By, ProjectFolder, print_json, who
from troth.cli.opening import Ready, ready

if TYPE_CHECKING:
    from troth.apply.outcome import Outcome
    from troth.ledger.notices import RecipientNotice
    from troth.plan.model import Plan


def command(
    ids: Annotated[list[str], typer.Argument(metavar="ID…", help="Which requests.")],
    approve: Annotated[
        bool, typer.Option("--approve", help="Carry it out without being asked.")
    ] = False,
    out: Annotated[
        Path | None, typer.Option(help="Write the plan to this file, and change nothing.")
    ] = None,
    by: By = None,
    project: ProjectFolder = Path(),
    json: AsJson = False,
) -> int:
    """Carry out what requests ask of their persons' data, in every store.

    It is a plan like that of retention, about these persons alone: what no ground supports goes,
    children first; what a ground supports stays, and is listed with it. With --out the plan is
    written and nothing changed: `troth apply` takes it. Then each recipient that had what was
    written is told (Art. 19): by a letter where troth.yaml has its address, else by a human. Exit
    status: 0 all done, 1 something remains or nobody approved, 2 it could not run.

    Example: troth request run erasure-3f9c0a1b2c4d --approve --by "Camille Roux"
    """
    from troth.apply.plan_file import write_plan
    from troth.cli import apply, plan
    from troth.cli.check import telling
    from troth.cli.request_told import notice_json, notice_line
    from troth.desk.rights.carry_out import plan_of_acts

    with ready(project, "read" if out is not None else "write") as here:
        with telling(quiet=json) as told:
            told("finding what is due")
            made = plan_of_acts(here.setting, here.facts(here.now), ids, here.now)
        if out is not None:
            write_plan(made, out)
            if json:
                print_json(plan.plan_json(made, out, applicable=True))
            else:
                from troth.cli.show_plan import show_plan

                show_plan(made, out, made.day)
            return 1 if any(notice.severity == "blocking" for notice in made.notices) else 0
        yes = apply.asked(made, None, approve=approve, json=json)
        if not yes:
            typer.echo("nothing was changed: nobody approved", err=True)
            return 1
        apply.approve_it(made, here, who(by))
        outcome = apply.carried_out(made, here, by=who(by), allow=[], quiet=json)
        notices = _told(ids, made, outcome, here, who(by))
        today = here.today()
        loaded = here.project
    if json:
        told_json = [notice_json(notice, today) for notice in notices]
        shown = apply.outcome_json(made, outcome)
        print_json({"requests": ids, **shown, "recipients": told_json})
    else:
        from troth.cli.show_outcome import show_outcome

        show_outcome(made, outcome)
        for notice in notices:
            typer.echo(notice_line(notice, today, loaded))
    return 0 if outcome.clean else 1


def _told(
    ids: list[str], plan: Plan, outcome: Outcome, here: Ready, by: str
) -> list[RecipientNotice]:
    """Tells the recipients of what was written; nobody where nothing was."""
    from troth.cli.opened import Opened
    from troth.cli.request_told import tell
    from troth.desk.told.notify import kind_of
    from troth.desk.told.recipients import written_cells
    from troth.ledger.acts import find_act

    cells = written_cells(plan, outcome, here.project.map)
    if not cells:
        return []
    opened = Opened(here.ledger, here.organisation, here.now, here.project.policy.zone)
    told: list[RecipientNotice] = []
    for id in dict.fromkeys(ids):
        with here.ledger.reading(here.organisation) as reading:
            act = find_act(reading, id, here.now).act
        if kind_of(act, here.project.policy, here.now) == "erase":
            told += tell(opened, here.project, act, by=by, send=True, cells=cells)
    return told
