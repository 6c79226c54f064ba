"""`troth request lists`: the lists of the console, made anew from the requests themselves."""

from __future__ import annotations

from pathlib import Path

import typer

from troth.cli.opened import AsJson, ProjectFolder, opened_with_project, print_json


def command(project: ProjectFolder = Path(), json: AsJson = False) -> None:
    """Make the console's lists of requests anew, from the requests and what happened to each.

    They are written with every step, so this is needed only where somebody has changed or lost
    them. Nothing is decided or journaled by it.

    Example: troth request lists
    """
    from troth.desk.standing.record import rebuild

    with (
        opened_with_project(project) as (here, loaded),
        here.ledger.writing(here.organisation) as writing,
    ):
        number = rebuild(writing, loaded.policy, here.now)
    if json:
        print_json({"requests": number})
    else:
        typer.echo(f"{number} request{'' if number == 1 else 's'}")
