"""`troth request calendar`: every deadline as a calendar file."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

from troth.cli.opened import AsJson, ProjectFolder, opened, print_json


def command(
    out: Annotated[
        Path | None, typer.Option(help="The file to write (.ics); default: the terminal.")
    ] = None,
    project: ProjectFolder = Path(),
    json: AsJson = False,
) -> None:
    """Write the deadlines that are open as a calendar (iCalendar): numbers and rights, no names.

    Example: troth request calendar --out deadlines.ics
    """
    import os

    from troth.desk.nightly.deadlines import deadlines_of
    from troth.desk.nightly.feed import calendar_of
    from troth.project.load import load_policy, load_settings

    policy = load_policy(load_settings(project, os.environ).policy_file)
    with opened(project) as here:
        policy = policy.model_copy(update={"zone": here.zone})
        with here.ledger.reading(here.organisation) as reading:
            found = deadlines_of(reading, policy, here.now)
    if json:
        rows: list[dict[str, Any]] = [
            {
                "kind": one.kind,
                "number": one.number,
                "about": one.about,
                "due_on": one.due_on.isoformat(),
                "late": one.late(here.now, here.today()),
            }
            for one in found
        ]
        print_json({"deadlines": rows})
        return
    content = calendar_of(found, here.organisation, here.now)
    if out is None:
        typer.echo(content.decode(), nl=False)
    else:
        from troth.cli.breach_files import write_bytes

        write_bytes(out, content)
        typer.echo(f"{out}: {len(found)} deadline{'' if len(found) == 1 else 's'}")
