"""`troth request portability`: what a person may carry away (Art. 20), as a zip."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from troth.cli.opened import AsJson, ProjectFolder, print_json
from troth.cli.opening import ready
from troth.cli.request_persons import (
    Confirm,
    Language,
    OfRequest,
    Persons,
    PersonsFile,
    Reason,
    Reject,
)

if TYPE_CHECKING:
    from troth.desk.package.portability import Carried


def command(
    person: Persons = None,
    out: Annotated[
        Path | None, typer.Option(help="The zip to make; with --file, the folder for them.")
    ] = None,
    to: Annotated[
        str | None, typer.Option(help="The recipient to whom the person wants it sent.")
    ] = None,
    file: PersonsFile = None,
    request: OfRequest = None,
    reason: Reason = None,
    confirm: Confirm = None,
    reject: Reject = None,
    locale: Language = None,
    project: ProjectFolder = Path(),
    json: AsJson = False,
) -> int:
    """Write what a person gave or caused under consent or contract, as JSON and CSV with a schema.

    What stays behind is listed with its legal basis; an answer to a request for access has it. A
    policy that promises more is kept: see the covers of its right. With --to the order to send it
    to a named recipient is in the file and in the journal; sending it is yours.

    Exit status: 0 done, 1 something is left for a human to decide or nobody was found, 2 it could
    not run.

    Example: troth request portability --person email=anna@mail.example --out anna.zip
    """
    from troth.cli.check import telling
    from troth.cli.looked import look_noted
    from troth.cli.request_persons import (
        answered,
        asked_persons,
        asking_of,
        journaled,
        one_target,
        recorded_persons,
    )
    from troth.desk.find.find import finder
    from troth.desk.package.portability import answer_portability

    target = one_target(out, person, file, request)
    with ready(project, "read") as here, finder(here.setting, here.moved) as desk:
        named = list(person or [])
        if request is not None:
            named = recorded_persons(here, request, "portability")
        asked = asked_persons(desk.facets, named, file)
        if file is None:
            found = [asked.find(desk, confirm, reject)]
            targets = [target]
        else:
            found = desk.find_many(asked.persons)
            target.mkdir(parents=True, exist_ok=True, mode=0o700)
            targets = [target / f"{name}.zip" for name in asked.names]
        look_noted(here, "request portability", reason=reason or request)
        with telling(quiet=json) as told:
            asking = asking_of(here, desk, locale, told)
            made = list(answer_portability(asking, found, targets, to))
        for one in made:
            payload = {**_counts(one), "ordered": to is not None}
            journaled(here, "portability-answered", payload, [one.zip])
        answered(here, request)
    if json:
        print_json({"packages": [{"zip": str(one.zip), **_counts(one)} for one in made]})
    else:
        for one in made:
            _tell(one)
    return 0 if all(one.persons and not one.doubtful for one in found) else 1


def _counts(made: Carried) -> dict[str, int | str]:
    return {
        "rows": made.rows,
        "tables": made.tables,
        "excluded": made.excluded,
        "digest": made.digest,
    }


def _tell(made: Carried) -> None:
    typer.echo(f"{made.zip}: {made.rows} row{'s' * (made.rows != 1)} of {made.tables} tables")
    if made.excluded:
        typer.echo(f"  {made.excluded} columns or parts of them stay behind; letter.html says why")
