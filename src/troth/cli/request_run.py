"""`troth request run`: what requests ask of the data, shown as a plan and carried out."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from troth.cli.opened import AsJson, By, ProjectFolder, clock, print_json, who
from troth.cli.opening import ready
from troth.cli.request_persons import ConfirmShared, Except, Was

if TYPE_CHECKING:
    from troth.cli.opening import Ready
    from troth.desk.workflow.kept import Kept

TOLD_ONE_BY_ONE = 10  # acts of which it is listed what stays


def command(
    ids: Annotated[list[str], typer.Argument(metavar="ID…", help="Which requests.")],
    approve: Annotated[
        bool, typer.Option("--approve", help="Carry it out without being asked.")
    ] = False,
    out: Annotated[
        Path | None, typer.Option(help="Write the plan to this file, and change nothing.")
    ] = None,
    reference: Annotated[
        str | None,
        typer.Option(help="A request that its own command carried out: the run or the record."),
    ] = None,
    set_: Annotated[
        list[str] | None,
        typer.Option(
            "--set",
            metavar="NAME=VALUE",
            help="A rectification that came in: what is right, of a category, a kind of "
            "identifier, or store.table.column.",
        ),
    ] = None,
    was: Was = None,
    except_: Except = None,
    confirm_shared: ConfirmShared = False,
    ground: Annotated[
        str,
        typer.Option(
            help="A restriction that came in: accuracy, unlawful, needed-for-claim or objection."
        ),
    ] = "",
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

    With the number of a request that came in, the plan is kept with it, sealed. Where troth.yaml
    asks for two people, somebody else approves it first, and the same command then goes on. A
    rectification names what is right with --set, a restriction its reason in law with --ground
    (Art. 18(1)). What their own commands have done is noted with --reference.

    Example: troth request run erasure-3f9c0a1b2c4d --approve --by "Camille Roux"
    """
    from troth.apply.before import links_of
    from troth.apply.plan_file import write_plan
    from troth.cli import apply, plan
    from troth.cli.check import telling
    from troth.cli.request_told import notice_json, notice_line, tell_of_run
    from troth.desk.rights.carry_out import close_spent, plan_of_acts

    if len(ids) == 1 and _came_in(ids[0], project):
        from troth.cli.request_carry import Carry, carry
        from troth.desk.workflow.correcting import Correction

        correction = None
        if set_:
            correction = Correction(
                tuple(set_), tuple(was or ()), tuple(except_ or ()), confirm_shared
            )
        return carry(ids[0], project, by, Carry(reference, approve, correction, ground), json=json)
    with ready(project, "read" if out is not None else "write") as here:
        with telling(quiet=json) as told:
            told("finding what is due")
            links = links_of(here.ledger, here.organisation)
            made = plan_of_acts(here.setting, here.facts(here.now), ids, here.now, links)
            stays = _kept(here, ids) if out is None else {}
        if out is not None:
            write_plan(made, out)
            if json:
                print_json(plan.plan_json(made, out, applicable=True))
            else:
                from troth.cli.show_plan import show_plan

                show_plan(made, out, made.day)
            return 1 if any(notice.severity == "blocking" for notice in made.notices) else 0
        if not json:
            from troth.cli.show_kept import show_kept

            show_kept(stays)
        yes = apply.asked(made, None, approve=approve, json=json)
        if not yes:
            typer.echo("nothing was changed: nobody approved", err=True)
            return 1
        apply.approve_it(made, here, who(by))
        outcome = apply.carried_out(made, here, by=who(by), allow=[], quiet=json)
        notices = tell_of_run(made, outcome, here, by=who(by))
        if outcome.clean:
            close_spent(here.setting, here.ledger, ids, by=who(by), now=clock())
        today = here.today()
        loaded = here.project
    if json:
        from troth.cli.show_kept import kept_json

        told_json = [notice_json(notice, today) for notice in notices]
        shown = {**apply.outcome_json(made, outcome), "stays": kept_json(stays)}
        print_json({"requests": ids, **shown, "recipients": told_json})
    else:
        from troth.cli.show_outcome import show_outcome

        show_outcome(made, outcome)
        for notice in notices:
            typer.echo(notice_line(notice, today, loaded))
    return 0 if outcome.clean else 1


def _kept(here: Ready, ids: Sequence[str]) -> dict[str, tuple[Kept, ...]]:
    """What stays of the persons of a few acts, by act; of many it would take long, and is not told.

    Asked before the plan is carried out, while every system still leads to the persons.
    """
    from troth.desk.workflow.kept import kept_of

    if len(ids) > TOLD_ONE_BY_ONE:
        return {}
    acts = {act.id: act for act in here.facts(here.now).acts}
    return {
        id: kept_of(here.setting, here.ledger, acts[id], "en", here.now) for id in ids if id in acts
    }


def _came_in(id: str, project: Path) -> bool:
    from troth.cli.desk import is_number
    from troth.cli.opened import opened

    with opened(project) as here, here.ledger.reading(here.organisation) as reading:
        return is_number(reading, id)
