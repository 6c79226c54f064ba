"""`troth request evidence`: one file that proves every step of a request; and its check."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from troth.cli.desk import at_desk
from troth.cli.opened import AsJson, By, ProjectFolder, opened, print_json, who
from troth.errors import Refused


def command(
    number: Annotated[str | None, typer.Argument(help="The number of the request.")] = None,
    out: Annotated[Path | None, typer.Option(help="The zip to write.")] = None,
    check: Annotated[Path | None, typer.Option(help="Check this evidence file instead.")] = None,
    by: By = None,
    project: ProjectFolder = Path(),
    json: AsJson = False,
) -> int:
    """Write one file that proves every step of a request a year later; or check one.

    It holds the steps with their journal entries and the chain up to the newest, decisions with
    their grounds, letters, plans and receipts of runs; no name, no address, nothing that was sealed
    but letters and plans. The check needs no ledger to see an alteration; with the project's ledger
    it also says whether the chain's end is the ledger's own. Exit status: 1 something was altered.

    Example: troth request evidence 7KQ4M-2XC9D --out 7KQ4M-2XC9D.zip
    """
    from troth.desk.workflow.check_evidence import check_evidence
    from troth.desk.workflow.evidence import write_evidence
    from troth.ledger.anchor import digest_at

    if check is not None:
        found = check_evidence(check)
        with opened(project) as here, here.ledger.reading(here.organisation) as reading:
            same = digest_at(reading, found.head.seq) == found.head.digest
        wrong = [*found.wrong, *([] if same else ["its end is not in this ledger"])]
        if json:
            told = {"request": found.number, "entries": found.entries, "wrong": wrong}
            print_json({**told, "head": vars(found.head)})
        else:
            for line in wrong:
                typer.echo(line)
            state = "NOT what was written" if wrong else "intact"
            typer.echo(f"{found.number}: {found.entries} entries, {state}")
        return 1 if wrong else 0
    if number is None or out is None:
        raise Refused("no-target", "say which request, and where to write", help="add --out FILE")
    with at_desk(project) as (here, office):
        made = write_evidence(office, number, out, by=who(by), now=here.now)
    if json:
        print_json({"file": str(out), "entries": made.entries, "head": vars(made.head)})
    else:
        typer.echo(f"{out}: {made.entries} entries, up to entry {made.head.seq} of the journal")
    return 0
