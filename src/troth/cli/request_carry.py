"""Carrying out a request that came in: its plan shown, approved, applied; or noted as done."""

from __future__ import annotations

from pathlib import Path

import typer

from troth.cli.desk import at_desk, told
from troth.cli.opened import clock, who


def carry(
    number: str,
    project: Path,
    by: str | None,
    *,
    reference: str | None,
    approve: bool,
    json: bool,
) -> int:
    """The plan of a request, made, shown, approved and carried out; the exit status."""
    from troth.cli.apply import asked
    from troth.cli.show_outcome import show_outcome
    from troth.desk.workflow.execution import execute, executed_elsewhere, plan, plan_shown
    from troth.desk.workflow.office import look

    me = who(by)
    with at_desk(project, stores=True) as (here, office):
        if reference is not None:
            executed_elsewhere(office, number, reference, by=me, now=here.now)
            told(office, number, here, json=json)
            return 0
        _, progress = look(office, number, here.now)
        planned = progress.plan
        fresh = planned is None or (planned.approval_wanted and planned.approved_by is None)
        if planned is None or fresh:
            made = plan(office, number, by=me, now=here.now)
        else:
            made = plan_shown(office, planned)
        if fresh and office.rules.two_people:
            if not json:
                from troth.cli.show_plan import show_plan

                show_plan(made, None, made.day)
                typer.echo("somebody else approves it: troth request approve NUMBER plan")
            told(office, number, here, json=json)
            return 1
        yes = asked(made, None, approve=approve or not fresh, json=json)
        if not yes:
            typer.echo("nothing was changed: nobody approved", err=True)
            return 1
        outcome = execute(office, number, by=me, clock=clock)
        if not json:
            show_outcome(made, outcome)
        told(office, number, here, json=json)
    return 0 if outcome.clean else 1
