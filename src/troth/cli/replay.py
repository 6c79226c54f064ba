"""`troth replay`: after a restore, what persons had erased or corrected is so again."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from troth.cli.check import telling
from troth.cli.opened import AsJson, By, ProjectFolder, clock, print_json, who
from troth.cli.opening import Ready, ready

if TYPE_CHECKING:
    from datetime import datetime

    from troth.apply.outcome import Outcome
    from troth.desk.find.find import Finder
    from troth.desk.rectify.run import Outcome as Rectified
    from troth.desk.replay.look import Replay


def command(
    store: Annotated[list[str], typer.Option(help="A store that was restored. Repeatable.")],
    restored_at: Annotated[
        str | None,
        typer.Option(
            "--restored-at",
            help="The instant of the copy, as 2026-01-31T02:00:00+01:00; default: unknown.",
        ),
    ] = None,
    approve: Annotated[
        bool, typer.Option("--approve", help="Carry it out without being asked.")
    ] = False,
    by: By = None,
    project: ProjectFolder = Path(),
    json: AsJson = False,
) -> int:
    """Do again what a restored backup has undone, before the application resumes.

    Rows and values that went at persons' requests are found by their acts, and by marks that the
    ledger keeps of each until the oldest backup has expired. Corrected values are written again
    where the instant of the copy is known. Restrictions and holds are in the ledger, and hold.
    What retention asks for comes again with the next plan. A ledger older than the project's
    anchor refuses to run.

    Exit status: 0 all done, 1 something is left for a human or nobody approved, 2 it could not run.

    Example: troth replay --store shop --restored-at 2026-01-31T02:00:00+01:00
    """
    from troth.cli.show_replay import replay_json, show_replay
    from troth.desk.find.find import finder
    from troth.desk.rectify.run import refuse_unfinished
    from troth.desk.replay.look import look

    since = _instant(restored_at)
    with ready(project, "write") as here:
        refuse_unfinished(here.ledger, here.organisation)
        with finder(here.setting) as desk:
            facts = here.facts(here.now)
            with telling(quiet=json) as told:
                told("looking for what came back")
                found = look(desk, here.setting, here.ledger, facts, here.now, store, since)
            if not json:
                show_replay(found)
            if not _approved(found, approve=approve, json=json):
                if json:
                    print_json(replay_json(found))
                return 1
            rectified = _corrected(desk, here, found, who(by))
        outcome = _erased(here, found, who(by), quiet=json)
        named = _still_named(here, found, store)
    if json:
        print_json({**replay_json(found), **_done(outcome, rectified, found), "named_again": named})
    elif outcome is not None:
        from troth.cli.show_outcome import show_outcome

        show_outcome(found.plan, outcome)
    clean = (outcome is None or outcome.clean) and not (found.tasks or named)
    return 0 if clean else 1


def _instant(text: str | None) -> datetime | None:
    from troth.errors import Refused
    from troth.ledger.consents import parse_instant

    if text is None:
        return None
    try:
        return parse_instant(text)
    except ValueError as error:
        raise Refused("not-an-instant", str(error), place="--restored-at") from None


def _approved(found: Replay, *, approve: bool, json: bool) -> bool:
    if approve or not (found.plan.rows or found.corrected.targets):
        return True
    if json:
        return False
    if sys.stdin.isatty():
        return typer.confirm("\nCarry it out?", err=True)
    typer.echo("nothing was changed: nobody approved", err=True)
    return False


def _corrected(desk: Finder, here: Ready, found: Replay, by: str) -> Rectified | None:
    """Right values, written again."""
    from troth.cli.apply import APPROVED_FOR
    from troth.desk.rectify.copies import Site
    from troth.desk.rectify.run import Order, carry_out
    from troth.ledger.plans import approve_plan

    if not found.corrected.targets:
        return None
    facts = here.facts(here.now)
    site = Site(desk, here.setting, facts, here.now, found.corrected.changes)
    looked = found.corrected.looked(site)
    at = clock()
    with here.ledger.writing(here.organisation) as writing:
        approve_plan(writing, looked.plan.digest(), by=by, at=at, expires_at=at + APPROVED_FOR)
    order = Order(by, (), "replayed after a restore")
    return carry_out(looked, site, here.ledger, clock, order)


def _erased(here: Ready, found: Replay, by: str, *, quiet: bool) -> Outcome | None:
    """Rows and values that came back, erased again."""
    from troth.cli import apply

    if not found.plan.rows:
        return None
    apply.approve_it(found.plan, here, by)
    return apply.carried_out(found.plan, here, by=by, allow=[], quiet=quiet)


def _still_named(here: Ready, found: Replay, stores: list[str]) -> int:
    """What a human has to look at once the rest is done."""
    from troth.desk.find.find import finder
    from troth.desk.replay.look import named_again

    if not found.named_again:
        return 0
    with finder(here.setting) as desk:
        return named_again(desk, here.facts(here.now), here.now, stores)


def _done(outcome: Outcome | None, rectified: Rectified | None, found: Replay) -> dict[str, Any]:
    from troth.cli.apply import outcome_json

    return {
        "outcome": outcome_json(found.plan, outcome) if outcome is not None else None,
        "corrected": dict(rectified.written) if rectified is not None else {},
    }
