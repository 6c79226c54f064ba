"""Carrying out a request that came in: its plan shown, approved, applied; or noted as done."""

from __future__ import annotations

import sys
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import typer

from troth.cli.desk import at_desk, told
from troth.cli.opened import clock, who

if TYPE_CHECKING:
    from troth.apply.outcome import Outcome
    from troth.desk.workflow.correcting import Correction
    from troth.desk.workflow.execution import Carried
    from troth.desk.workflow.office import Office
    from troth.desk.workflow.shown import Shown


@dataclass(frozen=True)
class Carry:
    """How a request is carried out: `reference` notes what was done by its own command;
    `correction` is what a rectification writes, `ground` that of a restriction.
    """

    reference: str | None = None
    approve: bool = False
    correction: Correction | None = None
    ground: str = ""


def carry(number: str, project: Path, by: str | None, how: Carry, *, json: bool) -> int:
    """The plan of a request, made, shown, approved and carried out; the exit status."""
    from troth.desk.workflow.away import note_away
    from troth.errors import Transient

    try:
        return _carry(number, project, who(by), how, json=json)
    except Transient as error:
        with at_desk(project) as (here, office):
            note_away(office, number, error, by=who(by), now=here.now)
        raise


def _carry(number: str, project: Path, me: str, how: Carry, *, json: bool) -> int:
    from troth.desk.workflow.execution import execute, executed_elsewhere

    with at_desk(project, stores=True) as (here, office):
        if how.reference is not None:
            executed_elsewhere(office, number, how.reference, by=me, now=here.now)
            told(office, number, here, json=json)
            return 0
        made, fresh = _plan(office, number, me, how)
        if fresh and office.rules.two_people:
            if not json:
                _show(made)
                typer.echo("somebody else approves it: troth request approve NUMBER plan")
            told(office, number, here, json=json)
            return 1
        if not _asked(made, approve=how.approve or not fresh, json=json):
            typer.echo("nothing was changed: nobody approved", err=True)
            return 1
        outcome = execute(office, number, by=me, clock=clock)
        if not json:
            _show_outcome(made, outcome)
        told(office, number, here, json=json)
    return 0 if outcome.clean else 1


def _plan(office: Office, number: str, by: str, how: Carry) -> tuple[Shown, bool]:
    """The plan that waits, or a new one; whether it is new."""
    from troth.desk.workflow.execution import plan, plan_shown
    from troth.desk.workflow.office import look

    now = clock()
    _, progress = look(office, number, now)
    planned = progress.plan
    again = how.correction is not None or bool(how.ground)
    if planned is not None and not again:
        if not planned.approval_wanted or planned.approved_by is not None:
            return plan_shown(office, planned), False
        if progress.right in ("rectification", "restriction"):
            return plan_shown(office, planned), True  # what it is about is not asked again
    made = plan(office, number, by=by, now=now, correction=how.correction, ground=how.ground)
    return made, True


def _asked(made: Shown, *, approve: bool, json: bool) -> bool:
    if approve:
        return True
    if json or not sys.stdin.isatty():
        return False
    _show(made, err=True)
    return typer.confirm("\nCarry it out?", err=True)


def _show(made: Shown, *, err: bool = False) -> None:
    from troth.cli import show_rectified
    from troth.cli.show_plan import console_of, show_plan
    from troth.desk.rectify.model import Rectification
    from troth.desk.workflow.shown import lines_of
    from troth.plan.model import Plan

    console = console_of(stderr=err)
    match made:
        case Plan():
            show_plan(made, None, made.day, console)
        case Rectification():
            show_rectified.show_plan(made, console)
        case _:
            for line in lines_of(made):
                columns = f" ({', '.join(line.columns)})" if line.columns else ""
                said = f"{line.where}{columns}: {line.rows} rows, {line.kind}: {line.note}"
                typer.echo(said, err=err)
            if not made.rows:
                typer.echo("no store has a row of the person", err=err)


def _show_outcome(made: Shown, outcome: Outcome | Carried) -> None:
    from troth.apply.outcome import Outcome
    from troth.cli.show_outcome import show_outcome
    from troth.plan.model import Plan

    if isinstance(outcome, Outcome):
        if isinstance(made, Plan):
            show_outcome(made, outcome)
        return
    for where, rows in outcome.written.items():
        typer.echo(f"{where}: {rows} rows")
    for where, rows in outcome.remaining.items():
        typer.echo(f"{where}: {rows} rows remain")
