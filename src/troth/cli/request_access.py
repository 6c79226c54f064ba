"""`troth request access`: the answer to a request for access (Art. 15), as files."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from troth.cli.opened import AsJson, ProjectFolder, print_json
from troth.cli.opening import ready
from troth.cli.request_persons import Confirm, Language, Persons, PersonsFile, Reject

if TYPE_CHECKING:
    from troth.desk.package.access import Made


def command(
    person: Persons = None,
    out: Annotated[
        Path | None, typer.Option(help="The folder to make, with a zip of it beside.")
    ] = None,
    file: PersonsFile = None,
    confirm: Confirm = None,
    reject: Reject = None,
    locale: Language = None,
    project: ProjectFolder = Path(),
    json: AsJson = False,
) -> int:
    """Write everything held about a person, and why, as pages, PDF, JSON and CSV.

    Each value with its purpose, legal basis, origin, recipients and the day on which it goes. What
    is other people's is masked, with the reason; doubtful matches are left out and listed. Files
    are readable by you alone; nothing is there after a failure, and nothing is overwritten.

    With --file, a CSV file with a column for each namespace, all its persons are answered in one
    pass, each in a zip of its own in the folder, named by the number of the line.

    Exit status: 0 done, 1 something is left for a human to decide or nobody was found, 2 it could
    not run.

    Example: troth request access --person email=anna@mail.example --out answer --locale en
    """
    from troth.cli.check import telling
    from troth.cli.request_persons import asked_persons, asking_of, journaled, one_target
    from troth.desk.find.find import finder
    from troth.desk.package.access import answer_access, answer_many

    target = one_target(out, person, file)
    with ready(project, "read") as here, finder(here.setting) as desk:
        asked = asked_persons(desk.facets, person or [], file)
        with telling(quiet=json) as told:
            asking = asking_of(here, desk, locale, told)
            if file is None:
                found = [asked.find(desk, confirm, reject)]
                made = [answer_access(asking, found[0], target)]
            else:
                found = desk.find_many(asked.persons)
                made = list(answer_many(asking, found, asked.names, target))
        for one in made:
            journaled(here, "access-answered", _counts(one), [one.zip, one.folder])
    left = [one.left_out for one in made]
    if json:
        print_json({"packages": [_json(one) for one in made]})
    else:
        for one in made:
            _tell(one)
    return 1 if any(left) or not all(one.persons for one in found) else 0


def _counts(made: Made) -> dict[str, int | str]:
    return {
        "rows": made.rows,
        "tables": made.tables,
        "masked": made.masked,
        "left_out": made.left_out,
        "digest": made.digest,
    }


def _json(made: Made) -> dict[str, int | str | None]:
    folder = str(made.folder) if made.folder is not None else None
    return {"folder": folder, "zip": str(made.zip), **_counts(made)}


def _tell(made: Made) -> None:
    place = f"{made.folder} and {made.zip}" if made.folder is not None else str(made.zip)
    typer.echo(f"{place}: {made.rows} row{'s' * (made.rows != 1)} of {made.tables} tables")
    if made.masked:
        typer.echo(f"  {made.masked} values masked; the page says why")
    if made.left_out:
        typer.echo(f"  {made.left_out} left for a human to decide or to look at; the page lists it")
