"""`troth request rectify`: a wrong value corrected in every copy (Art. 16 GDPR)."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from troth.cli.opened import AsJson, By, ProjectFolder, clock, print_json, who
from troth.cli.opening import Ready, ready
from troth.cli.request_persons import ConfirmShared, Except, Was

if TYPE_CHECKING:
    from troth.desk.find.find import Finder
    from troth.desk.find.model import Found
    from troth.desk.rectify.copies import Site
    from troth.desk.rectify.model import Looked
    from troth.desk.rectify.run import Outcome
    from troth.grounds.facts import Identifier


def command(
    person: Annotated[
        list[str] | None,
        typer.Option(help="A name of the person, as namespace=value. Repeatable."),
    ] = None,
    set_: Annotated[
        list[str] | None,
        typer.Option(
            "--set",
            metavar="NAME=VALUE",
            help="The right value of a category, a kind of identifier, or store.table.column.",
        ),
    ] = None,
    was: Was = None,
    disputed: Annotated[
        list[str] | None,
        typer.Option(help="A category that is wrong, without a right value yet. Repeatable."),
    ] = None,
    except_: Except = None,
    confirm_shared: ConfirmShared = False,
    correction: Annotated[
        bool,
        typer.Option("--correction", help="Record the right value beside papers that stay."),
    ] = False,
    approve: Annotated[
        bool, typer.Option("--approve", help="Carry it out without being asked.")
    ] = False,
    resume: Annotated[
        bool, typer.Option("--resume", help="Finish a rectification that was interrupted.")
    ] = False,
    confirm: Annotated[
        str | None, typer.Option(help="Doubtful matches that are the person: their marks.")
    ] = None,
    reject: Annotated[
        str | None, typer.Option(help="Doubtful matches that are not the person.")
    ] = None,
    reason: Annotated[str | None, typer.Option(help="Why; recorded with the fact.")] = None,
    request: Annotated[
        str | None,
        typer.Option("--request", help="A recorded request: its person; it is noted as answered."),
    ] = None,
    by: By = None,
    project: ProjectFolder = Path(),
    json: AsJson = False,
) -> int:
    """Correct a value of a person in every copy; the old one is kept nowhere.

    The plan says which columns change and how many rows, never a value. Issued papers that the
    law wants kept stay as they are, and are listed with the ground. What the databases would
    refuse is found before the first write. With --disputed the category is restricted until the
    right value is known (Art. 18(1)(a)). Recipients that had the data are told (Art. 19).

    Exit status: 0 all done, 1 nobody approved or copies remain, 2 it could not run.

    Example: troth request rectify --person email=anna@mail.example --set phone=+33612345678
    """
    from troth.cli.rectified_told import tell_rectified
    from troth.cli.request_persons import recorded_persons
    from troth.cli.request_told import notice_json, notice_line
    from troth.cli.show_rectified import outcome_json, plan_json, show_outcome, show_plan
    from troth.errors import Refused

    if sum((bool(set_), bool(disputed), resume)) != 1:
        raise Refused(
            "rectify-unclear",
            "say what is to be done: --set NAME=VALUE, --disputed CATEGORY, or --resume",
        )
    if disputed:
        return _dispute(
            project, person or [], disputed, confirm, reject, reason, who(by), json=json
        )
    with ready(project, "write") as here:
        if resume:
            return _resume(here, who(by), json=json)
        named = list(person or [])
        if request is not None:
            named += recorded_persons(here, request, "rectification")
        from troth.desk.find.find import finder

        with finder(here.setting) as desk:
            found = _found(desk, here, named, confirm, reject, reason or request)
            site, looked = _proposed(
                desk, here, set_ or [], was or [], except_ or [], confirm_shared=confirm_shared
            )
            if not looked.targets:
                if json:
                    print_json(plan_json(looked.plan))
                else:
                    show_plan(looked.plan)
                return 1 if looked.plan.left else 0
            if not _approved(looked, approve=approve, json=json):
                return 1
            outcome = _carried_out(here, site, looked, found, who(by), reason, correction)
        told = tell_rectified(
            here,
            outcome.run,
            request=request,
            targets=looked.targets,
            before=found.identifiers,
            by=who(by),
        )
    today = here.today()
    if json:
        notices = {"recipients": [notice_json(one, today) for one in told]}
        print_json({**plan_json(looked.plan), **outcome_json(outcome), **notices})
    else:
        show_outcome(looked.plan, outcome)
        for one in told:
            typer.echo(f"recipient: {notice_line(one, today, here.project)}")
    return 0 if outcome.clean else 1


def _found(
    desk: Finder,
    here: Ready,
    person: list[str],
    confirm: str | None,
    reject: str | None,
    reason: str | None,
) -> Found:
    """The person, whose rows are then known to the desk."""
    from troth.cli.looked import look_noted
    from troth.cli.request_find import marks
    from troth.cli.request_new import persons_of
    from troth.desk.find.model import Asked
    from troth.desk.rectify.run import refuse_unfinished
    from troth.errors import Refused

    refuse_unfinished(here.ledger, here.organisation)
    named = persons_of(person, here.project)
    if not named:
        raise Refused(
            "act-without-person",
            "a rectification names the person whose it is",
            help="add --person namespace=value",
        )
    found = desk.find(Asked(named), confirm=marks(confirm), reject=marks(reject))
    look_noted(here, "request rectify", found.rows, reason)
    if not found.persons:
        raise Refused(
            "rectify-nobody",
            "nobody is surely the person asked for",
            help="look with `troth request find`, and settle what is doubtful with --confirm",
        )
    if found.doubtful:
        doubtful = ", ".join(one.mark for one in found.doubtful)
        typer.echo(f"doubtful, and not touched: {doubtful}; see `troth request find`", err=True)
    return found


def _proposed(
    desk: Finder,
    here: Ready,
    sets: list[str],
    was: list[str],
    excepted: list[str],
    *,
    confirm_shared: bool,
) -> tuple[Site, Looked]:
    from troth.desk.rectify.asked import asked_of, place_of, settled
    from troth.desk.rectify.copies import Site
    from troth.desk.rectify.propose import propose

    policy, datamap = here.project.policy, here.project.map
    asked = asked_of(policy, datamap, sets, was)
    changes = [settled(desk, policy, one) for one in asked]
    left = [place_of(datamap, text) for text in excepted]
    facts = here.facts(here.now)
    site = Site(desk, here.setting, facts, here.now, changes, confirm_shared, left)
    return site, propose(site)


def _approved(looked: Looked, *, approve: bool, json: bool) -> bool:
    from troth.cli.show_plan import console_of
    from troth.cli.show_rectified import plan_json, show_plan

    if approve:
        return True
    if json:
        print_json(plan_json(looked.plan))
        return False
    show_plan(looked.plan, console_of(stderr=True))
    if sys.stdin.isatty():
        return typer.confirm("\nCarry it out?", err=True)
    typer.echo("nothing was changed: nobody approved", err=True)
    return False


def _carried_out(
    here: Ready,
    site: Site,
    looked: Looked,
    found: Found,
    by: str,
    reason: str | None,
    correction: bool,
) -> Outcome:
    from troth.cli.apply import APPROVED_FOR
    from troth.desk.rectify.propose import names_after
    from troth.desk.rectify.run import Order, carry_out
    from troth.ledger.plans import approve_plan

    at = clock()
    with here.ledger.writing(here.organisation) as writing:
        approve_plan(writing, looked.plan.digest(), by=by, at=at, expires_at=at + APPROVED_FOR)
    order = Order(by, names_after(found, site.changes), reason, correction)
    return carry_out(looked, site, here.ledger, clock, order)


def _resume(here: Ready, by: str, *, json: bool) -> int:
    from troth.cli.rectified_told import tell_rectified
    from troth.cli.show_rectified import outcome_json, show_resumed
    from troth.desk.rectify.run import resume

    outcome = resume(here.setting, here.ledger, clock)
    if outcome is not None:
        tell_rectified(here, outcome.run, request=None, targets=None, before=(), by=by)
    if json:
        print_json(outcome_json(outcome) if outcome is not None else {"run": None})
    else:
        show_resumed(outcome)
    return 0 if outcome is None or outcome.clean else 1


def _dispute(
    project: Path,
    person: list[str],
    categories: list[str],
    confirm: str | None,
    reject: str | None,
    reason: str | None,
    by: str,
    *,
    json: bool,
) -> int:
    """What is disputed is restricted, until the right value comes or the day of review."""
    from troth.cli.request_list import act_json
    from troth.desk.find.find import finder
    from troth.desk.rights.receive import Received, act_of
    from troth.ledger.acts import find_act, record_acts

    with ready(project, "read") as here:
        with finder(here.setting) as desk:
            found = _found(desk, here, person, confirm, reject, reason)
        persons: tuple[Identifier, ...] = found.identifiers
        received = Received("restriction", persons, here.now, categories=tuple(categories))
        act = act_of(received, here.project.policy)
        with here.ledger.writing(here.organisation) as writing:
            (made,) = record_acts(writing, [act], by=by, at=here.now)
            record = find_act(writing, made.id, here.now)
    if json:
        print_json(act_json(record))
    else:
        typer.echo(f"{made.id} recorded: {', '.join(categories)} restricted while disputed")
        typer.echo("ask the person for the right value, then run it with --set")
    return 0
